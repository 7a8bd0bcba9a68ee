// The methods that use a diffusion prior, through the engine, with a Gaussian prior in a file.
#include <cmath>

#include <doctest/doctest.h>

#include "tests/numeric/prior_problem.h"

using namespace larmor;
using namespace larmor::test;

namespace {
const std::vector<std::string> kWithData{"pnp", "dps", "dds", "daps", "diffpir"};
}  // namespace

TEST_CASE("Pixels that no coil sees are zero, whatever the prior makes of them") {
    PriorProblem p;
    const auto readout = p.problem.maps->maps.extent(1), phase = p.problem.maps->maps.extent(2);
    const auto isSeen = [&](std::int64_t r, std::int64_t c) { return r + c > 30; };
    for (std::int64_t coil = 0; coil < p.problem.maps->maps.extent(0); ++coil)
        for (std::int64_t r = 0; r < readout; ++r)
            for (std::int64_t c = 0; c < phase; ++c)
                if (!isSeen(r, c)) p.problem.maps->maps(coil, r, c) = 0;
    for (const auto& id : kWithData) {
        CAPTURE(id);
        const auto image = run(id, p.problem, {"steps=6"}).image;
        double unseen = 0, seen = 0;
        for (std::int64_t r = 0; r < readout; ++r)
            for (std::int64_t c = 0; c < phase; ++c) (isSeen(r, c) ? seen : unseen) += std::abs(image(r, c));
        CHECK(unseen == 0);
        CHECK(seen > 0);
    }
}

TEST_CASE("A prior's methods say what their image is, with scale and noise") {
    const PriorProblem p;
    for (const auto& id : kWithData) {
        CAPTURE(id);
        const auto solution = run(id, p.problem, {"steps=10"});
        REQUIRE(solution.posterior.has_value());
        CHECK(solution.posterior->nature == (id == "pnp" ? "point estimate" : "sample"));
        // The phantom's 99th percentile is 0.9; noise 0.01 of it, estimated from some hundred values.
        CHECK(solution.posterior->scale == doctest::Approx(0.9).epsilon(0.1));
        CHECK(solution.posterior->noise == doctest::Approx(0.01 / solution.posterior->scale).epsilon(0.3));
        CHECK(solution.posterior->ensemble.samples.empty());
        CHECK(solution.posterior->networkSeconds > 0);
        CHECK(solution.posterior->samplerSeconds > solution.posterior->networkSeconds);
        CHECK(solution.combination == "sense");
        CHECK(solution.trace.size() == 10);
    }
    const auto imagined = run("prior-sample", p.problem);
    CHECK(imagined.posterior->nature == "sample");
    CHECK(imagined.posterior->scale == 1);
    CHECK(!imagined.maps.has_value());
}

TEST_CASE("Several samples: the single runs of the seeds that follow, their mean as the image, their spread beside it") {
    const PriorProblem p;
    for (const auto& id : kWithData) {
        if (id == "pnp") continue;
        CAPTURE(id);
        const auto solution = run(id, p.problem, {"steps=6", "samples=3"});
        const auto& ensemble = solution.posterior->ensemble;
        CHECK(solution.posterior->nature == "mean of 3 samples");
        REQUIRE(ensemble.samples.shape() == Shape{3, 48, 45});
        CHECK(ensemble.deviation.shape() == Shape{48, 45});
        CHECK(ensemble.phaseSpread.shape() == Shape{48, 45});
        auto later = p.problem;
        for (std::int64_t i = 0; i < 3; ++i) {
            later.seed = p.problem.seed + i;
            CHECK(ensemble.samples.slice(i) == run(id, later, {"steps=6"}).image);
        }
        for (const std::int64_t pixel : {0L, 777L, 2000L}) {
            cfloat sum{};
            for (std::int64_t i = 0; i < 3; ++i) sum += ensemble.samples[i * 48 * 45 + pixel];
            CHECK(std::abs(sum / 3.0F - solution.image[pixel]) < 1e-6F);
        }
    }
}

TEST_CASE("The noise that is given is the noise that is used") {
    const PriorProblem p;
    for (const auto& id : kWithData) CHECK(run(id, p.problem, {"steps=3", "noise=0.2"}).posterior->noise == doctest::Approx(0.2));
    CHECK(run("daps", p.problem, {"noise=0.2"}).image != run("daps", p.problem).image);
}

TEST_CASE("Plug-and-play starts from either image, and asks no seed for its steps") {
    const PriorProblem p;
    const auto fromWavelets = run("pnp", p.problem, {"lambda=0.15"}), fromLeastSquares = run("pnp", p.problem, {"lambda=0.15", "start=cg-sense"});
    CHECK(fromWavelets.image != fromLeastSquares.image);
    CHECK(relativeError(fromWavelets.image, fromLeastSquares.image) < 0.1);
    auto reseeded = p.problem;
    reseeded.seed = 77;
    CHECK(run("pnp", reseeded, {"lambda=0.15", "start=cg-sense"}).image == fromLeastSquares.image);
}

TEST_CASE("Every form of DPS runs, each its own way") {
    const PriorProblem p;
    std::vector<ComplexArray> images;
    for (const std::string form : {"euler", "heun", "ancestral", "ancestral-gaussian"})
        images.push_back(run("dps", p.problem, {"steps=8", "form=" + form}).image);
    for (std::size_t i = 1; i < images.size(); ++i) CHECK(images[i] != images[0]);
    CHECK(run("dps", p.problem, {"steps=8", "zeta=2,0.5"}).image != images[0]);
    CHECK(run("dps", p.problem, {"steps=8", "jacobian_free=true"}).image != images[0]);
}

TEST_CASE("A method that needs a prior and has none says so; one whose weights changed too; a class it does not know too") {
    PriorProblem p;
    auto without = p.problem;
    without.prior.reset();
    CHECK_THROWS_AS((void)run("dps", without), UsageError);
    auto classy = p.problem;
    classy.prior->contrast = "T1";
    CHECK_THROWS_AS((void)run("dps", classy), InputError);
    (void)run("dds", p.problem, {"steps=2"});
    auto other = p.problem;
    other.prior->hash = std::string(64, '0');
    CHECK_THROWS_AS((void)run("dds", other), InputError);
    auto gone = p.problem;
    gone.prior->file = p.folder.file("none.safetensors");
    CHECK_THROWS_AS((void)run("dds", gone), IoError);
    writeFile(p.folder.file("short.safetensors"), std::string("\x40\x00\x00\x00\x00\x00\x00\x00{", 9));
    gone.prior->file = p.folder.file("short.safetensors");
    CHECK_THROWS_AS((void)run("dds", gone), IoError);
    auto blind = builtMethods().method("dds");
    blind.needs = {"maps"};
    CHECK_THROWS_AS((void)engine().reconstruct(blind, ParamValues(blind.params), p.problem, {}), PluginError);
}

TEST_CASE("Samples without signal are refused, never an empty image") {
    PriorProblem p;
    p.problem.kspace = ComplexArray(p.problem.kspace.shape());
    for (const auto& id : kWithData) CHECK_THROWS_AS((void)run(id, p.problem), InputError);
}
