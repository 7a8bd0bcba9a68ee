// Variable-density Poisson disc by dart throwing in one random order: a place is taken unless an earlier one is too near. Each place
// taken paints its disc, so a pass costs a few operations a place; the scale of the discs is bisected over passes.
#include <algorithm>
#include <cmath>
#include <span>

#include "core/base/masks/selection.h"

namespace larmor::masks {

namespace {
constexpr double kGrowth = 3;  // disc radius at the edge is 1 + kGrowth times that in the centre: 1/16 of the density
constexpr int kPasses = 24;

class DartBoard {
public:
    DartBoard(const Grid& grid, NoiseSource& random) : m_grid(grid), m_blocked(grid.allowed.size()) {
        m_order = grid.outside();
        m_order = drawSome(m_order, static_cast<std::int64_t>(m_order.size()), random);
        m_radius.reserve(grid.allowed.size());
        for (std::size_t i = 0; i < grid.allowed.size(); ++i) m_radius.push_back(1 + kGrowth * grid.radius(static_cast<std::int64_t>(i)));
    }

    /// The places taken with discs of that scale; scale 0 takes all.
    std::vector<std::int64_t> throwDarts(double scale) {
        std::fill(m_blocked.begin(), m_blocked.end(), std::uint8_t{0});
        for (std::size_t i = 0; i < m_grid.centre.size(); ++i)
            if (m_grid.centre[i]) paintDisc(static_cast<std::int64_t>(i), scale);
        std::vector<std::int64_t> taken;
        for (const auto place : m_order) {
            if (m_blocked[static_cast<std::size_t>(place)]) continue;
            taken.push_back(place);
            paintDisc(place, scale);
        }
        return taken;
    }

    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(m_order.size()); }

private:
    /// Blocks all places nearer than the radius.
    void paintDisc(std::int64_t place, double scale) {
        const double radius = scale * m_radius[static_cast<std::size_t>(place)];
        if (radius <= 1) return;
        const std::int64_t row = m_grid.rowOf(place), column = m_grid.columnOf(place);
        const auto reach = static_cast<std::int64_t>(std::ceil(radius)) - 1;
        for (std::int64_t r = std::max<std::int64_t>(row - reach, 0); r <= std::min(row + reach, m_grid.rows - 1); ++r) {
            const double rest = radius * radius - static_cast<double>((r - row) * (r - row));
            const auto half = static_cast<std::int64_t>(std::ceil(std::sqrt(rest))) - 1;
            const std::int64_t from = std::max<std::int64_t>(column - half, 0), to = std::min(column + half, m_grid.columns - 1);
            std::fill(m_blocked.begin() + r * m_grid.columns + from, m_blocked.begin() + r * m_grid.columns + to + 1, std::uint8_t{1});
        }
    }

    const Grid& m_grid;
    std::vector<std::uint8_t> m_blocked;
    std::vector<double> m_radius;
    std::vector<std::int64_t> m_order;
};

}  // namespace

std::vector<std::int64_t> drawPoissonDisc(const Grid& grid, std::int64_t count, std::uint64_t seed) {
    NoiseSource random(seed);
    DartBoard board(grid, random);
    double tooDense = 0, tooSparse = static_cast<double>(std::max(grid.rows, grid.columns));
    std::vector<std::int64_t> best = board.throwDarts(tooDense);
    for (int pass = 0; pass<kPasses&& static_cast<std::int64_t>(best.size())> count + count / 200; ++pass) {
        // The first passes halve towards the small scales where most accelerations lie.
        const double scale = tooDense > 0 ? (tooDense + tooSparse) / 2 : tooSparse / 2;
        auto taken = board.throwDarts(scale);
        const bool enough = static_cast<std::int64_t>(taken.size()) >= count;
        (enough ? tooDense : tooSparse) = scale;
        if (enough && taken.size() < best.size()) best = std::move(taken);
    }
    return drawSome(std::move(best), count, random);
}

}  // namespace larmor::masks
