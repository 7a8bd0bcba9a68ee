#include "app/cli/duration.h"

#include <charconv>

#include <fmt/format.h>

#include "core/base/error.h"

namespace larmor::cli {

double secondsOf(const std::string& text) {
    double seconds = 0;
    for (const char *at = text.data(), *end = at + text.size(); at != end;) {
        std::int64_t number = 0;
        const auto [next, error] = std::from_chars(at, end, number);
        const auto unit = next == end ? '?' : *next;
        const double factor = unit == 'h' ? 3600 : unit == 'm' ? 60 : unit == 's' ? 1 : 0;
        if (error != std::errc{} || number < 0 || factor == 0)
            throw UsageError(fmt::format("'{}' is not a duration.", text), "Write 2h, 90m or 1h30m.");
        seconds += factor * static_cast<double>(number);
        at = next + 1;
    }
    return seconds;
}

}  // namespace larmor::cli
