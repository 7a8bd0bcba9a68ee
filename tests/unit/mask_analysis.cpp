#include <sstream>

#include <doctest/doctest.h>

#include "core/base/masks/mask_generator.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::masks;

TEST_CASE("calibration block: lines, blocks, none") {
    const auto lines = calibrationBlock(generate({Kind::Equispaced, 4, 24, std::nullopt, 1}, 64, 128));
    CHECK(lines.readout == 64);
    CHECK(lines.phase >= 24);
    CHECK(lines.phase <= 26);
    const auto full = calibrationBlock(SamplingMask::full(33, 20));
    CHECK(full.readout == 33);
    CHECK(full.phase == 20);
    for (const auto& [height, width] : {std::pair<int, int>{1, 1}, {2, 3}, {7, 4}, {8, 8}, {17, 20}}) {
        ByteArray samples({17, 20});
        for (std::int64_t r = 0; r < height; ++r)
            for (std::int64_t c = 0; c < width; ++c) samples(17 / 2 - height / 2 + r, 20 / 2 - width / 2 + c) = 1;
        const auto block = calibrationBlock(SamplingMask(samples, ""));
        CAPTURE(height);
        CAPTURE(width);
        CHECK(block.readout == height);
        CHECK(block.phase == width);
    }
    CHECK(calibrationBlock(SamplingMask(ByteArray({8, 8}), "")).phase == 0);
    CHECK(calibrationBlock(SamplingMask()).readout == 0);
    CHECK(keepsCentre(generate({Kind::Equispaced, 4, 4, std::nullopt, 1}, 64, 128)));
    CHECK(!keepsCentre(generate({Kind::Equispaced, 4, 0, std::nullopt, 1}, 64, 128)));
    CHECK(!keepsCentre(SamplingMask()));
    CHECK(keepsCentre(SamplingMask::full(3, 20)));
}

TEST_CASE("mask warnings: undersampled along readout, no ACS, empty, and none for a good mask") {
    CHECK(maskWarnings(generate({Kind::Equispaced, 4, 24, std::nullopt, 1}, 64, 128)).empty());
    CHECK(maskWarnings(SamplingMask::full(5, 4)).empty());
    const auto none = maskWarnings(generate({Kind::Equispaced, 4, 0, std::nullopt, 1}, 64, 128));
    REQUIRE(none.size() == 1);
    CHECK(none[0].find("ACS") != std::string::npos);
    ByteArray rows({32, 32});
    for (std::int64_t r = 8; r < 24; ++r)
        for (std::int64_t c = 0; c < 32; ++c) rows(r, c) = 1;
    const auto along = maskWarnings(SamplingMask(rows, ""));
    REQUIRE(along.size() == 1);
    CHECK(along[0].find("readout") != std::string::npos);
    const auto empty = maskWarnings(SamplingMask(ByteArray({4, 4}), ""));
    REQUIRE(empty.size() == 1);
    CHECK(empty[0].find("empty") != std::string::npos);
    CHECK(maskWarnings(SamplingMask()).size() == 1);
}

TEST_CASE("point spread: numpy's transform of the mask, through the centre row") {
    for (const auto& [readout, phase] : {std::pair<int, int>{9, 31}, {16, 64}, {5, 101}}) {
        const SamplingMask mask = generate({Kind::Poisson, 3, 3, std::nullopt, 1}, readout, phase);
        const larmor::test::TempDir folder;
        larmor::test::writeRaw<std::uint8_t>(folder.file("m"), mask.samples().values());
        std::istringstream expected(larmor::test::runPython(
            "import sys\nimport numpy as np\nm=np.fromfile(sys.argv[1],np.uint8).reshape(int(sys.argv[2]),-1).astype(float)\n"
            "p=np.abs(np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(m))))\np=p/p.max()\nfor v in p[m.shape[0]//2]: print(repr(float(v)))",
            {folder.file("m"), std::to_string(readout)}));
        const PointSpread spread = pointSpread(mask);
        REQUIRE(spread.profile.size() == static_cast<std::size_t>(phase));
        for (const float value : spread.profile) {
            double reference = 0;
            expected >> reference;
            CHECK(static_cast<double>(value) == doctest::Approx(reference).epsilon(1e-6));
        }
        CHECK(spread.profile[static_cast<std::size_t>(phase / 2)] == 1.0F);
    }
}

TEST_CASE("point spread: a comb of every fourth line folds over a quarter of the field of view") {
    const PointSpread comb = pointSpread(generate({Kind::Equispaced, 4, 0, std::nullopt, 1}, 4, 64));
    CHECK(comb.sideLobe == doctest::Approx(1).epsilon(1e-6));
    CHECK(comb.sideLobeDistance == 16);
    const PointSpread full = pointSpread(SamplingMask::full(4, 64));
    CHECK(full.sideLobe == 0);
    CHECK(full.sideLobeDistance == 0);
    const PointSpread withAcs = pointSpread(generate({Kind::Equispaced, 4, 16, std::nullopt, 1}, 4, 64));
    CHECK(withAcs.sideLobe < 0.9);
    CHECK_THROWS_AS((void)pointSpread(SamplingMask()), InputError);
    CHECK(pointSpread(SamplingMask::full(1, 1)).sideLobe == 0);
}
