#include "core/base/masks/mask_generator.h"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

using namespace larmor;
using namespace larmor::masks;

namespace {
constexpr double kTolerance = 0.02;
constexpr Kind kKinds[] = {Kind::Equispaced, Kind::Random, Kind::Gaussian, Kind::Poisson};

/// True if some number of kept places, at least `least`, gives R within the tolerance.
bool reachable(std::int64_t places, std::int64_t least, double r) {
    for (std::int64_t kept = std::max<std::int64_t>(least, 1); kept <= places; ++kept)
        if (std::abs(static_cast<double>(places) / static_cast<double>(kept) - r) <= kTolerance * r) return true;
    return false;
}

bool acsKept(const SamplingMask& mask, std::int64_t rows, std::int64_t columns) {
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t c = 0; c < columns; ++c)
            if (!mask.samples()(mask.readout() / 2 - rows / 2 + r, mask.phase() / 2 - columns / 2 + c)) return false;
    return true;
}

std::vector<std::uint8_t> lines(const SamplingMask& mask) {
    const auto row = mask.samples().block(0);
    return {row.begin(), row.end()};
}
}  // namespace

TEST_CASE("masks: R within 2 % where the matrix allows, ACS kept, seeded; many sizes, kinds, R, ACS and seeds") {
    int made = 0, close = 0;
    for (const auto& [readout, phase] : {std::pair<int, int>{16, 16}, {33, 17}, {64, 48}, {65, 101}, {128, 160}, {96, 255}, {320, 260}})
        for (const Kind kind : kKinds)
            for (const double r : {1.0, 1.5, 2.0, 3.0, 4.0, 5.3, 8.0, 12.0})
                for (const std::int64_t acs : {0, 1, 8, 15, 24})
                    for (const std::uint64_t seed : {1, 2}) {
                        const MaskSpec spec{kind, r, acs, std::nullopt, seed};
                        const bool block = kind == Kind::Poisson;
                        const std::int64_t places = block ? readout * phase : phase;
                        const std::int64_t width = std::min<std::int64_t>(acs, phase),
                                           height = block ? std::min<std::int64_t>(acs, readout) : readout;
                        const std::int64_t least = block ? width * height : width;
                        CAPTURE(toText(spec));
                        CAPTURE(readout);
                        CAPTURE(phase);
                        SamplingMask mask;
                        try {
                            mask = generate(spec, readout, phase);
                        } catch (const UsageError&) {
                            CHECK_FALSE(reachable(places, least, r));
                            continue;
                        }
                        ++made;
                        REQUIRE(mask.samples().shape() == Shape{readout, phase});
                        CHECK(acsKept(mask, height, width));
                        if (reachable(places, least, r)) {
                            CHECK(std::abs(mask.acceleration() - r) <= kTolerance * r);
                            ++close;
                        }
                        if (!block) CHECK(mask.isColumnwise());
                        CHECK(generate(spec, readout, phase) == mask);
                        CHECK(mask.description() == toText(spec));
                    }
    CHECK(made > 1000);
    CHECK(close > 800);
}

TEST_CASE("masks: another seed gives another mask of the random kinds") {
    for (const Kind kind : {Kind::Random, Kind::Gaussian, Kind::Poisson}) {
        const auto a = generate({kind, 4, 8, std::nullopt, 1}, 64, 128), b = generate({kind, 4, 8, std::nullopt, 2}, 64, 128);
        CHECK(a.samples() != b.samples());
        CHECK(a.keptCount() == b.keptCount());
    }
}

TEST_CASE("masks: equispaced without ACS is a regular comb where R divides the matrix") {
    const auto columns = lines(generate({Kind::Equispaced, 4, 0, std::nullopt, 5}, 4, 64));
    const auto first = std::find(columns.begin(), columns.end(), 1) - columns.begin();
    CHECK(first < 4);
    for (std::size_t c = 0; c < columns.size(); ++c) CHECK(columns[c] == (static_cast<std::ptrdiff_t>(c) % 4 == first ? 1 : 0));
}

TEST_CASE("masks: equispaced gaps outside the ACS differ by one line at most") {
    const std::int64_t phase = 368, acs = 24;
    const auto columns = lines(generate({Kind::Equispaced, 4, acs, std::nullopt, 1}, 2, phase));
    std::vector<std::int64_t> gaps;
    std::int64_t last = -1;
    for (std::int64_t c = 0; c < phase; ++c) {
        if (!columns[static_cast<std::size_t>(c)]) continue;
        const bool outside = c < phase / 2 - acs / 2 || last >= phase / 2 + acs / 2;
        if (last >= 0 && outside) gaps.push_back(c - last);
        last = c;
    }
    const auto [least, most] = std::minmax_element(gaps.begin(), gaps.end());
    CHECK(*most - *least <= 1);
}

TEST_CASE("masks: Gaussian and Poisson keep more near the centre than far out") {
    const std::int64_t n = 256;
    const auto gaussian = lines(generate({Kind::Gaussian, 4, 0, std::nullopt, 1}, 2, n));
    const auto count = [&](std::int64_t from, std::int64_t to) { return std::count(gaussian.begin() + from, gaussian.begin() + to, 1); };
    CHECK(count(n / 4, 3 * n / 4) > 2 * (count(0, n / 4) + count(3 * n / 4, n)));

    const auto poisson = generate({Kind::Poisson, 6, 0, std::nullopt, 1}, n, n);
    std::int64_t inner = 0;
    for (std::int64_t r = n / 4; r < 3 * n / 4; ++r)
        for (std::int64_t c = n / 4; c < 3 * n / 4; ++c) inner += poisson.samples()(r, c);
    CHECK(inner > poisson.keptCount() / 2);  // on a quarter of the area
}

