// Samplers against the same recursions written independently with NumPy and matrices (sampler_recursions.py), on a Gaussian prior.
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/recon/diffusion/ancestral.h"
#include "core/recon/diffusion/dds.h"
#include "core/recon/diffusion/diffpir.h"
#include "core/recon/diffusion/dps.h"
#include "core/recon/diffusion/plug_and_play.h"
#include "tests/numeric/small_posterior.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::recon::diffusion;
using namespace larmor::test;

namespace {
using cdouble = std::complex<double>;
constexpr std::uint64_t kSeed = 17;
constexpr double kMatches = 1e-9;  // double precision through some tens of steps and conjugate gradients

/// One sample in double precision, from a start that is not zero.
struct Comparison {
    SmallPosterior problem;
    GaussianPrior prior{gaussianCard(SmallPosterior::kSigmaData)};
    at::Tensor start = randomTensor(SmallPosterior::kSize, at::kComplexDouble, 50) * 0.2;

    [[nodiscard]] SamplerInput input() const {
        auto in = problem.input(prior, {kSeed});
        in.start = start;
        return in;
    }
    /// What the script makes of the same start, noise and options.
    [[nodiscard]] at::Tensor expected(const char* sampler, nlohmann::json options) const {
        const TempDir folder;
        const auto write = [&](const std::string& name, const at::Tensor& values) {
            const at::Tensor flat = values.resolve_conj().contiguous();
            writeRaw<cdouble>(folder.file(name),
                              {reinterpret_cast<const cdouble*>(flat.const_data_ptr()), static_cast<std::size_t>(flat.numel())});
        };
        options.update({{"sampler", sampler}, {"sigma_data", SmallPosterior::kSigmaData}, {"sigma_y", problem.noise}});
        const StepNoise noise = input().noise();
        std::vector<at::Tensor> steps;
        for (std::int64_t i = 0; i < options.at("steps"); ++i) steps.push_back(noise.draw(SmallPosterior::kSize, i, NoisePurpose::Step));
        write("A", problem.matrix());
        write("y", problem.y);
        write("start", start);
        write("start_noise", noise.draw(SmallPosterior::kSize, 0, NoisePurpose::Start));
        write("step_noise", at::cat(steps));
        writeFile(folder.file("options.json"), options.dump());
        (void)runPython(readFile(std::string(LARMOR_SOURCE_DIR) + "/tests/numeric/sampler_recursions.py"), {folder.path()});
        auto x = readRaw<cdouble>(folder.file("x"));
        return at::from_blob(x.data(), SmallPosterior::kSize, at::kComplexDouble).clone();
    }
};
}  // namespace

TEST_CASE("DPS is its recursion: Euler and Heun, with and without the Jacobian") {
    const Comparison c;
    for (const bool heun : {false, true})
        for (const bool jacobianFree : {false, true}) {
            CAPTURE(heun);
            CAPTURE(jacobianFree);
            DpsOptions options{25, 0.4, 5, 0.01};
            options.heun = heun;
            options.jacobianFree = jacobianFree;
            const at::Tensor expected = c.expected(
                "dps",
                {{"steps", 25}, {"sigma_max", 5}, {"sigma_min", 0.01}, {"zeta", 0.4}, {"heun", heun}, {"jacobian_free", jacobianFree}});
            CHECK(relativeDistance(dps(c.input(), options).x[0], expected) < kMatches);
        }
}

TEST_CASE("DPS in its ancestral form is Algorithm 1 in DDPM's variables") {
    const Comparison c;
    AncestralOptions options;
    options.steps = 30;
    options.zeta = 0.2;
    const at::Tensor expected = c.expected("dps_ddpm", {{"steps", 30}, {"zeta", 0.2}, {"jacobian_free", false}});
    CHECK(relativeDistance(ancestralDps(c.input(), options).x[0], expected) < 1e-7);  // cumulative products over 1000 factors
}

TEST_CASE("DDS is its recursion, with its few conjugate-gradient steps and both ends of eta") {
    const Comparison c;
    for (const double eta : {0.0, 0.6, 1.0}) {
        CAPTURE(eta);
        DdsOptions options{20, 8, eta, 1.5, 0.02};
        options.cg = {5, 0};
        const at::Tensor expected =
            c.expected("dds", {{"steps", 20}, {"gamma", 8}, {"eta", eta}, {"sigma_max", 1.5}, {"sigma_min", 0.02}, {"cg", 5}});
        CHECK(relativeDistance(dds(c.input(), options).x[0], expected) < kMatches);
    }
}

TEST_CASE("DiffPIR is its recursion") {
    const Comparison c;
    DiffpirOptions options{20, 4, 0.3, 5, 0.02};
    options.cg = {200, 1e-14};
    const at::Tensor expected =
        c.expected("diffpir", {{"steps", 20}, {"lambda", 4}, {"fresh", 0.3}, {"sigma_max", 5}, {"sigma_min", 0.02}});
    CHECK(relativeDistance(diffpir(c.input(), options).x[0], expected) < kMatches);
}

TEST_CASE("Plug-and-play is its recursion") {
    const Comparison c;
    PlugAndPlayOptions options{12, 0.15, 0.1, 0.02};
    options.cg = {200, 1e-14};
    const at::Tensor expected = c.expected("plug_and_play", {{"steps", 12}, {"lambda", 0.15}, {"sigma_max", 0.1}, {"sigma_min", 0.02}});
    CHECK(relativeDistance(plugAndPlay(c.input(), options).x[0], expected) < kMatches);
}

TEST_CASE("A schedule of zeta is another run than its mean: the knots reach the steps") {
    const Comparison c;
    DpsOptions constant{25, 0.4, 5, 0.01}, changing = constant, sameTwice = constant;
    changing.zeta = StepSchedule(std::vector<double>{0.7, 0.1});
    sameTwice.zeta = StepSchedule(std::vector<double>{0.4, 0.4});
    CHECK(relativeDistance(dps(c.input(), changing).x, dps(c.input(), constant).x) > 1e-3);
    CHECK(at::equal(dps(c.input(), sameTwice).x, dps(c.input(), constant).x));
}
