#include "core/recon/training/yardstick_cache.h"

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "core/base/io/text_file.h"

namespace larmor::recon::training {

namespace {

using nlohmann::json;

json keyOf(const std::string& packHash, const std::vector<ValidationImage>& images) {
    json sources = json::array();
    for (const auto& image : images) sources.push_back({image.source, image.clean.size(0), image.clean.size(1)});
    return {{"pack_sha256", packHash}, {"images", sources}, {"sigmas", kYardstickSigmas}};
}

}  // namespace

std::vector<LevelErrors> cachedWaveletErrors(const std::string& path, const std::string& packHash, const std::vector<ValidationImage>& images,
                                             const RunControl& run) {
    const auto key = keyOf(packHash, images);
    if (std::ifstream file(path); file) {
        const auto known = json::parse(file, nullptr, false);
        if (known.is_object() && known.value("key", json()) == key && known.contains("errors")) return known.at("errors").get<std::vector<LevelErrors>>();
    }
    const auto errors = waveletErrors(images, run);
    io::writeTextFile(path, json{{"key", key}, {"errors", errors}}.dump());
    return errors;
}

}  // namespace larmor::recon::training
