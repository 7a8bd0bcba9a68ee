// PNG pictures, grey or RGB, 8 or 16 bits; transparency is left out.
#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>

#include <fmt/format.h>

#include "core/base/io/box.h"
#include "core/base/io/element_type.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"

namespace larmor::io {
namespace {

// libpng reports errors by longjmp. The functions that call setjmp hold nothing but what they are given, so no destructor is skipped.
struct PngReader {
    png_structp png = nullptr;
    png_infop info = nullptr;
    std::FILE* file = nullptr;
    char message[160] = "";
    png_uint_32 width = 0, height = 0;
    int channels = 0, depth = 0;
    std::size_t rowBytes = 0;

    PngReader() = default;
    ~PngReader() {
        png_destroy_read_struct(&png, &info, nullptr);
        if (file) std::fclose(file);
    }
    PngReader(const PngReader&) = delete;
    PngReader& operator=(const PngReader&) = delete;
};

[[noreturn]] void onError(png_structp png, png_const_charp message) {
    auto* reader = static_cast<PngReader*>(png_get_error_ptr(png));
    std::snprintf(reader->message, sizeof reader->message, "%s", message);
    png_longjmp(png, 1);
}
void onWarning(png_structp, png_const_charp) {}

bool readHeader(PngReader& r) {
    if (setjmp(png_jmpbuf(r.png)) != 0) return false;
    png_init_io(r.png, r.file);
    png_set_user_limits(r.png, 1U << 16, 1U << 16);
    png_set_chunk_malloc_max(r.png, 8U << 20);
    png_read_info(r.png, r.info);
    png_set_expand(r.png);
    png_set_strip_alpha(r.png);
    (void)png_set_interlace_handling(r.png);
    png_read_update_info(r.png, r.info);
    r.width = png_get_image_width(r.png, r.info);
    r.height = png_get_image_height(r.png, r.info);
    r.channels = png_get_channels(r.png, r.info);
    r.depth = png_get_bit_depth(r.png, r.info);
    r.rowBytes = png_get_rowbytes(r.png, r.info);
    return true;
}

bool readRows(PngReader& r, png_bytepp rows) {
    if (setjmp(png_jmpbuf(r.png)) != 0) return false;
    png_read_image(r.png, rows);
    png_read_end(r.png, nullptr);
    return true;
}

/// The library takes the memory that a chunk's length claims before it reads. Each is length, name, data, sum.
bool chunksFit(std::FILE* file, std::uint64_t bytes) {
    constexpr std::uint64_t kSignature = 8, kAround = 12;
    unsigned char head[8];
    std::uint64_t at = kSignature;
    bool fits = true;
    while (fits && std::fseek(file, static_cast<long>(at), SEEK_SET) == 0 && std::fread(head, 1, sizeof head, file) == sizeof head) {
        const std::uint64_t length = std::uint64_t{head[0]} << 24 | std::uint64_t{head[1]} << 16 | std::uint64_t{head[2]} << 8 | head[3];
        fits = at + kAround + length <= bytes;
        if (std::memcmp(head + 4, "IEND", 4) == 0) break;
        at += kAround + length;
    }
    std::rewind(file);
    return fits;
}

void openReader(PngReader& r, const std::string& path) {
    r.file = std::fopen(path.c_str(), "rbe");
    r.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r, onError, onWarning);
    r.info = r.png ? png_create_info_struct(r.png) : nullptr;
    if (!r.file || !r.info) throw IoError(path, "", "a file that can be read", "it cannot be opened");
    if (!chunksFit(r.file, stampOf(path).bytes)) throw IoError(path, "", "a PNG picture", "a damaged or truncated one (a chunk that is longer than the file)");
    if (!readHeader(r)) throw IoError(path, "", "a PNG picture", fmt::format("a damaged or truncated one ({})", r.message));
    const std::uint64_t claimed = claimedBytes(path, "", {r.height, static_cast<std::int64_t>(r.rowBytes)}, 1);
    checkUnpacked(path, "", claimed, stampOf(path).bytes);
}

Shape shapeOf(const PngReader& r) {
    Shape shape{r.height, r.width};
    if (r.channels > 1) shape.push_back(r.channels);
    return shape;
}

class PngFile final : public ArrayFile {
public:
    explicit PngFile(const std::string& path) : m_path(path), m_format(kPngFormat), m_stamp(stampOf(path)) {
        PngReader reader;
        openReader(reader, path);
        m_entries.push_back({"", shapeOf(reader), fmt::format("uint{}", reader.depth), false, false});
    }
    [[nodiscard]] const std::string& path() const override { return m_path; }
    [[nodiscard]] const std::string& format() const override { return m_format; }
    [[nodiscard]] const std::vector<ArrayEntry>& entries() const override { return m_entries; }
    [[nodiscard]] ComplexArray read(const std::string& name, const Shape& start, const Shape& count) const override {
        checkBox(start, count, entry(name).shape, fileNameOf(m_path));
        checkUnchanged(m_path, m_stamp);
        const std::lock_guard guard(m_mutex);
        if (m_pixels.empty()) m_pixels = decode();
        return cutBox(m_pixels, start, count);
    }

private:
    ComplexArray decode() const {
        PngReader reader;
        openReader(reader, m_path);
        std::vector<std::byte> bytes(reader.rowBytes * reader.height);
        std::vector<png_bytep> rows(reader.height);
        for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = reinterpret_cast<png_bytep>(bytes.data() + y * reader.rowBytes);
        if (!readRows(reader, rows.data()))
            throw IoError(m_path, "", "a whole PNG picture", fmt::format("a damaged or truncated one ({})", reader.message));
        ComplexArray pixels(shapeOf(reader));
        const bool isWide = reader.depth == 16;  // 16-bit samples are big-endian
        convert(bytes.data(), static_cast<std::size_t>(pixels.size()), isWide ? ElementType::UInt16 : ElementType::UInt8, isWide,
                pixels.data());
        return pixels;
    }

    std::string m_path, m_format;
    FileStamp m_stamp;
    std::vector<ArrayEntry> m_entries;
    mutable std::mutex m_mutex;
    mutable ComplexArray m_pixels;
};

}  // namespace

bool looksLikePng(std::string_view head) {
    return head.starts_with(std::string_view("\x89PNG\r\n\x1a\n", 8));
}

ArrayFilePtr openPng(const std::string& path) {
    return std::make_shared<PngFile>(path);
}

std::optional<std::string> readPngText(const std::string& path, const std::string& keyword) {
    PngReader reader;
    openReader(reader, path);
    png_textp texts = nullptr;
    int count = 0;
    png_get_text(reader.png, reader.info, &texts, &count);
    for (int i = 0; i < count; ++i)
        if (keyword == texts[i].key) return std::string(texts[i].text);
    return std::nullopt;
}

}  // namespace larmor::io
