#include <doctest/doctest.h>

#include "core/base/io/save.h"
#include "core/session/acquired.h"
#include "core/session/reconstruct.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

constexpr std::int64_t kReadout = 40, kPhase = 96;

AcquisitionHeader headerOf(std::int64_t readout = kReadout, std::int64_t phase = kPhase) {
    AcquisitionHeader header;
    header.encoded = header.recon = {readout, phase, 1};
    header.phaseEnd = phase;
    return header;
}

SamplingMask everySecondLine() {
    std::vector<std::uint8_t> columns(kPhase, 0);
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = i % 2 == 0 || (i >= 38 && i < 58);
    return SamplingMask::fromColumns(columns, kReadout, "every second");
}

bool within(const SamplingMask& inner, const SamplingMask& outer) {
    return intersect(inner, outer).samples() == inner.samples();
}

}  // namespace

TEST_CASE("without a choice all acquired samples are used") {
    const auto acquired = everySecondLine();
    const auto resolved = resolveMask({}, headerOf(), acquired);
    CHECK(resolved.mask.samples() == acquired.samples());
    CHECK(resolved.extra == doctest::Approx(1));
    CHECK(resolved.total == doctest::Approx(acquired.acceleration()));
}

TEST_CASE("a generated mask on a full scan reaches its R") {
    const auto resolved = resolveMask(MaskChoice::fromText("equispaced:R=3,acs=12,seed=1"), headerOf(), SamplingMask::full(kReadout, kPhase));
    CHECK(resolved.acquired == doctest::Approx(1));
    CHECK(resolved.total == doctest::Approx(3).epsilon(0.02));
    CHECK(resolved.extra == doctest::Approx(resolved.total));
    CHECK(resolved.mask.description() == "equispaced:R=3,acs=12,seed=1");
}

TEST_CASE("a generated mask thins an accelerated scan and multiplies R") {
    const auto acquired = everySecondLine();
    REQUIRE(isAccelerated(acquired));
    const auto resolved = resolveMask(MaskChoice::fromText("random:R=2,acs=12,seed=3"), headerOf(), acquired);
    CHECK(within(resolved.mask, acquired));
    CHECK(resolved.acquired == doctest::Approx(acquired.acceleration()));
    CHECK(resolved.extra == doctest::Approx(2).epsilon(0.05));  // whole lines of 58
    CHECK(resolved.total == doctest::Approx(resolved.acquired * resolved.extra));
}

TEST_CASE("a drawn mask and a mask file are restricted to what was acquired") {
    const auto acquired = everySecondLine();
    MaskChoice choice;
    choice.drawn = SamplingMask::full(kReadout, kPhase);
    CHECK(resolveMask(choice, headerOf(), acquired).mask.samples() == acquired.samples());
    CHECK(choice.toText() == "drawn");
    const test::TempDir folder;
    io::saveMask(folder.file("mask.npy"), SamplingMask::full(kReadout, kPhase));
    const auto fromFile = MaskChoice::fromText(folder.file("mask.npy"));
    CHECK(fromFile.toText() == folder.file("mask.npy"));
    CHECK(resolveMask(fromFile, headerOf(), acquired).mask.samples() == acquired.samples());
}

TEST_CASE("a drawn mask of another shape and a mask that keeps nothing are refused") {
    MaskChoice choice;
    choice.drawn = SamplingMask::full(8, 8);
    CHECK_THROWS_AS((void)resolveMask(choice, headerOf(), SamplingMask::full(kReadout, kPhase)), ShapeError);
    std::vector<std::uint8_t> odd(kPhase, 0);
    odd[1] = 1;  // a line that was not acquired
    choice.drawn = SamplingMask::fromColumns(odd, kReadout, "odd");
    CHECK_THROWS_AS((void)resolveMask(choice, headerOf(), everySecondLine()), InputError);
}

TEST_CASE("columns that the scanner did not fill count for no acceleration") {
    auto header = headerOf();
    header.phaseBegin = 8;
    header.phaseEnd = 88;
    std::vector<std::uint8_t> columns(kPhase, 0);
    for (std::size_t i = 8; i < 88; ++i) columns[i] = 1;
    const auto acquired = SamplingMask::fromColumns(columns, kReadout, "filled");
    CHECK_FALSE(isAccelerated(acquired));
    const auto full = resolveMask({}, header, acquired);
    CHECK(full.acquired == doctest::Approx(1));
    const auto resolved = resolveMask(MaskChoice::fromText("equispaced:R=4,acs=8,seed=1"), header, acquired);
    CHECK(resolved.total == doctest::Approx(4).epsilon(0.02));
    CHECK(within(resolved.mask, acquired));
}