TEST_CASE("masks: no two samples of a Poisson disc are neighbours far out") {
    const std::int64_t n = 200;
    const auto mask = generate({Kind::Poisson, 8, 16, std::nullopt, 3}, n, n);
    for (std::int64_t r = 0; r + 1 < n; ++r)
        for (std::int64_t c = 0; c + 1 < n; ++c) {
            if (std::hypot(r - n / 2, c - n / 2) < 0.35 * n || !mask.samples()(r, c)) continue;
            CHECK_FALSE((mask.samples()(r + 1, c) || mask.samples()(r, c + 1) || mask.samples()(r + 1, c + 1)));
        }
}

TEST_CASE("masks: a block of its own height") {
    const auto mask = generate({Kind::Poisson, 6, 10, 30, 1}, 96, 80);
    CHECK(acsKept(mask, 30, 10));
    const CalibrationBlock block = calibrationBlock(mask);
    CHECK(block.readout >= 10);
    CHECK(block.phase >= 10);
}

TEST_CASE("masks: zero-padded columns are never kept, and R counts the others only") {
    for (const Kind kind : kKinds)
        for (const auto& [begin, end] : {std::pair<int, int>{18, 110}, {0, 100}, {31, 128}}) {
            CAPTURE(toText(kind));
            const auto mask = generate({kind, 4, 12, std::nullopt, 1}, 64, 128, begin, end);
            std::int64_t kept = 0;
            for (std::int64_t r = 0; r < 64; ++r)
                for (std::int64_t c = 0; c < 128; ++c) {
                    kept += mask.samples()(r, c);
                    if (c < begin || c >= end) CHECK(mask.samples()(r, c) == 0);
                }
            CHECK(kept == mask.keptCount());
            const double acquired = 64.0 * (end - begin);
            CHECK(acquired / static_cast<double>(kept) == doctest::Approx(4).epsilon(kTolerance));
            CHECK(acsKept(mask, kind == Kind::Poisson ? 12 : 64, 12));
        }
}

TEST_CASE("masks: what cannot be is refused, with the largest R that can") {
    try {
        (void)generate({Kind::Random, 8, 24, std::nullopt, 1}, 64, 96);
        FAIL("nothing was thrown");
    } catch (const UsageError& error) {
        CHECK(std::string(error.what()).find("at most 4.00") != std::string::npos);
    }
    CHECK_THROWS_AS((void)generate({Kind::Random, 50, 0, std::nullopt, 1}, 8, 8), UsageError);
    CHECK_THROWS_AS((void)generate({Kind::Random, 0.9, 0, std::nullopt, 1}, 8, 8), UsageError);
    CHECK_THROWS_AS((void)generate({Kind::Random, NAN, 0, std::nullopt, 1}, 8, 8), UsageError);
    CHECK_THROWS_AS((void)generate({Kind::Random, 2, -4, std::nullopt, 1}, 8, 8), UsageError);
    CHECK_THROWS_AS((void)generate({Kind::Random, 2, 0, std::nullopt, 1}, 0, 8), UsageError);
    CHECK_THROWS_AS((void)generate({Kind::Random, 2, 0, std::nullopt, 1}, 8, 8, 4, 9), UsageError);
    CHECK(generate({Kind::Random, 1, 999, std::nullopt, 1}, 8, 8).keepsAll());
}

TEST_CASE("thinning: a part of the acquired lines, the acquired ACS kept, accelerations multiply") {
    const SamplingMask acquired = generate({Kind::Equispaced, 2, 32, std::nullopt, 1}, 40, 256);
    for (const Kind kind : kKinds)
        for (const double r : {1.0, 1.5, 2.0, 3.0}) {
            CAPTURE(toText(kind));
            CAPTURE(r);
            const SamplingMask thinned = thin(acquired, {kind, r, 24, std::nullopt, 4});
            CHECK(intersect(thinned, acquired).samples() == thinned.samples());
            CHECK(thinned.isColumnwise());
            CHECK(acsKept(thinned, 40, 24));
            const double extra = thinned.acceleration() / acquired.acceleration();
            CHECK(extra == doctest::Approx(r).epsilon(kTolerance));
        }
    CHECK_THROWS_AS((void)thin(acquired, {Kind::Random, 10, 24, std::nullopt, 4}), UsageError);
    CHECK_THROWS_AS((void)thin(SamplingMask(), {}), InputError);
    CHECK_THROWS_AS((void)thin(SamplingMask(ByteArray({8, 8}), ""), {}), InputError);
}

TEST_CASE("thinning: samples where the acquisition was not by lines") {
    const SamplingMask acquired = generate({Kind::Poisson, 3, 20, std::nullopt, 1}, 120, 100);
    for (const Kind kind : kKinds) {
        CAPTURE(toText(kind));
        const SamplingMask thinned = thin(acquired, {kind, 2, 12, std::nullopt, 4});
        CHECK(intersect(thinned, acquired).samples() == thinned.samples());
        CHECK(thinned.acceleration() / acquired.acceleration() == doctest::Approx(2).epsilon(kTolerance));
        CHECK(acsKept(thinned, 12, 12));
    }
}

TEST_CASE("thinning: an acquisition without ACS stays without") {
    std::vector<std::uint8_t> columns(96);
    for (std::size_t c = 0; c < columns.size(); c += 2) columns[c] = 1;
    const SamplingMask thinned = thin(SamplingMask::fromColumns(columns, 10, ""), {Kind::Equispaced, 2, 24, std::nullopt, 1});
    CHECK(thinned.keptCount() == 10 * 24);
    for (std::size_t c = 1; c < columns.size(); c += 2) CHECK(thinned.samples()(0, static_cast<std::int64_t>(c)) == 0);
}
