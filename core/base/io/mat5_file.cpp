// MATLAB v5 files, by matio. Its cells, structures, texts and sparse matrices are not arrays to us.
#include <matio.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>
#include <mutex>

#include <fmt/format.h>

#include "core/base/io/box.h"
#include "core/base/io/element_type.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"
#include "core/base/io/matio_lock.h"

namespace larmor::io {
namespace {

constexpr std::uint64_t kHeaderBytes = 128;

using MatHandle = std::unique_ptr<mat_t, int (*)(mat_t*)>;
using VariableHandle = std::unique_ptr<matvar_t, void (*)(matvar_t*)>;

void ignoreMessage(int, char*) {}

MatHandle openMat(const std::string& path) {
    MatHandle file(Mat_Open(path.c_str(), MAT_ACC_RDONLY), Mat_Close);
    if (!file) throw IoError(path, "", "a MATLAB v5 file", "a header that matio cannot read");
    return file;
}

std::optional<ElementType> elementType(const matvar_t& variable) {
    switch (variable.class_type) {
        case MAT_C_DOUBLE:
            return ElementType::Float64;
        case MAT_C_SINGLE:
            return ElementType::Float32;
        case MAT_C_INT8:
            return ElementType::Int8;
        case MAT_C_UINT8:
            return variable.isLogical ? ElementType::Bool : ElementType::UInt8;
        case MAT_C_INT16:
            return ElementType::Int16;
        case MAT_C_UINT16:
            return ElementType::UInt16;
        case MAT_C_INT32:
            return ElementType::Int32;
        case MAT_C_UINT32:
            return ElementType::UInt32;
        case MAT_C_INT64:
            return ElementType::Int64;
        case MAT_C_UINT64:
            return ElementType::UInt64;
        default:
            return std::nullopt;
    }
}

std::string typeText(ElementType type, bool isComplex) {
    if (!isComplex) return nameOf(type);
    if (type == ElementType::Float64) return "complex128";
    return type == ElementType::Float32 ? "complex64" : "complex of " + nameOf(type);
}

/// Row-major view of the variable. @throws IoError for sizes that the file cannot hold.
Shape shapeOf(const std::string& path, const matvar_t& variable, std::uint64_t fileBytes) {
    Shape shape;
    for (int d = variable.rank; d-- > 0;) shape.push_back(static_cast<std::int64_t>(variable.dims[d]));
    // Whole numbers may be stored in one byte each, whatever the class is.
    const std::uint64_t claimed = claimedBytes(path, variable.name, shape, variable.isComplex ? 2 : 1);
    (void)claimedBytes(path, variable.name, shape, 2 * sizeof(double));
    if (variable.compression == MAT_COMPRESSION_NONE)
        checkFits(path, variable.name, kHeaderBytes, claimed, fileBytes);
    else
        checkUnpacked(path, variable.name, claimed, fileBytes);
    return shape;
}

bool isEmpty(const matvar_t& variable) {
    return variable.rank < 1 || !variable.dims ||
           std::find(variable.dims, variable.dims + variable.rank, std::size_t{0}) != variable.dims + variable.rank;
}

/// The elements of the file must end where the file does: matio itself takes a truncated one as it comes.
void checkElements(const std::string& path, std::uint64_t fileBytes) {
    std::ifstream in(path, std::ios::binary);
    char header[kHeaderBytes];
    if (!in.read(header, sizeof header)) throw IoError(path, "", "a MATLAB header of 128 bytes", "a truncated file");
    const bool isBigEndian = header[126] == 'M';
    const auto word = [&](const unsigned char* b) {
        return isBigEndian ? static_cast<std::uint32_t>(b[0]) << 24 | static_cast<std::uint32_t>(b[1]) << 16 |
                                 static_cast<std::uint32_t>(b[2]) << 8 | b[3]
                           : static_cast<std::uint32_t>(b[3]) << 24 | static_cast<std::uint32_t>(b[2]) << 16 |
                                 static_cast<std::uint32_t>(b[1]) << 8 | b[0];
    };
    constexpr std::uint32_t kMatrix = 14, kCompressed = 15;
    for (std::uint64_t at = kHeaderBytes; at < fileBytes;) {
        unsigned char tag[8];
        in.seekg(static_cast<std::streamoff>(at));
        if (!in.read(reinterpret_cast<char*>(tag), sizeof tag)) throw IoError(path, "", "a whole variable", "a truncated file");
        if (word(tag) != kMatrix && word(tag) != kCompressed)
            throw IoError(path, "", "a MATLAB variable at byte " + std::to_string(at), fmt::format("an element of type {}", word(tag)));
        checkFits(path, "", at + sizeof tag, word(tag + 4), fileBytes);
        at += sizeof tag + word(tag + 4);
    }
}

template <class Visit>
void convertParts(const matvar_t& variable, ElementType type, ComplexArray& out, const Visit& partAt) {
    const auto count = static_cast<std::size_t>(out.size());
    if (!variable.isComplex) return convert(partAt(variable.data), count, type, false, out.data());
    const auto* parts = static_cast<const mat_complex_split_t*>(variable.data);
    ComplexArray imaginary(out.shape());
    convert(partAt(parts->Re), count, type, false, out.data());
    convert(partAt(parts->Im), count, type, false, imaginary.data());
    for (std::int64_t i = 0; i < out.size(); ++i) out[i] = {out[i].real(), imaginary[i].real()};
}

class Mat5File final : public ArrayFile {
public:
    explicit Mat5File(const std::string& path) : m_path(path), m_format(kMat5Format), m_stamp(stampOf(path)) {
        checkElements(path, m_stamp.bytes);
        const auto lock = lockMatio();
        const MatHandle file = openMat(path);
        while (const VariableHandle variable{Mat_VarReadNextInfo(file.get()), Mat_VarFree}) {
            const auto type = elementType(*variable);
            if (!type || !variable->name || isEmpty(*variable)) continue;
            m_entries.push_back({variable->name, shapeOf(path, *variable, m_stamp.bytes), typeText(*type, variable->isComplex),
                                 variable->isComplex != 0, true});
        }
        if (m_entries.empty()) throw IoError(path, "", "an array of numbers", "a MATLAB file without any");
    }
    [[nodiscard]] const std::string& path() const override { return m_path; }
    [[nodiscard]] const std::string& format() const override { return m_format; }
    [[nodiscard]] const std::vector<ArrayEntry>& entries() const override { return m_entries; }
    [[nodiscard]] ComplexArray read(const std::string& name, const Shape& start, const Shape& count) const override {
        const ArrayEntry& found = entry(name);
        checkBox(start, count, found.shape, found.name);
        checkUnchanged(m_path, m_stamp);
        return cutBox(*whole(found), start, count);
    }

private:
    /// The variable last read stays in memory: compressed ones can only be read from their beginning.
    std::shared_ptr<const ComplexArray> whole(const ArrayEntry& wanted) const {
        const std::lock_guard guard(m_mutex);
        if (!m_cached || m_cachedName != wanted.name) {
            m_cached = load(wanted);
            m_cachedName = wanted.name;
        }
        return m_cached;
    }

