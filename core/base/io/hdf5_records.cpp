#include "core/base/io/hdf5_records.h"

#include <hdf5.h>

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/hdf5_handle.h"

namespace larmor::io {
namespace {

constexpr std::uint64_t kBlockBytes = 4 << 20;
using Visit = std::function<void(std::uint64_t, ByteView)>;

struct Source {
    const std::string& path;
    const std::string& name;
    hid_t dataset;
    RecordTable table;
};

[[noreturn]] void refuse(const Source& from, std::uint64_t record, const std::string& found) {
    throw IoError(from.path, from.name, fmt::format("{} records of {} bytes", from.table.count, from.table.bytes),
                  fmt::format("{} at record {}", found, record), "The file was not written to its end or is damaged.");
}

void visitBlock(const Source& from, std::uint64_t first, ByteView block, const Visit& visit) {
    const std::size_t bytes = from.table.bytes;
    for (std::uint64_t i = first; i < from.table.count && (i - first + 1) * bytes <= block.size(); ++i)
        visit(i, block.subspan(static_cast<std::size_t>(i - first) * bytes, bytes));
}

void visitContiguous(const Source& from, const Hdf5Addresses& addresses, const Visit& visit) {
    const haddr_t offset = H5Dget_offset(from.dataset);  // counts the user block
    if (offset == HADDR_UNDEF) refuse(from, 0, "no data");
    RawHdf5 raw(from.path, addresses);
    const std::uint64_t step = std::max<std::uint64_t>(1, kBlockBytes / from.table.bytes);
    for (std::uint64_t first = 0; first < from.table.count; first += step) {
        const std::uint64_t count = std::min(step, from.table.count - first);
        const auto block = raw.readAbsolute(offset + first * from.table.bytes, static_cast<std::size_t>(count * from.table.bytes));
        if (!block) refuse(from, first, "the end of the file");
        visitBlock(from, first, *block, visit);
    }
}

void visitChunks(const Source& from, hid_t properties, const Visit& visit) {
    hsize_t chunk = 0;
    if (H5Pget_chunk(properties, 1, &chunk) != 1 || chunk == 0) refuse(from, 0, "chunks that cannot be read");
    if (H5Pget_nfilters(properties) > 0)
        throw IoError(from.path, from.name, "records as they are", "compressed ones", "Unpack the file: h5repack -f NONE in.h5 out.h5");
    const std::uint64_t chunkBytes = claimedBytes(from.path, from.name, {static_cast<std::int64_t>(chunk)}, from.table.bytes);
    if (chunkBytes > std::max<std::uint64_t>(kBlockBytes, 2 * from.table.count * from.table.bytes))
        refuse(from, 0, fmt::format("chunks of {} records", chunk));
    Bytes block(static_cast<std::size_t>(chunkBytes));
    for (hsize_t first = 0; first < from.table.count; first += chunk) {
        hsize_t stored = 0;  // not by H5Dget_chunk_storage_size, which answers with the size of a chunk where there are no filters
        haddr_t address = HADDR_UNDEF;
        std::uint32_t filters = 0;
        if (H5Dget_chunk_info_by_coord(from.dataset, &first, &filters, &address, &stored) < 0 || address == HADDR_UNDEF || stored != chunkBytes ||
            H5Dread_chunk(from.dataset, H5P_DEFAULT, &first, &filters, block.data()) < 0) {
            (void)takeHdf5Reason();
            refuse(from, first, stored == 0 ? "nothing" : fmt::format("a block of {} bytes", stored));
        }
        visitBlock(from, first, block, visit);
    }
}

}  // namespace

RecordTable visitRecords(const std::string& path, std::int64_t file, std::int64_t dataset, const std::string& name, const Visit& visit) {
    const Hdf5Handle type(H5Dget_type(dataset), H5Tclose), space(H5Dget_space(dataset), H5Sclose);
    const Hdf5Handle properties(H5Dget_create_plist(dataset), H5Pclose);
    hsize_t count = 0;
    if (H5Sget_simple_extent_ndims(space.id()) != 1 || H5Sget_simple_extent_dims(space.id(), &count, nullptr) != 1)
        throw IoError(path, name, "records in one dimension", "another shape");
    const Source from{path, name, dataset, {count, H5Tget_size(type.id())}};
    if (count == 0 || from.table.bytes == 0) return from.table;
    checkFits(path, name, 0, claimedBytes(path, name, {static_cast<std::int64_t>(count)}, from.table.bytes), stampOf(path).bytes);
    const H5D_layout_t layout = H5Pget_layout(properties.id());
    if (layout == H5D_CHUNKED)
        visitChunks(from, properties.id(), visit);
    else if (layout == H5D_CONTIGUOUS && H5Pget_external_count(properties.id()) == 0)
        visitContiguous(from, addressesOf(file), visit);
    else
        throw IoError(path, name, "records in this file", "data that lies elsewhere", "Larmor follows no links out of a file.");
    return from.table;
}

}  // namespace larmor::io
