#include "core/recon/networks/norm_silu.h"

#include <optional>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/recon/networks/norm_silu_kernels.h"

namespace larmor::recon::networks {

namespace {
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Pixels whose sums one task makes; fixed, so that the order of additions is.
constexpr std::int64_t kChunk = 512;

/// Calls work(item, first pixel, pixels, index of the task) for every chunk of every item, on all threads.
template <class Work>
void forEachChunk(const at::Tensor& x, const Work& work) {
    const std::int64_t pixels = x.size(2) * x.size(3), chunks = (pixels + kChunk - 1) / kChunk;
    at::parallel_for(0, x.size(0) * chunks, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t task = begin; task < end; ++task) {
            const std::int64_t first = task % chunks * kChunk;
            work(task / chunks, first, std::min(kChunk, pixels - first), task);
        }
    });
}

/// Two sums over the pixels, [2, B, C] float64, of what `add` adds up chunk by chunk.
template <class Add>
at::Tensor sumsOverPixels(const at::Tensor& x, const Add& add) {
    const std::int64_t items = x.size(0), channels = x.size(1), chunks = (x.size(2) * x.size(3) + kChunk - 1) / kChunk;
    const at::Tensor partial = at::zeros({items, chunks, 2, channels}, at::kFloat);
    float* const values = partial.data_ptr<float>();
    forEachChunk(x, [&](std::int64_t item, std::int64_t first, std::int64_t pixels, std::int64_t task) {
        float* const mine = values + task * 2 * channels;
        add(item, first, pixels, mine, mine + channels);
    });
    return partial.to(at::kDouble).sum(1).transpose(0, 1);
}

/// The raw elements of a channels-last tensor as the kernels want them.
template <class T>
T* elements(const at::Tensor& tensor) {
    return static_cast<T*>(tensor.data_ptr());
}

/// Statistics and the affine map u = a x + b that they give; all [B, C] float32, group values repeated.
struct Affine {
    at::Tensor mean, inverse, a, b;
};

at::Tensor overGroups(const at::Tensor& perChannel, std::int64_t groups) {
    const at::Tensor grouped = perChannel.view({perChannel.size(0), groups, -1});
    return grouped.mean(2, true).expand_as(grouped).reshape(perChannel.sizes());
}

template <class T>
Affine affineOf(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, std::int64_t groups, double epsilon,
                const at::Tensor& scale, const at::Tensor& shift) {
    const std::int64_t channels = x.size(1), pixels = x.size(2) * x.size(3);
    const at::Tensor sums = sumsOverPixels(x, [&](std::int64_t item, std::int64_t first, std::int64_t count, float* sum, float* squares) {
        kernels<T>().sums({count, channels}, elements<const T>(x) + (item * pixels + first) * channels, sum, squares);
    });
    const at::Tensor mean = overGroups(sums[0] / pixels, groups), square = overGroups(sums[1] / pixels, groups);
    const at::Tensor inverse = at::rsqrt((square - mean.square()).clamp_min(0) + epsilon);
    at::Tensor a = inverse * weight, b = bias - mean * a;
    if (scale.defined()) a = a * (scale + 1), b = b * (scale + 1) + shift;
    const auto asFloat = [](const at::Tensor& values) { return values.to(at::kFloat).contiguous(); };
    return {asFloat(mean), asFloat(inverse), asFloat(a), asFloat(b)};
}

template <class T>
at::Tensor forwardOf(const at::Tensor& x, const Affine& affine) {
    at::Tensor y = at::empty_like(x);
    const std::int64_t channels = x.size(1), pixels = x.size(2) * x.size(3);
    const float *a = affine.a.data_ptr<float>(), *b = affine.b.data_ptr<float>();
    forEachChunk(x, [&](std::int64_t item, std::int64_t first, std::int64_t count, std::int64_t) {
        const std::int64_t at = (item * pixels + first) * channels;
        kernels<T>().forward({count, channels, a + item * channels, b + item * channels}, elements<const T>(x) + at, elements<T>(y) + at);
    });
    return y;
}

/// sum du and sum du x over the pixels, [2, B, C] float32.
template <class T>
at::Tensor slopeSums(const at::Tensor& x, const at::Tensor& dy, const Affine& affine) {
    const std::int64_t channels = x.size(1), pixels = x.size(2) * x.size(3);
    const float *a = affine.a.data_ptr<float>(), *b = affine.b.data_ptr<float>();
    const auto add = [&](std::int64_t item, std::int64_t first, std::int64_t count, float* sum, float* timesX) {
        const std::int64_t at = (item * pixels + first) * channels;
        kernels<T>().slopeSums({count, channels, a + item * channels, b + item * channels}, elements<const T>(x) + at,
                               elements<const T>(dy) + at, sum, timesX);
    };
    return sumsOverPixels(x, add).to(at::kFloat);
}

template <class T>
at::Tensor inputGradient(const at::Tensor& x, const at::Tensor& dy, const Affine& affine, const at::Tensor& factor,
                         const at::Tensor& offset) {
    at::Tensor dx = at::empty_like(x);
    const std::int64_t channels = x.size(1), pixels = x.size(2) * x.size(3);
    const float *a = affine.a.data_ptr<float>(), *b = affine.b.data_ptr<float>();
    const float *p = factor.data_ptr<float>(), *q = offset.data_ptr<float>();
    forEachChunk(x, [&](std::int64_t item, std::int64_t first, std::int64_t count, std::int64_t) {
        const std::int64_t at = (item * pixels + first) * channels, row = item * channels;
        kernels<T>().backward({count, channels, a + row, b + row}, elements<const T>(x) + at, elements<const T>(dy) + at, p + row, q + row,
                              elements<T>(dx) + at);
    });
    return dx;
}

