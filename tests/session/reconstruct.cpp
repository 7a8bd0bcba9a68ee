#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/base/hash.h"
#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/base/version.h"
#include "core/session/comparison.h"
#include "core/session/engine_host.h"
#include "core/session/reconstruct.h"
#include "core/session/replay.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

constexpr std::int64_t kCoils = 6, kReadout = 64, kPhase = 60;

/// Slices of a phantom in memory, with a source file that can be hashed.
struct Scan {
    test::TempDir folder;
    std::shared_ptr<test::MemoryAcquisition> acquisition;

    explicit Scan(std::int64_t slices = 3, double noise = 0.002) {
        std::vector<ComplexArray> all;
        for (std::int64_t s = 0; s < slices; ++s) all.push_back(test::phantomKspace(kCoils, kReadout, kPhase, noise, 10 + static_cast<std::uint64_t>(s)));
        test::writeFile(folder.file("scan.bin"), "the source of this scan");
        acquisition = std::make_shared<test::MemoryAcquisition>(std::move(all), folder.file("scan.bin"));
    }
    [[nodiscard]] ReconstructionRequest request(const std::string& method, const std::string& mask = {}) const {
        ReconstructionRequest request;
        request.acquisition = acquisition;
        request.method = method;
        request.mask = MaskChoice::fromText(mask);
        return request;
    }
};

/// Requests a stop once `steps` reports have come.
struct StopAfter final : ProgressSink {
    std::stop_source source;
    std::int64_t steps, seen = 0;
    std::vector<StepReport> reports;
    explicit StopAfter(std::int64_t after) : steps(after) {}
    void onStep(const StepReport& report) override {
        reports.push_back(report);
        if (++seen >= steps) source.request_stop();
    }
    [[nodiscard]] RunControl control() { return {source.get_token(), this}; }
};

}  // namespace

TEST_CASE("a result is complete: images, mask, protocol") {
    const Scan scan;
    auto request = scan.request("cg-sense", "equispaced:R=2,acs=16,seed=1");
    request.slices = {2, 0};
    const auto result = reconstruct(request, {});
    CHECK(result.images.pixels.shape() == Shape{2, kReadout, kPhase});
    CHECK(result.images.name == "cg-sense");
    REQUIRE(result.masks.size() == 1);
    CHECK_FALSE(result.stoppedEarly);
    const auto& protocol = result.protocol;
    CHECK(protocol.method == "cg-sense");
    CHECK(protocol.parameters.at("iterations") == 30);
    CHECK(protocol.mask == "equispaced:R=2,acs=16,seed=1");
    CHECK(protocol.maskHash == sha256(result.masks.front().samples().values()));
    CHECK(protocol.acquiredAcceleration == doctest::Approx(1));
    CHECK(protocol.totalAcceleration == doctest::Approx(2).epsilon(0.02));
    CHECK(protocol.extraAcceleration == doctest::Approx(protocol.totalAcceleration));
    CHECK(protocol.combination == "sense");
    CHECK(protocol.sourceHash == sha256OfFile(scan.folder.file("scan.bin")));
    CHECK(protocol.mapParameters.at("kernel_size") == 6);
    CHECK(protocol.slices == std::vector<std::int64_t>{2, 0});
    CHECK(protocol.device == "cpu");
    CHECK(protocol.threads == defaultThreads());
    CHECK(protocol.version == version());
    CHECK(Protocol::fromJson(protocol.toJson()).toJson() == protocol.toJson());
}

TEST_CASE("the same request gives the same bytes, slice by slice or together") {
    const Scan scan;
    for (const char* method : {"zero-filled", "cg-sense", "l1-wavelet"}) {
        CAPTURE(std::string(method));
        const auto request = scan.request(method, "poisson:R=3,acs=16,seed=2");
        const auto first = reconstruct(request, {}), second = reconstruct(request, {});
        CHECK(first.images.pixels == second.images.pixels);
        CHECK(first.protocol.toJson() == second.protocol.toJson());
        auto single = request;
        single.slices = {1};
        CHECK(reconstruct(single, {}).images.pixels.slice(0) == first.images.pixels.slice(1));
    }
}

TEST_CASE("a reconstruction from half the samples is near the image") {
    const Scan scan(1);
    const auto truth = magnitude(test::phantomImage(kReadout, kPhase));
    for (const char* method : {"cg-sense", "l1-wavelet"}) {
        CAPTURE(std::string(method));
        const auto result = reconstruct(scan.request(method, "poisson:R=2,acs=24,seed=2"), {});
        const auto image = magnitude(result.images.pixels.slice(0));
        double difference = 0, norm = 0;
        for (std::int64_t i = 0; i < image.size(); ++i) difference += std::pow(image[i] - truth[i], 2), norm += std::pow(truth[i], 2);
        CHECK(std::sqrt(difference / norm) < 0.12);
    }
}

