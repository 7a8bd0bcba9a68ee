#include "core/base/io/mat5_elements.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/base/io/file_facts.h"
#include "core/base/io/mat5_bytes.h"

namespace larmor::io {
namespace {

constexpr std::uint64_t kFileHeader = 128;
constexpr std::uint32_t kCompressed = 15, kDims = 5;
constexpr std::uint32_t kStructure = 2;  // of the classes
constexpr int kDeepest = 16;             // structures in structures that are gone into
constexpr std::uint64_t kMostFields = 4096;
constexpr std::size_t kMostValues = 10000;  // of all structures of a file that are looked at
/// Flags, dimensions, name and the tag of the numbers lie within: at most 16 dimensions and 63 letters.
constexpr std::uint64_t kVariableHeader = 1024;
constexpr std::uint64_t kLongestName = 256;

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

Shape shapeIn(const Mat5Bytes& file, const std::string& head, const Mat5Tag& tag) {
    if (tag.kind != kDims || tag.bytes % 4 != 0 || tag.bytes / 4 > kMaxRank)
        file.refuse(fmt::format("up to {} dimensions", kMaxRank), fmt::format("{} bytes of type {}", tag.bytes, tag.kind));
    Shape shape;
    for (std::uint64_t i = tag.bytes / 4; i-- > 0;)
        shape.push_back(static_cast<std::int32_t>(file.wordAt(head, tag.at + 4 * i)));
    return shape;
}

std::string upToZero(std::string text) {
    text.resize(strnlen(text.data(), text.size()));
    return text;
}

bool isEmpty(const Shape& shape) {
    return shape.empty() || std::find(shape.begin(), shape.end(), 0) != shape.end();
}

/// The numbers must have the size that the dimensions say, and lie before `end`. @param tag  counted from the start of the data, as `end`
Mat5Part partIn(const Mat5Bytes& file, std::uint64_t end, const Mat5Variable& variable, const Mat5Tag& tag) {
    const auto stored = storedType(tag.kind);
    if (!stored) file.refuse("numbers in " + variable.name, fmt::format("data of type {}", tag.kind));
    const std::uint64_t claimed = claimedBytes(file.path(), variable.name, variable.shape, byteSize(*stored));
    if (claimed != tag.bytes)
        throw IoError(file.path(), variable.name, fmt::format("{} bytes of data for shape {}", claimed, toText(variable.shape)),
                      fmt::format("{} bytes", tag.bytes), "The file is damaged: copy it again.");
    checkFits(file.path(), variable.name, tag.at, tag.bytes, end);
    return {tag.at, *stored};
}

/// Goes through a variable, the fields of structures too, forwards.
class Listing {
public:
    /// @param looked  at how many values of structures before
    Listing(Mat5Bytes& file, const Mat5Variable& whole, std::vector<Mat5Variable>& found, std::size_t& looked)
        : m_file(file), m_data(file, whole.begin, whole.bytes, whole.isPacked), m_whole(whole), m_found(found), m_looked(looked) {}

    void run() { matrix({0, m_data.size()}, "", 0); }

private:
    /// In the data, from its start.
    struct Place {
        std::uint64_t begin = 0, end = 0;
    };

    /// @param name  empty: the one that the matrix gives itself
    void matrix(const Place& place, const std::string& name, int depth) {
        const std::string head = m_data.peek(place.begin, std::min(place.end - place.begin, kVariableHeader));
        if (head.empty()) return;  // a field without a value
        const Mat5Tag flags = m_file.tagAt(head, 0);
        const std::uint32_t word = m_file.wordAt(head, flags.at);
        const auto type = typeOfClass(word & 0xFFU, (word & 0x200U) != 0);
        const bool isStructure = (word & 0xFFU) == kStructure;
        if (!type && !isStructure) return;
        Mat5Variable variable = m_whole;
        const Mat5Tag dims = m_file.tagAt(head, flags.next);
        variable.shape = shapeIn(m_file, head, dims);
        const Mat5Tag own = m_file.tagAt(head, dims.next);
        variable.name = name.empty() ? nameIn(head, own) : name;
        if (variable.name.empty() || isEmpty(variable.shape)) return;
        checkFits(m_file.path(), variable.name, place.begin + own.next, 0, place.end);
        if (isStructure) return fields({place.begin + own.next, place.end}, variable, depth);
        variable.type = *type;
        variable.isComplex = (word & 0x800U) != 0;
        (void)claimedBytes(m_file.path(), variable.name, variable.shape, 2 * sizeof(double));
        Mat5Tag numbers = m_file.tagAt(head, own.next);
        numbers.at += place.begin;
        variable.real = partIn(m_file, place.end, variable, numbers);
        m_found.push_back(std::move(variable));
    }

    [[nodiscard]] std::string nameIn(const std::string& head, const Mat5Tag& tag) const {
        if (tag.bytes > kLongestName || tag.at + tag.bytes > head.size()) m_file.refuse("the name of a variable", fmt::format("{} bytes", tag.bytes));
        return upToZero(head.substr(static_cast<std::size_t>(tag.at), static_cast<std::size_t>(tag.bytes)));
    }

