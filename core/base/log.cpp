#include "core/base/log.h"

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include <fmt/format.h>
#include <spdlog/details/os.h>
#include <spdlog/logger.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/sink.h>

namespace larmor {

namespace {

spdlog::level::level_enum toSpdlog(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return spdlog::level::debug;
        case LogLevel::Info:
            return spdlog::level::info;
        case LogLevel::Warning:
            return spdlog::level::warn;
        case LogLevel::Error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

LogLevel fromSpdlog(spdlog::level::level_enum level) {
    if (level >= spdlog::level::err) return LogLevel::Error;
    if (level == spdlog::level::warn) return LogLevel::Warning;
    return level == spdlog::level::info ? LogLevel::Info : LogLevel::Debug;
}

/// Hands lines to a function. Its lock is recursive, so that a sink may log or remove itself.
class FunctionSink final : public spdlog::sinks::sink {
public:
    explicit FunctionSink(LogSink function) : m_function(std::move(function)) {}
    /// Waits for a call in progress; none follows.
    void disconnect() {
        const std::lock_guard lock(m_mutex);
        m_function = nullptr;
    }

    void log(const spdlog::details::log_msg& message) override {
        const std::lock_guard lock(m_mutex);
        const LogSink function = m_function;
        if (!function) return;
        const std::tm time = spdlog::details::os::localtime(spdlog::log_clock::to_time_t(message.time));
        function({fromSpdlog(message.level), std::string(message.logger_name.data(), message.logger_name.size()),
                  std::string(message.payload.data(), message.payload.size()),
                  fmt::format("{:02}:{:02}:{:02}", time.tm_hour, time.tm_min, time.tm_sec)});
    }
    void flush() override {}
    void set_pattern(const std::string&) override {}
    void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

private:
    std::recursive_mutex m_mutex;
    LogSink m_function;
};

class Sinks {
public:
    int add(LogSink function, LogLevel atLeast) {
        auto sink = std::make_shared<FunctionSink>(std::move(function));
        sink->set_level(toSpdlog(atLeast));
        const std::lock_guard lock(m_mutex);
        m_sinks.emplace(++m_lastId, std::move(sink));
        return m_lastId;
    }
    void remove(int id) {
        std::shared_ptr<FunctionSink> sink;
        {
            const std::lock_guard lock(m_mutex);
            const auto found = m_sinks.find(id);
            if (found == m_sinks.end()) return;
            sink = found->second;
            m_sinks.erase(found);
        }
        sink->disconnect();
    }
    std::vector<spdlog::sink_ptr> all() {
        const std::lock_guard lock(m_mutex);
        std::vector<spdlog::sink_ptr> result;
        for (const auto& [id, sink] : m_sinks) result.push_back(sink);
        return result;
    }

private:
    std::mutex m_mutex;
    std::map<int, std::shared_ptr<FunctionSink>> m_sinks;
    int m_lastId = 0;
};

Sinks& sinks() {
    static Sinks instance;
    return instance;
}

}  // namespace

void log(LogLevel level, std::string_view category, std::string_view text) {
    const auto targets = sinks().all();
    if (targets.empty()) return;
    spdlog::logger logger(std::string(category), targets.begin(), targets.end());
    logger.set_level(spdlog::level::trace);
    logger.log(toSpdlog(level), spdlog::string_view_t(text.data(), text.size()));
}

int addLogSink(LogSink sink, LogLevel atLeast) {
    return sinks().add(std::move(sink), atLeast);
}
void removeLogSink(int id) {
    sinks().remove(id);
}

}  // namespace larmor
