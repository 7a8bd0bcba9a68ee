// A prior with a network behind it: its denoiser is EDM's, its vector-Jacobian product the derivative.
#include <limits>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/recon/diffusion/dps.h"
#include "core/recon/diffusion/edm_precond.h"
#include "core/recon/diffusion/gaussian_prior.h"
#include "core/recon/diffusion/network_prior.h"
#include "core/recon/diffusion/packing.h"
#include "core/recon/operators/operator_checks.h"
#include "core/recon/solvers/solver_step.h"
#include "core/recon/torch_errors.h"
#include "tests/numeric/tensors.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::recon::diffusion;
using namespace larmor::test;

namespace {
const nlohmann::json kSmall{{"channels", {16, 24}}, {"blocks", {1, 1}}, {"embedding", 32}};

/// A small network with random weights in a file.
struct WrittenPrior {
    TempDir folder;
    std::string path = folder.file("small.safetensors");
    PriorCard card = gaussianPriorCard("small", 0.4);

    WrittenPrior() {
        card.family = "compact";
        card.network = kSmall;
        card.contrasts = {"T1", "T2"};
        const auto network = networks::makeNetwork(card.family, card.network, 5);
        // The last layer starts near zero: let it count.
        for (const auto& weight : network->parameters().trained())
            weight.detach().add_(at::real(randomTensor(weight.sizes().vec(), at::kComplexDouble, 9)).to(at::kFloat) * 0.05);
        networks::savePrior(path, card, *network, false);
    }
    /// In single precision, for comparisons with differences.
    [[nodiscard]] NetworkPrior inSinglePrecision(std::optional<std::int64_t> contrast) const {
        auto loaded = networks::loadPrior(path, at::kCPU);
        loaded.network->arithmetic.bfloat16 = false;
        return {std::move(loaded), contrast};
    }
};

at::Tensor someImages(std::int64_t count, std::int64_t seed) {
    return randomTensor({count, 19, 22}, at::kComplexFloat, seed);
}
}  // namespace

TEST_CASE("The prior's denoiser is EDM's form of the network, with the class as a one-hot label") {
    const WrittenPrior written;
    const auto prior = written.inSinglePrecision(1);
    auto loaded = networks::loadPrior(written.path, at::kCPU);
    loaded.network->arithmetic.bfloat16 = false;
    const at::Tensor x = someImages(2, 1);
    at::Tensor labels = at::zeros({2, kContrastClasses});
    labels.select(1, 1).fill_(1);
    const at::Tensor expected = edmDenoise(*loaded.network, 0.4, toChannels(x), at::full({2}, 0.3), labels).detach();
    CHECK(relativeDistance(prior.denoise(x, 0.3), fromChannels(expected)) < 1e-6);
    CHECK(relativeDistance(written.inSinglePrecision(0).denoise(x, 0.3), prior.denoise(x, 0.3)) > 1e-4);
    CHECK(relativeDistance(written.inSinglePrecision(std::nullopt).denoise(x, 0.3), prior.denoise(x, 0.3)) > 1e-4);
}

TEST_CASE("The vector-Jacobian product is the derivative, in and out of inference mode") {
    const WrittenPrior written;
    const auto prior = written.inSinglePrecision(0);
    const at::Tensor x = someImages(2, 2), v = someImages(2, 3), direction = someImages(2, 4);
    // <v, (D(x + h u) - D(x - h u)) / 2h> = <J^T v, u>; single precision leaves about 1e-3 at this h.
    const double h = 1e-2;
    const at::Tensor difference = (prior.denoise(x + direction * h, 0.5) - prior.denoise(x - direction * h, 0.5)) / (2 * h);
    const double expected = realInner(v, difference);
    at::Tensor product = prior.denoiseForVjp(x, 0.5).vjp(v);
    CHECK(realInner(product, direction) == doctest::Approx(expected).epsilon(5e-3));
    CHECK(!product.requires_grad());
    const auto other = written.inSinglePrecision(0);
    const at::Tensor inside = torchEdge("a test", "cpu", [&] {
        (void)other.denoise(x, 0.5);  // as a sampler without derivatives does first
        return other.denoiseForVjp(x, 0.5).vjp(v);
    });
    CHECK(relativeDistance(inside, product) < 1e-6);
    CHECK(relativeDistance(prior.denoiseForVjp(x, 0.5).image, prior.denoise(x, 0.5)) < 1e-6);
}

TEST_CASE("Images of a batch do not influence each other, nor their derivatives") {
    const WrittenPrior written;
    const auto prior = written.inSinglePrecision(0);
    const at::Tensor x = someImages(3, 6), v = someImages(3, 7);
    const at::Tensor together = prior.denoise(x, 0.2), product = prior.denoiseForVjp(x, 0.2).vjp(v);
    for (std::int64_t i = 0; i < 3; ++i) {
        CHECK(relativeDistance(prior.denoise(x.narrow(0, i, 1), 0.2)[0], together[i]) < 1e-5);
        CHECK(relativeDistance(prior.denoiseForVjp(x.narrow(0, i, 1), 0.2).vjp(v.narrow(0, i, 1))[0], product[i]) < 1e-5);
    }
}

TEST_CASE("Priors open for a contrast that they know; others are refused with the list") {
    const WrittenPrior written;
    CHECK(openPrior(written.path, "t2", {})->card().name == "small");
    CHECK_NOTHROW((void)openPrior(written.path, "", {}));
    try {
        (void)openPrior(written.path, "FLAIR", {});
        FAIL("an unknown contrast was taken");
    } catch (const InputError& error) {
        CHECK(error.fullText().find("T1, T2") != std::string::npos);
    }
    writePrior(written.folder.file("gauss.safetensors"), gaussianPriorCard());
    const at::Tensor x = someImages(1, 8);
    CHECK(relativeDistance(openPrior(written.folder.file("gauss.safetensors"), "", {})->denoise(x, 0.5), x * 0.5) < 1e-6);
}

TEST_CASE("Input that is not finite is an error that names the noise level") {
    const WrittenPrior written;
    const auto prior = written.inSinglePrecision(0);
    at::Tensor x = someImages(1, 9);
    x[0][3][4] = std::numeric_limits<float>::infinity();
    for (const bool withVjp : {false, true}) {
        try {
            if (withVjp)
                (void)prior.denoiseForVjp(x, 0.25);
            else
                (void)prior.denoise(x, 0.25);
            FAIL("an image came out");
        } catch (const Error& error) {
            CHECK(std::string(error.what()).find("0.25") != std::string::npos);
        }
    }
}

TEST_CASE("The environment can ask for single precision") {
    const EnvironmentGuard guard("LARMOR_PRECISION", "float32");
    CHECK_FALSE(networks::nativeArithmetic(c10::kCPU).bfloat16);
}

TEST_CASE("A precision that the environment does not know is refused with those there are") {
    const EnvironmentGuard guard("LARMOR_PRECISION", "fp32");
    try {
        (void)networks::nativeArithmetic(c10::kCPU);
        FAIL("it was taken");
    } catch (const UsageError& error) {
        for (const char* word : {"LARMOR_PRECISION", "fp32", "native", "float32"}) CHECK(error.fullText().find(word) != std::string::npos);
    }
    for (const char* known : {"", "native"}) {
        const EnvironmentGuard inner("LARMOR_PRECISION", known);
        CHECK_NOTHROW((void)networks::nativeArithmetic(c10::kCPU));
    }
}
