#include "core/session/sure.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/base/data/air_noise.h"
#include "core/base/rng.h"
#include "core/session/edge_noise.h"
#include "core/session/engine_host.h"

namespace larmor::session {

namespace {
constexpr double kMove = 0.1;  ///< of the noise: small against what an image answers to, large against rounding

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

std::vector<double> levelsAtEdge(const ComplexArray& kspace, const SamplingMask& mask) {
    const auto edge = edgeNoise(kspace, mask);
    std::vector<double> noise;
    for (std::int64_t coil = 0; coil < edge.extent(0); ++coil) {
        std::vector<double> squares;
        for (const auto& sample : edge.block(coil)) squares.push_back(std::norm(std::complex<double>(sample)));
        noise.push_back(std::sqrt(median(std::move(squares)) / std::log(2.0)));
    }
    return noise;
}

/// The columns that the mask keeps whole, [coil, readout, line].
ComplexArray wholeLines(const ComplexArray& kspace, const SamplingMask& mask) {
    std::vector<std::int64_t> columns;
    for (std::int64_t p = 0; p < mask.phase(); ++p) {
        bool isWhole = true;
        for (std::int64_t r = 0; r < mask.readout() && isWhole; ++r) isWhole = mask.samples()[r * mask.phase() + p] != 0;
        if (isWhole) columns.push_back(p);
    }
    ComplexArray lines({kspace.extent(0), mask.readout(), static_cast<std::int64_t>(columns.size())});
    for (std::int64_t c = 0; c < lines.extent(0); ++c)
        for (std::int64_t r = 0; r < lines.extent(1); ++r)
            for (std::int64_t i = 0; i < lines.extent(2); ++i) lines(c, r, i) = kspace(c, r, columns[static_cast<std::size_t>(i)]);
    return lines;
}

/// [a, b, c] to [a, c, b]
ComplexArray exchanged(const ComplexArray& x) {
    ComplexArray y({x.extent(0), x.extent(2), x.extent(1)});
    for (std::int64_t a = 0; a < x.extent(0); ++a)
        for (std::int64_t b = 0; b < x.extent(1); ++b)
            for (std::int64_t c = 0; c < x.extent(2); ++c) y(a, c, b) = x(a, b, c);
    return y;
}

std::optional<std::vector<double>> levelsInAir(const ComplexArray& kspace, const SamplingMask& mask) {
    const ComplexArray lines = wholeLines(kspace, mask);
    if (lines.size() == 0) return std::nullopt;
    const std::int64_t coils = lines.extent(0), readout = lines.extent(1), count = lines.extent(2);
    ComplexArray rows = engine().ifft2c(exchanged(lines).reshaped({coils * count, readout, 1}));  // over the readout alone
    auto levels = airNoise(exchanged(rows.reshaped({coils, count, readout})), measuredShare(lines));
    if (levels)
        for (double& level : *levels) level *= std::sqrt(2.0);  // of the modulus
    return levels;
}

double powerOf(const std::vector<double>& levels) {
    double sum = 0;
    for (const double level : levels) sum += level * level;
    return sum;
}
}  // namespace

std::vector<double> noiseLevels(const ComplexArray& kspace, const SamplingMask& mask) {
    const auto edge = levelsAtEdge(kspace, mask);
    if (edge.empty() || std::any_of(edge.begin(), edge.end(), [](double level) { return !(level > 0); }))
        throw InputError("The noise cannot be read from the edge of k-space: there are only zeros.", "Tune with held-out samples instead.");
    const auto air = levelsInAir(kspace, mask);
    return air && powerOf(*air) < powerOf(edge) ? *air : edge;  // each can be too large, by signal
}

SureProbe::SureProbe(std::vector<double> levels, const SamplingMask& sampled, std::int64_t seed)
    : noise(std::move(levels)), direction({static_cast<std::int64_t>(noise.size()), sampled.readout(), sampled.phase()}), mask(sampled) {
    NoiseSource random(static_cast<std::uint64_t>(seed));
    for (auto& value : direction.values()) {
        const double re = random.normal() / std::sqrt(2.0);
        value = cfloat(static_cast<float>(re), static_cast<float>(random.normal() / std::sqrt(2.0)));
    }
    direction = applyMask(std::move(direction), mask);
}

ComplexArray SureProbe::moved(ComplexArray kspace) const {
    checkShape(kspace.shape(), direction.shape(), "k-space");
    const auto size = mask.sampleCount();
    for (std::int64_t i = 0; i < kspace.size(); ++i)
        kspace[i] += static_cast<float>(kMove * noise[static_cast<std::size_t>(i / size)]) * direction[i];
    return kspace;
}

std::vector<UnitError> SureProbe::errors(const ComplexArray& prediction, const ComplexArray& movedPrediction,
                                         const ComplexArray& measured) const {
    checkShape(prediction.shape(), direction.shape(), "predicted k-space");
    checkShape(movedPrediction.shape(), direction.shape(), "predicted k-space");
    checkShape(measured.shape(), direction.shape(), "measured k-space");
    const bool lines = mask.isColumnwise();
    std::vector<UnitError> units(static_cast<std::size_t>(lines ? mask.phase() : mask.sampleCount()));
    std::vector<std::uint8_t> used(units.size());
    for (std::int64_t i = 0; i < measured.size(); ++i) {
        const auto place = i % mask.sampleCount();
        if (!mask.samples()[place]) continue;
        const auto at = static_cast<std::size_t>(lines ? place % mask.phase() : place);
        const double sigma = noise[static_cast<std::size_t>(i / mask.sampleCount())];
        const std::complex<double> f(prediction[i]), y(measured[i]), b(direction[i]), answer(movedPrediction[i] - prediction[i]);
        units[at].error += std::norm(f - y) + 2 * sigma * std::real(std::conj(b) * answer) / kMove;
        units[at].energy += std::norm(y);
        used[at] = 1;
    }
    std::vector<UnitError> measuredUnits;
    for (std::size_t i = 0; i < units.size(); ++i)
        if (used[i]) measuredUnits.push_back(units[i]);
    return measuredUnits;
}

}  // namespace larmor::session
