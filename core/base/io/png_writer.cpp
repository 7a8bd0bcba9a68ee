#include "core/base/io/png_writer.h"

#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "core/base/io/save.h"

namespace larmor::io {
namespace {

struct PngWriter {
    png_structp png = nullptr;
    png_infop info = nullptr;
    std::FILE* file = nullptr;
    char message[160] = "";

    PngWriter() = default;
    ~PngWriter() {
        png_destroy_write_struct(&png, &info);
        if (file) std::fclose(file);
    }
    PngWriter(const PngWriter&) = delete;
    PngWriter& operator=(const PngWriter&) = delete;
};

[[noreturn]] void onError(png_structp png, png_const_charp message) {
    auto* writer = static_cast<PngWriter*>(png_get_error_ptr(png));
    std::snprintf(writer->message, sizeof writer->message, "%s", message);
    png_longjmp(png, 1);
}
void onWarning(png_structp, png_const_charp) {}

/// libpng leaves by longjmp: nothing with a destructor may live here.
bool writeAll(PngWriter& w, png_uint_32 width, png_uint_32 height, int bits, int colour, png_bytepp rows, png_textp text) {
    if (setjmp(png_jmpbuf(w.png)) != 0) return false;
    png_init_io(w.png, w.file);
    png_set_IHDR(w.png, w.info, width, height, bits, colour, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (text) png_set_text(w.png, w.info, text, 1);
    png_write_info(w.png, w.info);
    png_write_image(w.png, rows);
    png_write_end(w.png, nullptr);
    return true;
}

int colourType(int channels) {
    if (channels == 1) return PNG_COLOR_TYPE_GRAY;
    return channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA;
}

/// Writes to the writer's file, which may be null where it could not be opened. @return false where that fails
bool writePixels(PngWriter& writer, const ByteArray& pixels, int channels, const std::string& protocol = {}, int bits = 8) {
    const bool isFlat = pixels.rank() == 2 && pixels.extent(1) % (channels * bits / 8) == 0;
    const bool isDeep = bits == 8 && pixels.rank() == 3 && pixels.extent(2) == channels;
    if ((channels != 1 && channels != 3 && channels != 4) || (!isFlat && !isDeep) || pixels.empty())
        throw ShapeError("picture", "[height, width] or [height, width, channels] with 1, 3 or 4 channels",
                         fmt::format("{} with {} channels", toText(pixels.shape()), channels));
    const auto height = static_cast<std::size_t>(pixels.extent(0));
    const std::size_t rowBytes = static_cast<std::size_t>(pixels.size()) / height;
    std::vector<png_bytep> rows(height);
    for (std::size_t y = 0; y < height; ++y) rows[y] = const_cast<png_bytep>(pixels.data() + y * rowBytes);
    writer.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &writer, onError, onWarning);
    writer.info = writer.png ? png_create_info_struct(writer.png) : nullptr;
    const auto width = static_cast<png_uint_32>(rowBytes / static_cast<std::size_t>(channels * bits / 8));
    png_text text{};
    text.compression = PNG_TEXT_COMPRESSION_zTXt;
    text.key = const_cast<png_charp>(kPngProtocol);
    text.text = const_cast<png_charp>(protocol.c_str());
    text.text_length = protocol.size();
    return writer.file && writer.info &&
           writeAll(writer, width, static_cast<png_uint_32>(height), bits, colourType(channels), rows.data(), protocol.empty() ? nullptr : &text) &&
           std::fflush(writer.file) == 0;
}

}  // namespace

void writePng(const std::string& path, const ByteArray& pixels, int channels, const std::string& protocol, int bits) {
    PngWriter writer;
    writer.file = std::fopen(path.c_str(), "wbe");
    if (!writePixels(writer, pixels, channels, protocol, bits))
        throw IoError(path, "", "a file that can be written", writer.message[0] ? writer.message : "it cannot be written");
}

std::string pngBytes(const ByteArray& pixels, int channels) {
    struct Memory {
        char* bytes = nullptr;
        std::size_t size = 0;
        ~Memory() { std::free(bytes); }
    } memory;
    PngWriter writer;
    writer.file = open_memstream(&memory.bytes, &memory.size);
    if (!writePixels(writer, pixels, channels)) throw IoError("picture", "", "memory for it", "too little");
    return {memory.bytes, memory.size};
}

void savePng(const std::string& path, const ByteArray& pixels, int channels, const std::string& protocol, int bits) {
    writeAtomically(path, [&](const std::string& temporary) { writePng(temporary, pixels, channels, protocol, bits); });
}

}  // namespace larmor::io
