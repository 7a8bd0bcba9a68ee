#pragma once
// Strings in HDF5 files. Those of variable length are read from the bytes of the file and not by the library: see hdf5_heap.h.

#include <cstdint>
#include <optional>
#include <string>

namespace larmor::io {

/// Both: absent if the object holds another kind, several strings, one of more than 16 MiB or a damaged one.
[[nodiscard]] std::optional<std::string> readDatasetText(const std::string& path, std::int64_t file, std::int64_t dataset);
/// Of an attribute of the file's root.
[[nodiscard]] std::optional<std::string> readAttributeText(const std::string& path, std::int64_t file, std::int64_t attribute,
                                                           const std::string& name);

}  // namespace larmor::io
