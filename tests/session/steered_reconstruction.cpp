// A whole reconstruction that is steered: slices follow each other, each from the values of the request.
#include <doctest/doctest.h>

#include "core/base/masks/mask_generator.h"
#include "core/session/reconstruct.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/prior_file.h"
#include "tests/support/steering_script.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
using namespace larmor::test;

namespace {

struct SteeredScan {
    TempDir folder;
    std::shared_ptr<MemoryAcquisition> acquisition;

    SteeredScan() {
        std::vector<ComplexArray> slices;
        for (std::uint64_t s = 0; s < 2; ++s) slices.push_back(phantomKspace(5, 32, 30, 0.01, 10 + s));
        writeFile(folder.file("scan.bin"), "the source of this scan");
        writePrior(folder.file("gauss.safetensors"), gaussianPriorCard("gauss", 0.5));
        acquisition = std::make_shared<MemoryAcquisition>(std::move(slices), folder.file("scan.bin"));
    }
    [[nodiscard]] ReconstructionRequest request() const {
        ReconstructionRequest request;
        request.acquisition = acquisition;
        request.method = "dds";
        request.mask = MaskChoice::fromText("equispaced:R=2,acs=14,seed=1");
        request.prior = PriorRequest{folder.file("gauss.safetensors"), {}, {}};
        return request;
    }
    [[nodiscard]] Reconstruction run(Steering* steering) const {
        RunControl control;
        control.steering = steering;
        return reconstruct(request(), control);
    }
};

}  // namespace

TEST_CASE("a steering that changes nothing gives the same bytes, slice by slice") {
    const SteeredScan scan;
    SteeringScript script;
    const auto plain = scan.run(nullptr), steered = scan.run(&script);
    CHECK(steered.images.pixels == plain.images.pixels);
    const auto steps = script.records.size() / 2;
    REQUIRE(steps > 2);
    REQUIRE(script.records.size() == 2 * steps);
    for (std::size_t i = 0; i < script.records.size(); ++i) CHECK(script.records[i].slice == (i < steps ? 0 : 1));
    CHECK(script.records[steps - 1].estimate == plain.images.pixels.slice(0));
    CHECK(script.records.back().estimate == plain.images.pixels.slice(1));
    REQUIRE(steered.trace.size() == plain.trace.size());
}

TEST_CASE("a value that is changed in one slice starts anew in the next") {
    const SteeredScan scan;
    const auto plain = scan.run(nullptr);
    SteeringScript script;
    script.rule = [&](const StepState& at, const ParamValues& last) {
        NextStep next{last, {}, false};
        if (script.slices.back() == 0 && at.step == 3) next.values.setFromText("gamma", "0.1");
        return next;
    };
    const auto steered = scan.run(&script);
    CHECK(steered.images.pixels.slice(0) != plain.images.pixels.slice(0));
    CHECK(steered.images.pixels.slice(1) == plain.images.pixels.slice(1));
}

TEST_CASE("a steered run that ends early is a result of what there is, marked") {
    const SteeredScan scan;
    SteeringScript script;
    script.rule = [](const StepState& at, const ParamValues& last) { return NextStep{last, {}, at.step == 2}; };
    const auto ended = scan.run(&script);
    CHECK(ended.stoppedEarly);
    REQUIRE(ended.images.pixels.extent(0) == 2);  // each slice ends there; only a stop ends the run
    CHECK(ended.images.pixels.slice(0) == script.records[1].estimate);
    CHECK(ended.trace.size() == 4);
}

TEST_CASE("a change that cannot be followed ends the reconstruction with an error that names the parameter") {
    const SteeredScan scan;
    SteeringScript script(changing("samples", "2", 1));
    CHECK_THROWS_AS((void)scan.run(&script), ParamError);
}
