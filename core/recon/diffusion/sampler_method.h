#pragma once
// From a method plugin to a sampler and back: units, noise, seeds, progress, what is kept beside the image.

#include <string>

#include "core/recon/diffusion/method_run.h"
#include "core/recon/method.h"

namespace larmor::recon::diffusion {

/// Runs a sampler on one slice. Of `values` it reads what the samplers' sidecars share: "samples" (where it is declared; else the result
/// is a point estimate), "turns" (true: the prior is a TurningPrior; false where it is absent) and "noise" (where it is declared; sigma_y
/// in prior units, 0: estimated by noiseLevel). Sample i has the seed in.seed + i. The image is the one sample, or the mean of them.
/// Without coil maps (MethodInput::A) the sampler sees no data. Where run.steering is set, it is asked before each step and told after it;
/// a run that goes on from a finished state gives what the state holds. A stop is also seen within a step: see interrupt.h.
/// @param make  called at the start, and again whenever values change in mid-run
/// @param stage  the method's name, as a person reads it
/// @throws PluginError if the manifest does not declare that the method needs a prior; Cancelled if it ends before a step was
/// done; as MethodRun::next
[[nodiscard]] LARMOR_RECON_EXPORT MethodResult runSampler(const std::string& stage, const MethodInput& in, const ParamValues& values,
                                                          const RunControl& run, const SamplerFactory& make);

}  // namespace larmor::recon::diffusion
