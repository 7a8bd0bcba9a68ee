#include <cmath>
#include <sstream>

#include <doctest/doctest.h>

#include "core/base/metrics/calibration.h"
#include "core/base/rng.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::metrics;

namespace {
constexpr std::int64_t kEdge = 120;

/// Samples 10 + spread N(0, 1), and a reference 10 + N(0, 1).
struct Drawn {
    ComplexArray samples;
    RealArray reference{{kEdge, kEdge}};
    Drawn(std::int64_t count, double spread) : samples({count, kEdge, kEdge}) {
        NoiseSource noise(3);
        for (auto& value : samples.values()) value = static_cast<float>(10 + spread * noise.normal());
        for (auto& value : reference.values()) value = static_cast<float>(10 + noise.normal());
    }
};

/// Five standard errors of a share of the pixels.
double margin(double share) {
    return 5 * std::sqrt(share * (1 - share) / static_cast<double>(kEdge * kEdge));
}
}  // namespace

TEST_CASE("calibration: Student's distribution is SciPy's") {
    std::istringstream expected(
        test::runPython("from scipy.stats import t\nfor nu in (1, 2, 7, 63): print(*(2 * t.cdf(x, nu) - 1 for x in (.5, 1.64, 4)))"));
    for (const std::int64_t nu : {1, 2, 7, 63})
        for (const double t : {0.5, 1.64, 4.0}) {
            double value = 0;
            REQUIRE(static_cast<bool>(expected >> value));
            CHECK(studentWithin(t, nu) == doctest::Approx(value).epsilon(1e-9));
        }
}

TEST_CASE("calibration: samples from the reference's own distribution are found calibrated, whatever their number") {
    for (const std::int64_t count : {2, 4, 8, 40}) {
        CAPTURE(count);
        const Drawn drawn(count, 1);
        const auto result = calibration(drawn.samples, drawn.reference);
        CHECK(result.pixels == kEdge * kEdge);
        CHECK(std::abs(result.fraction - result.expected) < margin(result.expected));
    }
    CHECK(calibration(Drawn(40, 1).samples, Drawn(40, 1).reference).expected == doctest::Approx(0.89).epsilon(0.01));
}

TEST_CASE("calibration: samples that scatter too little or too much are told") {
    for (const double spread : {0.5, 2.0}) {
        CAPTURE(spread);
        const Drawn drawn(16, spread);
        const auto result = calibration(drawn.samples, drawn.reference);
        CHECK((spread < 1 ? result.expected - result.fraction : result.fraction - result.expected) > 4 * margin(result.expected));
    }
}

TEST_CASE("calibration: intervals of Student's distribution are SciPy's") {
    std::istringstream expected(test::runPython("from scipy.stats import t\nfor nu in (1, 3, 7, 63): print(*(t.ppf((1 + p) / 2, nu) for p in (.1, .5, .9)))"));
    for (const std::int64_t nu : {1, 3, 7, 63})
        for (const double share : {0.1, 0.5, 0.9}) {
            double value = 0;
            REQUIRE(static_cast<bool>(expected >> value));
            CHECK(studentInterval(share, nu) == doctest::Approx(value).epsilon(1e-7));
        }
    CHECK(studentInterval(0, 3) == doctest::Approx(0).epsilon(1e-9));
}

TEST_CASE("calibration: what intervals hold follows the closed form for samples of any number and any spread") {
    // (reference - mean) / (s sqrt(1 + 1/S)) is Student's T times sqrt((1 + c^2 / S) / (c^2 (1 + 1/S))) for samples of spread c.
    const std::vector<double> shares{0.1, 0.3, 0.5, 0.7, 0.9};
    for (const std::int64_t count : {2, 4, 8, 40})
        for (const double spread : {0.5, 1.0, 2.0}) {
            CAPTURE(count);
            CAPTURE(spread);
            const Drawn drawn(count, spread);
            const auto found = coverage(drawn.samples, drawn.reference, shares);
            REQUIRE(found.size() == shares.size());
            const double n = static_cast<double>(count), ratio = spread * std::sqrt((1 + 1 / n) / (1 + spread * spread / n));
            for (std::size_t i = 0; i < shares.size(); ++i) {
                CAPTURE(shares[i]);
                const double share = studentWithin(ratio * studentInterval(shares[i], count - 1), count - 1);
                CHECK(found[i].expected == shares[i]);
                CHECK(std::abs(found[i].found - share) < margin(share));
                if (spread == 1) CHECK(share == doctest::Approx(shares[i]).epsilon(1e-6));
            }
        }
}

TEST_CASE("calibration: a region limits it, and what does not fit is refused") {
    const Drawn drawn(3, 1);
    ByteArray region({kEdge, kEdge});
    CHECK_THROWS_AS((void)calibration(drawn.samples, drawn.reference, &region), InputError);
    region[5] = region[77] = 1;
    CHECK(calibration(drawn.samples, drawn.reference, &region).pixels == 2);
    CHECK_THROWS_AS((void)coverage(Drawn(1, 1).samples, drawn.reference, {0.5}), ShapeError);
    CHECK_THROWS_AS((void)coverage({}, drawn.reference, {0.5}), ShapeError);
    CHECK_THROWS_AS((void)calibration(drawn.samples.slice(0), drawn.reference), ShapeError);
    CHECK_THROWS_AS((void)calibration(Drawn(1, 1).samples, drawn.reference), ShapeError);
    CHECK_THROWS_AS((void)calibration(drawn.samples, RealArray({4, 4})), ShapeError);
}
