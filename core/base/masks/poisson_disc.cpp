// Variable-density Poisson disc by dart throwing in one random order: a place is taken unless an earlier one is too near. Each place
// taken paints its disc, so a pass costs a few operations a place; the scale of the discs is bisected over passes.
#include <algorithm>
#include <cmath>
#include <span>

#include "core/base/masks/selection.h"

namespace larmor::masks {

namespace {
constexpr double kGrowth = 5;  // the disc radius at the edge is 1 + kGrowth times that in the centre
constexpr int kPasses = 24;

struct Point {
    float row, column;
};

/// Each place stands for a random point in its cell: distances then vary smoothly, and so does the density, even below two samples.
class DartBoard {
public:
    DartBoard(const Grid& grid, NoiseSource& random) : m_grid(grid), m_blocked(grid.allowed.size()) {
        m_order = grid.outside();
        m_order = drawSome(m_order, static_cast<std::int64_t>(m_order.size()), random);
        m_radius.reserve(grid.allowed.size());
        m_points.reserve(grid.allowed.size());
        for (std::int64_t i = 0; i < static_cast<std::int64_t>(grid.allowed.size()); ++i) {
            m_radius.push_back(1 + kGrowth * grid.radius(i));
            const double row = grid.rows > 1 ? random.uniform() : 0.5;
            m_points.push_back({static_cast<float>(static_cast<double>(grid.rowOf(i)) + row - 0.5),
                                static_cast<float>(static_cast<double>(grid.columnOf(i)) + random.uniform() - 0.5)});
        }
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
    /// Blocks all places whose points are nearer than the radius.
    void paintDisc(std::int64_t place, double scale) {
        const double radius = scale * m_radius[static_cast<std::size_t>(place)];
        if (radius <= 0) return;
        const auto limit = static_cast<float>(radius * radius);
        const Point& centre = m_points[static_cast<std::size_t>(place)];
        const auto reach = static_cast<std::int64_t>(radius + 1);  // points lie up to half a sample from their places
        const std::int64_t row = m_grid.rowOf(place), column = m_grid.columnOf(place);
        const std::int64_t firstColumn = std::max<std::int64_t>(column - reach, 0),
                           lastColumn = std::min(column + reach, m_grid.columns - 1);
        for (std::int64_t r = std::max<std::int64_t>(row - reach, 0); r <= std::min(row + reach, m_grid.rows - 1); ++r)
            for (auto at = static_cast<std::size_t>(r * m_grid.columns + firstColumn);
                 at <= static_cast<std::size_t>(r * m_grid.columns + lastColumn); ++at) {
                const float dr = m_points[at].row - centre.row, dc = m_points[at].column - centre.column;
                m_blocked[at] |= static_cast<std::uint8_t>(dr * dr + dc * dc < limit ? 1 : 0);
            }
    }

    const Grid& m_grid;
    std::vector<std::uint8_t> m_blocked;
    std::vector<double> m_radius;
    std::vector<Point> m_points;
    std::vector<std::int64_t> m_order;
};

}  // namespace

std::vector<std::int64_t> drawPoissonDisc(const Grid& grid, std::int64_t count, std::uint64_t seed) {
    NoiseSource random(seed);
    DartBoard board(grid, random);
    std::vector<std::int64_t> best = board.throwDarts(0);
    double tooDense = 0, tooSparse = 0, scale = 0.5;
    for (int pass = 0; pass<kPasses&& static_cast<std::int64_t>(best.size())> count + count / 200; ++pass) {
        auto taken = board.throwDarts(scale);
        const bool enough = static_cast<std::int64_t>(taken.size()) >= count;
        (enough ? tooDense : tooSparse) = scale;
        if (enough && taken.size() < best.size()) best = std::move(taken);
        scale = tooSparse > 0 ? (tooDense + tooSparse) / 2 : 2 * scale;
    }
    return drawSome(std::move(best), count, random);
}

}  // namespace larmor::masks
