#include "core/session/kspace_support.h"

#include <algorithm>
#include <cmath>

#include "core/session/engine_host.h"

namespace larmor::session {

namespace {

constexpr std::int64_t kSmallestSupport = 96;
constexpr double kShareOfMedian = 0.35;
constexpr double kPlateauBegin = 0.1, kPlateauEnd = 0.35;  // of the distance from the centre to the edge
constexpr double kSmoothing = 0.02;

/// Energy by distance from the centre along one axis, both sides together. Entry d holds the samples at centre - d and centre + d.
std::vector<double> foldedProfile(const std::vector<double>& energy) {
    const auto centre = energy.size() / 2;
    std::vector<double> folded(centre + 1, 0.0);
    for (std::size_t d = 0; d <= centre; ++d) {
        folded[d] = energy[centre - d];
        if (centre + d < energy.size()) folded[d] = (folded[d] + energy[centre + d]) / 2;
    }
    return folded;
}

/// sqrt(energy) x distance, averaged over neighbours.
std::vector<double> weightedAmplitude(const std::vector<double>& folded) {
    const auto count = static_cast<std::int64_t>(folded.size());
    const auto reach = std::max<std::int64_t>(1, std::llround(kSmoothing * static_cast<double>(count)));
    std::vector<double> smooth(folded.size());
    for (std::int64_t d = 0; d < count; ++d) {
        const auto first = std::max<std::int64_t>(0, d - reach), last = std::min(count - 1, d + reach);
        double sum = 0;
        for (auto i = first; i <= last; ++i) sum += folded[static_cast<std::size_t>(i)];
        smooth[static_cast<std::size_t>(d)] = std::sqrt(sum / static_cast<double>(last - first + 1)) * static_cast<double>(d);
    }
    return smooth;
}

std::int64_t supportAlong(const std::vector<double>& energy) {
    const auto size = static_cast<std::int64_t>(energy.size());
    const auto amplitude = weightedAmplitude(foldedProfile(energy));
    const auto half = static_cast<double>(amplitude.size() - 1);
    std::vector<double> plateau(amplitude.begin() + static_cast<std::ptrdiff_t>(kPlateauBegin * half),
                                amplitude.begin() + static_cast<std::ptrdiff_t>(kPlateauEnd * half) + 1);
    std::nth_element(plateau.begin(), plateau.begin() + static_cast<std::ptrdiff_t>(plateau.size() / 2), plateau.end());
    const double floor = kShareOfMedian * plateau[plateau.size() / 2];
    auto end = static_cast<std::int64_t>(amplitude.size()) - 1;
    while (end > 0 && amplitude[static_cast<std::size_t>(end)] < floor) --end;
    // The centre itself is one sample; end of them lie on the lower side, end - 1 on the upper side of an even size.
    return std::clamp(2 * end, std::min(kSmallestSupport, size - size % 2), size - size % 2);
}

}  // namespace

KspaceSupport kspaceSupport(const std::vector<ComplexArray>& kspace) {
    if (kspace.empty()) throw ShapeError("k-space", "at least one slice", "none");
    const auto rows = kspace.front().extent(0), columns = kspace.front().extent(1);
    std::vector<double> alongRows(static_cast<std::size_t>(rows), 0.0), alongColumns(static_cast<std::size_t>(columns), 0.0);
    for (const auto& slice : kspace) {
        checkShape(slice.shape(), {rows, columns}, "k-space of a series");
        for (std::int64_t r = 0; r < rows; ++r)
            for (std::int64_t c = 0; c < columns; ++c) {
                const double energy = static_cast<double>(std::norm(slice(r, c)));
                alongRows[static_cast<std::size_t>(r)] += energy;
                alongColumns[static_cast<std::size_t>(c)] += energy;
            }
    }
    return {supportAlong(alongRows), supportAlong(alongColumns)};
}

ComplexArray imageOfSupport(const ComplexArray& kspace, const KspaceSupport& support) {
    ComplexArray image = engine().ifft2c(centreFit(kspace, support.rows, support.columns));
    const auto scale = static_cast<float>(std::sqrt(static_cast<double>(image.size()) / static_cast<double>(kspace.size())));
    for (auto& pixel : image.values()) pixel *= scale;
    return image;
}

}  // namespace larmor::session
