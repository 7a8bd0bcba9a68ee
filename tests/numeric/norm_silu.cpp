// The fused norm and activation against ATen's functions in double precision.
#include <doctest/doctest.h>

#include <torch/csrc/autograd/autograd.h>

#include "core/recon/networks/norm_silu.h"
#include "tests/numeric/network_samples.h"

using namespace larmor;
using namespace larmor::recon::networks;
using namespace larmor::test;

namespace {
struct Operands {
    at::Tensor x, weight, bias, scale, shift;
    [[nodiscard]] std::vector<at::Tensor> tensors() const {
        return scale.defined() ? std::vector{x, weight, bias, scale, shift} : std::vector{x, weight, bias};
    }
};

Operands operands(const Shape& shape, at::ScalarType type, bool isModulated) {
    const auto tracked = [](const at::Tensor& values) { return values.detach().requires_grad_(true); };
    Operands o;
    o.x = tracked((normalTensor(shape, 1) * 2 + 0.7).to(type).contiguous(at::MemoryFormat::ChannelsLast));
    o.weight = tracked(normalTensor({shape[1]}, 2)), o.bias = tracked(normalTensor({shape[1]}, 3));
    if (isModulated) o.scale = tracked(normalTensor({shape[0], shape[1]}, 4)), o.shift = tracked(normalTensor({shape[0], shape[1]}, 5));
    return o;
}

/// Value and gradients in double precision.
std::vector<at::Tensor> expected(const Operands& given, std::int64_t groups, const at::Tensor& v) {
    Operands o;
    const auto wide = [](const at::Tensor& values) {
        return values.defined() ? values.detach().to(at::kDouble).requires_grad_(true) : values;
    };
    o = {wide(given.x), wide(given.weight), wide(given.bias), wide(given.scale), wide(given.shift)};
    at::Tensor u = at::group_norm(o.x, groups, o.weight, o.bias, 1e-5);
    if (o.scale.defined()) u = u * (o.scale.unsqueeze(-1).unsqueeze(-1) + 1) + o.shift.unsqueeze(-1).unsqueeze(-1);
    std::vector<at::Tensor> result{at::silu(u)};
    for (const auto& gradient : torch::autograd::grad({result[0]}, o.tensors(), {v.to(at::kDouble)})) result.push_back(gradient);
    return result;
}
}  // namespace

TEST_CASE("Values and all gradients agree with double precision: sizes beyond and below a chunk, both types, with and without modulation") {
    for (const auto type : {at::kFloat, at::kBFloat16})
        for (const Shape& shape : {Shape{2, 16, 40, 33}, Shape{3, 48, 5, 7}, Shape{1, 128, 1, 1}, Shape{1, 20, 6, 6}})
            for (const bool isModulated : {true, false}) {
                CAPTURE(toText(shape));
                CAPTURE(isModulated);
                const Operands o = operands(shape, type, isModulated);
                const std::int64_t groups = std::min<std::int64_t>(32, shape[1] / 4);
                const at::Tensor v = normalTensor(shape, 6).to(type).contiguous(at::MemoryFormat::ChannelsLast);
                const at::Tensor y = normSilu(o.x, o.weight, o.bias, groups, 1e-5, o.scale, o.shift);
                CHECK((y.scalar_type() == type));
                const auto exact = expected(o, groups, v);
                // 20 channels go through ATen's functions, which round bfloat16 after each of them.
                const double allowed = type == at::kFloat ? 1e-5 : shape[1] % 16 == 0 ? 4e-3 : 2e-2;
                CHECK(relativeDistance(y, exact[0]) < allowed);
                const auto gradients = torch::autograd::grad({y}, o.tensors(), {v});
                for (std::size_t i = 0; i < gradients.size(); ++i) {
                    CAPTURE(i);
                    CHECK(relativeDistance(gradients[i], exact[i + 1]) < allowed);
                }
            }
}

TEST_CASE("The same bits for any number of threads and any company in the batch") {
    const Operands o = operands({3, 32, 50, 41}, at::kBFloat16, true);
    const int threads = at::get_num_threads();
    const at::Tensor all = normSilu(o.x, o.weight, o.bias, 8, 1e-5, o.scale, o.shift).detach();
    at::set_num_threads(1);
    CHECK(at::equal(normSilu(o.x, o.weight, o.bias, 8, 1e-5, o.scale, o.shift), all));
    at::set_num_threads(threads);
    const auto second = [](const at::Tensor& values) { return values.narrow(0, 1, 1); };
    CHECK(at::equal(normSilu(second(o.x), o.weight, o.bias, 8, 1e-5, second(o.scale), second(o.shift)), second(all)));
}

TEST_CASE("Large and small arguments saturate; what is not a number stays so") {
    at::Tensor x = at::zeros({1, 16, 1, 8});
    x.copy_(at::linspace(-1, 1, 128).view({1, 16, 1, 8}));
    const at::Tensor one = at::ones({16}), weight = at::full({16}, 1e4);
    const at::Tensor steep = normSilu(x, weight, at::zeros({16}), 1, 1e-5, {}, {});
    CHECK(at::isfinite(steep).all().item<bool>());
    CHECK(steep.min().item<double>() > -0.3);  // silu is nowhere below -0.2785
    CHECK(relativeDistance(steep.clamp_min(0), at::group_norm(x, 1, weight).clamp_min(0)) < 1e-5);
    x[0][3][0][2] = std::numeric_limits<float>::quiet_NaN();
    CHECK(at::isnan(normSilu(x, one, one, 1, 1e-5, {}, {})).all().item<bool>());
    CHECK(at::isnan(normSilu(x.to(at::kBFloat16), one, one, 1, 1e-5, {}, {})).all().item<bool>());
}
