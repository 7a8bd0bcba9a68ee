// What a diffusion prior adds to a result: in the protocol, in HDF5 and beside other formats.
#include <cmath>
#include <filesystem>

#include <doctest/doctest.h>

#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "tests/support/python.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;
using nlohmann::json;

namespace {
PriorUse samplePrior() {
    PriorUse prior;
    prior.name = "brain";
    prior.file = "/data/µ.safetensors";
    prior.hash = std::string(64, 'c');
    prior.contrast = "T1";
    prior.nature = "mean of 2 samples";
    prior.scales = {1234.5, 0.25};
    prior.noises = {0.01, 0.02};
    prior.outside = {"The matrix is larger."};
    return prior;
}

Reconstruction sampled() {
    Reconstruction r;
    r.images.pixels = ramp({2, 5, 7});
    r.images.name = "dps";
    r.protocol.method = "dps";
    r.protocol.slices = {0, 4};
    r.protocol.prior = samplePrior();
    r.ensemble.samples = ramp({2, 2, 5, 7});
    r.ensemble.deviation = magnitude(ramp({2, 5, 7}));
    r.ensemble.phaseSpread = RealArray({2, 5, 7}, 0.5F);
    return r;
}
}  // namespace

TEST_CASE("prior in the protocol: JSON text and back, a missing or wrong field is named, none is none") {
    Protocol p;
    p.prior = samplePrior();
    const json whole = json::parse(p.toJson().dump());
    const Protocol back = Protocol::fromJson(whole);
    CHECK(back.toJson() == whole);
    CHECK(back.prior->scales == p.prior->scales);
    CHECK(back.prior->outside == p.prior->outside);
    for (const auto& [name, value] : whole.at("prior").items()) {
        CAPTURE(name);
        json lacking = whole, wrong = whole;
        lacking["prior"].erase(name);
        wrong["prior"][name] = 1;
        for (const json& bad : {lacking, wrong}) {
            try {
                (void)Protocol::fromJson(bad);
                FAIL("nothing was thrown");
            } catch (const InputError& error) {
                CHECK(std::string(error.what()).find("'" + name + "'") != std::string::npos);
            }
        }
    }
    json odd = whole;
    odd["prior"] = "brain";
    CHECK_THROWS_AS((void)Protocol::fromJson(odd), InputError);
    CHECK_FALSE(Protocol::fromJson(Protocol().toJson()).prior.has_value());
    CHECK_FALSE(Protocol().toJson().contains("prior"));
}

TEST_CASE("samples and their spread as data sets: h5py reads them, we read them back") {
    const TempDir dir;
    io::saveReconstruction(dir.file("r.h5"), sampled());
    runPython(kPythonRamp + R"(
import h5py
f = h5py.File(folder + 'r.h5')
assert f['samples'].dtype == np.complex64 and np.array_equal(f['samples'][:], ramp(2, 2, 5, 7))
assert f['standard_deviation'].dtype == np.float32 and np.allclose(f['standard_deviation'][:], abs(ramp(2, 5, 7)))
assert f['phase_spread'].shape == (2, 5, 7) and (f['phase_spread'][:] == .5).all()
)",
              {dir.path()});
    const Reconstruction back = io::readReconstruction(dir.file("r.h5"));
    CHECK(back.ensemble.samples == sampled().ensemble.samples);
    CHECK(back.ensemble.deviation == sampled().ensemble.deviation);
    CHECK(back.ensemble.phaseSpread == sampled().ensemble.phaseSpread);
    CHECK(back.protocol.prior->hash == samplePrior().hash);
}

TEST_CASE("samples beside the other formats, in npy") {
    for (const std::string name : {"r.npy", "r.png", "r.nii.gz", "r.cfl"}) {
        CAPTURE(name);
        const TempDir dir;
        io::saveReconstruction(dir.file(name), sampled());
        runPython(kPythonRamp + R"(
assert np.array_equal(np.load(folder + 'r_samples.npy'), ramp(2, 2, 5, 7))
d = np.load(folder + 'r_standard_deviation.npy')
assert d.dtype == np.float32 and np.allclose(d, abs(ramp(2, 5, 7)))
assert np.load(folder + 'r_phase_spread.npy').shape == (2, 5, 7)
)",
                  {dir.path()});
    }
}

TEST_CASE("a single image leaves nothing beside it") {
    const TempDir dir;
    auto single = sampled();
    single.ensemble = {};
    io::saveReconstruction(dir.file("r.npy"), single);
    CHECK_FALSE(std::filesystem::exists(dir.file("r_samples.npy")));
    io::saveReconstruction(dir.file("r.h5"), single);
    CHECK(io::readReconstruction(dir.file("r.h5")).ensemble.samples.empty());
}
