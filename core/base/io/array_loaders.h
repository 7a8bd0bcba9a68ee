#pragma once
#include <memory>
#include <vector>

#include "core/base/io/load.h"

namespace larmor::io {

/// Loaders for plain arrays: BART cfl, NumPy npy, MATLAB v5, and complex data sets of HDF5 files without a layout of their own.
[[nodiscard]] std::vector<std::unique_ptr<Loader>> arrayLoaders();

[[nodiscard]] std::unique_ptr<Loader> fastmriLoader();
[[nodiscard]] std::unique_ptr<Loader> ismrmrdLoader();
[[nodiscard]] std::unique_ptr<Loader> cmrxreconLoader();

}  // namespace larmor::io
