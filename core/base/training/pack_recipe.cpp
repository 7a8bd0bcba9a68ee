#include "core/base/training/pack_recipe.h"

#include <regex>

#include <glob.h>

#include "core/base/io/file_facts.h"
#include "core/base/io/sidecar.h"
#include "core/base/training/json_fields.h"

namespace larmor::training {
namespace {

using nlohmann::json;

constexpr std::uint64_t kLargestRecipe = 4 << 20;

SplitRule splitFrom(const json& object, const std::string& where) {
    const JsonFields fields(object, where);
    fields.allow({"validate", "test", "validate_share", "test_share"});
    SplitRule rule;
    fields.read("validate", rule.validate);
    fields.read("test", rule.test);
    fields.read("validate_share", rule.validateShare);
    fields.read("test_share", rule.testShare);
    if (rule.validateShare < 0 || rule.testShare < 0 || rule.validateShare + rule.testShare > 1)
        throw ParamError("split", "shares are not between 0 and 1 in all");
    return rule;
}

void checkSource(const PackSource& source) {
    if (source.every < 1) throw ParamError("every", "it is below 1");
    if (source.skipFirst < 0 || source.skipLast < 0) throw ParamError("skip_first", "slices to skip are below 0");
    if (source.sliceAxis && (*source.sliceAxis < 0 || *source.sliceAxis > 2)) throw ParamError("slice_axis", "it is not 0, 1 or 2");
    if (!(source.weight >= 0) || !(source.pixelMm >= 0) || !(source.dropBelow >= 0)) throw ParamError("weight", "a number is below 0");
}

PackSource sourceFrom(const json& object, const std::string& where) {
    const JsonFields fields(object, where);
    fields.allow({"files", "contrast", "subject", "cohort", "split", "slice_axis", "skip_first", "skip_last", "every", "drop_below", "pixel_mm",
                  "crop_to_support", "weight"});
    PackSource source;
    source.files = fields.get<std::string>("files");
    source.contrast = fields.get<std::string>("contrast");
    fields.read("subject", source.subject);
    fields.read("cohort", source.cohort);
    if (fields.has("split")) source.split = splitFrom(object.at("split"), "split of " + where);
    if (fields.has("slice_axis")) source.sliceAxis = fields.get<std::int64_t>("slice_axis");
    fields.read("skip_first", source.skipFirst);
    fields.read("skip_last", source.skipLast);
    fields.read("every", source.every);
    fields.read("drop_below", source.dropBelow);
    fields.read("pixel_mm", source.pixelMm);
    fields.read("crop_to_support", source.cropToSupport);
    fields.read("weight", source.weight);
    checkSource(source);
    return source;
}

}  // namespace

PackRecipe readPackRecipe(const std::string& path) {
    const json object = io::parseJson(io::readSmallFile(path, kLargestRecipe), path, "");
    const JsonFields fields(object, "recipe");
    fields.allow({"name", "anatomy", "description", "licence", "attributions", "sources"});
    PackRecipe recipe;
    recipe.facts.name = fields.get<std::string>("name");
    fields.read("anatomy", recipe.facts.anatomy);
    fields.read("description", recipe.facts.description);
    recipe.facts.licence = fields.get<std::string>("licence");
    fields.read("attributions", recipe.facts.attributions);
    std::size_t number = 0;
    for (const auto& source : fields.get<json>("sources")) recipe.sources.push_back(sourceFrom(source, fmt::format("source {} of the recipe", ++number)));
    if (recipe.sources.empty()) throw ParamError("sources", "there is none in the recipe");
    return recipe;
}

std::string subjectOf(const std::string& fileName, const PackSource& source) {
    const auto prefix = source.cohort.empty() ? "" : source.cohort + "/";
    if (source.subject.empty()) return prefix + fileName;
    std::smatch match;
    try {
        if (!std::regex_search(fileName, match, std::regex(source.subject)) || match.size() < 2)
            throw InputError(fmt::format("{} names no subject by the expression '{}'.", fileName, source.subject),
                             "Write a regular expression with one group, such as (patient[0-9]+).");
    } catch (const std::regex_error& error) {
        throw UsageError(fmt::format("'{}' is no regular expression: {}.", source.subject, error.what()));
    }
    return prefix + match[1].str();
}

std::vector<std::string> filesOf(const PackSource& source, const std::string& root) {
    const std::string pattern = root + "/" + source.files;
    glob_t found{};
    const int code = ::glob(pattern.c_str(), 0, nullptr, &found);
    std::vector<std::string> files;
    for (std::size_t i = 0; code == 0 && i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
    ::globfree(&found);
    if (files.empty()) throw InputError(fmt::format("No file fits {}.", pattern), "Name the folder above the recipe's patterns with --root.");
    return files;
}

}  // namespace larmor::training
