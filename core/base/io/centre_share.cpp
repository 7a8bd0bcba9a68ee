#include "core/base/io/centre_share.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace larmor::io {

double centreShare(const ComplexArray& x) {
    const std::int64_t rows = x.extent(1), columns = x.extent(2);
    const auto isCentral = [](std::int64_t i, std::int64_t n) { return std::abs(2 * i - n) <= std::max<std::int64_t>(n / 8, 1); };
    double centre = 0, all = 0;
    for (std::int64_t c = 0; c < x.extent(0); ++c)
        for (std::int64_t r = 0; r < rows; ++r)
            for (std::int64_t p = 0; p < columns; ++p) {
                const double energy = std::norm(x(c, r, p));
                if (!std::isfinite(energy)) continue;
                all += energy;
                if (isCentral(r, rows) && isCentral(p, columns)) centre += energy;
            }
    return all > 0 ? centre / all : 0;
}

std::optional<ComplexArray> middlePlane(const ArrayFile& file, const ArrayEntry& entry) {
    std::vector<std::size_t> axes(entry.shape.size());
    std::iota(axes.begin(), axes.end(), std::size_t{0});
    std::stable_sort(axes.begin(), axes.end(), [&](std::size_t a, std::size_t b) { return entry.shape[a] > entry.shape[b]; });
    if (axes.size() < 2 || entry.shape[axes[1]] < 2) return std::nullopt;
    Shape start(axes.size()), count(axes.size(), 1);
    for (std::size_t d = 0; d < axes.size(); ++d) start[d] = entry.shape[d] / 2;
    for (const std::size_t d : {axes[0], axes[1]}) {
        start[d] = 0;
        count[d] = entry.shape[d];
    }
    const auto [first, last] = std::minmax(axes[0], axes[1]);
    return file.read(entry.name, start, count).reshaped({1, entry.shape[first], entry.shape[last]});
}

}  // namespace larmor::io
