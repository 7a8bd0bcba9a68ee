// Scans and masks at the edge of what there is, for every method: an image that is right, or a refusal that says why.

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <functional>
#include <set>

#include "core/session/engine_host.h"
#include "core/session/job_queue.h"
#include "core/session/reconstruct.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

struct Scan {
    std::int64_t coils = 4, readout = 48, phase = 44, slices = 1;
    double noise = 0.002;
};

struct Fixture {
    Fixture() {
        const auto card = test::gaussianPriorCard("gauss", 0.7);
        test::writePrior(folder.file("gauss.safetensors"), card);
        test::writeFile(folder.file("source.bin"), "source");
    }
    [[nodiscard]] std::shared_ptr<test::MemoryAcquisition> scanOf(const Scan& scan) const {
        std::vector<ComplexArray> slices;
        for (std::int64_t i = 0; i < scan.slices; ++i) slices.push_back(test::phantomKspace(scan.coils, scan.readout, scan.phase, scan.noise, static_cast<std::uint64_t>(i + 1)));
        return std::make_shared<test::MemoryAcquisition>(slices, folder.file("source.bin"));
    }
    [[nodiscard]] Outcome run(const PluginManifest& method, AcquisitionPtr scan, const MaskChoice& mask) const {
        ReconstructionRequest request;
        request.acquisition = std::move(scan);
        request.method = method.id;
        request.parameters = ParamValues(method.params);
        if (method.needsPrior() && method.id != "pnp") request.parameters.set("steps", std::int64_t{3});  // of a chain whose image is not looked at
        request.mask = mask;
        if (method.needsPrior()) request.prior = PriorRequest{folder.file("gauss.safetensors"), {}, {}};
        return runJob([&](const RunControl& control) { return reconstruct(request, control); }, {});
    }
    test::TempDir folder;
};

/// Difference of the magnitudes to the phantom, relative; the reason where there is no image.
struct Answer {
    double error = 0;
    std::string refusal;
};

Answer answerOf(const Outcome& outcome, std::int64_t readout, std::int64_t phase) {
    if (const auto* failed = std::get_if<Failed>(&outcome)) return {0, failed->message + " " + failed->hint};
    const auto& pixels = std::get<Completed>(outcome).result->images.pixels;
    const auto truth = test::phantomMagnitude(readout, phase);
    REQUIRE(pixels.size() % truth.size() == 0);
    CHECK(countNonFinite(pixels.values()) == 0);
    double difference = 0, all = 0;
    for (std::int64_t i = 0; i < truth.size(); ++i) {
        difference += std::pow(std::abs(pixels[i]) - truth[i], 2);
        all += std::pow(truth[i], 2);
    }
    return {std::sqrt(difference / all), {}};
}

/// A prior of pixels that know nothing of their neighbours says what an image looks like to samplers that trust it; here only images count
/// that the data decides.
bool followsData(const PluginManifest& method) {
    static const std::set<std::string> posterior{"dps", "dds", "daps", "diffpir", "prior-sample"};
    return !posterior.contains(method.id);
}

template <class Check>
void forEveryMethod(Check check) {
    for (const auto* method : plugins().methods()) {
        if (method->needsSeries()) continue;
        CAPTURE(method->id);
        check(*method);
    }
}

std::string maskText(const Scan& scan) {
    return fmt::format("equispaced:R=2,acs={},seed=1", scan.phase / 3 + 1);
}

}  // namespace

TEST_CASE("one coil, one slice of several, odd sizes, long and narrow ones, 64 coils: every method has an image of the phantom") {
    const Fixture f;
    for (const Scan& scan : {Scan{1}, Scan{4, 48, 44, 3}, Scan{5, 49, 45}, Scan{5, 37, 61}, Scan{4, 128, 24}, Scan{4, 24, 97}, Scan{64, 24, 24}}) {
        CAPTURE(scan.coils);
        CAPTURE(scan.readout);
        CAPTURE(scan.phase);
        forEveryMethod([&](const PluginManifest& method) {
            const auto answer = answerOf(f.run(method, f.scanOf(scan), MaskChoice::fromText(maskText(scan))), scan.readout, scan.phase);
            CHECK(answer.refusal == "");
            if (followsData(method)) CHECK(answer.error < (scan.coils == 1 || method.id == "zero-filled" || (scan.coils == 64 && method.id == "grappa") ? 0.4 : 0.25));  // one coil has nothing to fill gaps with; 64 coils have more weights than the lines tell
        });
    }
}

