#pragma once
// A small stepwise method that can be steered, deterministic: x <- x + 0.2 zeta (target - x) + 0.05 level noise(seed, slice, step).
// It takes the parameters of dps, so that everything that knows a method by its sidecar knows it too.

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "core/base/rng.h"
#include "core/base/steering.h"
#include "core/session/engine_host.h"
#include "core/session/job_queue.h"

namespace larmor::test {

inline ParamValues stepwiseValues(std::int64_t steps = 12, const std::string& zeta = "1") {
    ParamValues values(session::plugins().method("dps").params);
    values.set("steps", steps);
    values.setFromText("zeta", zeta);
    return values;
}

struct Stepwise {
    ParamValues start = stepwiseValues();
    std::int64_t slice = 0, seed = 7, rows = 6, columns = 5;
    std::function<void(std::int64_t step)> after;                       ///< called after each step, as the method sees it
    std::vector<std::pair<std::int64_t, std::string>>* used = nullptr;  ///< step (from 1) and zeta of every step that was made

    [[nodiscard]] static std::vector<double> levels(std::int64_t steps) {
        std::vector<double> all;
        for (std::int64_t k = 0; k < steps; ++k) all.push_back(1.0 - static_cast<double>(k) / static_cast<double>(steps));
        return all;
    }

    [[nodiscard]] StepState beginning() const {
        NoiseSource noise(static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(slice) << 32);
        ComplexArray x({1, rows, columns});
        for (auto& value : x.values()) value = {static_cast<float>(noise.normal()), static_cast<float>(noise.normal())};
        return {0, levels(start.integer("steps")), {{"x", std::move(x)}}};
    }

    void step(StepState& at, double zeta) const {
        NoiseSource noise(static_cast<std::uint64_t>(seed),
                          (static_cast<std::uint64_t>(slice) << 32) + static_cast<std::uint64_t>(at.step) + 1);
        const auto level = static_cast<float>(0.05 * at.levels[static_cast<std::size_t>(at.step)]);
        auto& x = at.arrays.at("x");
        for (std::int64_t i = 0; i < x.size(); ++i) {
            const cfloat target(static_cast<float>(i % 7), 1.0F),
                random(static_cast<float>(noise.normal()), static_cast<float>(noise.normal()));
            x[i] += static_cast<float>(0.2 * zeta) * (target - x[i]) + level * random;
        }
        ++at.step;
    }

    [[nodiscard]] Reconstruction operator()(const RunControl& run) const {
        auto at = beginning();
        auto values = start;
        ComplexArray estimate;
        bool stopped = false;
        while (!at.finished()) {
            NextStep told{values, std::nullopt, false};
            if (run.steering) told = run.steering->next(slice, at, values);
            if ((stopped = run.stop.stop_requested())) break;
            if (told.from) at = *std::move(told.from);
            if (told.ends) break;
            values = told.values;
            const double level = at.levels.at(static_cast<std::size_t>(at.step));
            step(at, values.schedule("zeta").front());
            estimate = at.arrays.at("x").slice(0);
            if (used) used->emplace_back(at.step, values.text("zeta"));
            if (run.steering) run.steering->done({slice, values, level, 1.0 / static_cast<double>(at.step), 2.0, at, estimate});
            if (after) after(at.step);
        }
        if (estimate.empty()) throw Cancelled();
        Reconstruction result;
        result.images.pixels = std::move(estimate).reshaped({1, rows, columns});
        result.protocol.method = "dps";
        result.protocol.parameters = start.toJson();
        result.protocol.seed = seed;
        result.protocol.slices = {slice};
        result.stoppedEarly = stopped;
        return result;
    }
};

}  // namespace larmor::test
