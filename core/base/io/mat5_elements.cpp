#include "core/base/io/mat5_elements.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "core/base/io/file_facts.h"

namespace larmor::io {
namespace {

constexpr std::uint64_t kFileHeader = 128, kTag = 8;
constexpr std::uint32_t kMatrix = 14, kCompressed = 15, kDims = 5;
/// Flags, dimensions, name and the tag of the numbers lie within: at most 16 dimensions and 63 letters.
constexpr std::size_t kVariableHeader = 1024;
constexpr std::size_t kLongestName = 256;

/// @returns nullopt for what holds no numbers
std::optional<ElementType> typeOfClass(std::uint32_t kind, bool isLogical) {
    switch (kind) {
        case 6:
            return ElementType::Float64;
        case 7:
            return ElementType::Float32;
        case 8:
            return ElementType::Int8;
        case 9:
            return isLogical ? ElementType::Bool : ElementType::UInt8;
        case 10:
            return ElementType::Int16;
        case 11:
            return ElementType::UInt16;
        case 12:
            return ElementType::Int32;
        case 13:
            return ElementType::UInt32;
        case 14:
            return ElementType::Int64;
        case 15:
            return ElementType::UInt64;
        default:
            return std::nullopt;
    }
}

std::optional<ElementType> storedType(std::uint32_t kind) {
    switch (kind) {
        case 1:
            return ElementType::Int8;
        case 2:
            return ElementType::UInt8;
        case 3:
            return ElementType::Int16;
        case 4:
            return ElementType::UInt16;
        case 5:
            return ElementType::Int32;
        case 6:
            return ElementType::UInt32;
        case 7:
            return ElementType::Float32;
        case 9:
            return ElementType::Float64;
        case 12:
            return ElementType::Int64;
        case 13:
            return ElementType::UInt64;
        default:
            return std::nullopt;
    }
}

/// A sub-element: what kind, where its data lies and where the next one begins.
struct Tag {
    std::uint32_t kind = 0;
    std::uint64_t at = 0, bytes = 0, next = 0;
};

/// A file with the order of its bytes.
class Mat5Bytes {
public:
    explicit Mat5Bytes(const std::string& path) : m_path(path), m_size(stampOf(path).bytes), m_in(path, std::ios::binary) {
        const std::string header = read(0, kFileHeader);
        m_isSwapped = (header[126] == 'M') != (std::endian::native == std::endian::big);
    }
    [[nodiscard]] std::uint64_t size() const { return m_size; }
    [[nodiscard]] bool isSwapped() const { return m_isSwapped; }
    [[nodiscard]] std::string read(std::uint64_t at, std::uint64_t bytes) {
        checkFits(m_path, "", at, bytes, m_size);
        std::string out(static_cast<std::size_t>(bytes), '\0');
        m_in.clear();
        m_in.seekg(static_cast<std::streamoff>(at));
        if (!m_in.read(out.data(), static_cast<std::streamsize>(bytes)))
            throw IoError(m_path, "", fmt::format("{} bytes from byte {} on", bytes, at), "a file that cannot be read there");
        return out;
    }
    [[nodiscard]] std::uint32_t wordAt(const std::string& bytes, std::size_t at) const {
        std::uint32_t word = 0;
        if (at + sizeof word > bytes.size()) refuse("a whole variable", "one that is cut short");
        std::memcpy(&word, bytes.data() + at, sizeof word);
        return m_isSwapped ? __builtin_bswap32(word) : word;
    }
    /// Data of up to 4 bytes may lie in the tag itself.
    [[nodiscard]] Tag tagAt(const std::string& bytes, std::uint64_t at) const {
        const std::uint32_t word = wordAt(bytes, static_cast<std::size_t>(at));
        if (const std::uint32_t small = word >> 16U; small != 0) {
            if (small > 4) refuse("a tag of a variable", "one of a small element that is none");
            return {word & 0xFFFFU, at + 4, small, at + kTag};
        }
        const std::uint64_t length = wordAt(bytes, static_cast<std::size_t>(at) + 4);
        return {word, at + kTag, length, at + kTag + (length + 7) / 8 * 8};
    }
    [[noreturn]] void refuse(const std::string& expected, const std::string& found) const {
        throw IoError(m_path, "", expected, found, "The file is damaged: copy it again.");
    }

private:
    std::string m_path;
    std::uint64_t m_size = 0;
    std::ifstream m_in;
    bool m_isSwapped = false;
};

/// Unpacks at most `bytes` of a zlib stream; shorter where it ends or is damaged.
std::string unpack(const std::string& packed, std::uint64_t bytes) {
    std::string out(static_cast<std::size_t>(bytes), '\0');
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) return {};
    constexpr std::uint64_t kMost = 1U << 30U;
    std::uint64_t in = 0, done = 0;
    for (int code = Z_OK; code == Z_OK && done < bytes;) {
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + in));
        stream.avail_in = static_cast<uInt>(std::min<std::uint64_t>(packed.size() - in, kMost));
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + done);
        stream.avail_out = static_cast<uInt>(std::min<std::uint64_t>(bytes - done, kMost));
        const uInt hadIn = stream.avail_in, hadOut = stream.avail_out;
        code = inflate(&stream, Z_NO_FLUSH);
        in += hadIn - stream.avail_in;
        done += hadOut - stream.avail_out;
        if (hadIn == stream.avail_in && hadOut == stream.avail_out) break;
    }
    inflateEnd(&stream);
    out.resize(static_cast<std::size_t>(done));
    return out;
}

