#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <set>

#include "core/recon/operators/operator_checks.h"
#include "core/recon/training/augmentation.h"
#include "core/recon/training/fourier_geometry.h"
#include "core/recon/training/smooth_field.h"
#include "core/recon/training/tissue_phase.h"
#include "core/recon/training/tone.h"
#include "tests/numeric/tensors.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::recon::training;
using namespace larmor::test;

namespace {

double lengthOf(const at::Tensor& x) {
    return at::linalg_vector_norm(x).item<double>();
}

/// A Gaussian of standard deviation `width` pixels at (row, column) from the centre n/2.
at::Tensor blob(std::int64_t rows, std::int64_t columns, double row, double column, double width) {
    const at::Tensor r = at::arange(rows, at::kDouble) - static_cast<double>(rows / 2) - row;
    const at::Tensor c = at::arange(columns, at::kDouble) - static_cast<double>(columns / 2) - column;
    return at::outer(at::exp(-r.square() / (2 * width * width)), at::exp(-c.square() / (2 * width * width))).to(at::kComplexFloat);
}

io::PackedImage factsOf(const at::Tensor& x, bool isComplex) {
    io::PackedImage facts;
    facts.rows = x.size(0);
    facts.columns = x.size(1);
    facts.pixelRowsMm = facts.pixelColumnsMm = 1;
    facts.complexValued = isComplex;
    return facts;
}

larmor::training::AugmentationConfig nothing() {
    larmor::training::AugmentationConfig config;
    config.orientations = false;
    config.rotationShare = config.phase = config.tissuePhase = config.tone = config.shading = config.intensity = 0;
    config.pixelMm = {1, 1};
    config.enlarge = 1;
    return config;
}

}  // namespace

TEST_CASE("turning is unitary, its inverse is the turn back, and a blob goes where geometry says") {
    for (const Shape& size : {Shape{40, 56}, Shape{41, 37}}) {
        const at::Tensor x = randomTensor(size, at::kComplexFloat, 5);
        CHECK(lengthOf(rotate(x, 0.2)) == doctest::Approx(lengthOf(x)).epsilon(1e-5));
        CHECK(relativeDistance(rotate(rotate(x, 0.2), -0.2), x) < 1e-5);
        CHECK(relativeDistance(rotate(x, 0.2), x) > 0.5);
    }
    const double angle = 0.3, row = 6, column = -9;
    const at::Tensor turned = rotate(blob(80, 96, row, column, 3), angle);
    const double c = std::cos(angle), s = std::sin(angle);
    CHECK(relativeDistance(turned, blob(80, 96, c * row + s * column, c * column - s * row, 3)) < 1e-3);
}

TEST_CASE("resampling keeps intensities and what both grids can hold") {
    const at::Tensor x = blob(64, 80, 4, -5, 4);
    // 64 to 48 rows over the same field of view: positions and widths shrink by 3/4, the height of the blob stays.
    const at::Tensor small = resample(x, 48, 60);
    CHECK(relativeDistance(small, blob(48, 60, 3, -3.75, 3)) < 1e-4);
    CHECK(relativeDistance(resample(small, 64, 80), x) < 1e-4);
    CHECK(relativeDistance(resample(x, 64, 80, 0.5, -0.25), blob(64, 80, 4.5, -5.25, 4)) < 1e-4);
}

TEST_CASE("the eight orientations are different, keep the norm, and are what NumPy makes") {
    const at::Tensor x = randomTensor({5, 7}, at::kComplexFloat, 2);
    std::set<double> firsts;
    for (int orientation = 0; orientation < 8; ++orientation) {
        const at::Tensor turned = orient(x, orientation);
        CHECK(lengthOf(turned) == doctest::Approx(lengthOf(x)));
        CHECK(turned.size(0) == (orientation & 4 ? 7 : 5));
        // The first two elements tell all eight apart.
        firsts.insert(at::real(turned[0][0]).item<double>() * 1000 + at::real(turned[0][1]).item<double>());
    }
    CHECK(firsts.size() == 8);
    CHECK(at::equal(orient(x, 7), at::flip(x, {0, 1}).t()));
}

TEST_CASE("a window cuts and surrounds by zero") {
    const at::Tensor x = at::arange(12, at::kFloat).reshape({3, 4}).to(at::kComplexFloat);
    const at::Tensor part = window(x, 1, -1, 3, 3);
    const at::Tensor expected = at::tensor({0, 4, 5, 0, 8, 9, 0, 0, 0}, at::kFloat).reshape({3, 3});
    CHECK(at::equal(at::real(part), expected));
    CHECK(lengthOf(window(x, 10, 10, 2, 2)) == 0);
}

