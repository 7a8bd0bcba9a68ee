#pragma once
#include <optional>

#include "core/recon/diffusion/prior.h"
#include "core/recon/networks/prior_file.h"

namespace larmor::recon::diffusion {

/// A denoiser network for one contrast.
class LARMOR_RECON_EXPORT NetworkPrior final : public Prior {
public:
    /// @param contrast class index; nullopt: unconditional. The network stays where loadPrior put it.
    NetworkPrior(networks::LoadedNetwork loaded, std::optional<std::int64_t> contrast);

    [[nodiscard]] const PriorCard& card() const override { return m_loaded.card; }
    [[nodiscard]] at::Tensor denoise(const at::Tensor& x, double sigma) const override;
    [[nodiscard]] Denoised denoiseForVjp(const at::Tensor& x, double sigma) const override;

private:
    [[nodiscard]] at::Tensor evaluate(const at::Tensor& channels, double sigma) const;

    networks::LoadedNetwork m_loaded;
    std::optional<std::int64_t> m_contrast;
};

}  // namespace larmor::recon::diffusion
