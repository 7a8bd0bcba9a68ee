#pragma once
#include <functional>

#include <ATen/core/Tensor.h>

#include "core/base/export.h"
#include "core/recon/training/batch_source.h"

namespace larmor::recon::training {

/// D(x; sigma), differentiable. @param x [B, 2, rows, columns] @param sigma [B] @param labels [B, classes]
using Denoiser = std::function<at::Tensor(const at::Tensor& x, const at::Tensor& sigma, const at::Tensor& labels)>;

/// EDM's loss [Karras 2022, section 5]: the mean over pixels and channels of lambda(sigma) |D(y + sigma n) - y|^2 with
/// lambda = (sigma^2 + sigma_data^2) / (sigma sigma_data)^2, which starts at about 1 for an untrained network. @return [B]
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor edmLoss(const Denoiser& denoiser, const TrainingBatch& batch, double sigmaData);

}  // namespace larmor::recon::training
