#pragma once
#include "core/recon/diffusion/prior.h"

namespace larmor::recon::diffusion {

/// A prior that is asked in another of the eight orientations of the square at each call, always in the same order, with the answer
/// turned back: what a network does differently with a turned or mirrored head averages out over the steps of a deterministic
/// iteration, at no cost. Equivariant plug-and-play [Terris 2024]. Exported networks, which may insist on their matrix, are mirrored only.
class LARMOR_RECON_EXPORT TurningPrior final : public Prior {
public:
    explicit TurningPrior(const Prior& inner) : m_inner(inner) {}
    /// The next call is as the first one of step `step` in a run that asks once a step, whatever was asked before.
    void beginStep(std::int64_t step) const { m_calls = static_cast<unsigned>(step); }
    [[nodiscard]] const PriorCard& card() const override { return m_inner.card(); }
    [[nodiscard]] at::Tensor denoise(const at::Tensor& x, double sigma) const override;
    [[nodiscard]] Denoised denoiseForVjp(const at::Tensor& x, double sigma) const override;

private:
    [[nodiscard]] unsigned nextOrientation() const;

    const Prior& m_inner;
    mutable unsigned m_calls = 0;
};

}  // namespace larmor::recon::diffusion
