#pragma once
// Complex arrays that a file holds as real ones whose last axis is of two, as PyTorch and many scripts save them.

#include "core/base/io/array_file.h"

namespace larmor::io {

/// The file with a paired entry "x as complex" for each array x of float numbers of three axes or more whose last one, in the file's own
/// order, is of two. The same file where there is none.
[[nodiscard]] ArrayFilePtr withPairedParts(ArrayFilePtr file);

}  // namespace larmor::io