TEST_CASE("R beyond the number of coils: an image, as good as the method can") {
    const Fixture f;
    const Scan scan{2, 48, 90};
    forEveryMethod([&](const PluginManifest& method) {
        const auto answer = answerOf(f.run(method, f.scanOf(scan), MaskChoice::fromText("equispaced:R=4,acs=12")), scan.readout, scan.phase);
        CHECK(answer.refusal == "");
        if (followsData(method)) CHECK(answer.error < 0.6);
    });
}

TEST_CASE("masks that leave nothing, or too little, or have another size are refused by every method with what to do") {
    const Fixture f;
    const auto scan = f.scanOf({});
    const auto refusalOf = [&](const PluginManifest& method, const MaskChoice& mask) { return answerOf(f.run(method, scan, mask), 48, 44).refusal; };
    const auto says = [](const std::string& text, const std::string& part) {
        CAPTURE(text);
        CHECK(text.find(part) != std::string::npos);
        CHECK(text.find("LibTorch") == std::string::npos);
    };
    MaskChoice empty, small;
    empty.drawn = SamplingMask(ByteArray({48, 44}), "empty");
    small.drawn = SamplingMask(ByteArray({40, 40}, 1), "small");
    forEveryMethod([&](const PluginManifest& method) {
        says(refusalOf(method, empty), "keeps no sample");
        says(refusalOf(method, small), "found [40, 40]");
        says(refusalOf(method, MaskChoice::fromText("equispaced:R=30,acs=20")), "cannot be reached");
        if (method.id != "prior-sample") says(refusalOf(method, MaskChoice::fromText("equispaced:R=2,acs=0")), " a mask with ");
    });
}

TEST_CASE("matrices that are smaller than a kernel are refused with the size or reconstructed, never broken") {
    const Fixture f;
    for (const Scan& scan : {Scan{4, 8, 8}, Scan{4, 1, 44}, Scan{4, 44, 1}, Scan{4, 2, 3}, Scan{1, 1, 1}}) {
        CAPTURE(scan.readout);
        CAPTURE(scan.phase);
        forEveryMethod([&](const PluginManifest& method) {
            for (const char* mask : {"equispaced:R=1,acs=1", "equispaced:R=2,acs=1"}) {
                CAPTURE(mask);
                const auto answer = answerOf(f.run(method, f.scanOf(scan), MaskChoice::fromText(mask)), scan.readout, scan.phase);
                CAPTURE(answer.refusal);
                CHECK(answer.refusal.find("LibTorch") == std::string::npos);
                if (answer.refusal.empty() && followsData(method) && std::string(mask).find("R=1") != std::string::npos) CHECK(answer.error < 0.1);
            }
        });
    }
}

TEST_CASE("k-space of zeros is refused or gives an image of zeros; what is not a number is counted and named") {
    const Fixture f;
    auto zeros = test::MemoryAcquisition({ComplexArray({4, 48, 44})}, f.folder.file("source.bin"));
    auto broken = test::phantomKspace(4, 48, 44, 0.002, 1);
    broken(1, 2, 3) = cfloat(std::nanf(""), 0);
    broken(2, 20, 22) = cfloat(0, std::numeric_limits<float>::infinity());
    const auto wrong = std::make_shared<test::MemoryAcquisition>(std::vector{broken}, f.folder.file("source.bin"));
    const auto none = std::make_shared<test::MemoryAcquisition>(zeros);
    forEveryMethod([&](const PluginManifest& method) {
        const auto outcome = f.run(method, none, MaskChoice::fromText("equispaced:R=2,acs=16"));
        if (const auto* failed = std::get_if<Failed>(&outcome)) {
            CAPTURE(failed->message);
            CHECK(failed->message.find("LibTorch") == std::string::npos);
        } else if (followsData(method)) {
            for (const auto value : std::get<Completed>(outcome).result->images.pixels.values()) REQUIRE(value == cfloat{});
        }
        const auto found = answerOf(f.run(method, wrong, MaskChoice::fromText("equispaced:R=2,acs=16")), 48, 44);
        CAPTURE(found.refusal);
        CHECK(found.refusal.find("2") != std::string::npos);
        CHECK(found.refusal.find("NaN") != std::string::npos);
    });
}
