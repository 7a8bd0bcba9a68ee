#pragma once
// A steering that follows a test's own rule and keeps what it was told.

#include <functional>
#include <vector>

#include "core/base/steering.h"

namespace larmor::test {

struct SteeringScript final : Steering {
    using Rule = std::function<NextStep(const StepState& at, const ParamValues& last)>;

    SteeringScript() = default;
    explicit SteeringScript(Rule next) : rule(std::move(next)) {}

    NextStep next(std::int64_t slice, const StepState& at, const ParamValues& last) override {
        asked.push_back(at.step);
        slices.push_back(slice);
        return rule(at, last);
    }
    void done(const StepRecord& record) override { records.push_back(record); }

    Rule rule = [](const StepState&, const ParamValues& last) { return NextStep{last, {}, false}; };
    std::vector<std::int64_t> asked, slices;  ///< at each call of next: steps done, slice
    std::vector<StepRecord> records;
};

/// Another value of one parameter from step `from` on.
[[nodiscard]] inline SteeringScript::Rule changing(std::string name, std::string value, std::int64_t from) {
    return [=](const StepState& at, const ParamValues& last) {
        NextStep step{last, {}, false};
        if (at.step == from) step.values.setFromText(name, value);
        return step;
    };
}

/// Goes on from `state`, once, where `at` steps are done.
[[nodiscard]] inline SteeringScript::Rule jumping(std::int64_t at, StepState state) {
    return [at, state = std::move(state), jumped = false](const StepState& now, const ParamValues& last) mutable {
        NextStep step{last, {}, false};
        if (!jumped && now.step == at) {
            step.from = state;
            jumped = true;
        }
        return step;
    };
}

}  // namespace larmor::test
