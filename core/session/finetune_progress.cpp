#include "core/session/finetune_progress.h"

#include <algorithm>

namespace larmor::session {

namespace {
constexpr double kScoreOverTrain = 10;  // cost of an image that is scored, in images trained, until both were seen
constexpr std::int64_t kParts = 100'000;
}  // namespace

FinetuneProgress::FinetuneProgress(const RunControl& run, double seconds, double train, double score)
    : m_outer(*run.progress),
      m_forward(run.stop, [this] { m_stop.request_stop(); }),
      m_seconds(seconds),
      m_pace{Pace{train, 0, 0}, Pace{score, 0, 0}} {}

double FinetuneProgress::now() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
}

void FinetuneProgress::begin(Work work, double from, double to, std::string stage) {
    m_work = work;
    m_from = from;
    m_to = to;
    m_done = 0;
    m_first = -1;
    m_begun = now();
    m_stage = std::move(stage);
    onStep({});
}

void FinetuneProgress::onStep(const StepReport& report) {
    if (m_seconds > 0 && now() >= m_seconds) m_stop.request_stop();
    if (report.total > 0) {
        const double reached = m_to * static_cast<double>(report.step) / static_cast<double>(report.total);
        m_done = std::clamp(reached - m_from, m_done, m_to - m_from);
        // What an earlier run did of this part tells nothing of the pace.
        if (m_first < 0) m_first = m_done;
    }
    const double elapsed = now(), left = secondsLeft();
    if (left >= 0) m_fraction = std::max(m_fraction, elapsed / std::max(elapsed + left, 1e-9));
    const auto step = std::min(static_cast<std::int64_t>(m_fraction * kParts), kParts);
    m_outer.onStep({report.stage.empty() ? m_stage : m_stage + ": " + report.stage, step, kParts, {}});
}

void FinetuneProgress::end() {
    auto& pace = m_pace[static_cast<std::size_t>(m_work)];
    if (m_first >= 0 && m_to - m_from > m_first) {
        pace.done += m_to - m_from - m_first;
        pace.seconds += now() - m_begun;
    }
    pace.left -= m_to - m_from;
    m_from = m_to = m_done = 0;
    m_first = -1;
}

double FinetuneProgress::secondsPerImage(Work work) const {
    const auto& pace = m_pace[static_cast<std::size_t>(work)];
    const bool isNow = work == m_work && m_first >= 0;
    const double done = pace.done + (isNow ? m_done - m_first : 0);
    return done > 0 ? (pace.seconds + (isNow ? now() - m_begun : 0)) / done : -1;
}

double FinetuneProgress::secondsLeft() const {
    double train = secondsPerImage(Work::Train), score = secondsPerImage(Work::Score);
    if (train < 0 && score < 0) return -1;
    if (train < 0) train = score / kScoreOverTrain;
    if (score < 0) score = train * kScoreOverTrain;
    const double here = m_done * (m_work == Work::Train ? train : score);
    return std::max(0.0, m_pace[0].left * train + m_pace[1].left * score - here);
}

}  // namespace larmor::session
