#include <doctest/doctest.h>

#include "core/base/data/acquisition.h"
#include "core/base/data/reconstruction.h"

using namespace larmor;
using nlohmann::json;

namespace {
Protocol sample() {
    Protocol p;
    p.method = "l1-wavelet";
    p.parameters = {{"lambda", 0.0021}, {"iterations", 60}, {"shifts", true}};
    p.mask = "equispaced:R=4,acs=24,seed=1";
    p.maskHash = std::string(64, 'a');
    p.acquiredAcceleration = 2;
    p.extraAcceleration = 1.9047619047619047;
    p.totalAcceleration = 3.8095238095238093;
    p.mapParameters = {{"crop", 0.8}};
    p.combination = "sense";
    p.source = "/data/µ scan.h5";
    p.sourceFormat = "fastMRI HDF5";
    p.sourceDims = "slice,coil,readout,phase";
    p.sourceHash = std::string(64, 'b');
    p.simulatedSource = true;
    p.slices = {0, 3, 19};
    p.fullFov = true;
    p.device = "cpu";
    p.version = "0.1.0";
    p.seed = 9007199254740991;
    return p;
}
}  // namespace

TEST_CASE("protocol: JSON text and back gives the same protocol") {
    const Protocol p = sample(), q = Protocol::fromJson(json::parse(p.toJson().dump()));
    CHECK(q.toJson() == p.toJson());
    CHECK(q.parameters == p.parameters);
    CHECK(q.extraAcceleration == p.extraAcceleration);
    CHECK(q.slices == p.slices);
    CHECK(q.source == p.source);
    CHECK(q.seed == p.seed);
    CHECK(q.fullFov);
    CHECK(q.simulatedSource);
    CHECK(Protocol::fromJson(json::parse(Protocol().toJson().dump())).toJson() == Protocol().toJson());
}

TEST_CASE("protocol: how a parameter was tuned is kept, and its wrong fields are named") {
    Protocol p = sample();
    CHECK(!Protocol::fromJson(p.toJson()).tuned);
    p.tuned = Tuning{"lambda", 0.0021, 0.0021, 0.001, 0.004, "", {{0.001, 0.4, 0.02, 0.01, 0.012}, {0.002, 0.39, 0.02, 0, 0}}, 3, 12, 2, "line"};
    const Protocol q = Protocol::fromJson(json::parse(p.toJson().dump()));
    CHECK(q.toJson() == p.toJson());
    REQUIRE(q.tuned);
    CHECK(q.tuned->curve.at(0).differenceError == 0.012);
    CHECK(q.tuned->heldOut == 12);
    const json whole = p.toJson();
    const auto refused = [&](const char* where, const json& value) {
        json changed = whole;
        changed[json::json_pointer(where)] = value;
        CAPTURE(where);
        CHECK_THROWS_AS((void)Protocol::fromJson(changed), InputError);
    };
    refused("/tuned", 3);
    refused("/tuned/curve", "none");
    refused("/tuned/curve/1", 0.4);
    refused("/tuned/curve/1/error", nullptr);
    refused("/tuned/value", "0.002");
    refused("/tuned/slice", 1.5);
}

TEST_CASE("protocol: a missing or wrong field is named") {
    const json whole = sample().toJson();
    for (const auto& [name, value] : whole.items()) {
        if (name == "steering") continue;  // protocols from before it existed lack it
        json lacking = whole;
        lacking.erase(name);
        CAPTURE(name);
        try {
            (void)Protocol::fromJson(lacking);
            FAIL("nothing was thrown");
        } catch (const InputError& error) {
            CHECK(std::string(error.what()).find("'" + name + "'") != std::string::npos);
        }
    }
    const auto refused = [&](const char* name, const json& value) {
        json changed = whole;
        changed[name] = value;
        CAPTURE(name);
        CHECK_THROWS_AS((void)Protocol::fromJson(changed), InputError);
    };
    refused("steering", "none");
    refused("slices", {1, 2.5});
    refused("slices", "0-9");
    refused("seed", 1.5);
    refused("full_fov", 1);
    refused("method", nullptr);
    refused("total_acceleration", "4");
    refused("parameters", 3);
    refused("larmor_protocol", 99);
    CHECK_THROWS_AS((void)Protocol::fromJson(json::array()), InputError);
}

TEST_CASE("acquisition: names of dimensions and of slices") {
    for (int i = 0; i < 10; ++i) CHECK(dimFromText(toText(static_cast<Dim>(i))) == static_cast<Dim>(i));
    CHECK_THROWS_AS((void)dimFromText("kx"), UsageError);
    AcquisitionHeader header;
    header.imageDims = {{Dim::Frame, 4}, {Dim::Slice, 3}};
    CHECK(header.sliceCount() == 12);
    CHECK(header.describeSlice(0) == "frame 1, slice 1");
    CHECK(header.describeSlice(11) == "frame 4, slice 3");
    CHECK(header.describeSlice(5) == "frame 2, slice 3");
    CHECK_THROWS_AS((void)header.describeSlice(12), InputError);
    header.imageDims = {{Dim::Frame, 1}, {Dim::Slice, 3}};
    CHECK(header.describeSlice(2) == "slice 3");
    header.encoded = {640, 368, 1};
    header.recon = {320, 320, 1};
    CHECK(header.readoutOversampling() == 2.0);
}
