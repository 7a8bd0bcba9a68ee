#include "core/recon/training/denoising_gain.h"

#include <cmath>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "core/base/data/prior_card.h"
#include "core/recon/diffusion/edm_precond.h"

namespace larmor::recon::training {

namespace {

constexpr const char* kAll = "all";

double errorOf(const Denoiser& denoiser, const ValidationImage& image, std::size_t level) {
    const at::Tensor noisy = at::view_as_real(image.noisy(level)).permute({2, 0, 1}).unsqueeze(0).contiguous();
    const at::Tensor sigma = at::full({1}, kYardstickSigmas[level], at::kFloat);
    at::Tensor label = at::zeros({1, kContrastClasses}, at::kFloat);
    label[0][image.contrastClass] = 1;
    const at::Tensor denoised = denoiser(noisy, sigma, label)[0].permute({1, 2, 0}).to(at::kCPU);
    const double error = denoised.sub(at::view_as_real(image.clean)).square().mean().item<double>();
    if (!std::isfinite(error))
        throw Error(fmt::format("The prior gives values that are not finite for {} at sigma {:g}.", image.source, kYardstickSigmas[level]),
                    "Its training diverged: take an earlier checkpoint, or lower the learning rate.");
    return error;
}

struct Sum {
    double error = 0, wavelets = 0, gain = 0;
    std::int64_t images = 0;
    void add(double denoiser, double wavelet) {
        error += denoiser;
        wavelets += wavelet;
        gain += 10 * std::log10(wavelet / denoiser);
        ++images;
    }
    [[nodiscard]] YardstickRow row(const std::string& contrast, double sigma, double sigmaData) const {
        const auto n = static_cast<double>(images);
        const double lambda = (sigma * sigma + sigmaData * sigmaData) / (sigma * sigma * sigmaData * sigmaData);
        return {contrast, sigma, lambda * error / n, error / n, wavelets / n, gain / n, images};
    }
};

}  // namespace

std::vector<YardstickRow> denoisingGain(const Denoiser& denoiser, const std::vector<ValidationImage>& images, const std::vector<LevelErrors>& wavelets,
                                        double sigmaData, const RunControl& run) {
    const c10::NoGradGuard noAutograd;
    std::map<std::string, std::array<Sum, kYardstickLevels>> sums;
    std::int64_t done = 0;
    for (std::size_t i = 0; i < images.size(); ++i)
        for (std::size_t level = 0; level < kYardstickLevels; ++level) {
            run.throwIfStopped();
            const double error = errorOf(denoiser, images[i], level);
            sums[images[i].contrast][level].add(error, wavelets[i][level]);
            sums[kAll][level].add(error, wavelets[i][level]);
            run.progress->onStep({"denoising", ++done, static_cast<std::int64_t>(images.size() * kYardstickLevels), {}});
        }
    std::vector<YardstickRow> rows;
    for (const auto& [contrast, levels] : sums)
        for (std::size_t level = 0; level < kYardstickLevels; ++level) rows.push_back(levels[level].row(contrast, kYardstickSigmas[level], sigmaData));
    return rows;
}

Denoiser denoiserOf(const networks::Network& network, double sigmaData) {
    return [&network, sigmaData](const at::Tensor& x, const at::Tensor& sigma, const at::Tensor& labels) {
        const auto device = network.parameters().entries().front().value.device();
        const auto there = [&](const at::Tensor& tensor) { return tensor.to(device); };
        return diffusion::edmDenoise(network, sigmaData, there(x), there(sigma), network.labelColumns() > 0 ? there(labels) : at::Tensor());
    };
}

}  // namespace larmor::recon::training
