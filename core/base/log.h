#pragma once
// One log for the whole process. Messages go to the sinks that `main` sets: standard error, the log dock, a file.
// Never log a patient's name or number, nor anything read from a header that may hold one.

#include <functional>
#include <string>
#include <string_view>

#include "core/base/export.h"

namespace larmor {

enum class LogLevel { Debug, Info, Warning, Error };

struct LogLine {
    LogLevel level;
    std::string category;  ///< the part of the program that speaks: "io", "recon", "session", "ui"
    std::string text;
    std::string time;  ///< local time of day, hh:mm:ss
};

LARMOR_BASE_EXPORT void log(LogLevel level, std::string_view category, std::string_view text);

using LogSink = std::function<void(const LogLine&)>;
/// Adds a sink; it is called on the logging thread. Returns an id for removeLogSink.
LARMOR_BASE_EXPORT int addLogSink(LogSink sink, LogLevel atLeast = LogLevel::Info);
LARMOR_BASE_EXPORT void removeLogSink(int id);

}  // namespace larmor
