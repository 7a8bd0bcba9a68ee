#pragma once
// The interface behind which coils are whitened and compressed: exported by larmor_recon beside Engine, loaded the same way.

#include <vector>

#include "core/base/array.h"
#include "core/base/data/sampling_mask.h"

namespace larmor {

/// A slice that a mixture of coils is found from: the samples that the mask keeps.
struct CalibrationSlice {
    ComplexArray kspace;  ///< [coil, readout, phase]
    SamplingMask mask;
};

/// Mixtures of coils, y' = A y. One for the whole matrix is [coil out, coil in]; one for each place along the readout, which acts between
/// the transforms along it, is [readout, coil out, coil in].
class LARMOR_BASE_EXPORT CoilLab {
public:
    virtual ~CoilLab();
    /// W = L^-1 of the covariance Psi = N N^H / n = L L^H of noise N [coil, sample], [coil, coil]: after it the noise of each coil has the
    /// complex variance E |n|^2 = 1 (1/2 a real component) and that of two coils is uncorrelated.
    /// @throws InputError for less samples than coils, or a coil without noise of its own
    [[nodiscard]] virtual ComplexArray whitening(const ComplexArray& noise) = 0;
    /// The `coils` principal components of the calibration samples of all slices (at most 24 x 24 of the fully sampled centre; all samples
    /// where the centre is not sampled), orthonormal, the strongest first. [Huang et al., Magn Reson Imaging 2008]
    /// @throws UsageError for more coils than there are; InputError where the samples are zero
    [[nodiscard]] virtual ComplexArray compression(const std::vector<CalibrationSlice>& slices, std::int64_t coils) = 0;
    /// The same at each place along the readout, each turned to be nearest to its neighbour on the side of the middle.
    /// [Zhang et al., Magn Reson Med 2013, eq. 6 to 9] Only where no line along readout is partly sampled.
    [[nodiscard]] virtual ComplexArray geometricCompression(const std::vector<CalibrationSlice>& slices, std::int64_t coils) = 0;
    /// K-space [coil, readout, phase] after the mixture. @throws ShapeError
    [[nodiscard]] virtual ComplexArray mixed(const ComplexArray& kspace, const ComplexArray& mixture) = 0;
    /// Coil maps [coil, readout, phase] after the mixture; `normalised` to sum |S|^2 = 1 where they are not 0. @throws ShapeError
    [[nodiscard]] virtual ComplexArray mixedMaps(const ComplexArray& maps, const ComplexArray& mixture, bool normalised) = 0;
};

/// The symbol that larmor_recon exports in C.
inline constexpr const char* kCoilLabFactory = "larmorCreateCoilLab";
using CoilLabFactory = CoilLab* (*)();

}  // namespace larmor
