#include "core/base/io/raw_array.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>

#include <fmt/format.h>

#include "core/base/io/box.h"

namespace larmor::io {
namespace {

class PlainSource final : public ByteSource {
public:
    explicit PlainSource(const std::string& path) : m_path(path), m_stamp(stampOf(path)) {}

    void read(std::uint64_t offset, std::span<std::byte> out) const override {
        checkUnchanged(m_path, m_stamp);
        const int file = ::open(m_path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) throw IoError(m_path, "", "a file that can be read", std::strerror(errno));
        const std::size_t got = fill(file, offset, out);
        ::close(file);
        if (got != out.size())
            throw IoError(m_path, "", fmt::format("{} bytes from byte {} on", out.size(), offset), fmt::format("{} bytes", got));
    }

private:
    static std::size_t fill(int file, std::uint64_t offset, std::span<std::byte> out) {
        std::size_t done = 0;
        while (done < out.size()) {
            const ssize_t got = ::pread(file, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

    std::string m_path;
    FileStamp m_stamp;
};

class GzipSource final : public ByteSource {
public:
    explicit GzipSource(const std::string& path) : m_path(path), m_stamp(stampOf(path)), m_file(gzopen(path.c_str(), "rb")) {
        if (!m_file) throw IoError(m_path, "", "a file that can be read", std::strerror(errno));
        gzbuffer(m_file, 1U << 17);
    }
    ~GzipSource() override { gzclose(m_file); }
    GzipSource(const GzipSource&) = delete;
    GzipSource& operator=(const GzipSource&) = delete;

    void read(std::uint64_t offset, std::span<std::byte> out) const override {
        const std::lock_guard lock(m_mutex);
        checkUnchanged(m_path, m_stamp);
        gzclearerr(m_file);
        std::size_t done = 0;
        if (gzseek(m_file, static_cast<z_off_t>(offset), SEEK_SET) == static_cast<z_off_t>(offset)) {
            while (done < out.size()) {
                const auto want = static_cast<unsigned>(std::min<std::size_t>(out.size() - done, 1U << 30));
                const int got = gzread(m_file, out.data() + done, want);
                if (got <= 0) break;
                done += static_cast<std::size_t>(got);
            }
        }
        if (done == out.size()) return;
        int code = Z_OK;
        const char* reason = gzerror(m_file, &code);
        throw IoError(
            m_path, "", fmt::format("{} bytes from byte {} of the unpacked data on", out.size(), offset),
            code == Z_OK || !reason ? fmt::format("{} bytes: truncated", done) : fmt::format("{} bytes: damaged ({})", done, reason));
    }

private:
    std::string m_path;
    FileStamp m_stamp;
    gzFile m_file;
    mutable std::mutex m_mutex;
};

/// From the first to the last element of the box within the dimensions [from, end).
std::int64_t spanOf(const Shape& count, const Shape& strides, std::size_t from) {
    std::int64_t span = 1;
    for (std::size_t d = from; d < count.size(); ++d) span += (count[d] - 1) * strides[d];
    return span;
}

/// The first dimension whose block is read at one go: few reads, and never much more memory than the result.
std::size_t blockDim(const Shape& count, const Shape& strides, std::size_t elementBytes) {
    constexpr std::int64_t kBlockBytes = 4 << 20;
    std::size_t dim = count.size() - 1;
    while (dim > 0 && spanOf(count, strides, dim - 1) <= kBlockBytes / static_cast<std::int64_t>(elementBytes)) --dim;
    return dim;
}

std::int64_t dot(const Shape& a, const Shape& b, std::size_t begin, std::size_t end) {
    std::int64_t sum = 0;
    for (std::size_t d = begin; d < end; ++d) sum += a[d] * b[d];
    return sum;
}

}  // namespace

std::unique_ptr<ByteSource> plainSource(const std::string& path) {
    return std::make_unique<PlainSource>(path);
}
std::unique_ptr<ByteSource> gzipSource(const std::string& path) {
    return std::make_unique<GzipSource>(path);
}

ComplexArray readBox(const ByteSource& source, const RawLayout& layout, const Shape& start, const Shape& count) {
    checkBox(start, count, layout.shape, "box");
    const std::size_t bytes = byteSize(layout.type);
    const std::size_t rank = count.size();
    const Shape strides = stridesOf(layout.shape);
    const std::size_t split = blockDim(count, strides, bytes);
    std::vector<std::byte> block(static_cast<std::size_t>(spanOf(count, strides, split)) * bytes);
    ComplexArray result(count);
    cfloat* out = result.data();
    const std::int64_t first = dot(start, strides, 0, rank);
    Shape index(rank, 0);
    do {
        source.read(layout.offset + static_cast<std::uint64_t>(first + dot(index, strides, 0, split)) * bytes, block);
        do {
            const auto row = static_cast<std::size_t>(dot(index, strides, split, rank)) * bytes;
            convert(block.data() + row, static_cast<std::size_t>(count.back()), layout.type, layout.swapped, out);
            out += count.back();
        } while (advance(index, count, split, rank - 1));
    } while (advance(index, count, 0, split));
    return result;
}

}  // namespace larmor::io
