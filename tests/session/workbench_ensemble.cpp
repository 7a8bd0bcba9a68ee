// Posterior samples in the workbench: one by one, how they scatter, and whether that is as much as they err.

#include <doctest/doctest.h>

#include <cmath>

#include "core/base/io/save.h"
#include "core/base/rng.h"
#include "core/session/engine_host.h"
#include "core/session/object_slices.h"
#include "core/session/workbench/workbench.h"
#include "tests/session/workbench_fixture.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

constexpr std::int64_t kEdge = 48, kSamples = 4;

/// A scan of two slices and a DPS run of four samples that has ended.
struct Fixture : test::QuietWorkbench {
    /// @param every  the scanner itself acquired each so-many-th line, and the middle
    explicit Fixture(std::int64_t samples = kSamples, std::int64_t every = 1) {
        test::writePrior(folder.file("aaa.safetensors"), test::gaussianPriorCard("aaa"));
        io::KspaceWriter::Header header;
        header.slices = 2;
        header.coils = 4;
        header.encoded = header.recon = {kEdge, kEdge, 1};
        header.encodedFov = header.reconFov = {192, 192, 5};
        io::KspaceWriter writer(folder.file("scan.h5"), header);
        for (std::int64_t slice = 0; slice < header.slices; ++slice) {
            ComplexArray kspace = test::phantomKspace(4, kEdge, kEdge, 0.01, static_cast<std::uint64_t>(slice + 1));
            for (std::int64_t i = 0; i < kspace.size(); ++i)
                if (const auto line = i % kEdge; line % every != 0 && std::abs(line - kEdge / 2) > 8) kspace[i] = 0;
            writer.writeSlice(slice, kspace, test::phantomMagnitude(kEdge, kEdge));
        }
        writer.finish();
        start();
        open(folder.file("scan.h5"));
        if (every == 1) bench->setMask(MaskChoice::fromText("equispaced:R=2,acs=16,seed=1"));
        bench->setMethod("dps");
        set("steps", std::int64_t{6});
        set("samples", samples);
        run();
    }
    void run() {
        settle();
        REQUIRE(bench->reconstruct() != 0);
        settle();
        noNotice();
    }
    [[nodiscard]] const Ensemble& ensemble() const { return bench->results().visible().back()->result->ensemble; }
    /// Of the one slice that was reconstructed.
    [[nodiscard]] ComplexArray sample(std::int64_t index) const { return ensemble().samples.slice(0).slice(index); }
    [[nodiscard]] const ComplexArray& shown(std::size_t pane) const {
        const auto image = bench->picture(pane).image;
        REQUIRE(image != nullptr);
        return *image;
    }
};

}  // namespace

TEST_CASE("samples are shown one by one, round and round, and how they scatter as maps") {
    Fixture f;
    auto& bench = *f.bench;
    REQUIRE(f.ensemble().samples.shape() == Shape{1, kSamples, kEdge, kEdge});
    CHECK(bench.samples(1).count == kSamples);
    CHECK(bench.samples(1).shown == -1);
    const ComplexArray mean = f.shown(1);
    CHECK(bench.picture(1).title == "DPS, mean of 4 samples");
    CHECK(bench.picture(1).sample == "mean of 4");
    bench.stepSample(1, 1, true);
    CHECK(bench.picture(1).title == "DPS, sample 1 of 4, seed 1");
    CHECK(bench.picture(1).sample == "1 / 4");
    CHECK((f.shown(1) == f.sample(0)));
    bench.stepSample(1, -1, true);
    CHECK(bench.picture(1).title == "DPS, sample 4 of 4, seed 4");
    CHECK((f.shown(1) == f.sample(3)));
    CHECK_FALSE((f.shown(1) == mean));
    bench.toggleError(1);
    CHECK(bench.picture(1).title == "|error| of sample 4");
    bench.stepSample(1, 2, true);
    CHECK(bench.picture(1).title == "|error| of sample 2");
    bench.turnSamples(1);
    CHECK(bench.picture(1).title == "Std. deviation of 4 samples");
    CHECK((bench.picture(1).map == PanePicture::Map::Deviation));
    CHECK((f.shown(1) == toComplex(f.ensemble().deviation.slice(0))));
    bench.turnSamples(1);
    CHECK(bench.picture(1).title == "Phase spread of 4 samples");
    CHECK((f.shown(1) == toComplex(f.ensemble().phaseSpread.slice(0))));
    bench.turnSamples(1);
    CHECK((f.shown(1) == mean));
    bench.stepSample(1, -1, true);
    CHECK((f.shown(1) == f.sample(3)));  // backwards from the mean: the last
    bench.setSlice(0);                   // of which there is no result
    CHECK(bench.samples(1).count == 0);
    f.settle();
}

