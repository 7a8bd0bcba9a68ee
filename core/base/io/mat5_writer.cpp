#include "core/base/io/mat5_writer.h"

#include <bit>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "core/base/io/raw_writers.h"

namespace larmor::io {

namespace {

static_assert(std::endian::native == std::endian::little, "the header says little-endian");

constexpr std::uint64_t kMostBytes = (std::uint64_t{1} << 31U) - 1024;  // of a variable, its header counted
constexpr const char* kHead = "MATLAB 5.0 MAT-file, written by Larmor";
/// Types of data and kinds of arrays: MAT-File Format, tables 1-1 and 1-3.
constexpr std::uint32_t kInt8 = 1, kInt32 = 5, kUInt32 = 6, kSingle = 7, kMatrix = 14, kSingleArray = 7, kComplexFlag = 0x800;

std::uint64_t padded(std::uint64_t bytes) {
    return (bytes + 7) / 8 * 8;
}

void append(std::string& out, std::uint32_t word) {
    char bytes[4];
    std::memcpy(bytes, &word, 4);
    out.append(bytes, 4);
}

void appendElement(std::string& out, std::uint32_t type, const void* data, std::size_t bytes) {
    append(out, type);
    append(out, static_cast<std::uint32_t>(bytes));
    out.append(static_cast<const char*>(data), bytes);
    out.resize(padded(out.size()), '\0');
}

/// Everything in front of the numbers; in lengths that are multiples of 8.
std::string headOf(const std::string& name, const Shape& dims, std::uint64_t partBytes) {
    const std::uint32_t flags[2]{kSingleArray | kComplexFlag, 0};
    const std::vector<std::int32_t> sizes(dims.begin(), dims.end());
    std::string inner;
    appendElement(inner, kUInt32, flags, sizeof flags);
    appendElement(inner, kInt32, sizes.data(), 4 * sizes.size());
    appendElement(inner, kInt8, name.data(), name.size());
    std::string head(kHead);
    head.resize(124, ' ');
    head += std::string("\0\1IM", 4);
    append(head, kMatrix);
    append(head, static_cast<std::uint32_t>(inner.size() + 2 * (8 + padded(partBytes))));
    return head + inner;
}

}  // namespace

void checkMat5Size(const std::string& path, std::int64_t values) {
    const auto bytes = static_cast<std::uint64_t>(values) * sizeof(cfloat);
    if (bytes > kMostBytes)
        throw UsageError(fmt::format("{}: {:.1f} GB are more than a MATLAB v5 file holds in a variable.", path, static_cast<double>(bytes) / 1e9),
                         "Write .h5 or .npy.");
}

void writeMat5(const std::string& path, const std::string& name, const Shape& dims, std::span<const cfloat> values) {
    checkMat5Size(path, static_cast<std::int64_t>(values.size()));
    const std::uint64_t bytes = values.size() * sizeof(float);
    FileWriter out(path);
    const std::string head = headOf(name, dims, bytes);
    out.write(head.data(), head.size());
    std::vector<float> part(values.size());
    for (const bool isReal : {true, false}) {
        for (std::size_t i = 0; i < values.size(); ++i) part[i] = isReal ? values[i].real() : values[i].imag();
        const std::uint32_t tag[2]{kSingle, static_cast<std::uint32_t>(bytes)};
        out.write(tag, sizeof tag);
        out.write(part.data(), bytes);
        constexpr char kZeros[8]{};
        out.write(kZeros, padded(bytes) - bytes);
    }
    out.close();
}

}  // namespace larmor::io
