#include <doctest/doctest.h>

#include "core/session/engine_host.h"
#include "core/session/reconstruct.h"

using namespace larmor;
using namespace larmor::session;

namespace {

Protocol exampleProtocol() {
    Protocol protocol;
    protocol.method = "cg-sense";
    protocol.parameters = ParamValues(plugins().method("cg-sense").params).toJson();
    protocol.mapParameters = ParamValues(espiritParameters()).toJson();
    protocol.mask = "equispaced:R=4,acs=24,seed=1";
    protocol.source = "/data/my scan.npy";
    protocol.sourceFormat = "NumPy npy";
    protocol.sourceDims = "coil,readout,phase";
    protocol.slices = {0};
    protocol.device = "cpu";
    protocol.seed = 1;
    return protocol;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the command names everything that the result depends on") {
    const auto text = asCommandLine(exampleProtocol(), "it's.h5");
    CHECK(text.rfind("larmor-cli recon '/data/my scan.npy' --dims coil,readout,phase --method cg-sense --mask equispaced:R=4,acs=24,seed=1 --slices 0", 0) == 0);
    for (const auto& spec : plugins().method("cg-sense").params) CHECK(has(text, " --set " + spec.name + "="));
    for (const auto& spec : espiritParameters()) CHECK(has(text, " --map-set " + spec.name + "="));
    CHECK(has(text, " --seed 1"));
    CHECK(has(text, " -o 'it'\\''s.h5'"));
    CHECK_FALSE(has(text, "--device"));
    CHECK_FALSE(has(text, "--full-fov"));
}

TEST_CASE("options appear where they matter") {
    auto protocol = exampleProtocol();
    protocol.device = "cuda:1";
    protocol.fullFov = true;
    protocol.maps = "/data/maps.cfl";
    protocol.slices = {0, 1, 2, 7};
    const auto text = asCommandLine(protocol, "out.h5");
    CHECK(has(text, " --device cuda:1"));
    CHECK(has(text, " --full-fov"));
    CHECK(has(text, " --maps /data/maps.cfl"));
    CHECK_FALSE(has(text, "--map-set"));
    CHECK(has(text, " --slices 0-2,7"));
    protocol.sourceFormat = "fastMRI HDF5";
    CHECK_FALSE(has(asCommandLine(protocol, "out.h5"), "--dims"));
    protocol.mask = kDrawnMask;
    CHECK(has(asCommandLine(protocol, "out.h5"), "--mask mask.npy"));
}

TEST_CASE("BART gets k-space, maps and the method's own command") {
    auto protocol = exampleProtocol();
    const auto text = asBartCommand(protocol);
    CHECK(has(text, "larmor-cli kspace '/data/my scan.npy' --dims coil,readout,phase --mask equispaced:R=4,acs=24,seed=1 --slices 0 -o kspace.cfl && "));
    CHECK(has(text, "bart ecalib -m1 -r24 -k6 -t0.001 -c0.8 kspace maps && "));
    CHECK(has(text, "bart pics"));
    CHECK_FALSE(has(text, "{"));
    CHECK(has(text, "\n# tolerance=1e-06 is left out"));
    CHECK(has(text, "\n# BART's image keeps the encoded matrix"));
    protocol.slices = {3, 5};
    CHECK(has(asBartCommand(protocol), "for s in 3 5; do larmor-cli kspace"));
    CHECK(has(asBartCommand(protocol), "image_$s; done"));
    protocol.maps = "/data/maps.cfl";
    CHECK(has(asBartCommand(protocol), "bart copy /data/maps maps"));
    protocol.maps = "/data/maps.npy";
    CHECK(asBartCommand(protocol).empty());
    protocol.method = "zero-filled";
    CHECK(asBartCommand(protocol).empty());
    protocol.method = "unknown";
    CHECK(asBartCommand(protocol).empty());
}

TEST_CASE("on odd sizes a comment says where BART's image lies") {
    // core/README.md: measured with BART 0.8.00, one pixel further along each odd axis.
    const auto protocol = exampleProtocol();
    CHECK_FALSE(has(asBartCommand(protocol), "odd"));
    CHECK_FALSE(has(asBartCommand(protocol, Matrix{64, 48, 1}), "odd"));
    const auto phase = asBartCommand(protocol, Matrix{64, 181, 1});
    CHECK(has(phase, "\n# BART's pics shifts odd sizes: its image lies one pixel further along phase encode (181 samples)."));
    CHECK_FALSE(has(phase, "readout ("));
    CHECK(has(asBartCommand(protocol, Matrix{63, 181, 1}), "along readout (63 samples) and phase encode (181 samples)."));
}

TEST_CASE("BART is told of random shifts, and comments say what it is not told") {
    auto protocol = exampleProtocol();
    protocol.method = "l1-wavelet";
    protocol.fullFov = true;
    ParamValues values(plugins().method("l1-wavelet").params);
    protocol.parameters = values.toJson();
    CHECK(has(asBartCommand(protocol), "bart pics -S -l1 -r 0.005 -i 60 -s 0.95 kspace maps image"));
    CHECK_FALSE(has(asBartCommand(protocol), "#"));
    values.set("random_shift", false);
    protocol.parameters = values.toJson();
    CHECK(has(asBartCommand(protocol), "-s 0.95 -n kspace maps image"));
    protocol.mask = kDrawnMask;
    CHECK(has(asBartCommand(protocol), "\n# mask.npy: the edited mask"));
}

TEST_CASE("what is done to the coils is in the command, and BART gets the prepared coils") {
    auto protocol = exampleProtocol();
    protocol.coils = {Whitening::KspaceEdge, 6, CoilCompression::Geometric, true};
    protocol.mapParameters["sets"] = 2;
    const auto text = asCommandLine(protocol, "out.h5");
    CHECK(has(text, " --whiten edge --coils 6 --compression geometric --virtual-conjugates"));
    const auto bart = asBartCommand(protocol);
    CHECK(has(bart, "larmor-cli kspace '/data/my scan.npy' --dims coil,readout,phase --mask equispaced:R=4,acs=24,seed=1 --whiten edge --coils 6"));
    CHECK(has(bart, "bart cc -p6 -G"));
    CHECK(has(bart, "ecalib -m2 "));
    protocol.calibration = "/data/calibration scan.h5";
    CHECK(has(asCommandLine(protocol, "out.h5"), " --calibration '/data/calibration scan.h5'"));
    CHECK(asBartCommand(protocol).empty());
}
