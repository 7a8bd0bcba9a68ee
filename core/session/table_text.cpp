#include "core/session/table_text.h"

#include <limits>

namespace larmor::session {

using nlohmann::json;

std::string csvField(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string result = "\"";
    for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + '"';
}

json numbersOf(const metrics::SliceMetrics& numbers) {
    return {{"nrmse", numbers.nrmse}, {"psnr", numbers.psnr}, {"ssim", numbers.ssim}, {"scale", numbers.scale}};
}

metrics::SliceMetrics numbersFrom(const json& numbers, std::int64_t slice) {
    metrics::SliceMetrics result;
    result.slice = slice;
    result.nrmse = numbers.at("nrmse");
    result.nmse = result.nrmse * result.nrmse;
    result.psnr = numbers.at("psnr").is_null() ? std::numeric_limits<double>::infinity() : numbers.at("psnr").get<double>();  // JSON knows no infinity
    result.ssim = numbers.at("ssim");
    result.scale = numbers.at("scale");
    return result;
}

}  // namespace larmor::session
