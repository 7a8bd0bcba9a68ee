#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/session/engine_host.h"
#include "core/session/reconstruct.h"
#include "core/session/simulate.h"
#include "core/session/simulated_coils.h"
#include "tests/support/phantom.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

constexpr std::int64_t kReadout = 65, kPhase = 52;

/// A stack of phantoms as npy, 100 at the brightest.
std::string phantomStack(const test::TempDir& folder, std::int64_t slices) {
    const auto one = test::phantomMagnitude(kReadout, kPhase);
    ComplexArray stack({slices, kReadout, kPhase});
    for (std::int64_t s = 0; s < slices; ++s)
        for (std::int64_t i = 0; i < one.size(); ++i) stack.block(s)[static_cast<std::size_t>(i)] = 100 * one[i];
    io::saveArray(folder.file("images.npy"), stack, "images");
    return folder.file("images.npy");
}

double relativeDistance(const ComplexArray& a, const ComplexArray& b) {
    checkShape(a.shape(), b.shape(), "array");
    double difference = 0, norm = 0;
    for (std::int64_t i = 0; i < a.size(); ++i) difference += std::norm(a[i] - b[i]), norm += std::norm(b[i]);
    return std::sqrt(difference / norm);
}

/// One slice with a block of 100 in the air.
std::string blockImage(const test::TempDir& folder) {
    ComplexArray image({1, kReadout, kPhase});
    for (std::int64_t r = 15; r < 50; ++r)
        for (std::int64_t p = 12; p < 40; ++p) image(0, r, p) = 100;
    io::saveArray(folder.file("images.npy"), image, "images");
    return folder.file("images.npy");
}

}  // namespace

TEST_CASE("simulated maps are smooth, differ and have unit norm") {
    const auto maps = simulatedMaps({kReadout, kPhase, 10}, 8);
    double largestStep = 0, alike = 0;
    for (std::int64_t r = 0; r < kReadout; ++r)
        for (std::int64_t p = 0; p < kPhase; ++p) {
            double sum = 0;
            for (std::int64_t c = 0; c < 8; ++c) {
                sum += std::norm(maps(c, r, p));
                if (p > 0) largestStep = std::max(largestStep, static_cast<double>(std::abs(maps(c, r, p) - maps(c, r, p - 1))));
            }
            REQUIRE(sum == doctest::Approx(1).epsilon(1e-4));
            alike += std::abs(maps(0, r, p) * std::conj(maps(4, r, p)));
        }
    CHECK(largestStep < 0.2);
    CHECK(alike / static_cast<double>(kReadout * kPhase) < 0.15);  // opposite coils see opposite sides
    const auto phase = simulatedPhase({kReadout, kPhase, 0}, 3);
    CHECK(std::abs(phase[100]) == doctest::Approx(1));
    CHECK(phase == simulatedPhase({kReadout, kPhase, 0}, 3));
    CHECK(phase != simulatedPhase({kReadout, kPhase, 0}, 4));
}

TEST_CASE("simulated k-space is oversampled, marked, and shows the source when combined") {
    const test::TempDir folder;
    SimulationOptions options;
    options.coils = 8;
    options.snr = 200;
    simulateScan(phantomStack(folder, 2), options, folder.file("scan.h5"), {});
    const auto scan = io::openAcquisition(folder.file("scan.h5"));
    const auto& header = scan->header();
    CHECK(header.provenance.simulated);
    CHECK(header.provenance.simulation.find("8 loop coils") != std::string::npos);
    CHECK(header.encoded == Matrix{2 * kReadout, kPhase, 1});
    CHECK(header.recon == Matrix{kReadout, kPhase, 1});
    CHECK(header.sliceCount() == 2);
    const auto rss = makeReference(*scan, {1}, std::nullopt, false, {});
    const auto found = magnitude(rss.images.pixels.slice(0)), source = test::phantomMagnitude(kReadout, kPhase);
    double difference = 0, norm = 0;
    for (std::int64_t i = 0; i < source.size(); ++i) difference += std::pow(found[i] - 100 * source[i], 2), norm += std::pow(100 * source[i], 2);
    CHECK(std::sqrt(difference / norm) < 0.03);
    CHECK(rss.images.simulated);
}

