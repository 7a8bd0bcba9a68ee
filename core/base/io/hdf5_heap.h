#pragma once
// Data of variable length in HDF5 files, read from the bytes of the file and not by the library: HDF5 1.10 trusts the lengths it finds
// there, and with a damaged one never returns or writes past its memory. HDF5 File Format Specification 3.0, section III.E.

#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace larmor::io {

using Bytes = std::vector<unsigned char>;
using ByteView = std::span<const unsigned char>;

/// The little-endian number at a place. Bounds are the caller's promise.
template <class T>
[[nodiscard]] T numberAt(ByteView bytes, std::size_t at) {
    T value{};
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

/// Where data of variable length lies: its length in elements, the heap collection, the object in it.
struct HeapReference {
    std::uint32_t length = 0;
    std::uint64_t collection = 0;
    std::uint32_t object = 0;
};
inline constexpr std::size_t kHeapReferenceBytes = 16;
/// @param bytes  at least kHeapReferenceBytes
[[nodiscard]] HeapReference heapReferenceIn(ByteView bytes);

/// How the addresses of an open file count.
struct Hdf5Addresses {
    std::uint64_t base = 0;  ///< bytes of the user block in front
    bool isUsual = false;    ///< addresses and lengths of 8 bytes, as all libraries write them
};
[[nodiscard]] Hdf5Addresses addressesOf(std::int64_t file);

/// An HDF5 file as bytes. Needs no lock of the library.
class RawHdf5 {
public:
    RawHdf5(const std::string& path, const Hdf5Addresses& addresses) : m_in(path, std::ios::binary), m_addresses(addresses) {}
    /// @param address  counts from the end of the user block. Both: absent where the file does not hold so many bytes.
    [[nodiscard]] std::optional<Bytes> read(std::uint64_t address, std::size_t count);
    [[nodiscard]] std::optional<Bytes> readAbsolute(std::uint64_t at, std::size_t count);
    /// The first `bytes` of an object of the global heap. Absent where the heap is damaged or the object smaller.
    [[nodiscard]] std::optional<Bytes> readObject(const HeapReference& wanted, std::size_t bytes);

private:
    std::ifstream m_in;
    Hdf5Addresses m_addresses;
};

}  // namespace larmor::io
