// Scans with frames: masks in time, methods that reconstruct all frames of a place together, coil maps that frames share.
#include <doctest/doctest.h>

#include <cmath>

#include "core/base/data/series.h"
#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/session/auto_tune.h"
#include "core/session/engine_host.h"
#include "core/session/reconstruct.h"
#include "core/session/series_places.h"
#include "core/session/simulate.h"
#include "core/session/simulated_scan.h"
#include "core/session/sweep.h"
#include "tests/support/moving_phantom.h"
#include "tests/support/phantom.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

struct Cine {
    test::TempDir folder;
    test::MovingPhantom phantom;
    std::shared_ptr<test::MemoryAcquisition> acquisition;

    explicit Cine(test::MovingPhantom scan = {}) : phantom(scan) {
        test::writeFile(folder.file("scan.bin"), "the source of this scan");
        acquisition = test::movingScan(scan, folder.file("scan.bin"));
    }
    [[nodiscard]] ReconstructionRequest request(const std::string& method, const std::string& mask, std::int64_t iterations = 0) const {
        ReconstructionRequest request;
        request.acquisition = acquisition;
        request.method = method;
        request.mask = MaskChoice::fromText(mask);
        request.parameters = ParamValues(plugins().method(method).params);
        if (iterations > 0) request.parameters.set("iterations", iterations);
        return request;
    }
};

double nrmse(const ComplexArray& images, const ComplexArray& truth) {
    double difference = 0, norm = 0;
    for (std::int64_t i = 0; i < truth.size(); ++i) {
        difference += std::pow(std::abs(images[i]) - std::abs(truth[i]), 2);
        norm += std::norm(truth[i]);
    }
    return std::sqrt(difference / norm);
}

struct StopAfter final : ProgressSink {
    std::stop_source source;
    std::int64_t steps;
    std::vector<StepReport> reports;
    std::vector<ComplexArray> previews;
    explicit StopAfter(std::int64_t after) : steps(after) {}
    void onStep(const StepReport& report) override {
        reports.push_back(report);
        if (steps > 0 && static_cast<std::int64_t>(reports.size()) >= steps) source.request_stop();
    }
    bool wantsPreview() override { return true; }
    void onPreview(ComplexArray image) override { previews.push_back(std::move(image)); }
};

}  // namespace

TEST_CASE("each frame has the mask of its number, in all slices alike") {
    const Cine cine({4, 2, 4, 48, 60, 0.005});
    const auto result = reconstruct(cine.request("zero-filled", "kt-gaussian:R=4,acs=12,seed=5"), {});
    REQUIRE(result.masks.size() == 8);
    for (std::int64_t i = 0; i < 8; ++i)
        CHECK(result.masks[static_cast<std::size_t>(i)] == masks::generate(masks::parseMaskSpec("kt-gaussian:R=4,acs=12,seed=5"), 48, 60, 0, -1, i / 2));
    CHECK(result.masks[0].samples() != result.masks[2].samples());
    // Of a scan that stands still all slices are frame 0.
    cine.acquisition->editHeader().imageDims = {{Dim::Slice, 8}};
    const auto still = reconstruct(cine.request("zero-filled", "kt-gaussian:R=4,acs=12,seed=5"), {});
    REQUIRE(still.masks.size() == 1);
    CHECK(still.masks.front() == result.masks.front());
}

TEST_CASE("a file with a mask a frame is the rule it was made by") {
    const Cine cine({4, 2, 4, 48, 60, 0.005});
    const std::string rule = "kt-uniform:R=4,acs=12";
    io::saveMasks(cine.folder.file("masks.npy"), masks::generateSeries(masks::parseMaskSpec(rule), 48, 60, 4));
    const auto fromRule = reconstruct(cine.request("cg-sense", rule, 5), {}), fromFile = reconstruct(cine.request("cg-sense", cine.folder.file("masks.npy"), 5), {});
    CHECK(fromRule.images.pixels == fromFile.images.pixels);
    io::saveMasks(cine.folder.file("three.npy"), masks::generateSeries(masks::parseMaskSpec(rule), 48, 60, 3));
    CHECK_THROWS_AS((void)reconstruct(cine.request("cg-sense", cine.folder.file("three.npy")), {}), InputError);
}