TEST_CASE("partial Fourier and elliptical k-space are no acceleration, gaps are") {
    std::vector<std::uint8_t> columns(kPhase, 1);
    std::fill(columns.begin(), columns.begin() + 24, std::uint8_t{0});
    CHECK_FALSE(isAccelerated(SamplingMask::fromColumns(columns, kReadout, "partial")));
    ByteArray ellipse({64, 64});
    for (std::int64_t r = 0; r < 64; ++r)
        for (std::int64_t p = 0; p < 64; ++p) ellipse(r, p) = (r - 32) * (r - 32) + (p - 32) * (p - 32) <= 32 * 32;
    CHECK_FALSE(isAccelerated(SamplingMask(ellipse, "ellipse")));
    CHECK(isAccelerated(everySecondLine()));
    CHECK_FALSE(isAccelerated(SamplingMask(ByteArray({4, 4}), "empty")));
}

TEST_CASE("a generated mask reaches its R of what was acquired, be that an ellipse, a box with cut corners or a part") {
    constexpr std::int64_t kSize = 96;
    ByteArray ellipse({kSize, kSize}), corners({kSize, kSize}), part({kSize, kSize});
    for (std::int64_t r = 0; r < kSize; ++r)
        for (std::int64_t p = 0; p < kSize; ++p) {
            const std::int64_t down = std::abs(r - kSize / 2), along = std::abs(p - kSize / 2);
            ellipse(r, p) = down * down + along * along <= kSize * kSize / 4;
            corners(r, p) = down + along <= 3 * kSize / 4;
            part(r, p) = r >= 20 && p < 80;
        }
    for (const auto& samples : {ellipse, corners, part})
        for (const std::string spec : {"poisson:R=4,acs=20,seed=1", "random:R=3,acs=8,seed=2", "equispaced:R=2,acs=8,seed=1"}) {
            const SamplingMask acquired(samples, "acquired");
            REQUIRE_FALSE(isAccelerated(acquired));
            CAPTURE(acquired.keptCount());
            CAPTURE(spec);
            const auto choice = MaskChoice::fromText(spec);
            const auto resolved = resolveMask(choice, headerOf(kSize, kSize), acquired);
            CHECK(within(resolved.mask, acquired));
            CHECK(resolved.extra == doctest::Approx(choice.spec->acceleration).epsilon(0.02));
            CHECK(static_cast<double>(acquired.keptCount()) / static_cast<double>(resolved.mask.keptCount()) == doctest::Approx(resolved.extra));
        }
}

TEST_CASE("partial Fourier: lines and discs reach their R of the lines that were acquired") {
    std::vector<std::uint8_t> columns(kPhase, 1);
    std::fill(columns.begin(), columns.begin() + 24, std::uint8_t{0});
    const auto acquired = SamplingMask::fromColumns(columns, kReadout, "partial");
    const auto lines = resolveMask(MaskChoice::fromText("equispaced:R=3,acs=12,seed=1"), headerOf(), acquired);
    CHECK(lines.mask.isColumnwise());
    CHECK(lines.extra == doctest::Approx(3).epsilon(0.02));
    const auto disc = resolveMask(MaskChoice::fromText("poisson:R=3,acs=12,seed=1"), headerOf(), acquired);
    CHECK_FALSE(disc.mask.isColumnwise());
    CHECK(within(disc.mask, acquired));
    CHECK(disc.extra == doctest::Approx(3).epsilon(0.02));
    CHECK_THROWS_AS((void)resolveMask(MaskChoice::fromText("poisson:R=3,acs=12,seed=1"), headerOf(), SamplingMask(ByteArray({kReadout, kPhase}), "none")), InputError);
}

TEST_CASE("the header's mask wins over the samples") {
    auto header = headerOf(4, 4);
    ComplexArray kspace({2, 4, 4}, cfloat(1));
    CHECK(acquiredMaskOf(header, kspace).keepsAll());
    header.acquiredMask = SamplingMask::fromColumns({1, 0, 1, 0}, 4, "file");
    CHECK(acquiredMaskOf(header, kspace).keptCount() == 8);
}
