#pragma once
// The messages of an object header in HDF5, IV.A.2 of the specification: whether their parts fit into them and make sense.

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/io/hdf5_heap.h"

namespace larmor::io {

/// What is wrong with a message, in words.
struct Hdf5Fault {
    const char* what = "";
};

/// What the messages of one object say together.
struct Hdf5Object {
    std::optional<std::uint64_t> typeBytes;  ///< of an element
    std::optional<std::size_t> rank;
    std::vector<std::uint64_t> chunk;        ///< extents, the last one in bytes; empty: not chunked
    std::uint64_t chunkTree = ~std::uint64_t{0};
    bool isFiltered = false;                 ///< chunks may be stored with another size than they have
    std::uint64_t groupTree = ~std::uint64_t{0}, groupHeap = ~std::uint64_t{0};
};

constexpr unsigned kHdf5Filters = 0x0B;  ///< type of the message that names the filters

/// Takes what a message says into `object`. @throws Hdf5Fault
void checkHdf5Message(unsigned type, ByteView data, Hdf5Object& object);
/// Whether what they say together makes sense. @throws Hdf5Fault
void checkHdf5Object(const Hdf5Object& object);
/// Of a chunk before filters; of an object that was checked and is chunked.
[[nodiscard]] std::uint64_t chunkBytesOf(const Hdf5Object& object);

}  // namespace larmor::io