Shape shapeIn(const Mat5Bytes& file, const std::string& head, const Tag& tag) {
    if (tag.kind != kDims || tag.bytes % 4 != 0 || tag.bytes / 4 > kMaxRank)
        file.refuse(fmt::format("up to {} dimensions", kMaxRank), fmt::format("{} bytes of type {}", tag.bytes, tag.kind));
    Shape shape;
    for (std::uint64_t i = tag.bytes / 4; i-- > 0;)
        shape.push_back(static_cast<std::int32_t>(file.wordAt(head, static_cast<std::size_t>(tag.at + 4 * i))));
    return shape;
}

bool isEmpty(const Shape& shape) {
    return shape.empty() || std::find(shape.begin(), shape.end(), 0) != shape.end();
}

/// The numbers must have the size that the dimensions say, and lie in the element.
Mat5Part partIn(const Mat5Bytes& file, const std::string& path, const Mat5Variable& variable, const Tag& tag) {
    const auto stored = storedType(tag.kind);
    if (!stored) file.refuse("numbers in " + variable.name, fmt::format("data of type {}", tag.kind));
    const std::uint64_t claimed = claimedBytes(path, variable.name, variable.shape, byteSize(*stored));
    if (claimed != tag.bytes)
        throw IoError(path, variable.name, fmt::format("{} bytes of data for shape {}", claimed, toText(variable.shape)),
                      fmt::format("{} bytes", tag.bytes), "The file is damaged: copy it again.");
    checkFits(path, variable.name, tag.at, tag.bytes, variable.unpackedBytes);
    return {tag.at, *stored};
}

/// @param head  the first bytes of the element's data, unpacked. @returns nullopt for what is no array of numbers with a name
std::optional<Mat5Variable> variableIn(const Mat5Bytes& file, const std::string& path, const std::string& head, Mat5Variable variable) {
    const Tag flags = file.tagAt(head, 0);
    const std::uint32_t word = file.wordAt(head, static_cast<std::size_t>(flags.at));
    const auto type = typeOfClass(word & 0xFFU, (word & 0x200U) != 0);
    if (!type) return std::nullopt;
    const Tag dims = file.tagAt(head, flags.next);
    variable.shape = shapeIn(file, head, dims);
    const Tag name = file.tagAt(head, dims.next);
    if (name.bytes > kLongestName || name.at + name.bytes > head.size()) file.refuse("the name of a variable", fmt::format("{} bytes", name.bytes));
    variable.name = head.substr(static_cast<std::size_t>(name.at), static_cast<std::size_t>(name.bytes));
    variable.name.resize(strnlen(variable.name.data(), variable.name.size()));
    if (variable.name.empty() || isEmpty(variable.shape)) return std::nullopt;
    variable.type = *type;
    variable.isComplex = (word & 0x800U) != 0;
    (void)claimedBytes(path, variable.name, variable.shape, 2 * sizeof(double));
    variable.real = partIn(file, path, variable, file.tagAt(head, name.next));
    return variable;
}

