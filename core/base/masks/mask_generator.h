#pragma once
// Sampling masks by rule. 1D masks run along phase encode: whole readout lines are kept or left out.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/data/sampling_mask.h"
#include "core/base/param_spec.h"

namespace larmor::masks {

/// Uniform and the kt kinds are those of the CMRxRecon challenges (ktMaskGenerator.m): lines or spokes at R, and the ACS on top.
enum class Kind { Equispaced, Random, Gaussian, Poisson, Uniform, KtUniform, KtGaussian, KtRadial };

[[nodiscard]] LARMOR_BASE_EXPORT std::string toText(Kind kind);             ///< "equispaced", as on the command line
[[nodiscard]] LARMOR_BASE_EXPORT Kind kindFromText(const std::string& text);  ///< @throws UsageError listing the kinds
[[nodiscard]] LARMOR_BASE_EXPORT std::span<const Kind> allKinds();            ///< in the order of the enumeration
[[nodiscard]] LARMOR_BASE_EXPORT bool hasBlock(Kind kind);     ///< the ACS is a block, not lines: samples are chosen in both directions
[[nodiscard]] LARMOR_BASE_EXPORT bool countsAcs(Kind kind);    ///< R counts the ACS; else what is achieved is lower than R
[[nodiscard]] LARMOR_BASE_EXPORT bool changesInTime(Kind kind);  ///< each frame of a series has a mask of its own

struct MaskSpec {
    Kind kind = Kind::Equispaced;
    double acceleration = 4;       ///< R; with countsAcs(kind) total and achieved within 2 % where the matrix allows, else without the ACS
    std::int64_t acs = 24;         ///< fully sampled centre: lines, or block edge length where hasBlock(kind)
    std::optional<std::int64_t> acsReadout;  ///< block height, if not square
    std::uint64_t seed = 1;        ///< nothing is drawn for Uniform, KtUniform and KtRadial
    /// Partial Fourier: the fraction of the columns and of the rows that is acquired, 0.5 to 1; the first ones are left out. R is relative
    /// to what is left, so that in all it is R / (partialPhase * partialReadout).
    double partialPhase = 1, partialReadout = 1;
    friend bool operator==(const MaskSpec&, const MaskSpec&) = default;
};

/// The parameters of a kind as data, for the form and the help: R, acs, seed, ...
[[nodiscard]] LARMOR_BASE_EXPORT ParamList maskParameters(Kind kind);
[[nodiscard]] LARMOR_BASE_EXPORT MaskSpec specFrom(Kind kind, const ParamValues& values);
[[nodiscard]] LARMOR_BASE_EXPORT ParamValues valuesFrom(const MaskSpec& spec);  ///< back; what the kind does not know is left out

/// "equispaced:R=4,acs=24,seed=1" both ways; "pf=0.75" and "pf_readout=0.8" for partial Fourier. @throws UsageError that says what is wrong and shows an example.
[[nodiscard]] LARMOR_BASE_EXPORT MaskSpec parseMaskSpec(const std::string& text);
[[nodiscard]] LARMOR_BASE_EXPORT std::string toText(const MaskSpec& spec);
/// True if the text starts with a mask kind's name, or has the form word:key=value, which parseMaskSpec then refuses with the kinds that
/// there are; else it is a file's path.
[[nodiscard]] LARMOR_BASE_EXPORT bool looksLikeMaskSpec(const std::string& text);

/// Makes the mask. The same spec and shape give the same mask everywhere.
/// @param columnBegin, columnEnd  phase-encode columns that the scanner filled; nothing outside is kept, and R counts them only
///        (fastMRI's zero padding); the defaults take all.
/// @param frame  of a series, from 0; a scan that does not move is frame 0. Matters where changesInTime(spec.kind).
/// @throws UsageError if R cannot be reached with that ACS (says the largest R that can), or is not whole where every R-th line is kept.
[[nodiscard]] LARMOR_BASE_EXPORT SamplingMask generate(const MaskSpec& spec, std::int64_t readout, std::int64_t phase,
                                                       std::int64_t columnBegin = 0, std::int64_t columnEnd = -1,
                                                       std::int64_t frame = 0);
/// One mask a frame.
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<SamplingMask> generateSeries(const MaskSpec& spec, std::int64_t readout, std::int64_t phase,
                                                                          std::int64_t frames);

/// Thins an accelerated acquisition further: keeps a part of the acquired lines (or samples) so that extra R relative to them is
/// spec.acceleration; the ACS is kept where it was acquired. Total R = acquired R x extra R. Kinds that do not count the ACS keep every R-th
/// of the acquired lines, or the spokes of them.
[[nodiscard]] LARMOR_BASE_EXPORT SamplingMask thin(const SamplingMask& acquired, const MaskSpec& spec, std::int64_t frame = 0);

/// Largest centred block, [readout, phase] lengths, that is fully sampled: the calibration region ESPIRiT can use.
struct CalibrationBlock { std::int64_t readout = 0, phase = 0; };
[[nodiscard]] LARMOR_BASE_EXPORT CalibrationBlock calibrationBlock(const SamplingMask& mask);

/// Whether that block has at least four lines a side, or all there are: without it the weakest part of k-space is known best.
[[nodiscard]] LARMOR_BASE_EXPORT bool keepsCentre(const SamplingMask& mask);

/// Warnings about a mask that a person should see: undersampled along readout, no ACS, empty.
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<std::string> maskWarnings(const SamplingMask& mask);

/// |PSF| along phase encode through the centre row, normalised to its peak, [phase] with the peak in the middle; and the largest side
/// lobe with its distance in pixels.
struct PointSpread { std::vector<float> profile; double sideLobe = 0; std::int64_t sideLobeDistance = 0; };
[[nodiscard]] LARMOR_BASE_EXPORT PointSpread pointSpread(const SamplingMask& mask);

}  // namespace larmor::masks
