#pragma once
#include <functional>
#include <string>

#include "core/base/run_control.h"

namespace larmor::session {

/// One count over all slices of a job, made of the steps of each: slice 2 of 3 at step 10 of 30 is step 40 of 90. Previews are
/// passed on after `finish`, which crops them as the result will be.
class SliceProgress final : public ProgressSink {
public:
    using Finish = std::function<ComplexArray(ComplexArray)>;
    /// @param stepsPerSlice  1 for what does not iterate, 0 if not known before the first report
    /// @param unit  what is counted, where it is not slices
    SliceProgress(ProgressSink& outer, std::int64_t slices, std::int64_t stepsPerSlice, Finish finish, std::string unit = "slice");

    /// @param own  true: this work's own steps are counted; false: only its name is shown (coil maps before a method)
    void begin(std::int64_t position, std::string stage, bool own);
    void endSlice();

    void onStep(const StepReport& report) override;
    [[nodiscard]] bool wantsPreview() override;
    void onPreview(ComplexArray image) override;

private:
    void tell(std::int64_t stepInSlice, std::optional<double> residual);

    ProgressSink& m_outer;
    std::int64_t m_slices, m_steps, m_position = 0;
    std::string m_stage;
    std::string m_unit;
    bool m_own = false;
    Finish m_finish;
};

}  // namespace larmor::session
