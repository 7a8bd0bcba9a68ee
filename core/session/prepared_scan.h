#pragma once
// A scan after what is done to its coils first: whitened, compressed, with virtual conjugates.

#include <optional>

#include "core/base/data/coil_preparation.h"
#include "core/session/slice_source.h"

namespace larmor::session {

/// Where the readout of 3D k-space has become the slices (VolumeScan), a geometric compression is one mixture for each of them.
///
/// Noise is whitened to the complex variance 1, then the coils are compressed, then the virtual conjugates are added. One mixture serves
/// all slices and frames, found from the middle slices (of the middle frame): the noise from acquired samples, the compression from those
/// that the mask keeps.
///
/// With virtual conjugates all k-space is divided by sqrt(2), so that the root sum of squares over twice as many coils stays. They hold the
/// samples that mirror those of the mask. The mask of a slice is that of both together; what a coil does not hold of it is zero, and the
/// engine goes by that.
class PreparedScan final : public MaskedScan {
public:
    /// @param mask  that of the reconstruction @param noise  the scan that noise is taken from: the whole one where `whole` is the middle
    /// of its k-space, which has no edge @throws UsageError for more coils than there are, a geometric compression of a mask with partly
    /// sampled lines, InputError where there is no noise to whiten with
    PreparedScan(AcquisitionPtr whole, const CoilPreparation& preparation, const MaskChoice& mask, AcquisitionPtr noise);

    [[nodiscard]] const AcquisitionHeader& header() const override { return m_header; }
    /// All acquired samples. @throws UsageError as the constructor
    [[nodiscard]] ComplexArray readSlice(std::int64_t index) const override;
    [[nodiscard]] std::optional<ComplexArray> readCalibration(std::int64_t index) const override;
    /// Acceleration factors are those of the samples of the real coils.
    [[nodiscard]] MaskedSlice readMasked(std::int64_t slice, const MaskChoice& choice) const override;
    /// Maps of the coils that the scan has, as those of the prepared ones: normalised where the noise is whitened, as estimated ones are.
    /// @throws UsageError with virtual conjugates, whose maps hold the phase of the object too
    [[nodiscard]] CoilMaps prepared(CoilMaps given) const;

private:
    void findMixture(const MaskChoice& mask);
    [[nodiscard]] ComplexArray mixturesOfPlaces(const MaskChoice& mask) const;
    [[nodiscard]] ComplexArray mixtureOf(std::int64_t index) const;
    [[nodiscard]] ComplexArray noiseOf(const std::vector<std::int64_t>& slices) const;
    [[nodiscard]] ComplexArray mixed(ComplexArray kspace, const SamplingMask& held, std::int64_t index) const;
    [[nodiscard]] ComplexArray withConjugates(ComplexArray kspace) const;
    void checkLines(const SamplingMask& mask) const;

    AcquisitionPtr m_whole, m_noise;
    CoilPreparation m_preparation;
    AcquisitionHeader m_header;
    bool m_byPlace = false;                 ///< slices are places along the readout, and each has a mixture of its own
    std::optional<ComplexArray> m_mixture;  ///< as CoilLab has them; empty: the coils stay
};

/// The middle slices, at most three, of the middle of all other dimensions.
[[nodiscard]] std::vector<std::int64_t> middleSlices(const AcquisitionHeader& header);

}  // namespace larmor::session