    std::shared_ptr<const ComplexArray> load(const ArrayEntry& wanted) const {
        const auto lock = lockMatio();
        const MatHandle file = openMat(m_path);
        const VariableHandle variable(Mat_VarReadInfo(file.get(), wanted.name.c_str()), Mat_VarFree);
        const auto type = variable ? elementType(*variable) : std::nullopt;
        if (!type || shapeOf(m_path, *variable, m_stamp.bytes) != wanted.shape)
            throw IoError(m_path, wanted.name, "the variable as it was when opened", "another one");
        if (Mat_VarReadDataAll(file.get(), variable.get()) != 0 || !variable->data)
            throw IoError(m_path, wanted.name, fmt::format("readable data of shape {}", toText(wanted.shape)),
                          "data that matio cannot read: damaged or truncated");
        auto values = std::make_shared<ComplexArray>(wanted.shape);
        convertParts(*variable, *type, *values, [&](const void* part) {
            if (!part) throw IoError(m_path, wanted.name, "real and imaginary parts", "one of them is missing");
            return static_cast<const std::byte*>(part);
        });
        return values;
    }

    std::string m_path, m_format;
    FileStamp m_stamp;
    std::vector<ArrayEntry> m_entries;
    mutable std::mutex m_mutex;
    mutable std::shared_ptr<const ComplexArray> m_cached;
    mutable std::string m_cachedName;
};

}  // namespace

std::unique_lock<std::mutex> lockMatio() {
    static std::mutex mutex;
    std::unique_lock lock(mutex);
    Mat_LogInitFunc("larmor", ignoreMessage);
    return lock;
}

bool looksLikeMat5(std::string_view head) {
    if (head.size() < kHeaderBytes) return false;
    const std::string_view version = head.substr(124, 4);
    return version == std::string_view("\0\1IM", 4) || version == std::string_view("\1\0MI", 4);
}

ArrayFilePtr openMat5(const std::string& path) {
    return std::make_shared<Mat5File>(path);
}

}  // namespace larmor::io
