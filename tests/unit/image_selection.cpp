// Which images of a training pack are selected.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include <fmt/ranges.h>

#include "core/base/error.h"
#include "core/base/training/training_config.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::training;
using namespace larmor::test;

namespace {

/// Two images of each subject: `train` training ones, then one to validate and one to test.
void add(std::vector<io::PackedImage>& images, const std::string& contrast, int train) {
    for (int i = 0; i < 2 * (train + 2); ++i) {
        io::PackedImage image;
        image.contrast = contrast;
        image.subject = contrast + "/s" + std::to_string(i / 2);
        image.split = i / 2 < train ? io::Split::Train : i / 2 == train ? io::Split::Validate : io::Split::Test;
        images.push_back(image);
    }
}

std::vector<io::PackedImage> threeContrasts() {
    std::vector<io::PackedImage> images;
    add(images, "FLAIR", 12);
    add(images, "T1", 3);
    add(images, "T2", 2);
    return images;
}

std::set<std::string> trainedOn(const std::vector<io::PackedImage>& images, const ImageSelection& selection, const std::string& contrast) {
    std::set<std::string> subjects;
    for (const auto place : selectedImages(images, selection))
        if (images[place].contrast == contrast && images[place].split == io::Split::Train) subjects.insert(images[place].subject);
    return subjects;
}

std::size_t countOf(const std::vector<io::PackedImage>& images, const ImageSelection& selection, const std::string& contrast) {
    std::size_t count = 0;
    for (const auto place : selectedImages(images, selection)) count += images[place].contrast == contrast ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("selection: contrasts that are asked for or left out, in every split") {
    const auto images = threeContrasts();
    CHECK(selectedImages(images, {}).size() == images.size());
    ImageSelection only{{"T1"}, {}, {}};
    CHECK(countOf(images, only, "T1") == 10);
    CHECK(selectedImages(images, only).size() == 10);
    ImageSelection without{{}, {"T1"}, {}};
    CHECK(countOf(images, without, "T1") == 0);
    CHECK(selectedImages(images, without).size() == images.size() - 10);
}

TEST_CASE("selection: so many subjects of a contrast, by an order that Python finds from the seed too, larger numbers hold smaller ones") {
    const auto images = threeContrasts();
    ImageSelection selection{{}, {}, {{"FLAIR", 5}}, 7};
    const auto five = trainedOn(images, selection, "FLAIR");
    const auto expected = runPython(R"(
import hashlib
place = lambda s: int(hashlib.sha256(('7/' + s).encode()).hexdigest()[:8], 16)
print(' '.join(sorted(sorted(['FLAIR/s%d' % i for i in range(12)], key=place)[:5])), end='')
)");
    CHECK(fmt::format("{}", fmt::join(five, " ")) == expected);
    // The other contrasts and splits stay whole: 2 images a subject.
    CHECK(countOf(images, selection, "FLAIR") == 2 * (5 + 2));
    CHECK(countOf(images, selection, "T1") == 10);
    selection.subjects["FLAIR"] = 8;
    const auto eight = trainedOn(images, selection, "FLAIR");
    CHECK(eight.size() == 8);
    CHECK(std::includes(eight.begin(), eight.end(), five.begin(), five.end()));
    selection.subjects["FLAIR"] = 5;
    selection.subjectSeed = 8;
    CHECK(trainedOn(images, selection, "FLAIR") != five);
    auto reversed = images;
    std::reverse(reversed.begin(), reversed.end());
    selection.subjectSeed = 7;
    CHECK(trainedOn(reversed, selection, "FLAIR") == five);
}

TEST_CASE("selection: what makes no sense is refused, with what there is") {
    const auto images = threeContrasts();
    const auto fails = [&](const ImageSelection& selection, const char* text) {
        try {
            (void)selectedImages(images, selection);
            FAIL("nothing was thrown");
        } catch (const Error& error) {
            CAPTURE(error.fullText());
            CHECK(error.fullText().find(text) != std::string::npos);
        }
    };
    fails({{"PD"}, {}, {}}, "It has FLAIR, T1, T2.");
    fails({{}, {"PD"}, {}}, "no contrast 'PD'");
    fails({{}, {}, {{"PD", 3}}}, "no contrast 'PD'");
    fails({{"T1", "T2"}, {"T2"}, {}}, "'T2' is also among");
    fails({{}, {"FLAIR", "T1", "T2"}, {}}, "leaves no image");
    fails({{"T1"}, {}, {{"T2", 1}}}, "'T2' is not among");
    fails({{}, {}, {{"T2", 0}}}, "not above 0");
    fails({{}, {}, {{"T2", 3}}}, "3 training subjects of T2 are asked for; the training pack has 2.");
    CHECK_THROWS_AS((void)selectedImages(images, {{"PD"}, {}, {}}), ParamError);
    CHECK_THROWS_AS((void)selectedImages(images, {{}, {"FLAIR", "T1", "T2"}, {}}), InputError);
}

TEST_CASE("selection: travels through the configuration") {
    TrainingConfig config;
    CHECK(config.selection.isAll());
    config.selection = {{"FLAIR", "T1"}, {"T2"}, {{"FLAIR", 20}}, 3};
    const auto again = TrainingConfig::fromJson(config.toJson());
    CHECK(again.selection.only == config.selection.only);
    CHECK(again.selection.without == config.selection.without);
    CHECK(again.selection.subjects == config.selection.subjects);
    CHECK(again.selection.subjectSeed == 3);
    CHECK_THROWS_WITH_AS((void)TrainingConfig::fromJson({{"selection", {{"olny", {"T1"}}}}}), doctest::Contains("olny"), ParamError);
    CHECK_THROWS_AS((void)TrainingConfig::fromJson({{"selection", {{"only", {"T1"}}, {"without", {"T1"}}}}}), ParamError);
}