TEST_CASE("frames share maps that are estimated from the mean over time where their masks differ") {
    const Cine cine({4, 1, 4, 48, 48, 0.005});
    const std::string rule = "kt-uniform:R=4,acs=8";
    const auto spec = masks::parseMaskSpec(rule);
    ComplexArray mean({4, 48, 48});
    std::vector<double> counts(48 * 48);
    for (std::int64_t t = 0; t < 4; ++t) {
        const auto mask = masks::generate(spec, 48, 48, 0, -1, t);
        const auto kspace = cine.acquisition->readSlice(t);
        for (std::int64_t i = 0; i < kspace.size(); ++i)
            if (mask.samples()[i % (48 * 48)]) mean[i] += kspace[i];
        for (std::int64_t i = 0; i < 48 * 48; ++i) counts[static_cast<std::size_t>(i)] += mask.samples()[i];
    }
    for (std::int64_t i = 0; i < mean.size(); ++i) mean[i] /= static_cast<float>(counts[static_cast<std::size_t>(i % (48 * 48))]);
    // R frames together hold all samples, so that more than the 8 lines of one frame calibrate.
    const auto maps = engine().estimateMaps(mean, SamplingMask::full(48, 48), {}, {}).maps;
    io::saveArray(cine.folder.file("maps.npy"), maps, "maps");
    const auto own = reconstruct(cine.request("cg-sense", rule, 10), {});
    auto given = cine.request("cg-sense", rule, 10);
    given.mapsFile = cine.folder.file("maps.npy");
    CHECK(test::relativeError(own.images.pixels, reconstruct(given, {}).images.pixels) < 1e-4);
    auto one = cine.request("cg-sense", rule, 10);
    one.slices = {2};
    CHECK(reconstruct(one, {}).images.pixels.slice(0) == own.images.pixels.slice(2));
    CHECK(test::relativeError(estimateMaps(*cine.acquisition, 1, one.mask, {}, {}).maps, maps) < 1e-4);
}

TEST_CASE("a method of series reconstructs all frames of a place, whichever are asked for, in their order") {
    const Cine cine({4, 2, 4, 48, 48, 0.005});
    for (const char* method : {"kt-wavelet", "low-rank-sparse"}) {
        CAPTURE(std::string(method));
        const auto all = reconstruct(cine.request(method, "kt-gaussian:R=3,acs=12,seed=1", 5), {});
        CHECK(all.images.pixels.shape() == Shape{8, 48, 48});
        CHECK(all.protocol.slices == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7});
        CHECK(all.protocol.combination == "sense");
        CHECK(all.trace.size() == 8 * 5);
        auto some = cine.request(method, "kt-gaussian:R=3,acs=12,seed=1", 5);
        some.slices = {5, 2, 1};
        const auto few = reconstruct(some, {});
        CHECK(few.protocol.slices == some.slices);
        for (std::size_t i = 0; i < 3; ++i) {
            CHECK(few.images.pixels.slice(static_cast<std::int64_t>(i)) == all.images.pixels.slice(some.slices[i]));
            CHECK(few.masks[i] == all.masks[static_cast<std::size_t>(some.slices[i])]);
        }
        // What it does with the images of one place does not depend on the other.
        CHECK(test::relativeError(all.images.pixels.slice(0), all.images.pixels.slice(1)) > 0.01);
    }
}

TEST_CASE("coils that a series cannot take are refused by name") {
    const Cine cine;
    auto request = cine.request("kt-wavelet", "kt-gaussian:R=4,acs=12,seed=5");
    request.coils.virtualConjugates = true;
    CHECK_THROWS_WITH_AS((void)reconstruct(request, {}), doctest::Contains("no virtual conjugates"), UsageError);
    request.coils = {};
    request.mapParameters = ParamValues(espiritParameters());
    request.mapParameters.set("sets", std::int64_t{2});
    CHECK_THROWS_WITH_AS((void)reconstruct(request, {}), doctest::Contains("no second set"), UsageError);
}

TEST_CASE("a scan that stands still is refused by methods of series, and they say so of tuning") {
    const Cine cine({4, 1, 4, 48, 48, 0.005});
    try {
        (void)autoTune(cine.request("kt-wavelet", "kt-uniform:R=4,acs=12"), {"lambda", {}, {}, {}}, {});
        FAIL("no error");
    } catch (const UsageError& error) {
        CHECK(std::string(error.what()).find("reconstructs series") != std::string::npos);
    }
    cine.acquisition->editHeader().imageDims = {{Dim::Slice, 4}};
    try {
        (void)reconstruct(cine.request("low-rank-sparse", "equispaced:R=2,acs=12,seed=1"), {});
        FAIL("no error");
    } catch (const UsageError& error) {
        CHECK(error.fullText().find("holds one image of each place") != std::string::npos);
    }
}

