#include "core/base/array.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

using namespace larmor;

TEST_CASE("array: row-major order, blocks and slices") {
    Array<int> a({2, 3, 4});
    for (std::int64_t i = 0; i < a.size(); ++i) a[i] = static_cast<int>(i);
    CHECK(a(1, 2, 3) == 23);
    CHECK(a(0, 1, 2) == 6);
    CHECK(a.block(1).front() == 12);
    CHECK(a.block(1).size() == 12);
    const Array<int> s = a.slice(1);
    CHECK(s.shape() == Shape{3, 4});
    CHECK(s(2, 3) == 23);
    CHECK(a.reshaped({4, 6})(3, 5) == 23);
    CHECK_THROWS_AS((void)a.reshaped({5, 5}), ShapeError);
    CHECK_THROWS_AS((void)a.block(2), ShapeError);
    CHECK_THROWS_AS((void)a.block(-1), ShapeError);
}

TEST_CASE("array: a shape without elements has no blocks") {
    Array<float> none({0, 4});
    CHECK(none.empty());
    CHECK_THROWS_AS((void)none.block(0), ShapeError);
    CHECK(Array<float>().empty());
}

TEST_CASE("elementCount: refuses what cannot be held") {
    CHECK(elementCount({}) == 1);
    CHECK(elementCount({3, 0, 5}) == 0);
    CHECK(elementCount({12, 320, 260}) == 998400);
    CHECK_THROWS_AS((void)elementCount({2, -1}), ShapeError);
    CHECK_THROWS_AS((void)elementCount({std::int64_t{1} << 40, std::int64_t{1} << 40}), ShapeError);
    CHECK_THROWS_AS((void)elementCount({std::numeric_limits<std::int64_t>::max(), 2}), ShapeError);
}

TEST_CASE("checkShape: -1 fits anything, the message names both shapes") {
    CHECK_NOTHROW(checkShape({12, 320, 260}, {-1, 320, 260}, "k-space"));
    CHECK_THROWS_WITH(checkShape({12, 320}, {-1, 320, 260}, "k-space"), "Size of k-space: expected [any, 320, 260], found [12, 320].");
    CHECK_THROWS_AS(checkShape({320, 12}, {12, 320}, "k-space"), ShapeError);
}

TEST_CASE("magnitude: no overflow, no loss of small values") {
    const ComplexArray x({3}, {cfloat(3, -4), cfloat(3e30F, 4e30F), cfloat(3e-30F, 4e-30F)});
    const RealArray m = magnitude(x);
    CHECK(m[0] == 5.0F);
    CHECK(m[1] == doctest::Approx(5e30F).epsilon(1e-6));
    CHECK(m[2] / 5e-30F == doctest::Approx(1).epsilon(1e-6));
    CHECK(toComplex(m)[0] == cfloat(5, 0));
}

TEST_CASE("countNonFinite: counts NaN and infinity in either part") {
    const float nan = std::nanf(""), inf = INFINITY;
    const std::vector<cfloat> x{{1, 2}, {nan, 0}, {0, nan}, {inf, 0}, {0, -inf}, {0, 0}};
    CHECK(countNonFinite(x) == 4);
}

TEST_CASE("centreFit: the centre index n/2 goes to m/2 for odd and even lengths, cropping and padding") {
    for (const std::int64_t from : {1, 2, 5, 6, 9, 12})
        for (const std::int64_t to : {1, 2, 3, 6, 7, 12, 15}) {
            CAPTURE(from);
            CAPTURE(to);
            ComplexArray x({2, from, from + 1});
            for (std::int64_t i = 0; i < x.size(); ++i) x[i] = cfloat(static_cast<float>(i + 1), 0);
            const ComplexArray y = centreFit(x, to, to + 2);
            REQUIRE(y.shape() == Shape{2, to, to + 2});
            for (std::int64_t s = 0; s < 2; ++s)
                for (std::int64_t r = 0; r < to; ++r)
                    for (std::int64_t c = 0; c < to + 2; ++c) {
                        const std::int64_t row = r - to / 2 + from / 2, column = c - (to + 2) / 2 + (from + 1) / 2;
                        const bool inside = row >= 0 && row < from && column >= 0 && column < from + 1;
                        CHECK(y(s, r, c) == (inside ? x(s, row, column) : cfloat{}));
                    }
        }
    CHECK_THROWS_AS((void)centreFit(ComplexArray({4}), 2, 2), ShapeError);
}
