#pragma once
#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/recon/networks/layers.h"

namespace larmor::recon::networks {

using Block = std::function<at::Tensor(const std::vector<at::Tensor>& inputs)>;

/// block(inputs), of which nothing but the inputs is kept: the backward pass runs it once more [Chen 2016]. The block must give the same
/// twice. Gradients reach inputs and parameters, by backward and by grad alike.
/// @param parameters all tensors beside the inputs that gradients shall reach
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor checkpointed(const Block& block, const std::vector<at::Tensor>& inputs,
                                                          const std::vector<at::Tensor>& parameters);

/// block(inputs), checkpointed if the pass asks for it and something records.
[[nodiscard]] at::Tensor throughBlock(const Block& block, const std::vector<at::Tensor>& inputs, const std::vector<at::Tensor>& parameters,
                                      const Pass& pass);

}  // namespace larmor::recon::networks
