#pragma once
#include <memory>
#include <mutex>

#include "core/base/api/engine.h"
#include "core/recon/diffusion/prior.h"

namespace larmor::recon::diffusion {

/// Keeps the prior that was used last, so that the slices of a scan share it.
class PriorHost {
public:
    /// @throws InputError if the weights are not those that were chosen; as openPrior
    [[nodiscard]] std::shared_ptr<const Prior> prior(const PriorChoice& choice, const Device& device);

private:
    std::mutex m_mutex;
    PriorChoice m_choice;
    std::string m_device;
    std::shared_ptr<const Prior> m_prior;
};

}  // namespace larmor::recon::diffusion
