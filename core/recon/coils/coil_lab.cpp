// The CoilLab behind which coils are mixed; see core/base/api/coil_lab.h.
#include "core/base/api/coil_lab.h"

#include <ATen/ATen.h>

#include "core/base/error.h"
#include "core/recon/coils/coil_mixture.h"
#include "core/recon/fft/centred_fft.h"
#include "core/recon/tensor_view.h"
#include "core/recon/torch_errors.h"

namespace larmor::recon {

namespace {

std::vector<at::Tensor> samplesOf(const std::vector<CalibrationSlice>& slices) {
    if (slices.empty()) throw ShapeError("calibration slices", "at least one", "none");
    std::vector<at::Tensor> samples;
    for (const auto& slice : slices) {
        checkShape(slice.kspace.shape(), {-1, slice.mask.readout(), slice.mask.phase()}, "k-space");
        samples.push_back(calibrationSamples(toTensor(applyMask(slice.kspace, slice.mask)), slice.mask));
    }
    return samples;
}

/// A mixture [out, in], or [readout, out, in] for the readout of what it is applied to.
void checkMixture(const ComplexArray& coils, const ComplexArray& mixture) {
    checkShape(coils.shape(), {-1, -1, -1}, "coils");
    const std::int64_t in = coils.extent(0);
    checkShape(mixture.shape(), mixture.rank() == 2 ? Shape{-1, in} : Shape{coils.extent(1), -1, in}, "mixture of coils");
}

class CoilLabImplementation final : public CoilLab {
public:
    ComplexArray whitening(const ComplexArray& noise) override {
        checkShape(noise.shape(), {-1, -1}, "noise");
        return torchEdge("whitening", "cpu", [&] { return toComplexArray(whiteningMatrix(toTensor(noise))); });
    }
    ComplexArray compression(const std::vector<CalibrationSlice>& slices, std::int64_t coils) override {
        return torchEdge("the coil compression", "cpu", [&] { return toComplexArray(principalCoils(samplesOf(slices), coils)); });
    }
    ComplexArray geometricCompression(const std::vector<CalibrationSlice>& slices, std::int64_t coils) override {
        return torchEdge("the coil compression", "cpu", [&] { return toComplexArray(alignedPrincipalCoils(samplesOf(slices), coils)); });
    }
    ComplexArray mixed(const ComplexArray& kspace, const ComplexArray& mixture) override {
        checkMixture(kspace, mixture);
        return torchEdge("the coil compression", "cpu", [&] {
            const at::Tensor y = toTensor(kspace), A = toTensor(mixture);
            return toComplexArray(A.dim() == 2 ? mixedCoils(y, A) : fft2c(mixedCoils(ifft2c(y), A)));
        });
    }
    ComplexArray mixedMaps(const ComplexArray& maps, const ComplexArray& mixture, bool normalised) override {
        checkMixture(maps, mixture);
        return torchEdge("the coil compression", "cpu", [&] {
            const at::Tensor mixedOnes = mixedCoils(toTensor(maps), toTensor(mixture));
            if (!normalised) return toComplexArray(mixedOnes);
            return toComplexArray(mixedOnes / at::abs(mixedOnes).square().sum(0, true).sqrt().clamp_min(1e-30));
        });
    }
};

}  // namespace

}  // namespace larmor::recon

extern "C" LARMOR_EXPORT larmor::CoilLab* larmorCreateCoilLab() {
    return new larmor::recon::CoilLabImplementation();
}
