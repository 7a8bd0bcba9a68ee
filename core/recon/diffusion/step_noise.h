#pragma once
#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/array.h"
#include "core/base/export.h"

namespace larmor::recon::diffusion {

/// What noise is drawn for: separates the streams of one step.
enum class NoisePurpose : std::uint8_t { Start, Step, Image, Data };

/// Complex normal noise, variance 1 in the real and in the imaginary part, that depends on nothing but the seed of the sample, the slice,
/// the step and the purpose: which samples go together, and in which order, never changes it.
class LARMOR_RECON_EXPORT StepNoise {
public:
    /// @param options  complex type and device of what is drawn
    StepNoise(std::vector<std::uint64_t> seeds, std::int64_t slice, const at::TensorOptions& options);
    /// @param item  shape of one sample's noise; @returns [samples, item...]
    [[nodiscard]] at::Tensor draw(const Shape& item, std::int64_t step, NoisePurpose purpose) const;
    [[nodiscard]] std::int64_t samples() const { return static_cast<std::int64_t>(m_seeds.size()); }

private:
    std::vector<std::uint64_t> m_seeds;
    std::uint64_t m_slice;
    at::TensorOptions m_options;
};

}  // namespace larmor::recon::diffusion
