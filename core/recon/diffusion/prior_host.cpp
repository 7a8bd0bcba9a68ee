#include "core/recon/diffusion/prior_host.h"

#include <fmt/format.h>

namespace larmor::recon::diffusion {

std::shared_ptr<const Prior> PriorHost::prior(const PriorChoice& choice, const Device& device) {
    const std::lock_guard lock(m_mutex);
    if (m_prior && m_choice == choice && m_device == device.id()) return m_prior;
    m_prior.reset();  // before the next one is read: two may not fit memory
    auto opened = openPrior(choice.file, choice.contrast, device);
    if (opened->card().weightsHash != choice.hash)
        throw InputError(fmt::format("The prior in {} changed while it was in use: its SHA-256 differs.", choice.file), "Choose it again.");
    m_choice = choice;
    m_device = device.id();
    m_prior = std::move(opened);
    return m_prior;
}

}  // namespace larmor::recon::diffusion
