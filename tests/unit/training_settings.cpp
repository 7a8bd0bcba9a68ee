#include <doctest/doctest.h>

#include "core/base/training/pack_recipe.h"
#include "core/base/training/training_config.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;
using namespace larmor::training;

namespace {

std::string recipeWith(const std::string& source) {
    return R"({"name": "n", "licence": "CC0", "sources": [)" + source + "]}";
}

PackRecipe parse(const std::string& text) {
    const TempDir dir;
    writeFile(dir.file("recipe.json"), text);
    return readPackRecipe(dir.file("recipe.json"));
}

}  // namespace

TEST_CASE("recipe: settings are read, and what is unknown or wrong is named") {
    const auto recipe = parse(recipeWith(R"({"files": "a/*.png", "contrast": "T1", "cohort": "x", "subject": "^([^_]+)_", "slice_axis": 1, "every": 2,
        "drop_below": 0.2, "pixel_mm": 0.9, "weight": 3, "split": {"validate": "x/p1", "test_share": 0.5}})"));
    const auto& source = recipe.sources.at(0);
    CHECK(source.sliceAxis == 1);
    CHECK(source.every == 2);
    CHECK(source.dropBelow == 0.2);
    CHECK(source.weight == 3);
    CHECK(source.split.validate == "x/p1");
    CHECK(source.split.testShare == 0.5);
    CHECK(source.cropToSupport);
    CHECK_THROWS_AS(parse(R"({"name": "n", "licence": "CC0", "sources": []})"), ParamError);
    CHECK_THROWS_AS(parse(R"({"name": "n", "sources": [{"files": "a", "contrast": "T1"}]})"), ParamError);  // no licence
    CHECK_THROWS_AS(parse(recipeWith(R"({"files": "a"})")), ParamError);
    CHECK_THROWS_AS(parse(recipeWith(R"({"files": "a", "contrast": 3})")), ParamError);
    CHECK_THROWS_AS(parse(recipeWith(R"({"files": "a", "contrast": "T1", "slice_axis": 3})")), ParamError);
    CHECK_THROWS_AS(parse(recipeWith(R"({"files": "a", "contrast": "T1", "split": {"test_share": 0.6, "validate_share": 0.6}})")), ParamError);
    CHECK_THROWS_WITH_AS(parse(recipeWith(R"({"files": "a", "contrast": "T1", "wieght": 1})")),
                         "Parameter 'wieght': the source 1 of the recipe knows no such setting", ParamError);
}

TEST_CASE("recipe: the subject is the group of the expression, behind its cohort") {
    PackSource source;
    source.files = "*";
    CHECK(subjectOf("g0001.png", source) == "g0001.png");
    source.subject = "^([^_]+)_";
    source.cohort = "study";
    CHECK(subjectOf("DU5849_05.png", source) == "study/DU5849");
    CHECK_THROWS_AS((void)subjectOf("nothing.png", source), InputError);
    source.subject = "(";
    CHECK_THROWS_AS((void)subjectOf("DU5849_05.png", source), UsageError);
}

TEST_CASE("split: names come first, then the hash that Python gives too") {
    const SplitRule byName{"s/p12", "s/p0[89]", 0, 0};
    CHECK(splitOf("s/p12", byName) == io::Split::Validate);
    CHECK(splitOf("s/p09", byName) == io::Split::Test);
    CHECK(splitOf("s/p123", byName) == io::Split::Train);  // the whole name must match
    const auto expected = runPython(R"(
import hashlib
for i in range(200):
    place = int(hashlib.sha256(b'cohort/%d' % i).hexdigest()[:8], 16) / 2**32
    print('validate' if place < .1 else 'test' if place < .3 else 'train')
)");
    const SplitRule byShare{"", "", 0.1, 0.2};
    std::string found;
    for (int i = 0; i < 200; ++i) found += io::toText(splitOf("cohort/" + std::to_string(i), byShare)) + "\n";
    CHECK(found == expected);
}

TEST_CASE("training configuration: what was stored before there were other tones and tissue phases has none, what a person leaves out has the default") {
    auto old = TrainingConfig{}.toJson();
    for (const char* later : {"tone", "fold", "tissue_phase"}) old["augmentation"].erase(later);
    CHECK(TrainingConfig::fromJson(storedSettings(old)).augmentation.tone == 0);
    CHECK(TrainingConfig::fromJson(storedSettings(old)).augmentation.fold == 0);
    CHECK(TrainingConfig::fromJson(storedSettings(old)).augmentation.tissuePhase == 0);
    CHECK(TrainingConfig::fromJson(old).augmentation.tissuePhase == TrainingConfig{}.augmentation.tissuePhase);
    CHECK(TrainingConfig::fromJson(old).augmentation.tone == TrainingConfig{}.augmentation.tone);
    old["augmentation"]["tone"] = 0.7;
    CHECK(TrainingConfig::fromJson(storedSettings(old)).augmentation.tone == 0.7);
    old.erase("augmentation");
    CHECK(TrainingConfig::fromJson(storedSettings(old)).augmentation.tone == 0);
}

TEST_CASE("training configuration: JSON there and back, and refusals") {
    TrainingConfig config;
    config.contrasts = {"T1", "T2"};
    config.network = {{"channels", {8, 16}}};
    config.images = 1000;
    config.learningRate.decay = "cosine";
    config.sizes = {{64, 48}};
    const auto json = config.toJson();
    CHECK(TrainingConfig::fromJson(json).toJson() == json);
    CHECK(TrainingConfig::fromJson(nlohmann::json::object()).toJson() == TrainingConfig{}.toJson());
    const auto refuses = [&](const char* name, const nlohmann::json& value) {
        CAPTURE(name);
        auto changed = json;
        changed[name] = value;
        CHECK_THROWS_AS((void)TrainingConfig::fromJson(changed), ParamError);
    };
    refuses("batsch", 4);
    refuses("batch", 0);
    refuses("batch", "four");
    refuses("sizes", {{60, 64}});
    refuses("log_sigma", {-1, 0});
    refuses("label_dropout", 1.5);
    refuses("optimiser", "sgd");
    refuses("precision", "float16");
    refuses("augmentation", {{"pixel_mm", {1.5, 0.5}}});
    refuses("augmentation", {{"rotation", 5}});
    refuses("learning_rate", {{"decay", "step"}});
    refuses("learning_rate", {{"decay", "linear"}, {"decay_from", 1000}});  // nothing left to decay over
    refuses("contrasts", std::vector<std::string>(17, "T1"));
}