TEST_CASE("panes on samples of one result go together while they are linked; maps and other images stay") {
    Fixture f;
    auto& bench = *f.bench;
    bench.laySamplesOut();
    CHECK(bench.focusedPane() == 1);
    CHECK(bench.picture(0).sample == "mean of 4");
    CHECK(bench.picture(1).sample == "1 / 4");
    CHECK((bench.picture(2).map == PanePicture::Map::Deviation));
    bench.setPaneContent(0, PaneContent::Reconstruction, 0, 2);
    bench.stepSample(1, 1, true);
    CHECK(bench.pane(0).sample == 3);
    CHECK(bench.pane(1).sample == 1);
    CHECK(bench.pane(2).content == PaneContent::Deviation);
    bench.stepSample(1, 1, false);
    CHECK(bench.pane(0).sample == 3);
    CHECK(bench.pane(1).sample == 2);
    bench.stepSample(2, 1, true);  // the map stays, the others go
    CHECK(bench.pane(0).sample == 0);
    CHECK(bench.pane(1).sample == 3);
    CHECK(bench.pane(2).content == PaneContent::Deviation);
    bench.setPaneCount(4);
    bench.laySamplesOut();
    CHECK((bench.picture(3).map == PanePicture::Map::PhaseSpread));
    f.settle();
}

TEST_CASE("under the pointer there are mean and deviation of the samples, of maps and images alike") {
    Fixture f;
    const std::int64_t row = 20, column = 25;
    double mean = 0, squares = 0;
    for (std::int64_t i = 0; i < kSamples; ++i) mean += std::abs(f.sample(i)(row, column)) / double{kSamples};
    for (std::int64_t i = 0; i < kSamples; ++i) squares += std::pow(std::abs(f.sample(i)(row, column)) - mean, 2);
    for (const PaneContent content : {PaneContent::Deviation, PaneContent::PhaseSpread, PaneContent::Reconstruction}) {
        f.bench->setPaneContent(1, content);
        const auto at = f.bench->scatterAt(1, row, column);
        REQUIRE(at.has_value());
        CHECK(at->mean == doctest::Approx(mean).epsilon(1e-5));
        CHECK(at->deviation == doctest::Approx(std::sqrt(squares / (kSamples - 1))).epsilon(1e-4));
        CHECK(at->phaseSpread == f.ensemble().phaseSpread(0, row, column));
        CHECK_FALSE(f.bench->scatterAt(1, kEdge, 0).has_value());
    }
    CHECK_FALSE(f.bench->scatterAt(0, row, column).has_value());  // the reference
}

TEST_CASE("the samples are checked against the reference inside the object, and each is measured on its own") {
    Fixture f;
    auto& bench = *f.bench;
    const PaneSamples told = bench.samples(1);
    REQUIRE(told.check != nullptr);
    CHECK(told.reference == "RSS of all samples");
    const ComplexArray& reference = *bench.store().reference(told.slice)->image;
    const ByteArray object = objectRegion(magnitude(reference));
    std::int64_t pixels = 0, inside = 0;
    for (std::int64_t i = 0; i < object.size(); ++i) {
        if (object[i] == 0) continue;
        ++pixels;
        double mean = 0, squares = 0;
        for (std::int64_t s = 0; s < kSamples; ++s) mean += std::abs(f.sample(s)[i]) / double{kSamples};
        for (std::int64_t s = 0; s < kSamples; ++s) squares += std::pow(std::abs(f.sample(s)[i]) - mean, 2);
        if (std::abs(std::abs(reference[i]) - mean) <= 1.64 * std::sqrt(squares / (kSamples - 1))) ++inside;
    }
    CHECK(told.check->within.pixels == pixels);
    CHECK(told.check->within.fraction == doctest::Approx(static_cast<double>(inside) / static_cast<double>(pixels)).epsilon(2e-3));
    REQUIRE(told.check->coverage.size() == 9);
    for (std::size_t i = 1; i < 9; ++i) CHECK(told.check->coverage[i].found >= told.check->coverage[i - 1].found);
    CHECK(told.check->coverage.back().expected == doctest::Approx(0.9));
    bench.stepSample(1, 2, true);
    CHECK(bench.picture(1).metrics.starts_with(
        fmt::format("NRMSE {:.4f}", compareImages(reference, f.sample(1), metrics::Scale::None).nrmse)));
    bench.setScale(metrics::Scale::LeastSquares);
    f.settle();
    REQUIRE(bench.samples(1).check != nullptr);
    CHECK(bench.samples(1).check != told.check);
}

