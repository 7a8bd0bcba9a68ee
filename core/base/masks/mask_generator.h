#pragma once
// Sampling masks by rule. 1D masks run along phase encode: whole readout lines are kept or left out.

#include <optional>
#include <string>
#include <vector>

#include "core/base/data/sampling_mask.h"
#include "core/base/param_spec.h"

namespace larmor::masks {

enum class Kind { Equispaced, Random, Gaussian, Poisson };

[[nodiscard]] LARMOR_BASE_EXPORT std::string toText(Kind kind);             ///< "equispaced", as on the command line
[[nodiscard]] LARMOR_BASE_EXPORT Kind kindFromText(const std::string& text);  ///< @throws UsageError listing the kinds

struct MaskSpec {
    Kind kind = Kind::Equispaced;
    double acceleration = 4;       ///< R, total, ACS counted; achieved within 2 % where the matrix allows
    std::int64_t acs = 24;         ///< fully sampled centre: lines (1D kinds), or block edge length (Poisson)
    std::optional<std::int64_t> acsReadout;  ///< Poisson: block height, if not square
    std::uint64_t seed = 1;
    friend bool operator==(const MaskSpec&, const MaskSpec&) = default;
};

/// The parameters of a kind as data, for the form and the help: R, acs, seed, ...
[[nodiscard]] LARMOR_BASE_EXPORT ParamList maskParameters(Kind kind);
[[nodiscard]] LARMOR_BASE_EXPORT MaskSpec specFrom(Kind kind, const ParamValues& values);

/// "equispaced:R=4,acs=24,seed=1" both ways. @throws UsageError that says what is wrong and shows an example.
[[nodiscard]] LARMOR_BASE_EXPORT MaskSpec parseMaskSpec(const std::string& text);
[[nodiscard]] LARMOR_BASE_EXPORT std::string toText(const MaskSpec& spec);
/// True if the text starts with a mask kind's name, or has the form word:key=value, which parseMaskSpec then refuses with the kinds that
/// there are; else it is a file's path.
[[nodiscard]] LARMOR_BASE_EXPORT bool looksLikeMaskSpec(const std::string& text);

/// Makes the mask. The same spec and shape give the same mask everywhere.
/// @param columnBegin, columnEnd  phase-encode columns that the scanner filled; nothing outside is kept, and R counts them only
///        (fastMRI's zero padding); the defaults take all.
/// @throws UsageError if R cannot be reached with that ACS (says the largest R that can).
[[nodiscard]] LARMOR_BASE_EXPORT SamplingMask generate(const MaskSpec& spec, std::int64_t readout, std::int64_t phase,
                                                       std::int64_t columnBegin = 0, std::int64_t columnEnd = -1);

/// Thins an accelerated acquisition further: keeps a part of the acquired lines (or samples) so that extra R relative to them is
/// spec.acceleration; the ACS is kept where it was acquired. Total R = acquired R x extra R.
[[nodiscard]] LARMOR_BASE_EXPORT SamplingMask thin(const SamplingMask& acquired, const MaskSpec& spec);

/// Largest centred block, [readout, phase] lengths, that is fully sampled: the calibration region ESPIRiT can use.
struct CalibrationBlock { std::int64_t readout = 0, phase = 0; };
[[nodiscard]] LARMOR_BASE_EXPORT CalibrationBlock calibrationBlock(const SamplingMask& mask);

/// Warnings about a mask that a person should see: undersampled along readout, no ACS, empty.
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<std::string> maskWarnings(const SamplingMask& mask);

/// |PSF| along phase encode through the centre row, normalised to its peak, [phase] with the peak in the middle; and the largest side
/// lobe with its distance in pixels.
struct PointSpread { std::vector<float> profile; double sideLobe = 0; std::int64_t sideLobeDistance = 0; };
[[nodiscard]] LARMOR_BASE_EXPORT PointSpread pointSpread(const SamplingMask& mask);

}  // namespace larmor::masks
