#pragma once
// Measured samples that a reconstruction does not get to see, so that it can be asked to predict them.

#include <cstdint>
#include <vector>

#include "core/base/data/sampling_mask.h"

namespace larmor::session {

struct HoldOutOptions {
    double share = 1.0 / 8;  ///< of what lies outside the ACS, in each fold
    std::int64_t folds = 2;  ///< times that others are held out
    std::int64_t seed = 1;
};

/// One fold.
struct HeldOut {
    SamplingMask kept;
    /// Samples by line, as flat indices of [readout, phase]; one each where single samples are held out.
    std::vector<std::vector<std::int64_t>> units;
};

struct HoldOutPlan {
    bool lines = true;           ///< whole phase-encode lines; false: single samples, of masks in two dimensions
    std::int64_t outside = 0;    ///< lines (or samples) that lie outside the ACS
    std::vector<HeldOut> folds;  ///< no unit is held out twice; fewer than asked for where there are too few
};

/// Fewest lines (or samples) that a fold holds out.
inline constexpr std::int64_t kFewestHeldOut = 3;

/// Holds out whole lines outside the ACS, the run of sampled columns about the centre of k-space; of masks whose lines are not sampled in
/// one piece, such as Poisson discs, single samples outside the fully sampled block. They are drawn from strata of equal size by distance
/// from the centre, so that each fold sees all of them. At least kFewestHeldOut a fold; no fold where that would take more than half.
/// @throws ParamError for a share outside of (0, 0.5] or fewer than one fold; InputError where nothing lies outside the ACS
[[nodiscard]] HoldOutPlan holdOut(const SamplingMask& mask, const HoldOutOptions& options);

/// Sums over the coils of one held-out line (or sample).
struct UnitError {
    double error = 0;   ///< |prediction - measured|^2
    double energy = 0;  ///< |measured|^2
};

/// In the order of the units. @param predicted, measured  [coil, readout, phase] @throws ShapeError
[[nodiscard]] std::vector<UnitError> predictionErrors(const ComplexArray& predicted, const ComplexArray& measured, const HeldOut& fold);

}  // namespace larmor::session
