// HDF5 File Format Specification 3.0, II.A: the superblock.
#include "core/base/io/hdf5_superblock.h"

#include "core/base/io/file_facts.h"
#include "core/base/io/hdf5_file.h"

namespace larmor::io {
namespace {

/// Where the addresses begin: base, free space or extension, end of file, each of `width` bytes.
struct AddressTable {
    std::size_t at = 0, width = 0;
};

std::optional<AddressTable> findAddresses(const std::string& block) {
    constexpr std::size_t kVersion = 8;
    if (block.size() < 16) return std::nullopt;
    const auto byteAt = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(block[at])); };
    switch (byteAt(kVersion)) {
        case 0:
            return AddressTable{24, byteAt(13)};
        case 1:
            return AddressTable{28, byteAt(13)};
        case 2:
        case 3:
            return AddressTable{12, byteAt(9)};
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<std::uint64_t> claimedFileBytes(const std::string& path) {
    const auto start = findHdf5Signature(path);
    if (!start) return std::nullopt;
    const std::string head = readHead(path, *start + 64);
    const std::string block = head.substr(std::min(*start, head.size()));
    const auto table = findAddresses(block);
    if (!table || (table->width != 4 && table->width != 8)) return std::nullopt;
    const std::size_t at = table->at + 2 * table->width;
    if (at + table->width > block.size()) return std::nullopt;
    std::uint64_t bytes = 0;
    for (std::size_t i = table->width; i-- > 0;) bytes = bytes << 8 | static_cast<unsigned char>(block[at + i]);
    const std::uint64_t undefined = table->width == 8 ? ~std::uint64_t{0} : 0xFFFFFFFF;
    return bytes == undefined ? std::nullopt : std::optional(bytes);
}

}  // namespace larmor::io
