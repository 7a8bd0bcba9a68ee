#include "core/base/io/mat5_bytes.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/base/io/file_facts.h"

namespace larmor::io {
namespace {

constexpr std::uint64_t kFileHeader = 128;
constexpr std::uint64_t kPiece = 1U << 16U;  // that is read and unpacked at one go

}  // namespace

/// A zlib stream in a part of a file, with the bytes that were unpacked last.
class Inflation {
public:
    Inflation(Mat5Bytes& file, std::uint64_t begin, std::uint64_t bytes) : m_file(file), m_next(begin), m_end(begin + bytes) {
        m_isOver = inflateInit(&m_stream) != Z_OK;
    }
    ~Inflation() { inflateEnd(&m_stream); }
    Inflation(const Inflation&) = delete;
    Inflation& operator=(const Inflation&) = delete;

    /// Shorter where the stream ends or is damaged.
    [[nodiscard]] std::string peek(std::uint64_t at, std::uint64_t most) {
        if (at < m_at) return {};
        while (m_at + m_window.size() < at + most) {
            drop(std::min<std::uint64_t>(at - m_at, m_window.size()));
            if (!unpackPiece()) break;
        }
        const std::uint64_t passed = at - m_at;
        if (passed > m_window.size()) return {};
        std::string found = m_window.substr(static_cast<std::size_t>(passed), static_cast<std::size_t>(most));
        if (passed >= kPiece) drop(passed);
        return found;
    }

private:
    void drop(std::uint64_t bytes) {
        m_window.erase(0, static_cast<std::size_t>(bytes));
        m_at += bytes;
    }
    bool unpackPiece() {
        if (m_isOver) return false;
        if (m_stream.avail_in == 0) {
            m_piece = m_file.read(m_next, std::min(kPiece, m_end - m_next));
            m_next += m_piece.size();
            m_stream.next_in = reinterpret_cast<Bytef*>(m_piece.data());
            m_stream.avail_in = static_cast<uInt>(m_piece.size());
        }
        const std::size_t had = m_window.size();
        m_window.resize(had + kPiece);
        m_stream.next_out = reinterpret_cast<Bytef*>(m_window.data() + had);
        m_stream.avail_out = kPiece;
        const int code = inflate(&m_stream, Z_NO_FLUSH);
        m_window.resize(had + kPiece - m_stream.avail_out);
        m_isOver = code != Z_OK;
        return m_window.size() > had || !m_isOver;
    }

    Mat5Bytes& m_file;
    std::uint64_t m_next, m_end;  ///< of what is packed, in the file
    z_stream m_stream{};
    std::string m_piece;   ///< packed
    std::string m_window;  ///< unpacked, from m_at on
    std::uint64_t m_at = 0;
    bool m_isOver = false;
};

Mat5Bytes::Mat5Bytes(const std::string& path) : m_path(path), m_size(stampOf(path).bytes), m_in(path, std::ios::binary) {
    const std::string header = read(0, kFileHeader);
    m_isSwapped = (header[126] == 'M') != (std::endian::native == std::endian::big);
}

std::string Mat5Bytes::read(std::uint64_t at, std::uint64_t bytes) {
    checkFits(m_path, "", at, bytes, m_size);
    std::string out(static_cast<std::size_t>(bytes), '\0');
    m_in.clear();
    m_in.seekg(static_cast<std::streamoff>(at));
    if (!m_in.read(out.data(), static_cast<std::streamsize>(bytes)))
        throw IoError(m_path, "", fmt::format("{} bytes from byte {} on", bytes, at), "a file that cannot be read there");
    return out;
}

std::uint32_t Mat5Bytes::wordAt(const std::string& bytes, std::uint64_t at) const {
    std::uint32_t word = 0;
    if (at + sizeof word > bytes.size()) refuse("a whole variable", "one that is cut short");
    std::memcpy(&word, bytes.data() + at, sizeof word);
    return m_isSwapped ? __builtin_bswap32(word) : word;
}

Mat5Tag Mat5Bytes::tagAt(const std::string& bytes, std::uint64_t at) const {
    const std::uint32_t word = wordAt(bytes, at);
    if (const std::uint32_t small = word >> 16U; small != 0) {
        if (small > 4) refuse("a tag of a variable", "one of a small element that is none");
        return {word & 0xFFFFU, at + 4, small, at + kMat5Tag};
    }
    const std::uint64_t length = wordAt(bytes, at + 4);
    return {word, at + kMat5Tag, length, at + kMat5Tag + (length + 7) / 8 * 8};
}

void Mat5Bytes::refuse(const std::string& expected, const std::string& found) const {
    throw IoError(m_path, "", expected, found, "The file is damaged: copy it again.");
}

Mat5Data::Mat5Data(Mat5Bytes& file, std::uint64_t begin, std::uint64_t bytes, bool isPacked) : m_file(file), m_begin(begin), m_size(bytes) {
    checkFits(file.path(), "", begin, bytes, file.size());
    if (!isPacked) return;
    m_packed = std::make_unique<Inflation>(file, begin, bytes);
    const std::string tag = m_packed->peek(0, kMat5Tag);
    if (tag.size() < kMat5Tag || file.wordAt(tag, 0) != kMat5Matrix) file.refuse("a packed variable", "data that cannot be unpacked to one");
    m_size = file.wordAt(tag, 4);
    checkUnpacked(file.path(), "", m_size, bytes);
}

Mat5Data::~Mat5Data() = default;

std::string Mat5Data::peek(std::uint64_t at, std::uint64_t most) {
    if (at >= m_size) return {};
    const std::uint64_t bytes = std::min(most, m_size - at);
    return m_packed ? m_packed->peek(kMat5Tag + at, bytes) : m_file.read(m_begin + at, bytes);
}

}  // namespace larmor::io
