#include "core/base/io/element_type.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace larmor::io {

static_assert(std::endian::native == std::endian::little, "Readers and writers take the computer to be little-endian.");

namespace {

template <class T>
T number(const std::byte* raw, bool swapped) {
    std::array<std::byte, sizeof(T)> bytes;
    std::memcpy(bytes.data(), raw, sizeof(T));
    if (swapped) std::reverse(bytes.begin(), bytes.end());
    return std::bit_cast<T>(bytes);
}

template <class T>
void convertReal(const std::byte* raw, std::size_t count, bool swapped, cfloat* out) {
    for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<float>(number<T>(raw + i * sizeof(T), swapped));
}

template <class T>
void convertComplex(const std::byte* raw, std::size_t count, bool swapped, cfloat* out) {
    for (std::size_t i = 0; i < count; ++i, raw += 2 * sizeof(T))
        out[i] = {static_cast<float>(number<T>(raw, swapped)), static_cast<float>(number<T>(raw + sizeof(T), swapped))};
}

}  // namespace

std::size_t byteSize(ElementType type) {
    switch (type) {
        case ElementType::Bool:
        case ElementType::Int8:
        case ElementType::UInt8:
            return 1;
        case ElementType::Int16:
        case ElementType::UInt16:
            return 2;
        case ElementType::Int32:
        case ElementType::UInt32:
        case ElementType::Float32:
            return 4;
        case ElementType::Int64:
        case ElementType::UInt64:
        case ElementType::Float64:
        case ElementType::Complex64:
            return 8;
        case ElementType::Complex128:
            return 16;
    }
    return 0;
}

bool isComplex(ElementType type) {
    return type == ElementType::Complex64 || type == ElementType::Complex128;
}

std::string nameOf(ElementType type) {
    static constexpr std::array kNames{"bool",  "int8",   "uint8",   "int16",   "uint16",    "int32",     "uint32",
                                       "int64", "uint64", "float32", "float64", "complex64", "complex128"};
    return kNames.at(static_cast<std::size_t>(type));
}

void convert(const std::byte* raw, std::size_t count, ElementType type, bool swapped, cfloat* out) {
    switch (type) {
        case ElementType::Bool:
        case ElementType::UInt8:
            return convertReal<std::uint8_t>(raw, count, swapped, out);
        case ElementType::Int8:
            return convertReal<std::int8_t>(raw, count, swapped, out);
        case ElementType::Int16:
            return convertReal<std::int16_t>(raw, count, swapped, out);
        case ElementType::UInt16:
            return convertReal<std::uint16_t>(raw, count, swapped, out);
        case ElementType::Int32:
            return convertReal<std::int32_t>(raw, count, swapped, out);
        case ElementType::UInt32:
            return convertReal<std::uint32_t>(raw, count, swapped, out);
        case ElementType::Int64:
            return convertReal<std::int64_t>(raw, count, swapped, out);
        case ElementType::UInt64:
            return convertReal<std::uint64_t>(raw, count, swapped, out);
        case ElementType::Float32:
            return convertReal<float>(raw, count, swapped, out);
        case ElementType::Float64:
            return convertReal<double>(raw, count, swapped, out);
        case ElementType::Complex64:
            return convertComplex<float>(raw, count, swapped, out);
        case ElementType::Complex128:
            return convertComplex<double>(raw, count, swapped, out);
    }
}

}  // namespace larmor::io
