#include <doctest/doctest.h>

#include "core/base/masks/mask_generator.h"

using namespace larmor;
using namespace larmor::masks;

TEST_CASE("mask text: both ways") {
    const MaskSpec lines = parseMaskSpec("equispaced:R=4,acs=24,seed=1");
    CHECK(lines == MaskSpec{});
    CHECK(toText(lines) == "equispaced:R=4,acs=24,seed=1");
    const MaskSpec block = parseMaskSpec("poisson:R=8,acs=24x16,seed=3");
    CHECK(block.acsReadout == 24);
    CHECK(block.acs == 16);
    CHECK(toText(block) == "poisson:R=8,acs=24x16,seed=3");
    CHECK(toText(parseMaskSpec("poisson:R=8,acs=24x24,seed=3")) == "poisson:R=8,acs=24,seed=3");
    CHECK(parseMaskSpec("gaussian:seed=7,R=3.5").acceleration == 3.5);
    CHECK(parseMaskSpec("gaussian:seed=7,R=3.5").seed == 7);
    CHECK(parseMaskSpec("random").kind == Kind::Random);
    for (const Kind kind : {Kind::Equispaced, Kind::Random, Kind::Gaussian, Kind::Poisson}) {
        const MaskSpec spec = specFrom(kind, ParamValues(maskParameters(kind)));
        CHECK(parseMaskSpec(toText(spec)) == spec);
        CHECK(kindFromText(toText(kind)) == kind);
    }
}

TEST_CASE("mask text: what is wrong is said, with an example") {
    const auto refused = [](const char* text, const char* part) {
        CAPTURE(text);
        try {
            (void)parseMaskSpec(text);
            FAIL("nothing was thrown");
        } catch (const UsageError& error) {
            CHECK(error.fullText().find(part) != std::string::npos);
            CHECK(error.fullText().find("For example: ") != std::string::npos);
        }
    };
    refused("", "kind ''");
    refused("radial:R=4", "equispaced, random, gaussian, poisson, uniform, kt-uniform, kt-gaussian, kt-radial");
    refused("random:R=4,lines=3", "'lines' is not known. There are: R, acs, seed, pf, pf_readout.");
    refused("random:R", "key=value");
    refused("random:", "key=value");
    refused("random:R=4,R=5", "twice");
    refused("random:R=0.5", "'R'");
    refused("random:R=x", "'R'");
    refused("random:acs=24x24", "'acs'");
    refused("random:acs=-1", "'acs'");
    refused("poisson:acs=2x3x4", "'acs'");
    refused("random:seed=1.5", "'seed'");
    CHECK_THROWS_AS((void)kindFromText("radial"), UsageError);
}

TEST_CASE("mask text: told from a file's path") {
    CHECK(looksLikeMaskSpec("poisson:R=8"));
    CHECK(looksLikeMaskSpec("random"));
    CHECK_FALSE(looksLikeMaskSpec("random.npy"));
    CHECK_FALSE(looksLikeMaskSpec("masks/poisson.h5"));
    CHECK_FALSE(looksLikeMaskSpec(""));
    CHECK(looksLikeMaskSpec("poison:R=4"));  // a slip of the pen: parseMaskSpec says which kinds there are
    CHECK_THROWS_AS((void)parseMaskSpec("poison:R=4"), UsageError);
    CHECK_FALSE(looksLikeMaskSpec("scan.mat:kMask4"));
    CHECK_FALSE(looksLikeMaskSpec("scan:mask"));
    CHECK_FALSE(looksLikeMaskSpec("masks/a:b=c"));
}
