#include "core/session/virtual_conjugates.h"

namespace larmor::session {

ComplexArray conjugateMirror(const ComplexArray& kspace) {
    const auto readout = kspace.extent(1), phase = kspace.extent(2);
    ComplexArray result(kspace.shape());
    for (std::int64_t coil = 0; coil < kspace.extent(0); ++coil)
        for (std::int64_t r = 0; r < readout; ++r)
            for (std::int64_t p = 0; p < phase; ++p)
                result(coil, r, p) = std::conj(kspace(coil, mirroredIndex(r, readout), mirroredIndex(p, phase)));
    return result;
}

SamplingMask mirrored(const SamplingMask& mask) {
    ByteArray samples(mask.samples().shape());
    for (std::int64_t r = 0; r < mask.readout(); ++r)
        for (std::int64_t p = 0; p < mask.phase(); ++p)
            samples(r, p) = mask.samples()(mirroredIndex(r, mask.readout()), mirroredIndex(p, mask.phase()));
    return {std::move(samples), mask.description()};
}

SamplingMask united(const SamplingMask& a, const SamplingMask& b) {
    checkShape(b.samples().shape(), a.samples().shape(), "mask");
    ByteArray samples = a.samples();
    for (std::int64_t i = 0; i < samples.size(); ++i) samples[i] = samples[i] != 0 || b.samples()[i] != 0 ? 1 : 0;
    return {std::move(samples), a.description()};
}

}  // namespace larmor::session
