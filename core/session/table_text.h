#pragma once
// What the tables that are written share.

#include <string>

#include <nlohmann/json.hpp>

#include "core/base/metrics/metrics.h"

namespace larmor::session {

/// A field of a CSV file, quoted where it must be. [RFC 4180]
[[nodiscard]] std::string csvField(const std::string& text);
/// NRMSE, PSNR, SSIM and the scale; an infinite PSNR becomes null.
[[nodiscard]] nlohmann::json numbersOf(const metrics::SliceMetrics& numbers);
/// @throws nlohmann::json::exception
[[nodiscard]] metrics::SliceMetrics numbersFrom(const nlohmann::json& numbers, std::int64_t slice);

}  // namespace larmor::session
