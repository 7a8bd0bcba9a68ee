#include "core/recon/diffusion/step_noise.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "core/base/rng.h"

namespace larmor::recon::diffusion {

namespace {
/// Slice, step and purpose in one number; the top bit keeps clear of streams that other methods number by slice alone.
std::uint64_t streamOf(std::uint64_t slice, std::int64_t step, NoisePurpose purpose) {
    constexpr int kStepBits = 24, kPurposeBits = 8;
    return (std::uint64_t{1} << 63) | (slice << (kStepBits + kPurposeBits)) | (static_cast<std::uint64_t>(step) << kPurposeBits) |
           static_cast<std::uint64_t>(purpose);
}
}  // namespace

StepNoise::StepNoise(std::vector<std::uint64_t> seeds, std::int64_t slice, const at::TensorOptions& options)
    : m_seeds(std::move(seeds)), m_slice(static_cast<std::uint64_t>(slice)), m_options(options) {}

at::Tensor StepNoise::draw(const Shape& item, std::int64_t step, NoisePurpose purpose) const {
    Shape shape = item;
    shape.insert(shape.begin(), samples());
    at::Tensor noise = at::empty(shape, at::TensorOptions().dtype(at::kComplexDouble));
    const std::int64_t count = elementCount(item);
    auto* values = noise.data_ptr<c10::complex<double>>();
    const std::uint64_t stream = streamOf(m_slice, step, purpose);
    at::parallel_for(0, samples(), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t s = begin; s < end; ++s) {
            NoiseSource source(m_seeds[static_cast<std::size_t>(s)], stream);
            for (std::int64_t i = s * count; i < (s + 1) * count; ++i) {
                const double re = source.normal();
                values[i] = {re, source.normal()};
            }
        }
    });
    return noise.to(m_options);
}

}  // namespace larmor::recon::diffusion
