#pragma once
// Records of a one-dimensional data set as their bytes in the file, in order and without a conversion by the library: for compounds with
// members of variable length, see hdf5_heap.h.

#include <cstdint>
#include <functional>
#include <string>

#include "core/base/io/hdf5_heap.h"

namespace larmor::io {

struct RecordTable {
    std::uint64_t count = 0;
    std::size_t bytes = 0;  ///< of one record
};

/// Calls `visit` with each record in turn; a few megabytes at a time are in memory. Under a Hdf5Lock.
/// @throws IoError naming `name` for packed or virtual data, for sizes that the file cannot hold and for records that are missing.
RecordTable visitRecords(const std::string& path, std::int64_t file, std::int64_t dataset, const std::string& name,
                         const std::function<void(std::uint64_t index, ByteView record)>& visit);

}  // namespace larmor::io
