#include "core/base/io/hdf5_chunks.h"

#include <hdf5.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/io/hdf5_handle.h"

namespace larmor::io {
namespace {

using Bytes = std::vector<std::byte>;
constexpr std::size_t kFletcherBytes = 4;

struct Filter {
    H5Z_filter_t id = 0;
    std::size_t elementBytes = 1;  ///< of shuffle
};

/// In the order in which they were applied; nothing where there are none, or others.
std::vector<Filter> filtersOf(hid_t properties) {
    std::vector<Filter> filters;
    for (int i = 0; i < H5Pget_nfilters(properties); ++i) {
        unsigned flags = 0, values[8] = {};
        std::size_t count = std::size(values);
        Filter filter;
        filter.id = H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &count, values, 0, nullptr, nullptr);
        if (filter.id != H5Z_FILTER_SHUFFLE && filter.id != H5Z_FILTER_DEFLATE && filter.id != H5Z_FILTER_FLETCHER32) return {};
        if (filter.id == H5Z_FILTER_SHUFFLE && count > 0) filter.elementBytes = std::max(1U, values[0]);
        filters.push_back(filter);
    }
    return filters;
}

/// Nothing where the stream is damaged or longer than `most`.
std::optional<Bytes> inflated(Bytes packed, std::size_t most) {
    Bytes out(most);
    z_stream stream{};
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    if (inflateInit(&stream) != Z_OK) return std::nullopt;
    const bool ended = inflate(&stream, Z_FINISH) == Z_STREAM_END;
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return ended ? std::optional(std::move(out)) : std::nullopt;
}

/// The extents where chunks that reach beyond them are stored without filters (H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS); else empty.
Shape extentsOfWholeChunks(hid_t dataset, hid_t properties) {
    unsigned options = 0;
    if (H5Pget_chunk_opts(properties, &options) < 0 || (options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) == 0) return {};
    const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
    std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(0, H5Sget_simple_extent_ndims(space.id()))));
    H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr);
    return Shape(extents.begin(), extents.end());
}

/// All first bytes, all second bytes ... become elements again; what is left over stands behind them.
Bytes unshuffled(const Bytes& in, std::size_t elementBytes) {
    const std::size_t elements = in.size() / elementBytes;
    Bytes out(in.size());
    for (std::size_t byte = 0; byte < elementBytes; ++byte)
        for (std::size_t i = 0; i < elements; ++i) out[i * elementBytes + byte] = in[byte * elements + i];
    std::copy(in.begin() + static_cast<std::ptrdiff_t>(elements * elementBytes), in.end(), out.begin() + static_cast<std::ptrdiff_t>(elements * elementBytes));
    return out;
}

/// The box of a data set, chunk by chunk.
class Box {
public:
    /// @param whole  of extentsOfWholeChunks()
    Box(const std::string& path, const std::string& name, hid_t dataset, std::vector<Filter> filters, Shape chunk, Shape whole, std::size_t elementBytes)
        : m_path(path), m_name(name), m_dataset(dataset), m_filters(std::move(filters)), m_chunk(std::move(chunk)), m_whole(std::move(whole)), m_elementBytes(elementBytes) {
        m_chunkBytes = elementBytes;
        for (const auto extent : m_chunk) m_chunkBytes *= static_cast<std::size_t>(extent);
    }

    [[nodiscard]] Bytes gathered(const Shape& start, const Shape& count, std::size_t elementBytes) const {
        Bytes all(static_cast<std::size_t>(elementCount(count)) * std::max(elementBytes, m_elementBytes));
        Shape origin(start.size());
        for (std::size_t d = 0; d < start.size(); ++d) origin[d] = start[d] / m_chunk[d] * m_chunk[d];
        for (Shape at = origin;;) {
            place(decoded(at), at, start, count, all);
            std::size_t d = at.size();
            while (d > 0 && (at[d - 1] += m_chunk[d - 1]) >= start[d - 1] + count[d - 1]) {
                at[d - 1] = origin[d - 1];
                --d;
            }
            if (d == 0) return all;
        }
    }

private:
    [[nodiscard]] bool isFiltered(const Shape& origin) const {
        for (std::size_t d = 0; d < m_whole.size(); ++d)
            if (origin[d] + m_chunk[d] > m_whole[d]) return false;
        return true;
    }

