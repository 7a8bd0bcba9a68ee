#pragma once
#include <array>
#include <string>
#include <vector>

#include "core/base/run_control.h"
#include "core/base/training/pack_recipe.h"

namespace larmor::session {

/// What became of one source of a recipe.
struct PackedSource {
    std::string files, contrast;
    std::int64_t fileCount = 0, dropped = 0;     ///< slices left out because they are nearly empty
    std::array<std::int64_t, 3> images{};        ///< by split
    std::array<std::int64_t, 3> subjects{};      ///< by split
    /// Rows and columns that k-space kept, as shares of what the files hold, averaged over their series.
    double keptRows = 1, keptColumns = 1;
    std::int64_t smallestEdge = 0, largestEdge = 0;  ///< of the images packed
};

/// Makes a training pack. Every series (a file, or the pictures of one subject that are of one size) is cropped to the k-space support
/// that carries signal. K-space files must be fully sampled; their coils are combined with maps of the slice's own centre.
/// @param root  folder that the recipe's patterns start from
/// @throws InputError, IoError, Cancelled; leaves nothing behind then
[[nodiscard]] std::vector<PackedSource> makePriorPack(const training::PackRecipe& recipe, const std::string& root, const std::string& output,
                                                      const RunControl& run);

}  // namespace larmor::session
