// Masks of series against the definitions of CMRxRecon's ktMaskGenerator.m, counted frame by frame; partial Fourier.
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "core/base/masks/mask_generator.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::masks;

namespace {
std::vector<std::uint8_t> lines(const SamplingMask& mask) {
    const auto row = mask.samples().block(mask.readout() - 1);
    return {row.begin(), row.end()};
}

bool inAcs(std::int64_t line, std::int64_t phase, std::int64_t acs) {
    const std::int64_t first = phase / 2 - acs / 2;
    return line >= first && line < first + acs;
}
}  // namespace

TEST_CASE("uniform: every R-th line from the first on, in all frames, with the ACS on top") {
    const auto series = generateSeries(parseMaskSpec("uniform:R=8,acs=24"), 6, 204, 5);
    REQUIRE(series.size() == 5);
    for (const auto& mask : series) {
        CHECK(mask.isColumnwise());
        for (std::int64_t ky = 0; ky < 204; ++ky) CHECK(mask.samples()(0, ky) == (ky % 8 == 0 || inAcs(ky, 204, 24) ? 1 : 0));
    }
}

TEST_CASE("kt-uniform: a Toeplitz matrix over lines and frames, period R") {
    const std::int64_t phase = 150, frames = 13, r = 6;
    const auto series = generateSeries(parseMaskSpec("kt-uniform:R=6,acs=0"), 4, phase, frames);
    for (std::int64_t t = 0; t < frames; ++t)
        for (std::int64_t ky = 0; ky < phase; ++ky) {
            // toeplitz(c, r): entry (i, j) is c[i - j] below the diagonal and r[j - i] above it; c and r are 1 at 1:R:end.
            const std::int64_t from = ky >= t ? ky - t : t - ky;
            CHECK(series[static_cast<std::size_t>(t)].samples()(2, ky) == (from % r == 0 ? 1 : 0));
        }
    // R frames together hold each line once.
    for (std::int64_t ky = 0; ky < phase; ++ky) {
        int times = 0;
        for (std::int64_t t = 0; t < r; ++t) times += series[static_cast<std::size_t>(t)].samples()(0, ky);
        CHECK(times == 1);
    }
    const auto withAcs = generateSeries(parseMaskSpec("kt-uniform:R=6,acs=20"), 4, phase, 3);
    for (std::size_t t = 0; t < 3; ++t)
        for (std::int64_t ky = 0; ky < phase; ++ky)
            CHECK(withAcs[t].samples()(0, ky) == (inAcs(ky, phase, 20) ? 1 : series[t].samples()(0, ky)));
    CHECK_THROWS_AS((void)generate(parseMaskSpec("kt-uniform:R=4.5,acs=20"), 8, 64), UsageError);
}

TEST_CASE("kt-gaussian: round(ny/R) different lines in each frame, drawn by the density") {
    const std::int64_t phase = 200, frames = 400;
    const auto series = generateSeries(parseMaskSpec("kt-gaussian:R=8,acs=0,seed=3"), 2, phase, frames);
    std::vector<double> found(static_cast<std::size_t>(phase));
    for (const auto& mask : series) {
        CHECK(mask.isColumnwise());
        const auto kept = lines(mask);
        CHECK(std::count(kept.begin(), kept.end(), 1) == 25);
        for (std::size_t ky = 0; ky < kept.size(); ++ky) found[ky] += kept[ky];
    }
    CHECK(series[0].samples() != series[1].samples());
    CHECK(generate(parseMaskSpec("kt-gaussian:R=8,acs=0,seed=3"), 2, phase, 0, -1, 7) == series[7]);
    CHECK(generate(parseMaskSpec("kt-gaussian:R=8,acs=0,seed=4"), 2, phase).samples() != series[0].samples());
    // Moving what was drawn twice flattens the density a little: outer quarters against the middle half, by the definition written out
    // with numpy.
    const std::string expected = test::runPython(R"(
import numpy as np
rng = np.random.default_rng(1)
ny, R, frames = 200, 8, 4000
p = np.arange(ny) - ny // 2
w = 0.1 + 0.2 / (1 - 0.2) * np.exp(-p ** 2 / (ny / 5) ** 2)
w /= w.sum()
count = np.zeros(ny)
for t in range(frames):
    taken = set()
    for k in rng.choice(ny, round(ny / R), p=w):
        for d in range(ny):
            free = [q for q in (k - d, k + d) if 0 <= q < ny and q not in taken]
            if free:
                taken.add(free[rng.integers(len(free))])
                break
    count[list(taken)] += 1
print(count[50:150].sum() / count.sum())
)");
    const double middle = std::accumulate(found.begin() + 50, found.begin() + 150, 0.0) / std::accumulate(found.begin(), found.end(), 0.0);
    CHECK(middle == doctest::Approx(std::stod(expected)).epsilon(0.02));
    CHECK(middle > 0.6);
    // With the ACS on top, nothing else changes.
    const auto withAcs = generate(parseMaskSpec("kt-gaussian:R=8,acs=20,seed=3"), 2, phase, 0, -1, 5);
    for (std::int64_t ky = 0; ky < phase; ++ky) CHECK(withAcs.samples()(0, ky) == (inAcs(ky, phase, 20) ? 1 : series[5].samples()(0, ky)));
}

