#pragma once
// Choosing some of the places on a grid: the common part of making a mask and of thinning one. Whole lines are a grid of one row.

#include <cstdint>
#include <vector>

#include "core/base/masks/mask_generator.h"
#include "core/base/rng.h"

namespace larmor::masks {

struct Grid {
    std::int64_t rows = 1, columns = 0;
    std::vector<std::uint8_t> allowed;  ///< places that may be kept, [rows, columns]
    std::vector<std::uint8_t> centre;   ///< allowed places of the ACS: always kept

    [[nodiscard]] std::int64_t rowOf(std::int64_t place) const { return place / columns; }
    [[nodiscard]] std::int64_t columnOf(std::int64_t place) const { return place % columns; }
    /// Distance from the centre of k-space, 1 at the middle of each edge.
    [[nodiscard]] double radius(std::int64_t place) const;
    [[nodiscard]] std::vector<std::int64_t> outside() const;  ///< allowed places that are not in the ACS, in order
    [[nodiscard]] std::int64_t allowedCount() const;
    [[nodiscard]] std::int64_t centreCount() const;
};

/// A grid whose ACS is `acsRows` x `acsColumns` around the centre, where allowed.
[[nodiscard]] Grid makeGrid(std::int64_t rows, std::int64_t columns, std::vector<std::uint8_t> allowed, std::int64_t acsRows,
                            std::int64_t acsColumns);

/// How many of `places` to keep for the nearest R. @throws UsageError if the ACS is already more than that.
[[nodiscard]] std::int64_t keepCount(std::int64_t places, std::int64_t acs, const MaskSpec& spec);

/// Keeps the ACS and as many other places as the spec asks for. @returns 1 or 0 a place.
[[nodiscard]] std::vector<std::uint8_t> select(const Grid& grid, const MaskSpec& spec, std::int64_t frame);

/// The places of the kinds that do not count the ACS, without it, in order. @throws UsageError where R must be whole and is not.
[[nodiscard]] std::vector<std::int64_t> chooseInTime(const Grid& grid, const MaskSpec& spec, std::int64_t frame);

/// `count` of the values, each as likely as any other. Fewer if there are fewer.
[[nodiscard]] std::vector<std::int64_t> drawSome(std::vector<std::int64_t> values, std::int64_t count, NoiseSource& random);

/// Variable-density Poisson disc: no kept place lies within a distance of another that grows from the centre outwards.
[[nodiscard]] std::vector<std::int64_t> drawPoissonDisc(const Grid& grid, std::int64_t count, std::uint64_t seed);

}  // namespace larmor::masks
