#include "core/session/workbench/ensemble_slice.h"

#include <algorithm>

#include <fmt/format.h>

namespace larmor::session {

namespace {

constexpr double kMostBytes = 1024.0 * 1024 * 1024;

ComplexArray planeOf(const RealArray& stack, std::int64_t index) {
    return toComplex(stack.slice(index));
}

}  // namespace

ComplexArray EnsembleSlice::samples() const {
    return m_result->ensemble.samples.slice(m_position);
}

ComplexArray EnsembleSlice::sample(std::int64_t index) const {
    const ComplexArray& all = m_result->ensemble.samples;
    const auto size = static_cast<std::size_t>(all.extent(2) * all.extent(3));
    const auto one = all.block(m_position).subspan(static_cast<std::size_t>(index) * size, size);
    return ComplexArray({all.extent(2), all.extent(3)}, std::vector<cfloat>(one.begin(), one.end()));
}

ComplexArray EnsembleSlice::deviation() const {
    return planeOf(m_result->ensemble.deviation, m_position);
}

ComplexArray EnsembleSlice::phaseSpread() const {
    return planeOf(m_result->ensemble.phaseSpread, m_position);
}

std::optional<ScatterAt> EnsembleSlice::at(std::int64_t row, std::int64_t column) const {
    const Ensemble& ensemble = m_result->ensemble;
    const std::int64_t rows = ensemble.samples.extent(2), columns = ensemble.samples.extent(3);
    if (row < 0 || column < 0 || row >= rows || column >= columns) return std::nullopt;
    double sum = 0;
    for (std::int64_t i = 0; i < count(); ++i) sum += std::abs(ensemble.samples(m_position, i, row, column));
    return ScatterAt{sum / static_cast<double>(count()), ensemble.deviation(m_position, row, column),
                     ensemble.phaseSpread(m_position, row, column)};
}

std::optional<EnsembleSlice> ensembleSlice(const ResultEntry& entry, std::int64_t slice) {
    if (entry.result->ensemble.samples.empty()) return std::nullopt;
    const auto& slices = entry.result->protocol.slices;
    const auto found = std::find(slices.begin(), slices.end(), slice);
    const auto position = static_cast<std::int64_t>(found - slices.begin());
    if (found == slices.end() || position >= entry.result->ensemble.samples.extent(0)) return std::nullopt;
    return EnsembleSlice(entry.result, position);
}

std::int64_t samplesAsked(const ReconstructionRequest& request) {
    const auto& specs = request.parameters.specs();
    const bool draws = std::any_of(specs.begin(), specs.end(), [](const ParamSpec& spec) { return spec.name == "samples"; });
    return draws ? request.parameters.integer("samples") : 1;
}

void checkSampleMemory(const ReconstructionRequest& request) {
    const std::int64_t samples = samplesAsked(request);
    if (samples < 2) return;
    const AcquisitionHeader& header = request.acquisition->header();
    const Matrix& matrix = request.fullFov ? header.encoded : header.recon;
    const auto slices = static_cast<std::int64_t>(request.slices.size());
    const double pixels = static_cast<double>(matrix.readout * matrix.phase) * static_cast<double>(slices);
    const double bytes = pixels * (static_cast<double>(samples) * sizeof(cfloat) + 2 * sizeof(float));
    if (bytes <= kMostBytes) return;
    throw UsageError(fmt::format("{} samples of {} slices take {:.1f} GB of memory; the window keeps up to {:.1f} GB of one result's.",
                                 samples, slices, bytes / 1e9, kMostBytes / 1e9),
                     "Draw fewer samples, or choose fewer slices. larmor-cli recon --samples has no such limit.");
}

}  // namespace larmor::session
