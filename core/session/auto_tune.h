#pragma once
// A parameter without a reference: the value whose image predicts lines best that were held out, or, by Stein's estimate, the measured ones
// without their noise.

#include <optional>
#include <string>
#include <vector>

#include "core/session/held_out.h"
#include "core/session/reconstruct.h"

namespace larmor::session {

enum class TuneBy {
    HeldOut,  ///< the error of what was held out
    Sure      ///< sure.h: nothing is held out, the noise is read from the edge of k-space
};

struct TuneOptions {
    std::string parameter;              ///< a number of the request's method
    std::vector<std::string> values;    ///< as ParamValues takes them; empty: tuningValues()
    std::optional<std::int64_t> slice;  ///< flat index; nullopt: the middle one of the object, among those of the request
    HoldOutOptions holdOut;             ///< its seed counts for Sure too
    TuneBy by = TuneBy::HeldOut;
};

/// Reconstructs one slice with each value from what holdOut() keeps, and compares P_held F S x with the samples that were held out; S from
/// the ACS, which is never held out. Where the values are the usual ones and the lowest error lies at their end, up to three beyond it are
/// tried. The other parameters are those of the request with what its prior recommends. The result's value is
/// Tuning::lowest (leaning() where leansOnCurrent()), or the request's own (recommended or initial) where there is a doubt. Progress counts
/// folds x values. By Sure the errors are of all measured lines (Tuning::unit is "measured line"), from two reconstructions a value.
/// @throws ParamError for a parameter that cannot be tuned; UsageError for a slice that the request does not have; InputError where there
/// is nothing to hold out; Cancelled; whatever reconstruct() throws
[[nodiscard]] Tuning autoTune(const ReconstructionRequest& request, const TuneOptions& options, const RunControl& run);

/// The request with the tuned value, kept against recommendations; unchanged but for the record where there is a doubt.
[[nodiscard]] ReconstructionRequest withTuning(ReconstructionRequest request, const Tuning& tuning);

}  // namespace larmor::session
