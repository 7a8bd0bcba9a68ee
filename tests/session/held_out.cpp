// What is held out of a mask.
#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "core/base/masks/mask_generator.h"
#include "core/session/held_out.h"

using namespace larmor;
using namespace larmor::session;

namespace {

constexpr std::int64_t kReadout = 64;

SamplingMask maskOf(const std::string& text, std::int64_t readout = kReadout, std::int64_t phase = 160) {
    return masks::generate(masks::parseMaskSpec(text), readout, phase);
}

}  // namespace

TEST_CASE("whole lines outside the ACS are held out, each at most once, from near and far alike") {
    for (const char* text : {"equispaced:R=4,acs=24,seed=1", "random:R=3,acs=20,seed=2", "gaussian:R=4,acs=16,seed=7"}) {
        CAPTURE(text);
        const auto mask = maskOf(text);
        const auto plan = holdOut(mask, {1.0 / 8, 3, 5});
        CHECK(plan.lines);
        REQUIRE(plan.folds.size() == 3);
        std::set<std::int64_t> seen;
        for (const auto& fold : plan.folds) {
            REQUIRE(fold.units.size() ==
                    static_cast<std::size_t>(std::max<std::int64_t>(3, std::llround(static_cast<double>(plan.outside) / 8))));
            CHECK(fold.kept.isColumnwise());
            CHECK(fold.kept.keptCount() == mask.keptCount() - static_cast<std::int64_t>(fold.units.size()) * kReadout);
            CHECK(masks::calibrationBlock(fold.kept).phase == masks::calibrationBlock(mask).phase);
            for (const auto& line : fold.units) {
                REQUIRE(line.size() == static_cast<std::size_t>(kReadout));
                const auto column = line.front() % 160;
                CHECK(std::abs(column - 80) >= masks::parseMaskSpec(text).acs / 2);
                CHECK(mask.samples()(0, column) == 1);
                CHECK(fold.kept.samples()(0, column) == 0);
                for (const auto place : line) CHECK(place % 160 == column);
                CHECK(seen.insert(column).second);
            }
            // The first stratum is the one nearest to the centre.
            const auto distance = [](const auto& line) { return std::abs(line.front() % 160 - 80); };
            CHECK(distance(fold.units.front()) < distance(fold.units.back()));
        }
        const auto again = holdOut(mask, {1.0 / 8, 3, 5}), other = holdOut(mask, {1.0 / 8, 3, 6});
        CHECK(again.folds[0].kept == plan.folds[0].kept);
        CHECK(other.folds[0].kept != plan.folds[0].kept);
    }
}

TEST_CASE("of a Poisson disc single samples outside the calibration block are held out") {
    const auto mask = maskOf("poisson:R=6,acs=20,seed=1", 90, 96);
    const auto block = masks::calibrationBlock(mask);
    const auto plan = holdOut(mask, {1.0 / 8, 2, 1});
    CHECK(!plan.lines);
    REQUIRE(plan.folds.size() == 2);
    for (const auto& fold : plan.folds) {
        CHECK(static_cast<double>(fold.units.size()) == doctest::Approx(static_cast<double>(plan.outside) / 8).epsilon(0.01));
        for (const auto& unit : fold.units) {
            REQUIRE(unit.size() == 1);
            const bool inside = std::abs(unit[0] / 96 - 45) < block.readout / 2 && std::abs(unit[0] % 96 - 48) < block.phase / 2;
            CHECK(!inside);
            CHECK(fold.kept.samples()[unit[0]] == 0);
        }
        CHECK(masks::calibrationBlock(fold.kept).readout == block.readout);
        CHECK(masks::calibrationBlock(fold.kept).phase == block.phase);
    }
}

TEST_CASE("lines with cut corners stay lines; what cannot be held out is refused or gives no fold") {
    auto samples = maskOf("equispaced:R=4,acs=20,seed=1").samples();
    for (std::int64_t row = 0; row < kReadout; ++row)
        for (std::int64_t column = 0; column < 160; ++column)
            if (std::hypot(static_cast<double>(row - 32) / 32, static_cast<double>(column - 80) / 80) > 1) samples(row, column) = 0;
    const auto plan = holdOut(SamplingMask(samples, "ellipse"), {});
    CHECK(plan.lines);
    for (const auto& line : plan.folds.at(0).units) CHECK(line.size() > 1);
    CHECK_THROWS_AS((void)holdOut(SamplingMask::full(32, 32), {}), InputError);
    CHECK_THROWS_AS((void)holdOut(maskOf("equispaced:R=4,acs=20,seed=1"), {0, 2, 1}), ParamError);
    CHECK_THROWS_AS((void)holdOut(maskOf("equispaced:R=4,acs=20,seed=1"), {0.1, 0, 1}), ParamError);
    std::vector<std::uint8_t> columns(40);
    for (const int i : {2, 9, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 30, 36, 39}) columns[static_cast<std::size_t>(i)] = 1;
    const auto few = holdOut(SamplingMask::fromColumns(columns, 8, "few"), {});
    CHECK(few.outside == 5);
    CHECK(few.folds.empty());
    columns[33] = 1;
    CHECK(holdOut(SamplingMask::fromColumns(columns, 8, "six"), {}).folds.size() == 2);
}
