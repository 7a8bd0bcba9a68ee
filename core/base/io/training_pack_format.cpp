#include "core/base/io/training_pack_format.h"

#include <fmt/format.h>

namespace larmor::io {
namespace {

using nlohmann::json;

json toJson(const StoredImage& image) {
    const auto& facts = image.facts;
    return {{"source", facts.source}, {"subject", facts.subject}, {"contrast", facts.contrast}, {"split", toText(facts.split)},
            {"shape", {facts.rows, facts.columns}}, {"pixel_mm", {facts.pixelRowsMm, facts.pixelColumnsMm}},
            {"complex", facts.complexValued}, {"weight", facts.weight}, {"begin", image.begin}, {"step", image.step}};
}

StoredImage imageFrom(const json& entry) {
    StoredImage image;
    auto& facts = image.facts;
    facts.source = entry.at("source").get<std::string>();
    facts.subject = entry.at("subject").get<std::string>();
    facts.contrast = entry.at("contrast").get<std::string>();
    facts.split = splitFromText(entry.at("split").get<std::string>());
    facts.rows = entry.at("shape").at(0).get<std::int64_t>();
    facts.columns = entry.at("shape").at(1).get<std::int64_t>();
    facts.pixelRowsMm = entry.at("pixel_mm").at(0).get<double>();
    facts.pixelColumnsMm = entry.at("pixel_mm").at(1).get<double>();
    facts.complexValued = entry.at("complex").get<bool>();
    facts.weight = entry.at("weight").get<double>();
    image.begin = entry.at("begin").get<std::int64_t>();
    image.step = entry.at("step").get<double>();
    return image;
}

constexpr std::int64_t kLongestEdge = 16384;

bool isSound(const StoredImage& image, std::int64_t begin, std::int64_t numbers) {
    const auto& facts = image.facts;
    return facts.rows >= 1 && facts.columns >= 1 && facts.rows <= kLongestEdge && facts.columns <= kLongestEdge && image.step > 0 &&
           facts.weight >= 0 && image.begin == begin && image.numbers() <= numbers - begin;
}

}  // namespace

std::string toText(Split split) {
    return split == Split::Train ? "train" : split == Split::Validate ? "validate" : "test";
}

Split splitFromText(const std::string& text) {
    for (const auto split : {Split::Train, Split::Validate, Split::Test})
        if (toText(split) == text) return split;
    throw UsageError(fmt::format("'{}' is no split.", text), "Splits are train, validate and test.");
}

json indexToJson(const std::vector<StoredImage>& images, const PackFacts& facts) {
    json list = json::array();
    for (const auto& image : images) list.push_back(toJson(image));
    return {{"format", kPackFormat}, {"name", facts.name}, {"anatomy", facts.anatomy}, {"description", facts.description},
            {"licence", facts.licence}, {"attributions", facts.attributions}, {"images", list}};
}

std::vector<StoredImage> indexFromJson(const json& index, const std::string& path, std::int64_t numbers, PackFacts& facts) {
    std::vector<StoredImage> images;
    std::int64_t begin = 0;
    try {
        if (index.at("format") != kPackFormat) throw IoError(path, kPackIndex, kPackFormat, index.at("format").dump());
        facts = {index.at("name").get<std::string>(), index.at("anatomy").get<std::string>(), index.at("description").get<std::string>(),
                 index.at("licence").get<std::string>(), index.at("attributions").get<std::vector<std::string>>()};
        for (const auto& entry : index.at("images")) {
            images.push_back(imageFrom(entry));
            if (!isSound(images.back(), begin, numbers))
                throw IoError(path, kPackIndex, "images that lie one behind the other in the pixels", "another place for " + images.back().facts.source);
            begin += images.back().numbers();
        }
    } catch (const json::exception& error) {
        throw IoError(path, kPackIndex, "the index of a training pack", error.what());
    } catch (const UsageError& error) {
        throw IoError(path, kPackIndex, "the index of a training pack", error.what());
    }
    if (begin != numbers) throw IoError(path, kPackPixels, fmt::format("{} numbers, by the index", begin), fmt::format("{}", numbers));
    return images;
}

}  // namespace larmor::io
