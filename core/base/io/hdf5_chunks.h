#pragma once
// Chunks of HDF5 data sets that went through filters, each checked for its size: HDF5 1.10 takes it for granted that what comes out of
// the filters fills a chunk, and reads behind the end of what a damaged file gives.

#include <cstdint>
#include <string>

#include "core/base/array.h"

namespace larmor::io {

/// A box of a data set as `memoryType`, row-major, into `out`. For data sets in chunks whose filters are shuffle and deflate. Where Fletcher's
/// sum is among them the chunks are checked, and the library has to read: it checks the sum.
/// @param dataset, memoryType  identifiers of HDF5 @param out  room for the box
/// @returns false, and nothing is written, where the library has to read, for other layouts and filters too
/// @throws IoError naming the chunk that is damaged
bool readFilteredBox(const std::string& path, const std::string& name, std::int64_t dataset, std::int64_t memoryType, const Shape& start,
                     const Shape& count, void* out);

}  // namespace larmor::io
