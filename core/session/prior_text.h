#pragma once
// Diffusion priors in words: what a list of them shows, and what a run with one would take.

#include <string>
#include <vector>

#include "core/base/api/plugin_manifest.h"
#include "core/session/priors.h"
#include "core/session/reconstruct.h"

namespace larmor::session {

/// "105952 images seen, 17.8 MB, weights a45bc1d2"
[[nodiscard]] std::string weightsText(const KnownPrior& prior);
/// What the prior saw, line by line: anatomy and classes, training set, matrix and pixels, progress with size and hash, licence.
[[nodiscard]] std::vector<std::string> factsOf(const KnownPrior& prior);
/// "pnp, T1, R 4: sigma_max 0.1"
[[nodiscard]] std::string recommendationText(const PriorRecommendation& recommendation);

/// What a run with a prior would take, and what speaks against it, before it begins.
struct PriorAdvice {
    std::string contrast;              ///< the class that it samples with; empty: none
    bool contrastMissing = false;      ///< the prior has classes, the file does not say which one it is, and none was chosen
    std::string recommended;           ///< what stands in for values at their defaults, as recommendationText(); empty: nothing
    std::vector<std::string> outside;  ///< how the scan lies outside of what the prior saw
};
/// @param asked  contrast that was chosen, as PriorRequest::contrast
[[nodiscard]] PriorAdvice adviseOn(const PriorCard& card, const PluginManifest& method, const AcquisitionHeader& header,
                                   const std::string& asked, const SamplingCase& sampling);

}  // namespace larmor::session
