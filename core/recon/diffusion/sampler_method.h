#pragma once
// From a method plugin to a sampler and back: units, noise, seeds, progress, what is kept beside the image.

#include <functional>
#include <string>

#include "core/recon/diffusion/sampler.h"
#include "core/recon/method.h"

namespace larmor::recon::diffusion {

using Sampler = std::function<SolverResult(const SamplerInput& in, const StepHook& hook)>;

/// Runs a sampler on one slice. Of `values` it reads what the samplers' sidecars share: "samples" (where it is declared; else the result
/// is a point estimate), "turns" (true: the prior is a TurningPrior; false where it is absent) and "noise" (where it is declared; sigma_y in prior units, 0: estimated by noiseLevel). Sample i has the seed
/// in.seed + i. The image is the one sample, or the mean of them. Without coil maps (MethodInput::A) the sampler sees no data.
/// @param stage  the method's name, as a person reads it
/// @throws PluginError if the manifest does not declare that the method needs a prior; InputError for an unknown normalisation rule
[[nodiscard]] LARMOR_RECON_EXPORT MethodResult runSampler(const std::string& stage, const MethodInput& in, const ParamValues& values,
                                                          const RunControl& run, const Sampler& sampler);

}  // namespace larmor::recon::diffusion
