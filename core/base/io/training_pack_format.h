#pragma once
// What reading and writing of training packs share.

#include <nlohmann/json.hpp>

#include "core/base/io/training_pack.h"

namespace larmor::io {

inline constexpr const char* kPackPixels = "pixels";
inline constexpr const char* kPackIndex = "index";
inline constexpr const char* kPackFormat = "larmor training pack 1";
/// Values in one packed block of `pixels`.
inline constexpr std::int64_t kPackBlock = 1 << 17;

/// An image with the place of its numbers.
struct StoredImage {
    PackedImage facts;
    std::int64_t begin = 0;  ///< first number in `pixels`
    double step = 0;         ///< value of one step of the fixed-point numbers
    [[nodiscard]] std::int64_t numbers() const { return facts.rows * facts.columns * (facts.complexValued ? 2 : 1); }
};

[[nodiscard]] nlohmann::json indexToJson(const std::vector<StoredImage>& images, const PackFacts& facts);
/// @throws IoError naming the field that is missing or wrong, and images that overlap or lie outside `numbers`
[[nodiscard]] std::vector<StoredImage> indexFromJson(const nlohmann::json& json, const std::string& path, std::int64_t numbers, PackFacts& facts);

}  // namespace larmor::io
