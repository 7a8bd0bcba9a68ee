#pragma once
#include <ATen/core/Tensor.h>

#include "core/base/export.h"
#include "core/base/rng.h"

namespace larmor::recon::training {

/// A smooth random field of about unit standard deviation: six cosines of at most one and a half periods over the longer edge.
/// @return [rows, columns] float32
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor smoothField(std::int64_t rows, std::int64_t columns, NoiseSource& random);

/// A smooth phase in radians as receive coils, off-resonance and echo shifts make it: any constant, ramps of up to about a period, and
/// `strength` x smoothField. @return [rows, columns] float32
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor smoothPhase(std::int64_t rows, std::int64_t columns, double strength, NoiseSource& random);

/// Independent normal numbers of variance 1. @return float32 of the shape
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor normalNumbers(at::IntArrayRef shape, NoiseSource& random);

}  // namespace larmor::recon::training
