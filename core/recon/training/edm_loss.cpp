#include "core/recon/training/edm_loss.h"

#include <ATen/ATen.h>

namespace larmor::recon::training {

at::Tensor edmLoss(const Denoiser& denoiser, const TrainingBatch& batch, double sigmaData) {
    const at::Tensor noisy = at::addcmul(batch.clean, batch.noise, batch.sigma.view({-1, 1, 1, 1}));
    const at::Tensor error = denoiser(noisy, batch.sigma, batch.labels).sub(batch.clean);
    const at::Tensor lambda = batch.sigma.square().add(sigmaData * sigmaData).div(batch.sigma.mul(sigmaData).square());
    return error.square().mean({1, 2, 3}).mul(lambda);
}

}  // namespace larmor::recon::training
