#include "core/recon/diffusion/edm_precond.h"

#include <doctest/doctest.h>

#include "tests/numeric/network_samples.h"

using namespace larmor;
using namespace larmor::recon::diffusion;
using namespace larmor::test;

namespace {
/// F(x) = gain x + noise: tells what reaches the network.
class Probe final : public recon::networks::Network {
public:
    double gain = 0;

private:
    [[nodiscard]] at::Tensor evaluate(const at::Tensor& x, const at::Tensor& noise, const at::Tensor&, const at::Tensor&) const override {
        return x * gain + noise.view({-1, 1, 1, 1});
    }
};
}  // namespace

TEST_CASE("The identities of the preconditioning [Karras 2022, appendix B.6]") {
    const at::Tensor sigma = at::logspace(-3, 2, 20, 10.0, at::kFloat);
    for (const double sigmaData : {0.25, 0.5}) {
        const EdmScalings c = edmScalings(sigma, sigmaData);
        const at::Tensor s = sigma.to(at::kDouble), power = s.square() + sigmaData * sigmaData;
        CHECK((c.skip.scalar_type() == at::kFloat));
        CHECK(relativeDistance(c.in.square() * power, at::ones({20})) < 1e-6);  // unit variance goes in
        CHECK(relativeDistance(c.out.square(), s.square() * c.skip) < 1e-6);
        CHECK(relativeDistance(power / (s * sigmaData).square() * c.out.square(), at::ones({20})) < 1e-6);  // the loss weighs F evenly
        CHECK(relativeDistance(at::exp(c.noise * 4), s) < 1e-5);
    }
}

TEST_CASE("D = c_skip x + c_out F(c_in x; ln(sigma) / 4), an own sigma for each image") {
    Probe probe;
    const at::Tensor x = normalTensor({2, 2, 5, 6}, 1), sigma = at::tensor({0.1, 3.0}, at::kFloat);
    const double sigmaData = 0.5;
    for (const double gain : {0.0, 1.7}) {
        probe.gain = gain;
        const at::Tensor found = edmDenoise(probe, sigmaData, x, sigma, {});
        for (std::int64_t i = 0; i < 2; ++i) {
            const double s = i == 0 ? 0.1 : 3.0, power = s * s + sigmaData * sigmaData;
            const at::Tensor f = x[i].to(at::kDouble) * gain / std::sqrt(power) + std::log(s) / 4;
            const at::Tensor expected = x[i].to(at::kDouble) * sigmaData * sigmaData / power + f * (s * sigmaData / std::sqrt(power));
            CHECK(relativeDistance(found[i], expected) < 1e-6);
        }
    }
}

TEST_CASE("Without noise the denoiser gives its input back") {
    const auto network = livelyNetwork("compact", {{"channels", {16}}, {"blocks", {1}}});
    const at::Tensor x = normalTensor({1, 2, 9, 9}, 1);
    CHECK(relativeDistance(edmDenoise(*network, 0.5, x, at::full({1}, 1e-6), {}), x) < 1e-4);
}
