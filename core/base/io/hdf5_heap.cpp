#include "core/base/io/hdf5_heap.h"

#include <hdf5.h>

#include "core/base/io/hdf5_handle.h"

namespace larmor::io {

HeapReference heapReferenceIn(ByteView bytes) {
    return {numberAt<std::uint32_t>(bytes, 0), numberAt<std::uint64_t>(bytes, 4), numberAt<std::uint32_t>(bytes, 12)};
}

Hdf5Addresses addressesOf(std::int64_t file) {
    const Hdf5Handle properties(H5Fget_create_plist(file), H5Pclose);
    std::size_t addressBytes = 0, lengthBytes = 0;
    hsize_t userBlock = 0;
    const bool isUsual = H5Pget_sizes(properties.id(), &addressBytes, &lengthBytes) >= 0 && addressBytes == 8 && lengthBytes == 8 &&
                         H5Pget_userblock(properties.id(), &userBlock) >= 0;
    return {userBlock, isUsual};
}

std::optional<Bytes> RawHdf5::read(std::uint64_t address, std::size_t count) {
    return readAbsolute(m_addresses.base + address, count);
}

std::optional<Bytes> RawHdf5::readAbsolute(std::uint64_t at, std::size_t count) {
    if (!m_addresses.isUsual || at > std::uint64_t{1} << 62) return std::nullopt;
    Bytes bytes(count);
    m_in.clear();
    m_in.seekg(static_cast<std::streamoff>(at));
    if (!m_in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(count))) return std::nullopt;
    return bytes;
}

/// Objects follow each other, each with index (2 bytes), references (2), 4 unused, size (8), data padded to 8 bytes.
std::optional<Bytes> RawHdf5::readObject(const HeapReference& wanted, std::size_t bytes) {
    constexpr std::uint64_t kHeader = 16;
    const auto head = read(wanted.collection, kHeader);
    if (!head || std::memcmp(head->data(), "GCOL", 4) != 0) return std::nullopt;
    const auto collectionBytes = numberAt<std::uint64_t>(*head, 8);
    if (collectionBytes > std::uint64_t{1} << 48) return std::nullopt;
    for (std::uint64_t at = kHeader; at + kHeader <= collectionBytes;) {
        const auto object = read(wanted.collection + at, kHeader);
        if (!object) return std::nullopt;
        const auto index = numberAt<std::uint16_t>(*object, 0);
        const auto size = numberAt<std::uint64_t>(*object, 8);
        if (index == 0 || size > collectionBytes - at - kHeader) return std::nullopt;  // index 0 is the free space at the end
        if (index == wanted.object) return bytes > size ? std::nullopt : read(wanted.collection + at + kHeader, bytes);
        at += kHeader + (size + 7) / 8 * 8;
    }
    return std::nullopt;
}

}  // namespace larmor::io
