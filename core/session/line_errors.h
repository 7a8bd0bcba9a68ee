#pragma once
#include <vector>

#include "core/base/array.h"
#include "core/base/data/sampling_mask.h"

namespace larmor::session {

/// Of each sample the squared error of its prediction, over all coils, and its energy. [readout, phase], 0 where the mask is.
struct SampleErrors {
    RealArray error, energy;
};
[[nodiscard]] SampleErrors sampleErrors(const ComplexArray& predicted, const ComplexArray& measured, const SamplingMask& mask);

/// Error of each value over the median of the values beside it, in the order given: `reach` on each side.
[[nodiscard]] std::vector<double> overNeighbours(const std::vector<double>& values, std::int64_t reach);

}  // namespace larmor::session
