#pragma once
// How long work reports and is stopped. Every function that can exceed 50 ms takes a RunControl last: it blocks, knows no
// thread and touches no widget.

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "core/base/array.h"

namespace larmor {

/// What is known after a step. Unknown values stay empty.
struct StepReport {
    std::string stage;          ///< "coil maps", "CG-SENSE"
    std::int64_t step = 0;      ///< steps done, 1..total
    std::int64_t total = 0;     ///< 0 while unknown
    std::optional<double> residual;  ///< relative data residual ||A x - y|| / ||y||, where the method computes one
};

class LARMOR_BASE_EXPORT ProgressSink {
public:
    virtual ~ProgressSink();
    virtual void onStep(const StepReport& report);
    /// True when a preview would be shown if it were made now: ask before computing one.
    [[nodiscard]] virtual bool wantsPreview();
    /// The image as it is now, [readout, phase], in the units of the result.
    virtual void onPreview(ComplexArray image);
};

/// A sink that ignores everything.
LARMOR_BASE_EXPORT ProgressSink& silentProgress();

class Steering;  // core/base/steering.h

struct RunControl {
    std::stop_token stop;
    ProgressSink* progress = &silentProgress();
    Steering* steering = nullptr;  ///< asked before and told after each step of the methods that can be steered; null: none

    /// @throws Cancelled if a stop was requested.
    void throwIfStopped() const {
        if (stop.stop_requested()) throw Cancelled();
    }
};

}  // namespace larmor