template <class T>
variable_list gradients(const variable_list& saved, std::int64_t groups, const at::Tensor& dyGiven) {
    const at::Tensor &x = saved[0], &weight = saved[1], &bias = saved[2], &scale = saved[3];
    const Affine affine{saved[4], saved[5], saved[6], saved[7]};
    const at::Tensor dy = dyGiven.to(x.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor sums = slopeSums<T>(x, dy, affine);
    const at::Tensor& du = sums[0];
    const at::Tensor duNormed = (sums[1] - affine.mean * du) * affine.inverse;  // sum du (x - mean) / deviation
    const at::Tensor modulation = scale.defined() ? scale + 1 : at::ones_like(du);
    const at::Tensor gain = modulation * weight;
    // dx = inverse (g - mean(g) - n mean(g n)) with g = gain du and n = (x - mean) inverse, means over the group.
    const double pixels = static_cast<double>(x.size(2) * x.size(3));
    const at::Tensor meanG = overGroups(gain * du / pixels, groups), meanGn = overGroups(gain * duNormed / pixels, groups);
    const at::Tensor factor = -affine.inverse.square() * meanGn;
    const at::Tensor offset = -affine.inverse * meanG - factor * affine.mean;
    variable_list result(7);
    result[0] = inputGradient<T>(x, dy, affine, factor.contiguous(), offset.contiguous());
    result[1] = (modulation * duNormed).sum(0);
    result[2] = (modulation * du).sum(0);
    if (scale.defined()) {
        result[5] = weight * duNormed + bias * du;
        result[6] = du;
    }
    return result;
}

template <class T>
at::Tensor runForward(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, std::int64_t groups, double epsilon,
                      const at::Tensor& scale, const at::Tensor& shift) {
    return forwardOf<T>(x, affineOf<T>(x, weight, bias, groups, epsilon, scale, shift));
}

bool isBfloat16(const at::Tensor& x) {
    return x.scalar_type() == at::kBFloat16;
}

struct NormSilu : torch::autograd::Function<NormSilu> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                              std::int64_t groups, double epsilon, const std::optional<at::Tensor>& scaleGiven,
                              const std::optional<at::Tensor>& shiftGiven) {
        const at::Tensor scale = scaleGiven.value_or(at::Tensor()), shift = shiftGiven.value_or(at::Tensor());
        const auto statistics = isBfloat16(x) ? affineOf<std::uint16_t> : affineOf<float>;
        const Affine affine = statistics(x, weight, bias, groups, epsilon, scale, shift);
        context->saved_data["groups"] = groups;
        context->save_for_backward({x, weight, bias, scale, affine.mean, affine.inverse, affine.a, affine.b});
        return isBfloat16(x) ? forwardOf<std::uint16_t>(x, affine) : forwardOf<float>(x, affine);
    }
    static variable_list backward(AutogradContext* context, const variable_list& outputGradients) {
        const variable_list saved = context->get_saved_variables();
        const auto compute = isBfloat16(saved[0]) ? gradients<std::uint16_t> : gradients<float>;
        return compute(saved, context->saved_data["groups"].toInt(), outputGradients[0]);
    }
};

/// The same, put together from ATen's functions.
at::Tensor composed(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, std::int64_t groups, double epsilon,
                    const at::Tensor& scale, const at::Tensor& shift) {
    // ATen sums in float32 whatever the type of x; only its CUDA half wants the affine part in the type of x.
    const auto type = x.is_cuda() ? x.scalar_type() : at::kFloat;
    const at::Tensor normed = at::group_norm(x, groups, weight.to(type), bias.to(type), epsilon);
    if (!scale.defined()) return at::silu(normed);
    const auto perPixel = [&](const at::Tensor& values) { return values.to(x.scalar_type()).unsqueeze(-1).unsqueeze(-1); };
    return at::silu(at::addcmul(perPixel(shift), normed, perPixel(scale + 1)));
}

bool suits(const at::Tensor& x) {
    return x.is_cpu() && x.size(1) % kLanes == 0 && x.numel() > 0 && (x.scalar_type() == at::kBFloat16 || x.scalar_type() == at::kFloat);
}
}  // namespace

at::Tensor normSilu(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, std::int64_t groups, double epsilon,
                    const at::Tensor& scale, const at::Tensor& shift) {
    if (!suits(x)) return composed(x, weight, bias, groups, epsilon, scale, shift);
    if (!at::GradMode::is_enabled()) {
        const auto compute = isBfloat16(x) ? runForward<std::uint16_t> : runForward<float>;
        return compute(x.contiguous(at::MemoryFormat::ChannelsLast), weight, bias, groups, epsilon, scale, shift);
    }
    const auto ifDefined = [](const at::Tensor& tensor) { return tensor.defined() ? std::optional(tensor) : std::nullopt; };
    return NormSilu::apply(x.contiguous(at::MemoryFormat::ChannelsLast), weight, bias, groups, epsilon, ifDefined(scale), ifDefined(shift));
}

}  // namespace larmor::recon::networks
