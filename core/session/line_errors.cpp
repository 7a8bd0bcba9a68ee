#include "core/session/line_errors.h"

#include <algorithm>

namespace larmor::session {

SampleErrors sampleErrors(const ComplexArray& predicted, const ComplexArray& measured, const SamplingMask& mask) {
    checkShape(predicted.shape(), measured.shape(), "predicted k-space");
    SampleErrors result{RealArray(mask.samples().shape()), RealArray(mask.samples().shape())};
    for (std::int64_t coil = 0; coil < measured.extent(0); ++coil) {
        const auto guess = predicted.block(coil), truth = measured.block(coil);
        for (std::int64_t i = 0; i < mask.sampleCount(); ++i) {
            if (!mask.samples()[i]) continue;
            const auto at = static_cast<std::size_t>(i);
            result.error[i] += std::norm(guess[at] - truth[at]);
            result.energy[i] += std::norm(truth[at]);
        }
    }
    return result;
}

std::vector<double> overNeighbours(const std::vector<double>& values, std::int64_t reach) {
    const auto count = static_cast<std::int64_t>(values.size());
    std::vector<double> ratios(values.size(), 1);
    for (std::int64_t i = 0; i < count; ++i) {
        std::vector<double> beside;
        for (auto j = std::max<std::int64_t>(0, i - reach); j <= std::min(count - 1, i + reach); ++j)
            if (j != i) beside.push_back(values[static_cast<std::size_t>(j)]);
        if (beside.empty()) continue;
        const auto middle = beside.begin() + static_cast<std::ptrdiff_t>(beside.size() / 2);
        std::nth_element(beside.begin(), middle, beside.end());
        if (*middle > 0) ratios[static_cast<std::size_t>(i)] = values[static_cast<std::size_t>(i)] / *middle;
    }
    return ratios;
}

}  // namespace larmor::session