    /// @param place  from the length of the names of the fields on
    void fields(const Place& place, const Mat5Variable& structure, int depth) {
        const bool isOne = std::all_of(structure.shape.begin(), structure.shape.end(), [](std::int64_t extent) { return extent == 1; });
        if (!isOne || depth >= kDeepest) return;  // of a kind that is passed over
        const std::string start = m_data.peek(place.begin, 3 * kMat5Tag);
        const Mat5Tag length = m_file.tagAt(start, 0), names = m_file.tagAt(start, length.next);
        const std::uint64_t each = m_file.wordAt(start, length.at);
        if (length.bytes != 4 || each == 0 || each > kLongestName || names.bytes % each != 0)
            m_file.refuse("the names of the fields of " + structure.name, fmt::format("{} bytes of names of {} letters", names.bytes, each));
        if (names.bytes > kMostFields * each) return;
        checkFits(m_file.path(), structure.name, place.begin + names.at, names.bytes, place.end);
        const std::string texts = m_data.peek(place.begin + names.at, names.bytes);
        if (texts.size() < names.bytes) m_file.refuse("the names of the fields of " + structure.name, "data that ends before them");
        std::uint64_t at = place.begin + names.next;
        for (std::uint64_t field = 0; field < names.bytes / each; ++field) {
            const std::string name = upToZero(texts.substr(static_cast<std::size_t>(field * each), static_cast<std::size_t>(each)));
            Mat5Tag value = m_file.tagAt(m_data.peek(at, kMat5Tag), 0);
            if (value.kind != kMat5Matrix) m_file.refuse("a value of " + structure.name + "/" + name, fmt::format("data of type {}", value.kind));
            checkFits(m_file.path(), structure.name + "/" + name, at + value.at, value.bytes, place.end);
            if (++m_looked > kMostValues) return;
            if (!name.empty()) matrix({at + value.at, at + value.at + value.bytes}, structure.name + "/" + name, depth + 1);
            at += value.next;
        }
    }

    Mat5Bytes& m_file;
    Mat5Data m_data;
    Mat5Variable m_whole;
    std::vector<Mat5Variable>& m_found;
    std::size_t& m_looked;
};

/// Numbers from the data, in pieces.
void take(const Mat5Bytes& file, Mat5Data& data, const std::string& name, const Mat5Part& part, ComplexArray& out) {
    constexpr std::size_t kPiece = std::size_t{1} << 18U;  // numbers
    const std::size_t bytes = byteSize(part.stored);
    for (std::size_t done = 0, count = static_cast<std::size_t>(out.size()); done < count;) {
        const std::size_t now = std::min(kPiece, count - done);
        const std::string piece = data.peek(part.at + done * bytes, now * bytes);
        if (piece.size() < now * bytes)
            throw IoError(file.path(), name, fmt::format("{} bytes of data", data.size()),
                          fmt::format("{} that can be read: damaged or truncated", part.at + done * bytes + piece.size()),
                          "Copy the file again from its source.");
        convert(reinterpret_cast<const std::byte*>(piece.data()), now, part.stored, file.isSwapped(), out.data() + done);
        done += now;
    }
}

}  // namespace

std::vector<Mat5Variable> listMat5(const std::string& path) {
    Mat5Bytes file(path);
    std::vector<Mat5Variable> variables;
    std::size_t looked = 0;
    for (std::uint64_t at = kFileHeader; at < file.size();) {
        const std::string tag = file.read(at, kMat5Tag);
        const std::uint32_t kind = file.wordAt(tag, 0);
        if (kind != kMat5Matrix && kind != kCompressed)
            throw IoError(path, "", fmt::format("a MATLAB variable at byte {}", at), fmt::format("an element of type {}", kind));
        Mat5Variable whole;
        whole.begin = at + kMat5Tag;
        whole.bytes = file.wordAt(tag, 4);
        whole.isPacked = kind == kCompressed;
        Listing(file, whole, variables, looked).run();
        at = whole.begin + whole.bytes;
    }
    return variables;
}

ComplexArray readMat5(const std::string& path, const Mat5Variable& variable) {
    Mat5Bytes file(path);
    Mat5Data data(file, variable.begin, variable.bytes, variable.isPacked);
    ComplexArray values(variable.shape);
    take(file, data, variable.name, variable.real, values);
    if (!variable.isComplex) return values;
    const std::uint64_t bytes = static_cast<std::uint64_t>(values.size()) * byteSize(variable.real.stored);
    // Small parts lie in their tags, which are of 8 bytes.
    const std::uint64_t next = variable.real.at % 8 == 0 ? variable.real.at + (bytes + 7) / 8 * 8 : variable.real.at + 4;
    Mat5Tag tag = file.tagAt(data.peek(next, kMat5Tag), 0);
    tag.at += next;
    ComplexArray imaginary(variable.shape);
    take(file, data, variable.name, partIn(file, data.size(), variable, tag), imaginary);
    for (std::int64_t i = 0; i < values.size(); ++i) values[i] = {values[i].real(), imaginary[i].real()};
    return values;
}

}  // namespace larmor::io
