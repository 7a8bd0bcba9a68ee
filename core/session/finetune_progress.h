#pragma once
#include <array>
#include <chrono>
#include <functional>
#include <string>

#include "core/base/run_control.h"

namespace larmor::session {

/// Progress over training and scoring together, whose paces differ and are found as they go; ends the run when its time is over.
class FinetuneProgress final : public ProgressSink {
public:
    enum class Work { Train, Score };

    /// @param seconds  0: no limit @param train, score  images of each kind of work that are to be done
    FinetuneProgress(const RunControl& run, double seconds, double train, double score);
    /// What the parts of the work are given: a stop from outside and the end of the time stop them alike.
    [[nodiscard]] RunControl control() { return {m_stop.get_token(), this}; }
    /// A part begins whose own progress runs from 0 to `to` images, of which `from` were done by an earlier part.
    void begin(Work work, double from, double to, std::string stage);
    void onStep(const StepReport& report) override;
    void end();

private:
    struct Pace {
        double left = 0, done = 0, seconds = 0;  ///< images; images and time of parts that ended
    };
    [[nodiscard]] double now() const;
    [[nodiscard]] double secondsLeft() const;
    [[nodiscard]] double secondsPerImage(Work work) const;

    ProgressSink& m_outer;
    std::stop_source m_stop;
    std::stop_callback<std::function<void()>> m_forward;
    double m_seconds = 0;
    std::array<Pace, 2> m_pace;
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
    Work m_work = Work::Train;
    std::string m_stage;
    double m_from = 0, m_to = 0, m_done = 0, m_first = -1, m_begun = 0, m_fraction = 0;
};

}  // namespace larmor::session
