#include "app/cli/terminal.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace larmor::cli {

namespace {

constexpr double kBarInterval = 0.1;   // seconds between two drawings
constexpr double kLineInterval = 5.0;  // seconds between two plain lines of one stage
constexpr double kStageInterval = 1.0;  // and between those of two stages
constexpr int kBarWidth = 28;

std::size_t terminalWidth() {
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) return size.ws_col - 1U;
    return 79;
}

}  // namespace

TerminalProgress::TerminalProgress(bool quiet) : m_quiet(quiet), m_terminal(isatty(STDERR_FILENO) == 1) {}

TerminalProgress::~TerminalProgress() { clear(); }

void TerminalProgress::onStep(const StepReport& report) {
    if (m_quiet) return;
    const double now = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    m_clock.update(report, now);
    if (m_terminal)
        drawBar(report, now);
    else
        writeLine(report, now);
}

void TerminalProgress::clear() {
    if (m_drawn) std::fputs("\r\033[K", stderr);
    m_drawn = false;
}

void TerminalProgress::drawBar(const StepReport& report, double now) {
    const bool last = report.total > 0 && report.step >= report.total;
    if (!last && m_lastTime >= 0 && now - m_lastTime < kBarInterval) return;
    m_lastTime = now;
    const auto filled = static_cast<int>(m_clock.fraction() * kBarWidth);
    auto text = fmt::format("[{:#>{}}{:.>{}}] {:3.0f} %  {}", "", filled, "", kBarWidth - filled, 100 * m_clock.fraction(), report.stage);
    if (const auto left = m_clock.secondsLeft(now); left && !last) text += ", " + session::durationText(*left) + " left";
    text.resize(std::min(text.size(), terminalWidth()));
    fmt::print(stderr, "\r\033[K{}", text);
    std::fflush(stderr);
    m_drawn = true;
}

void TerminalProgress::writeLine(const StepReport& report, double now) {
    const double pause = report.stage == m_lastStage ? kLineInterval : kStageInterval;
    if (m_lastTime >= 0 && now - m_lastTime < pause) return;
    m_lastStage = report.stage;
    m_lastTime = now;
    auto text = fmt::format("{:3.0f} %  {}", 100 * m_clock.fraction(), report.stage);
    if (const auto left = m_clock.secondsLeft(now); left && m_clock.fraction() < 1) text += ", " + session::durationText(*left) + " left";
    fmt::print(stderr, "{}\n", text);
}

void note(const std::string& text) { fmt::print(stderr, "Note: {}\n", text); }

}  // namespace larmor::cli
