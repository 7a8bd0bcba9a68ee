// Section numbers are those of the HDF5 File Format Specification, version 3.0.
#include "core/base/io/hdf5_text.h"

#include <hdf5.h>

#include <cstring>

#include "core/base/io/hdf5_handle.h"
#include "core/base/io/hdf5_heap.h"

namespace larmor::io {
namespace {

constexpr std::size_t kMaxText = 16 << 20;
constexpr std::size_t kMaxHeader = 1 << 20;

std::optional<std::string> readHeap(RawHdf5& file, const HeapReference& wanted) {
    if (wanted.length == 0) return std::string();
    if (wanted.length > kMaxText) return std::nullopt;
    const auto text = file.readObject(wanted, wanted.length);
    if (!text) return std::nullopt;
    const auto* first = reinterpret_cast<const char*>(text->data());
    return std::string(first, strnlen(first, text->size()));
}

/// IV.A.2.m: the value stands behind name, type and extent; version 1 pads each of them to 8 bytes.
std::optional<HeapReference> matchAttribute(ByteView message, const std::string& name) {
    if (message.size() < 9) return std::nullopt;
    const unsigned version = message[0];
    if (version < 1 || version > 3) return std::nullopt;
    const auto padded = [&](std::size_t n) { return version == 1 ? (n + 7) / 8 * 8 : n; };
    const std::size_t nameBytes = numberAt<std::uint16_t>(message, 2), start = version == 3 ? 9 : 8;
    const std::size_t value =
        start + padded(nameBytes) + padded(numberAt<std::uint16_t>(message, 4)) + padded(numberAt<std::uint16_t>(message, 6));
    if (value + kHeapReferenceBytes > message.size() || nameBytes != name.size() + 1) return std::nullopt;
    if (std::memcmp(message.data() + start, name.c_str(), nameBytes) != 0) return std::nullopt;
    return heapReferenceIn(message.subspan(value));
}

/// A chunk of an object header, and how its messages begin.
struct HeaderChunk {
    std::uint64_t address = 0, bytes = 0;
};
struct HeaderLayout {
    bool isVersion2 = false;
    std::size_t prefix = 8;  ///< bytes before the data of each message
    HeaderChunk first;
};

/// IV.A.1
std::optional<HeaderLayout> readLayout(RawHdf5& file, std::uint64_t address) {
    const auto head = file.read(address, 40);
    if (!head) return std::nullopt;
    if (std::memcmp(head->data(), "OHDR", 4) != 0)
        return (*head)[0] == 1 ? std::optional(HeaderLayout{false, 8, {address + 16, numberAt<std::uint32_t>(*head, 8)}}) : std::nullopt;
    const unsigned flags = (*head)[5];
    const std::size_t at = 6 + ((flags & 0x20) != 0 ? 16U : 0U) + ((flags & 0x10) != 0 ? 4U : 0U), width = std::size_t{1} << (flags & 3);
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, head->data() + at, width);
    return HeaderLayout{true, (flags & 4) != 0 ? 6U : 4U, {address + at + width, bytes}};
}

std::optional<HeapReference> findAttribute(RawHdf5& file, std::uint64_t address, const std::string& name) {
    constexpr std::size_t kMostChunks = 256;
    constexpr unsigned kAttribute = 0x0C, kContinuation = 0x10;
    const auto layout = readLayout(file, address);
    if (!layout) return std::nullopt;
    std::vector<HeaderChunk> chunks{layout->first};
    for (std::size_t c = 0; c < chunks.size() && c < kMostChunks; ++c) {
        if (chunks[c].bytes > kMaxHeader) return std::nullopt;
        const auto bytes = file.read(chunks[c].address, static_cast<std::size_t>(chunks[c].bytes));
        if (!bytes) return std::nullopt;
        const bool isContinued = layout->isVersion2 && c > 0;  // "OCHK" in front, a check sum behind
        for (std::size_t at = isContinued ? 4 : 0; at + layout->prefix <= bytes->size();) {
            const unsigned type = layout->isVersion2 ? (*bytes)[at] : numberAt<std::uint16_t>(*bytes, at);
            const std::size_t size = numberAt<std::uint16_t>(*bytes, at + (layout->isVersion2 ? 1 : 2));
            at += layout->prefix;
            if (size > bytes->size() - at) break;
            const ByteView message = ByteView(*bytes).subspan(at, size);
            if (type == kContinuation && size >= 16)
                chunks.push_back({numberAt<std::uint64_t>(message, 0), numberAt<std::uint64_t>(message, 8)});
            if (type == kAttribute)
                if (const auto found = matchAttribute(message, name)) return found;
            at += size;
        }
    }
    return std::nullopt;
}

/// True for one string; `isVariable` and `bytes` say of which kind.
bool isOneText(hid_t type, hid_t space, bool& isVariable, std::size_t& bytes) {
    if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1) return false;
    isVariable = H5Tis_variable_str(type) > 0;
    bytes = H5Tget_size(type);
    return isVariable || (bytes > 0 && bytes <= kMaxText);
}

std::string trimmed(std::string text) {
    text.resize(strnlen(text.data(), text.size()));
    return text;
}

}  // namespace

std::optional<std::string> readDatasetText(const std::string& path, std::int64_t file, std::int64_t dataset) {
    const Hdf5Handle type(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose);
    bool isVariable = false;
    std::size_t bytes = 0;
    if (!isOneText(type.id(), space.id(), isVariable, bytes)) return std::nullopt;
    if (isVariable) {
        const haddr_t offset = H5Dget_offset(dataset);  // counts the user block
        RawHdf5 raw(path, addressesOf(file));
        const auto reference = offset == HADDR_UNDEF ? std::nullopt : raw.readAbsolute(offset, kHeapReferenceBytes);
        return reference ? readHeap(raw, heapReferenceIn(*reference)) : std::nullopt;
    }
    std::string text(bytes, '\0');
    if (H5Dget_storage_size(dataset) < bytes || H5Dread(dataset, type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()) < 0)
        return std::nullopt;
    return trimmed(std::move(text));
}

std::optional<std::string> readAttributeText(const std::string& path, std::int64_t file, std::int64_t attribute, const std::string& name) {
    const Hdf5Handle type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
    bool isVariable = false;
    std::size_t bytes = 0;
    if (!isOneText(type.id(), space.id(), isVariable, bytes)) return std::nullopt;
    if (isVariable) {
        H5O_info_t root{};
        if (H5Oget_info_by_name2(file, "/", &root, H5O_INFO_BASIC, H5P_DEFAULT) < 0) return std::nullopt;
        RawHdf5 raw(path, addressesOf(file));
        const auto reference = findAttribute(raw, root.addr, name);
        return reference ? readHeap(raw, *reference) : std::nullopt;
    }
    std::string text(bytes, '\0');
    if (H5Aread(attribute, type.id(), text.data()) < 0) return std::nullopt;
    return trimmed(std::move(text));
}

}  // namespace larmor::io