TEST_CASE("the noise is as strong as asked for") {
    const test::TempDir folder;
    const auto source = blockImage(folder);
    SimulationOptions options;
    options.coils = 4;
    options.snr = 20;
    simulateScan(source, options, folder.file("noisy.h5"), {});
    options.snr = 1e6;
    simulateScan(source, options, folder.file("clean.h5"), {});
    const auto noisy = io::openAcquisition(folder.file("noisy.h5"))->readSlice(0), clean = io::openAcquisition(folder.file("clean.h5"))->readSlice(0);
    double variance = 0;
    for (std::int64_t i = 0; i < noisy.size(); ++i) variance += std::norm(noisy[i] - clean[i]) / 2;
    const double sigma = std::sqrt(variance / static_cast<double>(noisy.size()));
    CHECK(sigma == doctest::Approx(100.0 / 20).epsilon(0.02));  // of 27040 samples: 0.4 % by chance
}

TEST_CASE("one seed gives one scan, in whatever order") {
    const test::TempDir folder;
    const auto source = phantomStack(folder, 4);
    SimulationOptions options;
    options.coils = 3;
    simulateScan(source, options, folder.file("a.h5"), {});
    simulateScan(source, options, folder.file("b.h5"), {});
    const auto a = io::openAcquisition(folder.file("a.h5")), b = io::openAcquisition(folder.file("b.h5"));
    CHECK(a->readSlice(2) == b->readSlice(2));
    CHECK(a->readSlice(2) != a->readSlice(1));
    options.seed = 2;
    simulateScan(source, options, folder.file("c.h5"), {});
    CHECK(io::openAcquisition(folder.file("c.h5"))->readSlice(2) != a->readSlice(2));
}

TEST_CASE("bright tissue has a phase of its own where that is asked for, and the magnitudes stay") {
    const RealArray image({1, 3}, std::vector<float>{10, 15, 30});
    const auto phase = tissuePhaseOf(image, 10, 0.8);
    CHECK(std::arg(phase[0]) == doctest::Approx(0.8 / (1 + std::exp(5.0))));
    CHECK(std::arg(phase[1]) == doctest::Approx(0.4));
    CHECK(std::arg(phase[2]) == doctest::Approx(0.8).epsilon(1e-4));
    const test::TempDir folder;
    const auto source = phantomStack(folder, 1);
    SimulationOptions options;
    options.coils = 4;
    options.snr = 1e6;
    simulateScan(source, options, folder.file("smooth.h5"), {});
    options.tissuePhase = 1.2;
    simulateScan(source, options, folder.file("tissue.h5"), {});
    const auto smooth = io::openAcquisition(folder.file("smooth.h5")), tissue = io::openAcquisition(folder.file("tissue.h5"));
    CHECK(tissue->header().provenance.simulation.find("1.2 rad between bright tissue") != std::string::npos);
    CHECK(smooth->header().provenance.simulation.find("bright tissue") == std::string::npos);
    CHECK(relativeDistance(tissue->readSlice(0), smooth->readSlice(0)) > 0.1);
    const auto rssOf = [](const Acquisition& scan) { return makeReference(scan, {0}, std::nullopt, false, {}).images.pixels; };
    CHECK(relativeDistance(rssOf(*tissue), rssOf(*smooth)) < 1e-3);
    options.tissuePhase = 4;
    CHECK_THROWS_AS(simulateScan(source, options, folder.file("refused.h5"), {}), ParamError);
    CHECK(!std::filesystem::exists(folder.file("refused.h5")));
}

TEST_CASE("slices can be chosen, oversampling can be left out") {
    const test::TempDir folder;
    SimulationOptions options;
    options.coils = 2;
    options.slices = 2;
    options.firstSlice = 1;
    options.readoutOversampling = 1;
    simulateScan(phantomStack(folder, 4), options, folder.file("scan.h5"), {});
    const auto scan = io::openAcquisition(folder.file("scan.h5"));
    CHECK(scan->header().sliceCount() == 2);
    CHECK(scan->header().encoded == scan->header().recon);
}

TEST_CASE("a stop leaves no file, and bad options are refused") {
    const test::TempDir folder;
    const auto source = phantomStack(folder, 2);
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS_AS(simulateScan(source, {}, folder.file("scan.h5"), {stop.get_token(), &silentProgress()}), Cancelled);
    CHECK_FALSE(std::filesystem::exists(folder.file("scan.h5")));
    SimulationOptions options;
    options.coils = 0;
    CHECK_THROWS_AS(simulateScan(source, options, folder.file("scan.h5"), {}), ParamError);
    options = {};
    options.snr = 0;
    CHECK_THROWS_AS(simulateScan(source, options, folder.file("scan.h5"), {}), ParamError);
    options = {};
    options.readoutOversampling = 3;
    CHECK_THROWS_AS(simulateScan(source, options, folder.file("scan.h5"), {}), ParamError);
    CHECK_THROWS_AS(simulateScan(folder.file("none.nii"), {}, folder.file("scan.h5"), {}), IoError);
    int entries = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path())) ++entries;
    CHECK(entries == 1);  // the source alone
}
