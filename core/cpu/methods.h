#pragma once
// The classical methods of single slices.

#include <string>

#include "core/base/api/engine.h"

namespace larmor::cpu {

/// "zero-filled", "cg-sense", "l1-wavelet" and "tv".
/// @param name    of the method, which takes the parameters that its sidecar declares
/// @param label   what a person reads in the progress
/// @throws PluginError if there is no such method; InputError, ShapeError; Cancelled if a stop came before the first step
[[nodiscard]] SliceSolution reconstruct(const std::string& name, const std::string& label, const ParamValues& values, const SliceProblem& problem,
                                        bool needsMaps, const RunControl& run);

}  // namespace larmor::cpu
