#include "core/base/error.h"

#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/log.h"
#include "core/base/run_control.h"

using namespace larmor;

TEST_CASE("errors: say what, where and what to try, and know their exit code") {
    const IoError io("scan.h5", "kspace", "complex64 [12, 320, 260]", "float32 [3]", "Is the file whole?");
    CHECK(std::string(io.what()) == "scan.h5, data set 'kspace': expected complex64 [12, 320, 260], found float32 [3].");
    CHECK(io.fullText() == std::string(io.what()) + " Is the file whole?");
    CHECK(io.exitCode() == ExitCode::BadInput);
    CHECK(io.dataset() == "kspace");
    CHECK(std::string(IoError("a.npy", "", "", "the file ends after 12 bytes").what()) == "a.npy: the file ends after 12 bytes.");
    CHECK(std::string(IoError("a.npy", "", "a file", "").what()) == "a.npy: expected a file.");
    CHECK(UsageError("no").exitCode() == ExitCode::WrongUse);
    CHECK(PluginError("no").exitCode() == ExitCode::Failed);
    CHECK(Error("plain").fullText() == "plain");
    const ParamError param("lambda", "expected a number.");
    CHECK(param.parameter() == "lambda");
    CHECK(std::string(param.what()) == "Parameter 'lambda': expected a number.");
}

TEST_CASE("run control: a stop request becomes Cancelled, which is no Error") {
    std::stop_source source;
    const RunControl run{source.get_token()};
    CHECK_NOTHROW(run.throwIfStopped());
    source.request_stop();
    CHECK_THROWS_AS(run.throwIfStopped(), Cancelled);
    try {
        run.throwIfStopped();
    } catch (const Error&) {
        FAIL("Cancelled was caught as an error");
    } catch (const std::exception&) {
    }
    CHECK_FALSE(silentProgress().wantsPreview());
}

TEST_CASE("log: lines reach the sinks that want their level, in whole") {
    std::vector<LogLine> all, warnings;
    const int first = addLogSink([&](const LogLine& line) { all.push_back(line); }, LogLevel::Debug);
    const int second = addLogSink([&](const LogLine& line) { warnings.push_back(line); }, LogLevel::Warning);
    log(LogLevel::Debug, "io", "100 % {} of it");
    log(LogLevel::Error, "recon", "failed");
    removeLogSink(first);
    log(LogLevel::Warning, "ui", "last");
    removeLogSink(second);
    log(LogLevel::Error, "ui", "nobody listens");
    REQUIRE(all.size() == 2);
    CHECK(all[0].category == "io");
    CHECK(all[0].text == "100 % {} of it");
    CHECK(all[0].level == LogLevel::Debug);
    CHECK(all[0].time.size() == 8);
    REQUIRE(warnings.size() == 2);
    CHECK(warnings[0].level == LogLevel::Error);
    CHECK(warnings[1].text == "last");
}

TEST_CASE("log: a sink may log and remove itself") {
    int id = 0, calls = 0;
    id = addLogSink([&](const LogLine&) {
        ++calls;
        removeLogSink(id);
        log(LogLevel::Info, "ui", "from within");
    });
    log(LogLevel::Info, "ui", "once");
    CHECK(calls == 1);
}

TEST_CASE("log: many threads, one sink, no line lost and none after removal") {
    int lines = 0;  // the sink is never called by two threads at once
    const int id = addLogSink([&](const LogLine&) { ++lines; });
    constexpr int kThreads = 4, kLines = 200;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([] {
            for (int i = 0; i < kLines; ++i) log(LogLevel::Info, "test", "line");
        });
    for (auto& thread : threads) thread.join();
    removeLogSink(id);
    CHECK(lines == kThreads * kLines);
}
