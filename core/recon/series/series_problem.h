#pragma once
// A series in the form that solvers see.

#include "core/recon/method.h"
#include "core/recon/scaled_problem.h"

namespace larmor::recon {

/// Each sample's mean over the frames that hold it.
struct TimeMean {
    at::Tensor kspace;  ///< [coil, readout, phase]
    at::Tensor mask;    ///< [readout, phase], 1 where any frame holds the sample
};
/// @param y [frame, coil, readout, phase], zero where the masks are; @param masks [frame, readout, phase]
[[nodiscard]] LARMOR_RECON_EXPORT TimeMean timeMean(const at::Tensor& y, const at::Tensor& masks);

/// Normal equations of all frames, divided by the picsScale of the mean over time, so that a weight means what it means on a single image.
/// @throws PluginError if the method's manifest does not declare that it needs maps
[[nodiscard]] LARMOR_RECON_EXPORT ScaledProblem scaledSeries(const SeriesInput& in);

}  // namespace larmor::recon