TEST_CASE("without any augmentation the image comes out as it is, with a phase alone") {
    const at::Tensor x = at::abs(randomTensor({48, 48}, at::kComplexFloat, 9)).to(at::kComplexFloat);
    auto config = nothing();
    // The part of a pixel by which images are moved is always drawn; shifting is unitary.
    const at::Tensor moved = augmented(x, factsOf(x, true), config, 48, 48, NoiseSource(1, 2));
    CHECK(lengthOf(moved) == doctest::Approx(lengthOf(x)).epsilon(1e-5));
    config.phase = 1.5;
    const at::Tensor smooth = blob(48, 48, 0, 0, 5);
    const at::Tensor phased = augmented(smooth, factsOf(smooth, false), config, 48, 48, NoiseSource(1, 3));
    CHECK(lengthOf(phased) == doctest::Approx(lengthOf(smooth)).epsilon(1e-4));
    CHECK(lengthOf(at::imag(phased)) > 0.01 * lengthOf(smooth));
}

TEST_CASE("augmentation depends on the stream alone and fills the size that is asked for") {
    const at::Tensor x = at::abs(randomTensor({100, 90}, at::kComplexFloat, 4)).to(at::kComplexFloat);
    const larmor::training::AugmentationConfig config;
    const at::Tensor a = augmented(x, factsOf(x, false), config, 64, 128, NoiseSource(7, 1));
    CHECK(a.sizes() == at::IntArrayRef({64, 128}));
    CHECK(at::equal(a, augmented(x, factsOf(x, false), config, 64, 128, NoiseSource(7, 1))));
    CHECK_FALSE(at::equal(a, augmented(x, factsOf(x, false), config, 64, 128, NoiseSource(7, 2))));
    CHECK(at::isfinite(at::view_as_real(a)).all().item<bool>());
}

TEST_CASE("other tones keep order, phase and both ends, and change what lies between") {
    const at::Tensor magnitude = at::linspace(0, 1, 501, at::kFloat).view({3, 167});
    const at::Tensor phase = at::linspace(-3, 3, 501, at::kFloat).view({3, 167});
    const at::Tensor x = at::polar(magnitude, phase);
    double largest = 0;
    for (std::uint64_t stream = 0; stream < 20; ++stream) {
        NoiseSource random(5, stream);
        const at::Tensor toned = withOtherTones(x, 1, random);
        const at::Tensor flat = at::abs(toned).flatten();
        CHECK(at::diff(flat).gt(0).all().item<bool>());
        CHECK(flat[0].item<double>() == 0);
        CHECK(flat[500].item<double>() == doctest::Approx(1).epsilon(1e-5));
        CHECK(relativeDistance(at::polar(at::abs(toned), phase), toned) < 1e-5);
        largest = std::max(largest, (flat - magnitude.flatten()).abs().max().item<double>());
    }
    CHECK(largest > 0.2);
    NoiseSource random(5, 1);
    CHECK(relativeDistance(withOtherTones(x, 0, random), x) < 1e-6);
}

TEST_CASE("folded tones: bright parts lie below those between, nothing stays at nothing, the phase is kept, and the brightest hundredth is 1") {
    const at::Tensor magnitude = at::linspace(0, 1.2, 601, at::kFloat).view({1, 601});
    const at::Tensor phase = at::linspace(-3, 3, 601, at::kFloat).view({1, 601});
    const at::Tensor x = at::polar(magnitude, phase);
    std::set<std::int64_t> peaks;
    for (std::uint64_t stream = 0; stream < 20; ++stream) {
        NoiseSource random(6, stream);
        const at::Tensor seen = withFoldedTones(x, random), flat = at::abs(seen).flatten();
        const auto peak = flat.argmax().item<std::int64_t>();
        CHECK(peak >= 175);  // 0.35
        CHECK(peak <= 350);  // 0.7
        CHECK(flat[peak].item<double>() == doctest::Approx(1).epsilon(0.02));
        CHECK(flat[0].item<double>() == 0);
        CHECK(at::diff(flat.narrow(0, 0, peak)).gt(0).all().item<bool>());
        CHECK(at::diff(flat.narrow(0, peak + 1, 600 - peak)).lt(1e-6).all().item<bool>());
        CHECK(flat[500].item<double>() < 0.61);
        CHECK(flat[600].item<double>() == doctest::Approx(flat[501].item<double>()).epsilon(0.02));
        CHECK(relativeDistance(at::polar(at::abs(seen), phase), seen) < 1e-5);
        const at::Tensor whole = at::abs(folded(x, NoiseSource(6, stream)));
        CHECK(at::quantile(whole.flatten(), 0.99).item<double>() == doctest::Approx(1).epsilon(1e-3));
        peaks.insert(peak);
    }
    CHECK(peaks.size() > 10);
}

