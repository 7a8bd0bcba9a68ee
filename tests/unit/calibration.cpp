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

TEST_CASE("calibration: a region limits it, and what does not fit is refused") {
    const Drawn drawn(3, 1);
    ByteArray region({kEdge, kEdge});
    CHECK_THROWS_AS((void)calibration(drawn.samples, drawn.reference, &region), InputError);
    region[5] = region[77] = 1;
    CHECK(calibration(drawn.samples, drawn.reference, &region).pixels == 2);
    CHECK_THROWS_AS((void)calibration(drawn.samples.slice(0), drawn.reference), ShapeError);
    CHECK_THROWS_AS((void)calibration(Drawn(1, 1).samples, drawn.reference), ShapeError);
    CHECK_THROWS_AS((void)calibration(drawn.samples, RealArray({4, 4})), ShapeError);
}
