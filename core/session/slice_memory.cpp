#include "core/session/slice_memory.h"

#include <atomic>
#include <charconv>
#include <cstdlib>

#include "core/base/error.h"

namespace larmor::session {

namespace {

constexpr const char* kVariable = "LARMOR_SLICE_MEMORY";
std::atomic<std::int64_t> chosen{0};

}  // namespace

std::int64_t memorySizeFromText(const std::string& text) {
    double value = 0, unit = 1;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    const std::string suffix(rest, end);
    if (suffix == "K") unit = 1 << 10;
    if (suffix == "M") unit = 1 << 20;
    if (suffix == "G") unit = 1 << 30;
    const bool isKnown = error == std::errc() && (suffix.empty() || unit > 1);
    if (!isKnown || !(value * unit >= 1) || value * unit > 0x1p40)
        throw UsageError("'" + text + "' is no amount of memory.", "Write it as 300M or 2G.");
    return static_cast<std::int64_t>(value * unit);
}

std::int64_t sliceMemory() {
    if (const auto bytes = chosen.load(); bytes > 0) return bytes;
    const char* text = std::getenv(kVariable);
    if (!text || !*text) return kDefaultSliceMemory;
    try {
        return memorySizeFromText(text);
    } catch (const UsageError& error) {
        throw UsageError(std::string(kVariable) + ": " + error.what(), error.hint());
    }
}

void setSliceMemory(std::int64_t bytes) {
    chosen = bytes;
}

}  // namespace larmor::session