TEST_CASE("with other tones and shading the brightest hundredth of the whole image still begins at 1") {
    const at::Tensor x = blob(96, 96, 0, 0, 20);
    auto config = nothing();
    config.tone = 1;
    config.shading = 0.6;
    std::set<double> centres;
    for (std::uint64_t stream = 0; stream < 10; ++stream) {
        const at::Tensor seen = at::abs(augmented(x, factsOf(x, false), config, 96, 96, NoiseSource(8, stream)));
        CHECK(at::quantile(seen.flatten(), 0.99).item<double>() == doctest::Approx(1).epsilon(1e-3));
        centres.insert(seen.mean().item<double>());
    }
    CHECK(*centres.rbegin() > 1.2 * *centres.begin());
}

TEST_CASE("phases are smooth: neighbours differ by a small part of a turn") {
    for (std::uint64_t stream = 0; stream < 20; ++stream) {
        NoiseSource random(3, stream);
        const at::Tensor phase = smoothPhase(96, 128, 1.5, random);
        const at::Tensor steps = at::cat({at::diff(phase, 1, 0).flatten(), at::diff(phase, 1, 1).flatten()});
        CHECK(steps.abs().max().item<double>() < 0.5);
    }
}

TEST_CASE("tissue phases: magnitudes stay, one tissue keeps one phase to its neighbours, two tissues are told apart by a jump") {
    const at::Tensor discs = at::abs(blob(96, 128, 0, 0, 30)).gt(0.5).to(at::kFloat).mul(0.6).add(0.3);  // two tissues: 0.9 inside, 0.3 outside
    const at::Tensor x = at::complex(discs, at::zeros_like(discs));
    NoiseSource off(3);
    CHECK(at::equal(withTissuePhase(x, 0, off), x));
    double jumps = 0;
    for (std::uint64_t stream = 0; stream < 40; ++stream) {
        NoiseSource random(3, stream);
        const at::Tensor seen = withTissuePhase(x, 0.8, random);
        CHECK(relativeDistance(at::abs(seen), discs) < 1e-6);
        const at::Tensor turn = at::angle(seen.narrow(1, 1, 127).mul(at::conj(seen.narrow(1, 0, 127))));
        const at::Tensor border = at::diff(discs, 1, 1).abs().gt(0.1);
        CHECK(turn.masked_fill(border, 0).abs().max().item<double>() < 0.4);
        jumps += turn.masked_select(border).pow(2).mean().item<double>();
    }
    // Three steps of standard deviation 0.8, each between the tissues with a chance near 0.6 and in about half of the image.
    CHECK(std::sqrt(jumps / 40) > 0.3);
    CHECK(std::sqrt(jumps / 40) < 1.4);
}

TEST_CASE("images whose phase was measured get no phase of tissues, magnitudes do") {
    const at::Tensor x = blob(64, 64, 0, 0, 15);
    auto config = nothing();
    config.tissuePhase = 2;
    double spread = 0;
    for (std::uint64_t stream = 0; stream < 10; ++stream) {
        const auto phaseWithin = [&](bool measured) {
            const at::Tensor seen = augmented(x, factsOf(x, measured), config, 64, 64, NoiseSource(5, stream));
            return at::angle(seen.div(seen[32][32])).masked_select(at::abs(x).gt(0.1)).abs().max().item<double>();
        };
        CHECK(phaseWithin(true) < 0.01);  // of the shift by parts of a pixel
        spread = std::max(spread, phaseWithin(false));
    }
    CHECK(spread > 0.3);
}

TEST_CASE("normal numbers have the moments of a normal distribution") {
    NoiseSource random(11);
    const at::Tensor x = normalNumbers({200, 500}, random);
    // Standard errors of mean, variance and fourth moment of 1e5 numbers: 0.0032, 0.0045, 0.031.
    CHECK(std::abs(x.mean().item<double>()) < 0.013);
    CHECK(std::abs(x.var().item<double>() - 1) < 0.018);
    CHECK(std::abs(x.pow(4).mean().item<double>() - 3) < 0.13);
}
