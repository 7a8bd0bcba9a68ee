#pragma once
#include <chrono>

#include "core/recon/diffusion/prior.h"

namespace larmor::recon::diffusion {

/// A prior that adds up the time that is spent in it: the floor below which a sampler cannot come.
class TimedPrior final : public Prior {
public:
    explicit TimedPrior(const Prior& inner) : m_inner(inner) {}
    [[nodiscard]] const PriorCard& card() const override { return m_inner.card(); }
    [[nodiscard]] at::Tensor denoise(const at::Tensor& x, double sigma) const override;
    [[nodiscard]] Denoised denoiseForVjp(const at::Tensor& x, double sigma) const override;
    [[nodiscard]] double seconds() const { return m_spent.count(); }

private:
    using Clock = std::chrono::steady_clock;
    void add(Clock::time_point start) const { m_spent += Clock::now() - start; }

    const Prior& m_inner;
    mutable std::chrono::duration<double> m_spent{};
};

}  // namespace larmor::recon::diffusion