    [[nodiscard]] Bytes decoded(const Shape& origin) const {
        const std::vector<hsize_t> at(origin.begin(), origin.end());
        std::uint32_t skipped = 0;
        haddr_t address = HADDR_UNDEF;
        hsize_t stored = 0;
        // What does not pack is stored as it is: more than a chunk, and what the filters add, is damage.
        if (H5Dget_chunk_info_by_coord(m_dataset, at.data(), &skipped, &address, &stored) < 0 || address == HADDR_UNDEF || stored > m_chunkBytes + m_chunkBytes / 8 + 1024)
            refuse(origin, "nothing that could be one");
        Bytes bytes(static_cast<std::size_t>(stored));
        if (H5Dread_chunk(m_dataset, H5P_DEFAULT, at.data(), &skipped, bytes.data()) < 0) refuse(origin, "nothing that can be read");
        for (std::size_t i = isFiltered(origin) ? m_filters.size() : 0; i-- > 0;) {
            if (i < 32 && (skipped >> i & 1U) != 0) continue;
            const Filter& filter = m_filters[i];
            if (filter.id == H5Z_FILTER_FLETCHER32) {
                if (bytes.size() < kFletcherBytes) refuse(origin, fmt::format("{} bytes", bytes.size()));
                bytes.resize(bytes.size() - kFletcherBytes);
            } else if (filter.id == H5Z_FILTER_DEFLATE) {
                auto unpacked = inflated(std::move(bytes), m_chunkBytes + kFletcherBytes);
                if (!unpacked) refuse(origin, "a damaged stream");
                bytes = std::move(*unpacked);
            } else {
                bytes = unshuffled(bytes, filter.elementBytes);
            }
        }
        if (bytes.size() != m_chunkBytes) refuse(origin, fmt::format("{} bytes", bytes.size()));
        return bytes;
    }

    /// What the chunk at `origin` has of the box, row by row.
    void place(const Bytes& chunk, const Shape& origin, const Shape& start, const Shape& count, Bytes& all) const {
        const std::size_t rank = origin.size();
        Shape low(rank), high(rank);
        for (std::size_t d = 0; d < rank; ++d) {
            low[d] = std::max(start[d], origin[d]);
            high[d] = std::min(start[d] + count[d], origin[d] + m_chunk[d]);
        }
        const std::size_t rowBytes = static_cast<std::size_t>(high[rank - 1] - low[rank - 1]) * m_elementBytes;
        for (Shape at = low;;) {
            std::int64_t from = 0, to = 0;
            for (std::size_t d = 0; d < rank; ++d) {
                from = from * m_chunk[d] + at[d] - origin[d];
                to = to * count[d] + at[d] - start[d];
            }
            std::memcpy(all.data() + static_cast<std::size_t>(to) * m_elementBytes, chunk.data() + static_cast<std::size_t>(from) * m_elementBytes, rowBytes);
            std::size_t d = rank - 1;
            while (d > 0 && ++at[d - 1] >= high[d - 1]) {
                at[d - 1] = low[d - 1];
                --d;
            }
            if (d == 0) return;
        }
    }

    [[noreturn]] void refuse(const Shape& origin, const std::string& found) const {
        H5Eclear2(H5E_DEFAULT);
        throw IoError(m_path, m_name, fmt::format("a chunk of {} bytes at {}", m_chunkBytes, toText(origin)), found, "The file was not written to its end or is damaged.");
    }

    const std::string &m_path, &m_name;
    hid_t m_dataset;
    std::vector<Filter> m_filters;
    Shape m_chunk, m_whole;
    std::size_t m_elementBytes, m_chunkBytes = 0;
};

}  // namespace

bool readFilteredBox(const std::string& path, const std::string& name, std::int64_t dataset, std::int64_t memoryType, const Shape& start,
                     const Shape& count, void* out) {
    const Hdf5Handle properties(H5Dget_create_plist(dataset), H5Pclose), fileType(H5Dget_type(dataset), H5Tclose);
    if (H5Pget_layout(properties.id()) != H5D_CHUNKED) return false;
    auto filters = filtersOf(properties.id());
    if (filters.empty() || start.empty()) return false;
    std::vector<hsize_t> chunk(start.size());
    if (H5Pget_chunk(properties.id(), static_cast<int>(chunk.size()), chunk.data()) != static_cast<int>(chunk.size())) return false;
    if (std::find(chunk.begin(), chunk.end(), hsize_t{0}) != chunk.end() || elementCount(count) == 0) return false;
    const std::size_t bytes = H5Tget_size(memoryType), elements = static_cast<std::size_t>(elementCount(count));
    const bool hasSum = std::any_of(filters.begin(), filters.end(), [](const Filter& filter) { return filter.id == H5Z_FILTER_FLETCHER32; });
    const Box box(path, name, dataset, std::move(filters), Shape(chunk.begin(), chunk.end()), extentsOfWholeChunks(dataset, properties.id()),
                  H5Tget_size(fileType.id()));
    Bytes values = box.gathered(start, count, bytes);
    if (hasSum) return false;
    Bytes background(elements * bytes);
    if (H5Tconvert(fileType.id(), memoryType, elements, values.data(), background.data(), H5P_DEFAULT) < 0)
        throw IoError(path, name, "numbers", "a type that cannot be converted");
    std::memcpy(out, values.data(), elements * bytes);
    return true;
}

}  // namespace larmor::io
