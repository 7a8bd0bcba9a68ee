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

std::optional<std::vector<double>> levelsInAir(const ComplexArray& kspace, const SamplingMask& mask) {
    auto levels = airNoise(kspace, mask, [](const ComplexArray& lines) { return engine().ifft2c(lines); });
    if (levels)
        for (double& level : *levels) level *= std::sqrt(2.0);  // of the modulus
    return levels;
}
}  // namespace

std::vector<double> noiseLevels(const ComplexArray& kspace, const SamplingMask& mask) {
    const auto edge = levelsAtEdge(kspace, mask);
    if (edge.empty() || std::any_of(edge.begin(), edge.end(), [](double level) { return !(level > 0); }))
        throw InputError("The noise cannot be read from the edge of k-space: there are only zeros.", "Tune with held-out samples instead.");
    const auto air = levelsInAir(kspace, mask);
    return air && noisePower(*air) < noisePower(edge) ? *air : edge;  // each can be too large, by signal
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
