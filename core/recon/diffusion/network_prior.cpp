#include "core/recon/diffusion/network_prior.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/error.h"
#include "core/recon/diffusion/edm_precond.h"
#include "core/recon/diffusion/gaussian_prior.h"
#include "core/recon/diffusion/packing.h"

namespace larmor::recon::diffusion {

namespace {
std::optional<std::int64_t> classOf(const PriorCard& card, const std::string& contrast) {
    if (contrast.empty()) return std::nullopt;
    if (const auto index = card.contrastIndex(contrast)) return index;
    std::vector<std::string> known;
    for (const auto& name : card.contrasts)
        if (!name.empty()) known.push_back(name);
    throw InputError(fmt::format("The prior '{}' knows no contrast '{}'.", card.name, contrast),
                     known.empty() ? std::string("It was trained without contrast classes: leave the contrast out.")
                                   : fmt::format("It knows: {}.", fmt::join(known, ", ")));
}
}  // namespace

NetworkPrior::NetworkPrior(networks::LoadedNetwork loaded, std::optional<std::int64_t> contrast)
    : m_loaded(std::move(loaded)), m_contrast(contrast) {
    m_loaded.network->training = false;  // gradients reach the image alone
}

at::Tensor NetworkPrior::evaluate(const at::Tensor& channels, double sigma) const {
    const std::int64_t count = channels.size(0);
    const at::Tensor level = at::full({count}, sigma, channels.options());
    at::Tensor labels;
    if (m_contrast && m_loaded.network->labelColumns() > 0) {
        labels = at::zeros({count, m_loaded.network->labelColumns()}, channels.options());
        labels.select(1, *m_contrast).fill_(1);
    }
    return edmDenoise(*m_loaded.network, m_loaded.card.sigmaData, channels, level, labels);
}

at::Tensor NetworkPrior::denoise(const at::Tensor& x, double sigma) const {
    // Not in inference mode, or what the network keeps of its first run could not be part of a graph later.
    const c10::InferenceMode normalTensors(false);
    const c10::NoGradGuard noGrad;
    const at::Tensor image = fromChannels(evaluate(toChannels(x), sigma)).to(x.scalar_type());
    checkFinite(image, m_loaded.card, sigma);
    return image;
}

Denoised NetworkPrior::denoiseForVjp(const at::Tensor& x, double sigma) const {
    const c10::InferenceMode tracked(false);
    const c10::AutoGradMode grad(true);
    // A clone, since tensors made in inference mode cannot enter a graph.
    const at::Tensor input = toChannels(x).clone().requires_grad_(true);
    const at::Tensor output = evaluate(input, sigma);
    Denoised result;
    result.image = fromChannels(output.detach()).to(x.scalar_type());
    checkFinite(result.image, m_loaded.card, sigma);
    result.vjp = [input, output, card = &m_loaded.card, sigma](const at::Tensor& v) {
        const c10::InferenceMode mayTrack(false);
        const auto gradients = torch::autograd::grad({output}, {input}, {toChannels(v).clone()});
        const at::Tensor product = fromChannels(gradients.front().detach()).to(v.scalar_type());
        checkFinite(product, *card, sigma);
        return product;
    };
    return result;
}

std::shared_ptr<const Prior> openPrior(const std::string& path, const std::string& contrast, const Device& device) {
    const PriorCard card = readPriorCard(path);
    const auto index = classOf(card, contrast);
    if (card.family == kGaussianFamily) return std::make_shared<GaussianPrior>(card);
    const c10::InferenceMode normalTensors(false);
    return std::make_shared<NetworkPrior>(networks::loadPrior(path, device.torch()), index);
}

}  // namespace larmor::recon::diffusion
