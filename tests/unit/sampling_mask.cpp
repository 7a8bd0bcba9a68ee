#include "core/base/data/sampling_mask.h"

#include <cmath>

#include <doctest/doctest.h>

#include "tests/support/phantom.h"

using namespace larmor;

TEST_CASE("mask: any non-zero value is kept and counts once") {
    const SamplingMask mask(ByteArray({2, 3}, {0, 255, 7, 0, 1, 0}), "drawn");
    CHECK(mask.keptCount() == 3);
    CHECK(mask.acceleration() == 2.0);
    CHECK_FALSE(mask.isColumnwise());
    CHECK_FALSE(mask.isRowwise());
    CHECK(mask.description() == "drawn");
    CHECK_THROWS_AS(SamplingMask(ByteArray({6}), ""), ShapeError);
    CHECK(std::isinf(SamplingMask(ByteArray({2, 2}), "").acceleration()));
}

TEST_CASE("mask: lines along readout are columns") {
    const SamplingMask columns = SamplingMask::fromColumns({1, 0, 0, 1}, 5, "lines");
    CHECK(columns.readout() == 5);
    CHECK(columns.phase() == 4);
    CHECK(columns.isColumnwise());
    CHECK_FALSE(columns.isRowwise());
    CHECK(columns.acceleration() == 2.0);
    const SamplingMask rows(ByteArray({2, 3}, {1, 1, 1, 0, 0, 0}), "rows");
    CHECK(rows.isRowwise());
    CHECK_FALSE(rows.isColumnwise());
    const SamplingMask full = SamplingMask::full(3, 4);
    CHECK(full.keepsAll());
    CHECK(full.isColumnwise());
    CHECK_FALSE(full.isRowwise());
    CHECK_FALSE(SamplingMask().isColumnwise());
}

TEST_CASE("mask: applying zeroes exactly what is left out, and twice is once") {
    const ComplexArray y = larmor::test::randomComplex({3, 4, 5}, 1);
    const SamplingMask mask = SamplingMask::fromColumns({1, 0, 1, 0, 0}, 4, "lines");
    const ComplexArray masked = applyMask(y, mask);
    for (std::int64_t c = 0; c < 3; ++c)
        for (std::int64_t r = 0; r < 4; ++r)
            for (std::int64_t p = 0; p < 5; ++p) CHECK(masked(c, r, p) == (p == 0 || p == 2 ? y(c, r, p) : cfloat{}));
    CHECK(applyMask(masked, mask) == masked);
    CHECK(acquiredSamples(masked).samples() == mask.samples());
    CHECK(acquiredSamples(y).keepsAll());
}

TEST_CASE("mask: one that fits only transposed is refused with that reason") {
    const ComplexArray y({2, 4, 5});
    try {
        (void)applyMask(y, SamplingMask::full(5, 4));
        FAIL("nothing was thrown");
    } catch (const ShapeError& error) {
        CHECK(error.fullText().find("transposed") != std::string::npos);
        CHECK(error.fullText().find("[4, 5]") != std::string::npos);
        CHECK(error.fullText().find("[5, 4]") != std::string::npos);
    }
    try {
        (void)applyMask(y, SamplingMask::full(5, 5));
        FAIL("nothing was thrown");
    } catch (const ShapeError& error) {
        CHECK(error.fullText().find("transposed") == std::string::npos);
    }
    CHECK_THROWS_AS((void)applyMask(y, SamplingMask()), ShapeError);
    CHECK_THROWS_AS((void)applyMask(ComplexArray({4, 5}), SamplingMask::full(4, 5)), ShapeError);
}

TEST_CASE("mask: a sample counts as acquired if any coil holds something") {
    ComplexArray y({2, 1, 3});
    y(0, 0, 0) = {1, 0};
    y(1, 0, 2) = {0, -1};
    CHECK(acquiredSamples(y).samples() == ByteArray({1, 3}, {1, 0, 1}));
}

TEST_CASE("mask: intersection keeps what both keep") {
    const SamplingMask a = SamplingMask::fromColumns({1, 1, 0, 0}, 2, "a"), b = SamplingMask::fromColumns({0, 1, 1, 0}, 2, "b");
    CHECK(intersect(a, b).samples() == SamplingMask::fromColumns({0, 1, 0, 0}, 2, "").samples());
    CHECK(intersect(a, b).samples() == intersect(b, a).samples());
    CHECK_THROWS_AS((void)intersect(a, SamplingMask::full(2, 3)), ShapeError);
}