TEST_CASE("what scatters as the reference does is called calibrated; half of it narrow, twice wide; scaling is undone where asked") {
    constexpr std::int64_t kSide = 64;
    const auto checkOf = [&](double spread, float factor, metrics::Scale scale) {
        NoiseSource noise(5);
        ComplexArray reference({kSide, kSide}), samples({8, kSide, kSide});
        for (auto& value : reference.values()) value = static_cast<float>(20 + noise.normal());
        for (auto& value : samples.values()) value = factor * static_cast<float>(20 + spread * noise.normal());
        return verdictOf(checkEnsemble(samples, reference, scale, RunControl{}));
    };
    CHECK(checkOf(1, 1, metrics::Scale::None).starts_with("Calibrated: "));
    CHECK(checkOf(0.5, 1, metrics::Scale::None).starts_with("Narrow: "));
    CHECK(checkOf(2, 1, metrics::Scale::None).starts_with("Wide: "));
    CHECK(checkOf(1, 3, metrics::Scale::None).starts_with("Narrow: "));
    CHECK(checkOf(1, 3, metrics::Scale::LeastSquares).starts_with("Calibrated: "));
    EnsembleCheck check;
    check.coverage = {{0.9, 0.71}};
    CHECK(verdictOf(check) == "Narrow: 71 % of the object's pixels lie within the 90 % interval.");
    CHECK(meaningOf(check) == "The samples scatter less than they err");
}

TEST_CASE("a scan that was accelerated when acquired has no truth to check samples against") {
    Fixture f(kSamples, 2);
    const PaneSamples told = f.bench->samples(1);
    CHECK(told.count == kSamples);
    CHECK(told.check == nullptr);
    CHECK(told.noCheck.starts_with("No reference"));
}

TEST_CASE("a single sample has nothing to flick through, and no deviation") {
    Fixture f(1);
    auto& bench = *f.bench;
    CHECK(bench.samples(1).count == 0);
    bench.stepSample(1, 1, true);
    bench.turnSamples(1);
    CHECK(bench.pane(1).sample == -1);
    CHECK(bench.pane(1).content == PaneContent::Reconstruction);
    CHECK(bench.picture(1).sample.empty());
    bench.setPaneContent(1, PaneContent::Deviation);
    CHECK(bench.picture(1).image == nullptr);
    CHECK(bench.picture(1).placeholder.find("Samples above 1") != std::string::npos);
    f.settle();
}

TEST_CASE("while samples form the mean of the estimates is shown, also where a sample was looked at") {
    Fixture f;
    auto& bench = *f.bench;
    bench.stepSample(1, 1, true);
    bench.setPaneContent(2, PaneContent::Deviation);
    f.set("steps", std::int64_t{1000});
    f.settle();
    REQUIRE(bench.reconstruct() != 0);
    REQUIRE(f.pump.until([&] { return bench.picture(1).title == "DPS, mean of the 4 estimates"; }));
    CHECK(bench.picture(1).image->shape() == Shape{kEdge, kEdge});
    CHECK(bench.picture(2).image == nullptr);
    CHECK(bench.picture(2).placeholder.find("when the run has ended") != std::string::npos);
    bench.stopCurrent();
    f.settle();
    CHECK(bench.picture(1).sample == "1 / 4");
    CHECK((bench.picture(2).map == PanePicture::Map::Deviation));
    CHECK(bench.picture(2).image != nullptr);
}

TEST_CASE("samples that would not fit into memory are refused before anything runs") {
    Fixture f(1);
    ReconstructionRequest asked;
    asked.acquisition = std::make_shared<test::MemoryAcquisition>(std::vector{ComplexArray({1, 640, 368})}, f.folder.file("scan.h5"));
    asked.slices.resize(30);
    asked.parameters = ParamValues(plugins().method("dps").params);
    asked.parameters.set("samples", std::int64_t{8});
    CHECK_NOTHROW(checkSampleMemory(asked));  // 0.5 GB
    asked.parameters.set("samples", std::int64_t{64});
    CHECK_THROWS_WITH_AS(checkSampleMemory(asked),
                         "64 samples of 30 slices take 3.7 GB of memory; the window keeps up to 1.1 GB of one result's.", UsageError);
    asked.parameters = ParamValues(plugins().method("cg-sense").params);
    CHECK_NOTHROW(checkSampleMemory(asked));
}
