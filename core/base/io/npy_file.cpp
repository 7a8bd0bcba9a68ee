// NumPy's npy format, versions 1 to 3.
#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "core/base/io/box.h"
#include "core/base/io/formats.h"
#include "core/base/io/single_array_file.h"

namespace larmor::io {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr std::size_t kMaxHeader = 1 << 20;

struct NpyHeader {
    std::string type;  ///< "<c8"
    bool isFortran = false;
    Shape shape;
    std::uint64_t dataOffset = 0;
};

std::uint64_t littleEndian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

/// The text after "'key':", without leading blanks.
std::string_view valueOf(const std::string& path, std::string_view dictionary, const std::string& key) {
    for (const char quote : {'\'', '"'}) {
        const auto at = dictionary.find(quote + key + quote);
        if (at == std::string_view::npos) continue;
        const auto colon = dictionary.find(':', at);
        const auto value = colon == std::string_view::npos ? colon : dictionary.find_first_not_of(" \t\n", colon + 1);
        if (value != std::string_view::npos) return dictionary.substr(value);
    }
    throw IoError(path, "", fmt::format("an npy header with '{}'", key), "a header without it: damaged");
}

std::string parseType(const std::string& path, std::string_view value) {
    const char quote = value.front();
    const auto end = value.find(quote, 1);
    if ((quote != '\'' && quote != '"') || end == std::string_view::npos)
        throw IoError(path, "", "plain numbers", "a structured type", "Save the field you need as an array of its own.");
    return std::string(value.substr(1, end - 1));
}

Shape parseShape(const std::string& path, std::string_view value) {
    const auto end = value.find(')');
    if (value.front() != '(' || end == std::string_view::npos)
        throw IoError(path, "", "a shape in round brackets", std::string(value.substr(0, 40)));
    Shape shape;
    const char* at = value.data() + 1;
    const char* const last = value.data() + end;
    while (true) {
        while (at < last && (*at == ' ' || *at == ',' || *at == 'L')) ++at;
        if (at >= last) return shape.empty() ? Shape{1} : shape;
        std::int64_t extent = 0;
        const auto [next, error] = std::from_chars(at, last, extent);
        if (error != std::errc{}) throw IoError(path, "", "a shape of whole numbers", std::string(value.substr(0, end + 1).substr(0, 80)));
        shape.push_back(extent);
        at = next;
    }
}

NpyHeader parseHeader(const std::string& path) {
    const std::string start = readHead(path, 12);
    const unsigned version = start.size() > 6 ? static_cast<unsigned char>(start[6]) : 0;
    if (start.size() < 12 || version < 1 || version > 3)
        throw IoError(path, "", "an npy header of version 1, 2 or 3",
                      start.size() < 12 ? "a truncated file" : fmt::format("version {}", version));
    const std::size_t lengthBytes = version == 1 ? 2 : 4;
    const std::uint64_t length = littleEndian(std::string_view(start).substr(8, lengthBytes));
    if (length > kMaxHeader)
        throw IoError(path, "", fmt::format("an npy header of at most {} bytes", kMaxHeader), fmt::format("{} bytes", length));
    const std::string head = readHead(path, 8 + lengthBytes + length);
    checkFits(path, "", 8 + lengthBytes, length, head.size());
    const std::string_view dictionary = std::string_view(head).substr(8 + lengthBytes);
    NpyHeader header;
    header.type = parseType(path, valueOf(path, dictionary, "descr"));
    header.isFortran = valueOf(path, dictionary, "fortran_order").starts_with("True");
    header.shape = parseShape(path, valueOf(path, dictionary, "shape"));
    header.dataOffset = 8 + lengthBytes + length;
    return header;
}

std::optional<ElementType> elementType(std::string_view code) {
    static constexpr std::pair<std::string_view, ElementType> kCodes[]{
        {"b1", ElementType::Bool},       {"i1", ElementType::Int8},    {"u1", ElementType::UInt8},   {"i2", ElementType::Int16},
        {"u2", ElementType::UInt16},     {"i4", ElementType::Int32},   {"u4", ElementType::UInt32},  {"i8", ElementType::Int64},
        {"u8", ElementType::UInt64},     {"f4", ElementType::Float32}, {"f8", ElementType::Float64}, {"c8", ElementType::Complex64},
        {"c16", ElementType::Complex128}};
    const auto found = std::find_if(std::begin(kCodes), std::end(kCodes), [&](const auto& entry) { return entry.first == code; });
    return found == std::end(kCodes) ? std::nullopt : std::optional(found->second);
}

}  // namespace

bool looksLikeNpy(std::string_view head) {
    return head.starts_with(kMagic);
}

ArrayFilePtr openNpy(const std::string& path) {
    const NpyHeader header = parseHeader(path);
    const auto type = header.type.size() > 1 ? elementType(std::string_view(header.type).substr(1)) : std::nullopt;
    if (!type)
        throw IoError(path, "", "real, complex, whole or boolean numbers", fmt::format("NumPy type '{}'", header.type),
                      "Convert it, for example with astype('complex64').");
    checkFits(path, "", header.dataOffset, claimedBytes(path, "", header.shape, byteSize(*type)), stampOf(path).bytes);
    RawLayout layout{header.isFortran ? reversed(header.shape) : header.shape, *type, header.type.front() == '>', header.dataOffset};
    ArrayEntry entry{"", header.shape, nameOf(*type), isComplex(*type), false};
    return std::make_shared<SingleArrayFile>(path, kNpyFormat, std::move(entry), std::move(layout), plainSource(path), header.isFortran);
}

}  // namespace larmor::io