/// What an element says of itself, with its first bytes.
std::optional<Mat5Variable> readHead(Mat5Bytes& file, const std::string& path, Mat5Variable element) {
    if (!element.isPacked) {
        element.unpackedBytes = element.bytes;
        return variableIn(file, path, file.read(element.begin, std::min<std::uint64_t>(element.bytes, kVariableHeader)), element);
    }
    // Packed headers may be longer than what they unpack to, by a few bytes a block.
    const std::string packed = file.read(element.begin, std::min<std::uint64_t>(element.bytes, 4 * kVariableHeader));
    const std::string head = unpack(packed, kTag + kVariableHeader);
    if (head.size() < kTag || file.wordAt(head, 0) != kMatrix) file.refuse("a packed variable", "data that cannot be unpacked to one");
    element.unpackedBytes = file.wordAt(head, 4);
    checkUnpacked(path, "", element.unpackedBytes, element.bytes);
    return variableIn(file, path, head.substr(kTag), element);
}

}  // namespace

std::vector<Mat5Variable> listMat5(const std::string& path) {
    Mat5Bytes file(path);
    std::vector<Mat5Variable> variables;
    for (std::uint64_t at = kFileHeader; at < file.size();) {
        const std::string tag = file.read(at, kTag);
        const std::uint32_t kind = file.wordAt(tag, 0);
        if (kind != kMatrix && kind != kCompressed)
            throw IoError(path, "", fmt::format("a MATLAB variable at byte {}", at), fmt::format("an element of type {}", kind));
        Mat5Variable element;
        element.begin = at + kTag;
        element.bytes = file.wordAt(tag, 4);
        element.isPacked = kind == kCompressed;
        checkFits(path, "", element.begin, element.bytes, file.size());
        if (auto variable = readHead(file, path, element)) variables.push_back(std::move(*variable));
        at = element.begin + element.bytes;
    }
    return variables;
}

ComplexArray readMat5(const std::string& path, const Mat5Variable& variable) {
    Mat5Bytes file(path);
    std::string data = file.read(variable.begin, variable.bytes);
    if (variable.isPacked) {
        data = unpack(data, kTag + variable.unpackedBytes);
        if (data.size() < kTag + variable.unpackedBytes)
            throw IoError(path, variable.name, fmt::format("{} bytes of packed data", variable.unpackedBytes),
                          fmt::format("{} that can be unpacked: damaged or truncated", data.size()), "Copy the file again from its source.");
        data.erase(0, kTag);
    }
    ComplexArray values(variable.shape);
    const auto count = static_cast<std::size_t>(values.size());
    const auto take = [&](const Mat5Part& part, ComplexArray& out) {
        convert(reinterpret_cast<const std::byte*>(data.data()) + part.at, count, part.stored, file.isSwapped(), out.data());
    };
    take(variable.real, values);
    if (!variable.isComplex) return values;
    const std::uint64_t bytes = count * byteSize(variable.real.stored);
    // Small parts lie in their tags, which are of 8 bytes.
    const std::uint64_t next = variable.real.at % 8 == 0 ? variable.real.at + (bytes + 7) / 8 * 8 : variable.real.at + 4;
    ComplexArray imaginary(variable.shape);
    take(partIn(file, path, variable, file.tagAt(data, next)), imaginary);
    for (std::int64_t i = 0; i < values.size(); ++i) values[i] = {values[i].real(), imaginary[i].real()};
    return values;
}

}  // namespace larmor::io
