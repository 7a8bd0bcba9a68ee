#pragma once
// Which axis of an array is what.

#include <string>
#include <vector>

#include "core/base/data/acquisition.h"
#include "core/base/io/array_file.h"

namespace larmor::io {

/// A meaning for each axis of an array.
struct AxisPlan {
    /// One an axis, in the order of ArrayEntry::shape; absent for axes of size 1 that mean nothing.
    std::vector<std::optional<Dim>> dims;
    std::string text;  ///< in the file's written order: "-,readout,phase,coil"
    std::string reason;
    bool guessed = false;
};

/// @param given  LoadOptions::dims, in the file's written order; axes of size 1 may be left out.
/// @throws IoError, naming file and array, if the axes do not fit or cannot be guessed.
[[nodiscard]] AxisPlan planAxes(const ArrayFile& file, const ArrayEntry& entry, const std::vector<Dim>& given);

/// The shape as people write it for this file: reversed where its first index runs fastest.
[[nodiscard]] Shape writtenShape(const ArrayEntry& entry);

/// What to try with a file without k-space.
[[nodiscard]] std::string hintWithoutKspace(const ArrayFile& file);

/// The array that is most likely k-space, and why. @throws IoError if none is complex.
struct ArrayChoice {
    const ArrayEntry* entry = nullptr;
    std::string reason;  ///< empty where there was no choice
};
[[nodiscard]] ArrayChoice chooseKspace(const ArrayFile& file);

}  // namespace larmor::io