TEST_CASE("kt-radial: diameters at equal angles, turned by 137.5 degrees a frame") {
    const std::int64_t readout = 96, phase = 96;
    const int count = 180 * 10 / (6 * 20);  // floor(180 / (0.6 R)), R = 20
    const auto series = generateSeries(parseMaskSpec("kt-radial:R=20,acs=0"), readout, phase, 4);
    for (std::size_t t = 0; t < series.size(); ++t) {
        const auto& mask = series[t];
        CHECK(mask.samples()(48, 48) == 1);
        // On a circle, kept samples lie at the angles of the diameters, within half a sample, and each diameter is met on both sides.
        std::set<int> met;
        for (std::int64_t r = 0; r < readout; ++r)
            for (std::int64_t c = 0; c < phase; ++c) {
                const double row = static_cast<double>(r - 48), column = static_cast<double>(c - 48), radius = std::hypot(row, column);
                if (radius > 48) CHECK(mask.samples()(r, c) == 0);
                if (radius < 30 || !mask.samples()(r, c)) continue;
                const double degrees = std::atan2(row, column) * 180 / M_PI - 137.5 * static_cast<double>(t);
                const double place = degrees / (180.0 / count), off = place - std::round(place);
                CHECK(std::abs(off) * (180.0 / count) <= 0.51 / radius * 180 / M_PI);
                met.insert(static_cast<int>(((std::lround(place) % (2 * count)) + 2 * count) % (2 * count)));
            }
        CHECK(met.size() == static_cast<std::size_t>(2 * count));
    }
    CHECK(series[0].samples() != series[1].samples());
    // A block in the centre, of its own height.
    const auto block = calibrationBlock(generate(parseMaskSpec("kt-radial:R=20,acs=20x16"), readout, phase));
    CHECK(block.readout >= 20);
    CHECK(block.phase >= 16);
}

