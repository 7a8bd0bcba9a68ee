#include "core/recon/diffusion/turning_prior.h"

#include <utility>
#include <vector>

#include <ATen/ATen.h>

namespace larmor::recon::diffusion {

namespace {

// Bits of an orientation: mirrored along readout, along phase encode, axes exchanged.
constexpr unsigned kMirrorReadout = 1, kMirrorPhase = 2, kExchange = 4, kOrientations = 8;
constexpr unsigned kStride = 5;  // prime to 8: neighbouring calls differ in more than one mirror

at::Tensor mirrored(const at::Tensor& x, unsigned orientation) {
    std::vector<std::int64_t> dims;
    if (orientation & kMirrorReadout) dims.push_back(1);
    if (orientation & kMirrorPhase) dims.push_back(2);
    return dims.empty() ? x : at::flip(x, dims);
}

at::Tensor exchanged(const at::Tensor& x, unsigned orientation) { return orientation & kExchange ? x.transpose(1, 2).contiguous() : x; }

at::Tensor turned(const at::Tensor& x, unsigned orientation) { return exchanged(mirrored(x, orientation), orientation); }
at::Tensor turnedBack(const at::Tensor& x, unsigned orientation) { return mirrored(exchanged(x, orientation), orientation); }

}  // namespace

unsigned TurningPrior::nextOrientation() const {
    const unsigned orientation = kStride * m_calls++ % kOrientations;
    return card().family == "exported" ? orientation & (kMirrorReadout | kMirrorPhase) : orientation;
}

at::Tensor TurningPrior::denoise(const at::Tensor& x, double sigma) const {
    const unsigned orientation = nextOrientation();
    return turnedBack(m_inner.denoise(turned(x, orientation), sigma), orientation);
}

Denoised TurningPrior::denoiseForVjp(const at::Tensor& x, double sigma) const {
    const unsigned orientation = nextOrientation();
    Denoised denoised = m_inner.denoiseForVjp(turned(x, orientation), sigma);
    return {turnedBack(denoised.image, orientation),
            [orientation, inner = std::move(denoised.vjp)](const at::Tensor& v) { return turnedBack(inner(turned(v, orientation)), orientation); }};
}

}  // namespace larmor::recon::diffusion