TEST_CASE("maps come from the samples that the mask keeps") {
    const Scan scan(1);
    // The centre alone decides the maps: what a mask leaves out may hold anything.
    auto spoiled = scan.acquisition->readSlice(0);
    const auto mask = masks::generate(masks::parseMaskSpec("equispaced:R=2,acs=16,seed=1"), kReadout, kPhase);
    for (std::int64_t c = 0; c < kCoils; ++c)
        for (std::int64_t i = 0; i < mask.sampleCount(); ++i)
            if (!mask.samples()[i]) spoiled[c * mask.sampleCount() + i] += cfloat(50, -30);
    const auto other = std::make_shared<test::MemoryAcquisition>(std::vector{spoiled}, scan.folder.file("scan.bin"));
    auto request = scan.request("cg-sense", "equispaced:R=2,acs=16,seed=1");
    const auto clean = reconstruct(request, {});
    request.acquisition = other;
    CHECK(reconstruct(request, {}).images.pixels == clean.images.pixels);
}

TEST_CASE("given maps are used, for one slice or for each, and must fit") {
    const Scan scan(2);
    const auto maps = test::phantomMaps(kCoils, kReadout, kPhase);
    io::saveArray(scan.folder.file("maps.npy"), maps, "maps");
    auto request = scan.request("cg-sense", "equispaced:R=2,acs=16,seed=1");
    request.mapsFile = scan.folder.file("maps.npy");
    const auto result = reconstruct(request, {});
    CHECK(result.protocol.maps == scan.folder.file("maps.npy"));
    io::saveArray(scan.folder.file("wrong.npy"), test::phantomMaps(kCoils + 1, kReadout, kPhase), "maps");
    request.mapsFile = scan.folder.file("wrong.npy");
    CHECK_THROWS_AS((void)reconstruct(request, {}), ShapeError);
    request.mapsFile = scan.folder.file("none.npy");
    CHECK_THROWS_AS((void)reconstruct(request, {}), IoError);
}

TEST_CASE("samples that are not finite are counted, and the slice is named") {
    const Scan scan(2);
    auto bad = scan.acquisition->readSlice(0);
    bad[5] = cfloat(std::numeric_limits<float>::quiet_NaN(), 0);
    bad[9] = cfloat(0, std::numeric_limits<float>::infinity());
    auto request = scan.request("zero-filled");
    request.acquisition = std::make_shared<test::MemoryAcquisition>(std::vector{scan.acquisition->readSlice(0), bad}, scan.folder.file("scan.bin"));
    try {
        (void)reconstruct(request, {});
        FAIL("no error");
    } catch (const InputError& error) {
        const std::string text = error.what();
        CHECK(text.find("2 of the") != std::string::npos);
        CHECK(text.find("slice 2 (index 1)") != std::string::npos);
        CHECK(text.find("scan.bin") != std::string::npos);
    }
    request.slices = {0};
    CHECK_NOTHROW((void)reconstruct(request, {}));
}

TEST_CASE("what cannot be asked is refused before work begins") {
    const Scan scan(2);
    CHECK_THROWS_AS((void)reconstruct({}, {}), UsageError);
    CHECK_THROWS_AS((void)reconstruct(scan.request("no-such-method"), {}), UsageError);
    auto request = scan.request("zero-filled");
    request.slices = {2};
    CHECK_THROWS_AS((void)reconstruct(request, {}), UsageError);
    request.slices = {0};
    request.device = "cuda:99";
    CHECK_THROWS_AS((void)reconstruct(request, {}), DeviceError);
}

TEST_CASE("readout oversampling is removed, unless the full field of view is asked for") {
    const Scan scan(1);
    auto& header = scan.acquisition->editHeader();
    header.recon = {kReadout / 2, kPhase - 3, 1};
    header.encodedFov = FieldOfView{128, 120, 5};
    header.geometry.pixel = PixelSize{2, 2};
    auto request = scan.request("zero-filled");
    const auto cropped = reconstruct(request, {});
    CHECK(cropped.images.pixels.shape() == Shape{1, kReadout / 2, kPhase - 3});
    CHECK(cropped.images.geometry.pixel == PixelSize{2, 2});
    request.fullFov = true;
    const auto full = reconstruct(request, {});
    CHECK(full.images.pixels.shape() == Shape{1, kReadout, kPhase});
    CHECK(full.images.geometry.pixel == PixelSize{2, 2});
    CHECK(cropToRecon(full.images.pixels, header) == cropped.images.pixels);
    // The centre of the matrix stays the centre: index 32 of 64 is index 16 of 32; 30 of 60 is 28 of 57.
    CHECK(cropped.images.pixels(0, 16, 28) == full.images.pixels(0, 32, 30));
}