TEST_CASE("kinds in time on an accelerated acquisition: every R-th of the acquired lines, nothing that was not acquired") {
    std::vector<std::uint8_t> columns(96);
    for (std::size_t c = 0; c < columns.size(); c += 2) columns[c] = 1;
    const auto acquired = SamplingMask::fromColumns(columns, 8, "");
    for (std::int64_t frame = 0; frame < 3; ++frame) {
        const auto kept = thin(acquired, parseMaskSpec("kt-uniform:R=3,acs=0"), frame);
        for (std::int64_t ky = 0; ky < 96; ++ky) CHECK(kept.samples()(0, ky) == (ky % 2 == 0 && ky / 2 % 3 == frame ? 1 : 0));
    }
    for (const char* text : {"uniform:R=4,acs=12", "kt-gaussian:R=4,acs=12,seed=1", "kt-radial:R=4,acs=12"}) {
        CAPTURE(text);
        const auto kept = thin(acquired, parseMaskSpec(text), 2);
        CHECK(intersect(kept, acquired).samples() == kept.samples());
        CHECK(kept.keptCount() > 0);
        CHECK(kept.keptCount() < acquired.keptCount());
    }
    // Lines stay lines where an ellipse was acquired.
    ByteArray disc({40, 60});
    for (std::int64_t r = 0; r < 40; ++r)
        for (std::int64_t c = 0; c < 60; ++c) disc(r, c) = std::hypot(3 * (r - 20), 2 * (c - 30)) <= 60 ? 1 : 0;
    const SamplingMask ellipse(disc, "");
    const auto cut = thin(ellipse, parseMaskSpec("kt-uniform:R=4,acs=0"), 1);
    for (std::int64_t c = 0; c < 60; ++c) {
        std::int64_t held = 0, all = 0;
        for (std::int64_t r = 0; r < 40; ++r) {
            held += cut.samples()(r, c);
            all += disc(r, c);
        }
        CHECK((held == 0 || held == all));
    }
}

TEST_CASE("partial Fourier: the first lines and samples are left out, R is relative to the rest and achieved in all") {
    for (const auto kind : allKinds()) {
        CAPTURE(toText(kind));
        MaskSpec spec{kind, 4, 16, std::nullopt, 2, 0.75, 0.8};
        const auto mask = generate(spec, 100, 160);
        std::int64_t kept = 0;
        for (std::int64_t r = 0; r < 100; ++r)
            for (std::int64_t c = 0; c < 160; ++c) {
                if (r < 20 || c < 40) CHECK(mask.samples()(r, c) == 0);
                kept += mask.samples()(r, c);
            }
        CHECK(kept == mask.keptCount());
        for (std::int64_t r = 50 - 8; r < 50 + 8; ++r)
            for (std::int64_t c = 80 - 8; c < 80 + 8; ++c) CHECK(mask.samples()(r, c) == 1);
        if (countsAcs(kind)) CHECK(mask.acceleration() == doctest::Approx(4 / (0.75 * 0.8)).epsilon(0.03));
        CHECK(parseMaskSpec(toText(spec)).partialPhase == 0.75);
        CHECK(toText(parseMaskSpec(toText(spec))) == toText(spec));
        // The same of what a scanner acquired.
        const auto thinned = thin(SamplingMask::full(100, 160), spec);
        for (std::int64_t i = 0; i < thinned.samples().size(); ++i)
            if (i / 160 < 20 || i % 160 < 40) CHECK(thinned.samples()[i] == 0);
    }
    CHECK(toText(parseMaskSpec("random:R=3,pf=0.625")) == "random:R=3,acs=24,seed=1,pf=0.625");
    CHECK_THROWS_AS((void)parseMaskSpec("random:R=3,pf=0.4"), UsageError);
    CHECK_THROWS_AS((void)generate({Kind::Random, 2, 8, std::nullopt, 1, 0.3, 1}, 64, 64), UsageError);
    CHECK_THROWS_AS((void)generate({Kind::Random, 2, 8, std::nullopt, 1, 1, NAN}, 64, 64), UsageError);
}

TEST_CASE("text of the kinds in time: no seed where nothing is drawn") {
    CHECK(toText(parseMaskSpec("kt-gaussian:R=8,acs=20,seed=1")) == "kt-gaussian:R=8,acs=20,seed=1");
    CHECK(toText(parseMaskSpec("kt-radial:R=8,acs=16x16")) == "kt-radial:R=8,acs=16");
    CHECK_THROWS_AS((void)parseMaskSpec("kt-uniform:R=8,seed=2"), UsageError);
    CHECK(looksLikeMaskSpec("kt-uniform"));
    for (const auto kind : allKinds()) {
        const MaskSpec spec = specFrom(kind, ParamValues(maskParameters(kind)));
        CHECK(specFrom(kind, valuesFrom(spec)) == spec);
        CHECK(changesInTime(kind) == (toText(kind).rfind("kt-", 0) == 0));
    }
}
