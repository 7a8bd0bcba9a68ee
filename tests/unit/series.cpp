// Which dimension of a scan is time, and masks of series in files.
#include <doctest/doctest.h>

#include "core/base/data/series.h"
#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/base/masks/mask_generator.h"
#include "tests/support/python.h"

using namespace larmor;

namespace {
AcquisitionHeader scanOf(std::vector<NamedDim> dims) {
    AcquisitionHeader header;
    header.imageDims = std::move(dims);
    return header;
}
}  // namespace

TEST_CASE("frames before contrasts before repetitions; a scan without them has one frame") {
    const auto cine = scanOf({{Dim::Repetition, 2}, {Dim::Frame, 3}, {Dim::Slice, 4}});
    CHECK(frameCount(cine) == 3);
    CHECK(frameOf(cine, 0) == 0);
    CHECK(frameOf(cine, 1 * 12 + 2 * 4 + 3) == 2);
    CHECK(framesOfPlace(cine, 1 * 12 + 2 * 4 + 3) == std::vector<std::int64_t>{15, 19, 23});
    CHECK(framesOfPlace(cine, 2) == std::vector<std::int64_t>{2, 6, 10});

    const auto mapping = scanOf({{Dim::Frame, 1}, {Dim::Repetition, 2}, {Dim::Contrast, 5}, {Dim::Slice, 1}});
    CHECK(frameCount(mapping) == 5);
    CHECK(frameOf(mapping, 7) == 2);
    CHECK(frameCount(scanOf({{Dim::Repetition, 6}, {Dim::Slice, 2}})) == 6);

    const auto volume = scanOf({{Dim::Slice, 9}});
    CHECK(frameCount(volume) == 1);
    CHECK(frameOf(volume, 8) == 0);
    CHECK(framesOfPlace(volume, 8) == std::vector<std::int64_t>{8});
}

TEST_CASE("mask files with a frame axis: planes and lines, from numpy and from MATLAB's order") {
    const test::TempDir dir;
    (void)test::runPython(R"(
import sys, numpy as np, scipy.io
f = sys.argv[1]
rng = np.random.default_rng(4)
planes = (rng.random((3, 5, 7)) < 0.5).astype(np.uint8)
np.save(f + "/planes.npy", planes)
np.save(f + "/lines.npy", planes[:, 0, :])
scipy.io.savemat(f + "/planes.mat", {"mask": planes.transpose(1, 2, 0)})
scipy.io.savemat(f + "/lines.mat", {"mask": planes[:, 0, :].T})
planes.tofile(f + "/planes.raw")
)",
                          {dir.path()});
    const auto expected = test::readRaw<std::uint8_t>(dir.file("planes.raw"));
    for (const char* name : {"planes.npy", "planes.mat", "lines.npy", "lines.mat"}) {
        CAPTURE(name);
        const auto masks = io::readMasks(dir.file(name), 5, 7);
        REQUIRE(masks.size() == 3);
        for (std::size_t f = 0; f < 3; ++f)
            for (std::int64_t r = 0; r < 5; ++r)
                for (std::int64_t c = 0; c < 7; ++c) {
                    const auto row = std::string(name).starts_with("lines") ? 0 : r;
                    CHECK(masks[f].samples()(r, c) == expected[f * 35 + static_cast<std::size_t>(row * 7 + c)]);
                }
        CHECK_THROWS_AS((void)io::readMask(dir.file(name), 5, 7), InputError);
    }
}

TEST_CASE("masks of a series are written and come back") {
    const test::TempDir dir;
    const auto masks = masks::generateSeries(masks::parseMaskSpec("kt-gaussian:R=4,acs=6,seed=1"), 12, 40, 5);
    for (const char* name : {"masks.npy", "masks.h5"}) {
        io::saveMasks(dir.file(name), masks);
        const auto back = io::readMasks(dir.file(name), 12, 40);
        REQUIRE(back.size() == 5);
        for (std::size_t f = 0; f < 5; ++f) CHECK(back[f].samples() == masks[f].samples());
    }
    CHECK_THROWS_AS(io::saveMasks(dir.file("masks.png"), masks), UsageError);
}