TEST_CASE("progress runs over all slices and ends full") {
    const Scan scan(3);
    StopAfter recorder(std::numeric_limits<std::int64_t>::max());
    auto request = scan.request("cg-sense", "equispaced:R=2,acs=16,seed=1");
    request.parameters = ParamValues(plugins().method("cg-sense").params);
    request.parameters.set("iterations", std::int64_t{5});
    request.parameters.set("tolerance", 0.0);
    (void)reconstruct(request, recorder.control());
    REQUIRE_FALSE(recorder.reports.empty());
    CHECK(recorder.reports.back().step == 15);
    CHECK(recorder.reports.back().total == 15);
    CHECK(std::is_sorted(recorder.reports.begin(), recorder.reports.end(), [](const auto& a, const auto& b) { return a.step < b.step; }));
}

TEST_CASE("a stop keeps the slices that are done") {
    const Scan scan(3);
    StopAfter stopper(std::numeric_limits<std::int64_t>::max());
    scan.acquisition->onRead = [&](std::int64_t slice) {
        if (slice == 2) stopper.source.request_stop();
    };
    const auto result = reconstruct(scan.request("zero-filled"), stopper.control());
    CHECK(result.stoppedEarly);
    CHECK(result.images.pixels.shape() == Shape{2, kReadout, kPhase});
    CHECK(result.protocol.slices == std::vector<std::int64_t>{0, 1});
    scan.acquisition->onRead = nullptr;
    auto same = scan.request("zero-filled");
    same.slices = {0, 1};
    CHECK(reconstruct(same, {}).images.pixels == result.images.pixels);
}

TEST_CASE("an iterative method that is stopped gives its last estimate") {
    const Scan scan(1);
    StopAfter stopper(6);
    const auto result = reconstruct(scan.request("l1-wavelet", "equispaced:R=2,acs=16,seed=1"), stopper.control());
    CHECK(result.stoppedEarly);
    CHECK(result.images.pixels.shape() == Shape{1, kReadout, kPhase});
    CHECK(stopper.seen < 60);
}

TEST_CASE("a stop before anything is done is a cancel") {
    const Scan scan(1);
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS_AS((void)reconstruct(scan.request("cg-sense"), {stop.get_token(), &silentProgress()}), Cancelled);
}

TEST_CASE("slices that were acquired differently keep their own masks") {
    const Scan scan(3);
    auto thinned = scan.acquisition->readSlice(0);
    const auto mask = masks::generate(masks::parseMaskSpec("equispaced:R=2,acs=16,seed=1"), kReadout, kPhase);
    thinned = applyMask(std::move(thinned), mask);
    auto request = scan.request("zero-filled");
    const auto full = scan.acquisition->readSlice(0);
    request.acquisition = std::make_shared<test::MemoryAcquisition>(std::vector{full, full, thinned, full}, scan.folder.file("scan.bin"));
    const auto result = reconstruct(request, {});
    REQUIRE(result.masks.size() == 4);
    CHECK(result.masks[1].keepsAll());
    CHECK(result.masks[2].samples() == mask.samples());
    CHECK(result.masks[3].keepsAll());
}

TEST_CASE("the reference is named for what it is") {
    const Scan scan(2);
    const auto rss = makeReference(*scan.acquisition, {}, std::nullopt, false, {});
    CHECK(rss.kind == ReferenceKind::Rss);
    CHECK(rss.name == "RSS of all samples");
    CHECK(rss.images.pixels.shape() == Shape{2, kReadout, kPhase});
    const auto mvue = makeReference(*scan.acquisition, {1}, Combination::Mvue, false, {});
    CHECK(mvue.kind == ReferenceKind::Mvue);
    CHECK(mvue.name == "MVUE of all samples");
    // Where the maps are right and noise is small, both show the same magnitude inside the object.
    const auto a = magnitude(rss.images.pixels.slice(1)), b = magnitude(mvue.images.pixels.slice(0));
    CHECK(a(kReadout / 2, kPhase / 2) == doctest::Approx(b(kReadout / 2, kPhase / 2)).epsilon(0.02));
}

TEST_CASE("the RSS reference is the root of the sum of squares of the coil images") {
    const Scan scan(1);
    const auto images = test::idft2c(scan.acquisition->readSlice(0));
    const auto rss = makeReference(*scan.acquisition, {}, std::nullopt, false, {});
    for (const std::int64_t i : {0L, 777L, 1931L, kReadout * kPhase - 1L}) {
        double sum = 0;
        for (std::int64_t c = 0; c < kCoils; ++c) sum += std::norm(images[c * kReadout * kPhase + i]);
        CHECK(rss.images.pixels[i].real() == doctest::Approx(std::sqrt(sum)).epsilon(1e-4));
    }
}

