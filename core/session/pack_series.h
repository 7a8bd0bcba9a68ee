#pragma once
#include <string>
#include <vector>

#include "core/base/array.h"
#include "core/base/training/pack_recipe.h"

namespace larmor::session {

/// Images of one file and subject that share a matrix and a pixel size.
struct PackSeries {
    std::vector<ComplexArray> slices;  ///< each [rows, columns]
    std::vector<std::string> names;    ///< of the slices, without folders
    std::string subject;
    double pixelRowsMm = 0, pixelColumnsMm = 0;  ///< 0: not known
    bool complexValued = false;
};

/// Reads images, or k-space that it reconstructs, and cuts them into the slices that the source asks for.
/// @throws InputError for undersampled k-space; IoError
[[nodiscard]] PackSeries readPackSeries(const std::string& path, const training::PackSource& source);

}  // namespace larmor::session
