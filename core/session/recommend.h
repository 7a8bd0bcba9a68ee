#pragma once
// From a sweep to what a prior's card recommends.

#include <string>
#include <vector>

#include "core/base/data/prior_card.h"
#include "core/session/sweep.h"

namespace larmor::session {

/// For each method that used a prior, each contrast, each R and masks with and without a centre: the values of the axes with the lowest mean
/// NRMSE over scans, slices and masks of that R. R is that of the mask's text, else the measured one to a tenth. Methods without axes recommend nothing.
/// @param prior  as the table names it; empty: the only one there is
/// @throws UsageError if the table holds several priors and none is named, or nothing that could be recommended
[[nodiscard]] std::vector<PriorRecommendation> recommendationsFrom(const std::vector<SweepCell>& cells, const std::string& prior);

/// Copies weights with these recommendations; they take the place of those for the same methods, of those for masks
/// without a centre where there are new ones for such. The weights, and so their hash, stay.
/// @throws IoError, InputError
void writeRecommendations(const std::string& weights, const std::vector<PriorRecommendation>& recommendations, const std::string& output);

}  // namespace larmor::session
