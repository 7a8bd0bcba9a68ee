#pragma once
// A scan at a lower resolution: the middle of its k-space.

#include <optional>
#include <string>

#include "core/session/slice_source.h"

namespace larmor::session {

/// The same field of view in larger pixels: of each axis the central n/factor samples, rounded, so that index n/2 stays the zero frequency.
/// Samples are scaled by sqrt(pixels left / pixels before): the transform is orthonormal, and images keep the brightness of the whole scan.
class ReducedScan final : public MaskedScan {
public:
    /// @throws ParamError for a factor below 1; InputError where less than 16 samples would be left of an axis
    ReducedScan(AcquisitionPtr whole, std::int64_t factor);

    /// Matrices, pixels, place and filled columns are those of what is left.
    [[nodiscard]] const AcquisitionHeader& header() const override { return m_header; }
    [[nodiscard]] ComplexArray readSlice(std::int64_t index) const override;
    [[nodiscard]] std::optional<ComplexArray> readNoise() const override { return m_whole->readNoise(); }
    [[nodiscard]] std::optional<ComplexArray> readCalibration(std::int64_t index) const override;
    /// With the mask that the choice gives on the whole matrix, cut alike; an edited mask may be of the reduced matrix already.
    /// Acceleration factors are those of what is left. @throws as readMaskedSlice
    [[nodiscard]] MaskedSlice readMasked(std::int64_t slice, const MaskChoice& choice) const override;
    [[nodiscard]] const AcquisitionPtr& whole() const { return m_whole; }
    /// What is left of an image of the whole scan, [readout, phase] of its reconstructed matrix: its low frequencies, on the reduced matrix,
    /// in magnitudes.
    [[nodiscard]] RealArray reducedImage(const RealArray& image) const;

private:
    /// The middle of k-space [coil, readout, phase].
    [[nodiscard]] ComplexArray middleOf(const ComplexArray& kspace) const;

    AcquisitionPtr m_whole;
    AcquisitionHeader m_header;
};

/// nullopt where the request is of the whole matrix. @throws UsageError for coil maps of a file, which are of the whole matrix
[[nodiscard]] std::optional<ReducedScan> reducedScanOf(const ReconstructionRequest& request);

/// "half size", "quarter size", "1/3 size"; "full size" for 1.
[[nodiscard]] std::string sizeText(std::int64_t factor);

}  // namespace larmor::session
