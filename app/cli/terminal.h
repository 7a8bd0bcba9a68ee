#pragma once
// What a person sees on standard error while work goes on: a bar with the time left on a terminal, plain lines otherwise.

#include <chrono>
#include <string>

#include "core/base/run_control.h"
#include "core/session/progress_clock.h"

namespace larmor::cli {

class TerminalProgress final : public ProgressSink {
public:
    explicit TerminalProgress(bool quiet);
    ~TerminalProgress() override;
    TerminalProgress(const TerminalProgress&) = delete;
    TerminalProgress& operator=(const TerminalProgress&) = delete;
    void onStep(const StepReport& report) override;
    /// Removes the bar, so that other text can follow.
    void clear();

private:
    void drawBar(const StepReport& report, double now);
    void writeLine(const StepReport& report, double now);

    bool m_quiet, m_terminal, m_drawn = false;
    session::ProgressClock m_clock;
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
    double m_lastTime = -1;
    std::string m_lastStage;
};

/// One line on standard error: "Note: ..."
void note(const std::string& text);

}  // namespace larmor::cli
