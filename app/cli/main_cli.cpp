// larmor-cli: the work of the window without a window. The only place where its errors are caught.

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "app/cli/interrupt.h"
#include "app/cli/parse_error.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/version.h"
#include "core/session/run_job.h"
#include "core/session/slice_memory.h"

namespace larmor::cli {

namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  larmor-cli simulate /usr/share/mricron/templates/ch2.nii.gz --slices 20 -o demo.h5\n"
    "  larmor-cli info demo.h5\n"
    "  larmor-cli recon demo.h5 --method l1-wavelet --mask poisson:R=6,acs=24,seed=1 --slices 9 -o image.h5\n"
    "  larmor-cli compare demo.h5 image.h5 --scale ls\n"
    "\n"
    "Exit codes: 0 done, 1 wrong use, 2 bad input, 3 failed, 130 cancelled.\n";

int report(const Error& error) {
    fmt::print(stderr, "Error: {}\n", error.fullText());
    return static_cast<int>(error.exitCode());
}

int perform(const Work& work, const Context& context) {
    try {
        (void)session::sliceMemory();  // a wrong amount is told by every verb
        work(context);
        std::cout.flush();
        return static_cast<int>(ExitCode::Done);
    } catch (const Cancelled&) {
        fmt::print(stderr, "{}\n", kCancelledText);
        return static_cast<int>(ExitCode::Cancelled);
    } catch (const Error& error) {
        return report(error);
    } catch (...) {
        const auto failure = session::describeCurrentException();
        return report(Error(failure.message, failure.hint));
    }
}

void showLine(const LogLine& line) {
    const char* overBar = isatty(STDERR_FILENO) == 1 ? "\r\033[K" : "";
    fmt::print(stderr, "{}{}: {}\n", overBar, line.level == LogLevel::Error ? "Error" : "Warning", line.text);
}

std::vector<Verb> addVerbs(CLI::App& app) {
    return {addInfo(app), addMask(app), addMaps(app), addRecon(app), addCompare(app), addSimulate(app), addMethods(app), addKspace(app), addLines(app), addConvert(app), addReplay(app), addPriors(app), addSweep(app), addPlot(app),
            addPrior(app)};
}

int run(int argc, char** argv) {
    CLI::App app(fmt::format("Larmor {}: accelerated MRI reconstruction on the command line. {}", version(), kResearchUseOnly), "larmor-cli");
    app.set_version_flag("--version", version());
    app.require_subcommand(1);
    app.footer(kExamples);
    const auto verbs = addVerbs(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& answer) {
        return app.exit(answer);
    } catch (const CLI::ParseError& error) {
        fmt::print(stderr, "Error: {}\n", sentenceOf(error, app));
        return static_cast<int>(ExitCode::WrongUse);
    }
    addLogSink(showLine, LogLevel::Warning);
    const Interrupt interrupt;
    for (const auto& verb : verbs)
        if (verb.command->parsed()) return perform(verb.work, {interrupt.token()});
    return static_cast<int>(ExitCode::WrongUse);
}

}  // namespace

}  // namespace larmor::cli

int main(int argc, char** argv) {
    const int code = larmor::cli::run(argc, argv);
    // All files are closed. LibTorch would take back its thousands of operators one by one, 60 ms: a quarter of a small command.
    std::cout.flush();
    std::fflush(nullptr);
    std::_Exit(code);
}
