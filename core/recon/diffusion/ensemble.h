#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon::diffusion {

/// Over posterior samples [S, readout, phase], S >= 2.
struct EnsembleMaps {
    at::Tensor mean;         ///< complex
    at::Tensor deviation;    ///< real: standard deviation of |x|, divided by S - 1
    at::Tensor phaseSpread;  ///< real, radians: circular standard deviation of the phase, sqrt(-2 ln |mean exp(i phase)|); 0 where x = 0
};
[[nodiscard]] LARMOR_RECON_EXPORT EnsembleMaps ensembleMaps(const at::Tensor& samples);

}  // namespace larmor::recon::diffusion