TEST_CASE("accelerated data is compared with SENSE of all that was acquired") {
    const Scan scan(1);
    const auto mask = masks::generate(masks::parseMaskSpec("equispaced:R=2,acs=16,seed=1"), kReadout, kPhase);
    const test::MemoryAcquisition accelerated({applyMask(scan.acquisition->readSlice(0), mask)}, scan.folder.file("scan.bin"));
    const auto reference = makeReference(accelerated, {}, Combination::Rss, false, {});
    CHECK(reference.kind == ReferenceKind::SenseOfAcquired);
    CHECK(reference.name == "SENSE of all acquired samples (R 2.0)");
}

TEST_CASE("a stored protocol is replayed to the same bytes") {
    const test::TempDir folder;
    const auto kspace = test::phantomKspace(kCoils, kReadout, kPhase, 0.002, 3);
    io::saveArray(folder.file("my scan.npy"), kspace, "kspace");
    io::LoadOptions options;
    options.dims = io::parseDims("coil,readout,phase");
    ReconstructionRequest request;
    request.acquisition = io::openAcquisition(folder.file("my scan.npy"), options);
    request.method = "l1-wavelet";
    request.mask = MaskChoice::fromText("poisson:R=3,acs=16,seed=5");
    request.seed = 9;
    const auto result = reconstruct(request, {});
    for (const char* name : {"result.h5", "result.npy"}) {
        CAPTURE(std::string(name));
        io::saveReconstruction(folder.file(name), result);
        const auto again = reconstruct(requestOf(io::readReconstruction(folder.file(name))), {});
        CHECK(again.images.pixels == result.images.pixels);
        CHECK(again.protocol.toJson() == result.protocol.toJson());
    }
    test::writeFile(folder.file("my scan.npy"), "something else");
    CHECK_THROWS_AS((void)requestOf(io::readReconstruction(folder.file("result.h5"))), InputError);
}

TEST_CASE("an edited mask is replayed from the result that holds it") {
    const test::TempDir folder;
    io::saveArray(folder.file("scan.npy"), test::phantomKspace(kCoils, kReadout, kPhase), "kspace");
    ReconstructionRequest request;
    io::LoadOptions options;
    options.dims = io::parseDims("coil,readout,phase");
    request.acquisition = io::openAcquisition(folder.file("scan.npy"), options);
    request.mask.drawn = masks::generate(masks::parseMaskSpec("random:R=2,acs=16,seed=4"), kReadout, kPhase);
    const auto result = reconstruct(request, {});
    CHECK(result.protocol.mask == kDrawnMask);
    io::saveReconstruction(folder.file("result.h5"), result);
    CHECK(reconstruct(requestOf(io::readReconstruction(folder.file("result.h5"))), {}).images.pixels == result.images.pixels);
}

TEST_CASE("edited masks that differ by slice are replayed from the result that holds them") {
    const test::TempDir folder;
    const auto full = test::phantomKspace(kCoils, kReadout, kPhase);
    const auto thinned = applyMask(full, masks::generate(masks::parseMaskSpec("random:R=2,acs=16,seed=8"), kReadout, kPhase));
    ComplexArray both({2, kCoils, kReadout, kPhase});
    std::copy(full.values().begin(), full.values().end(), both.block(0).begin());
    std::copy(thinned.values().begin(), thinned.values().end(), both.block(1).begin());
    io::saveArray(folder.file("scan.npy"), both, "kspace");
    io::LoadOptions options;
    options.dims = io::parseDims("slice,coil,readout,phase");
    ReconstructionRequest request;
    request.acquisition = io::openAcquisition(folder.file("scan.npy"), options);
    request.slices = {1, 0};
    request.mask.drawn = masks::generate(masks::parseMaskSpec("random:R=2,acs=16,seed=4"), kReadout, kPhase);
    const auto result = reconstruct(request, {});
    REQUIRE(result.masks.size() == 2);
    REQUIRE(result.masks[0] != result.masks[1]);
    io::saveReconstruction(folder.file("result.h5"), result);
    const auto again = reconstruct(requestOf(io::readReconstruction(folder.file("result.h5"))), {});
    CHECK(again.images.pixels == result.images.pixels);
    CHECK(again.protocol.toJson() == result.protocol.toJson());
    CHECK(again.masks == result.masks);
    request.drawnBySlice = {result.masks.front()};
    CHECK_THROWS_AS((void)reconstruct(request, {}), ShapeError);
}

TEST_CASE("maps can be estimated alone, with their options checked") {
    const Scan scan(1);
    const auto maps = estimateMaps(*scan.acquisition, 0, {}, {}, {});
    CHECK(maps.maps.shape() == Shape{kCoils, kReadout, kPhase});
    CHECK_THROWS_AS((void)estimateMaps(*scan.acquisition, 0, MaskChoice::fromText("equispaced:R=4,acs=2,seed=1"), {}, {}), InputError);
}
