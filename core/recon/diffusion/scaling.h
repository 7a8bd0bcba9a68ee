#pragma once
// From data units to prior units and back: one rule, one factor, stored with every result.

#include <ATen/core/Tensor.h>

#include "core/recon/operators/sense_operator.h"

namespace larmor::recon::diffusion {

struct PriorScale {
    double factor = 1;  ///< data units = factor x prior units
    at::Tensor image;   ///< the image it comes from [readout, phase], in prior units
};

/// The rule kNormalisationP99: the 99th percentile of |x| over the slice becomes 1, where x is the regularised least-squares image of the
/// measured samples, (A^H A + 0.005) x = A^H y by 30 conjugate-gradient steps [Pruessmann 2001], and never the reference.
/// @param y [coil, readout, phase], zero where the mask is. @throws InputError if the samples hold no signal;
/// Cancelled where checkInterrupt() does, between iterations
[[nodiscard]] LARMOR_RECON_EXPORT PriorScale priorScale(const SenseOperator& A, const at::Tensor& y);

/// The q-quantile of |x| over all values, linear between neighbours as numpy's. Any size.
[[nodiscard]] LARMOR_RECON_EXPORT double magnitudeQuantile(const at::Tensor& x, double q);

}  // namespace larmor::recon::diffusion