TEST_CASE("at R = 8 methods of series are nearer to a cine than frame by frame") {
    const Cine cine({12, 1, 8, 64, 96, 0.02});
    const auto truth = test::movingImages(cine.phantom);
    std::map<std::string, double> error;
    for (const char* method : {"cg-sense", "l1-wavelet", "kt-wavelet", "low-rank-sparse"})
        error[method] = nrmse(reconstruct(cine.request(method, "kt-gaussian:R=8,acs=10,seed=1", 40), {}).images.pixels, truth);
    for (const auto& [method, value] : error) MESSAGE(method, ": ", value);
    for (const char* together : {"kt-wavelet", "low-rank-sparse"})
        for (const char* single : {"cg-sense", "l1-wavelet"}) CHECK(error[together] < 0.8 * error[single]);
}

TEST_CASE("a stopped series gives its last estimate, and nothing is Cancelled; steps count places") {
    const Cine cine({4, 2, 4, 48, 48, 0.005});
    const auto request = cine.request("kt-wavelet", "kt-uniform:R=2,acs=12", 10);
    StopAfter whole(0);
    (void)reconstruct(request, {whole.source.get_token(), &whole});
    CHECK(whole.reports.back().step == 20);
    CHECK(whole.reports.back().total == 20);
    REQUIRE_FALSE(whole.previews.empty());
    CHECK(whole.previews.back().shape() == Shape{48, 48});
    StopAfter late(19);
    const auto stopped = reconstruct(request, {late.source.get_token(), &late});
    CHECK(stopped.stoppedEarly);
    CHECK(stopped.protocol.slices.size() == 8);
    StopAfter early(1);
    CHECK_THROWS_AS((void)reconstruct(request, {early.source.get_token(), &early}), Cancelled);
    StopAfter first(5);
    const auto half = reconstruct(request, {first.source.get_token(), &first});
    CHECK(half.stoppedEarly);
    CHECK(half.protocol.slices == std::vector<std::int64_t>{0, 2, 4, 6});
}

TEST_CASE("a sweep scores methods of series on the frames that it looks at") {
    const Cine cine({4, 1, 4, 48, 48, 0.005});
    SweepRequest request;
    request.scans.push_back({});
    request.scans.back().name = "cine";
    request.scans.back().acquisition = cine.acquisition;
    request.scans.back().slices = {2};
    request.masks = {MaskChoice::fromText("kt-uniform:R=4,acs=12")};
    SweepMethod method;
    method.method = "low-rank-sparse";
    method.axes = {{"lambda_l", {"0.01", "0.1"}}};
    request.methods = {method};
    const auto table = sweep(request, {}, {}, {}, {});
    REQUIRE(table.cells.size() == 2);
    for (const auto& cell : table.cells) {
        CHECK(cell.failure.empty());
        CHECK(cell.slice == 2);
    }
    CHECK(table.cells[0].whole.nrmse != table.cells[1].whole.nrmse);
}

TEST_CASE("a simulated cine is written with its frames, beats in the middle and stands still at the edge") {
    const test::TempDir folder;
    const auto image = test::phantomMagnitude(60, 48);
    io::saveArray(folder.file("image.npy"), toComplex(image), "image");
    SimulationOptions options;
    options.coils = 4;
    options.frames = 6;
    options.snr = 1e4;
    simulateScan(folder.file("image.npy"), options, folder.file("cine.h5"), {});
    const auto scan = io::openAcquisition(folder.file("cine.h5"));
    CHECK(frameCount(scan->header()) == 6);
    CHECK(scan->header().sliceCount() == 6);
    CHECK(scan->header().describeSlice(4) == "frame 5, slice 1");
    CHECK(scan->header().provenance.simulated);
    CHECK(scan->header().provenance.simulation.find("6 frames") != std::string::npos);
    const SimulatedScan made(io::readImages(folder.file("image.npy")), options, "image", "");
    const auto truth = made.truth();
    REQUIRE(truth.shape() == Shape{6, 60, 48});
    CHECK(truth.slice(0) == image);
    double moved = 0;
    for (std::int64_t r = 0; r < 60; ++r)
        for (std::int64_t c = 0; c < 48; ++c) {
            const double change = std::abs(truth(3, r, c) - truth(0, r, c));
            if (std::hypot(r - 30, c - 24) > 28) CHECK(change < 0.02);
            moved = std::max(moved, change);
            CHECK(std::abs(truth(1, r, c) - truth(5, r, c)) < 1e-5);  // as it goes, so it comes
        }
    CHECK(moved > 0.2);
    // The k-space is that of the moved image.
    ReconstructionRequest request;
    request.acquisition = scan;
    request.slices = {3};
    const auto rss = reconstruct(request, {}).images.pixels;
    CHECK(nrmse(rss, toComplex(truth.slice(3).reshaped({1, 60, 48}))) < 0.02);
}
