#include "core/base/io/hdf5_messages.h"

#include <algorithm>
#include <utility>

namespace larmor::io {
namespace {

constexpr std::size_t kMostDims = 32;
constexpr int kDeepest = 16;

/// A type that is none of those known here: the library is asked, and refuses that object alone.
struct UnknownType {};

/// Bytes one after the other; reading past their end is a fault.
class Cursor {
public:
    explicit Cursor(ByteView bytes) : m_bytes(bytes) {}
    template <class T>
    T take() {
        need(sizeof(T));
        const T value = numberAt<T>(m_bytes, m_at);
        m_at += sizeof(T);
        return value;
    }
    void skip(std::uint64_t bytes) {
        need(bytes);
        m_at += static_cast<std::size_t>(bytes);
    }
    /// A text with its zero; padded to 8 bytes with it, or not.
    void skipName(bool isPadded) {
        const auto end = std::find(m_bytes.begin() + static_cast<std::ptrdiff_t>(m_at), m_bytes.end(), 0);
        if (end == m_bytes.end()) throw Hdf5Fault{"a name without an end"};
        const std::size_t bytes = static_cast<std::size_t>(end - m_bytes.begin()) - m_at + 1;
        skip(isPadded ? (bytes + 7) / 8 * 8 : bytes);
    }
    [[nodiscard]] std::size_t left() const { return m_bytes.size() - m_at; }
    [[nodiscard]] ByteView rest(std::size_t bytes) {
        need(bytes);
        return m_bytes.subspan(m_at, bytes);
    }

private:
    void need(std::uint64_t bytes) const {
        if (bytes > left()) throw Hdf5Fault{"a message that is shorter than it says"};
    }
    ByteView m_bytes;
    std::size_t m_at = 0;
};

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
    std::uint64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product)) throw Hdf5Fault{"extents beyond what can be counted"};
    return product;
}

std::uint64_t checkType(Cursor& at, int depth);

void checkFloat(Cursor& at, std::uint32_t bits, std::uint64_t size) {
    const unsigned offset = at.take<std::uint16_t>(), precision = at.take<std::uint16_t>();
    const unsigned exponentAt = at.take<std::uint8_t>(), exponent = at.take<std::uint8_t>(), mantissaAt = at.take<std::uint8_t>(),
                   mantissa = at.take<std::uint8_t>(), sign = bits >> 8U & 0xFFU;
    at.skip(4);
    const unsigned end = offset + precision;  // places count from bit 0 of the element
    if (precision == 0 || end > 8 * size || exponent == 0 || mantissa == 0 || exponentAt + exponent > end || mantissaAt + mantissa > end ||
        sign >= end)
        throw Hdf5Fault{"a floating-point type that makes no sense"};
}

void checkCompound(Cursor& at, unsigned version, std::uint32_t members, std::uint64_t size, int depth) {
    const std::size_t offsetBytes = size < 1U << 8U ? 1 : size < 1U << 16U ? 2 : size < 1U << 24U ? 3 : 4;
    for (std::uint32_t m = 0; m < members; ++m) {
        at.skipName(version < 3);
        std::uint64_t offset = 0;
        if (version < 3) offset = at.take<std::uint32_t>();
        else
            for (std::size_t i = 0; i < offsetBytes; ++i) offset |= static_cast<std::uint64_t>(at.take<std::uint8_t>()) << (8 * i);
        if (version == 1) {
            if (at.take<std::uint8_t>() != 0) throw UnknownType();  // an array of the oldest kind
            at.skip(27);
        }
        const std::uint64_t bytes = checkType(at, depth + 1);
        if (offset > size || bytes > size - offset) throw Hdf5Fault{"a member beyond its compound"};
    }
}

void checkEnum(Cursor& at, unsigned version, std::uint32_t members, int depth) {
    const std::uint64_t base = checkType(at, depth + 1);
    for (std::uint32_t m = 0; m < members; ++m) at.skipName(version < 3);
    at.skip(times(members, base));
}

void checkArray(Cursor& at, unsigned version, std::uint64_t size, int depth) {
    const unsigned rank = at.take<std::uint8_t>();
    if (rank == 0 || rank > kMostDims) throw Hdf5Fault{"an array type of too many dimensions"};
    if (version < 3) at.skip(3);
    std::uint64_t count = 1;
    for (unsigned d = 0; d < rank; ++d) count = times(count, at.take<std::uint32_t>());
    if (version < 3) at.skip(4ULL * rank);
    if (count == 0 || times(count, checkType(at, depth + 1)) != size) throw Hdf5Fault{"an array type of another size"};
}

/// IV.A.2.d @returns bytes of an element
std::uint64_t checkType(Cursor& at, int depth) {
    if (depth > kDeepest) throw Hdf5Fault{"a type within too many types"};
    const auto head = at.take<std::uint32_t>();
    const std::uint64_t size = at.take<std::uint32_t>();
    const unsigned kind = head & 0xFU, version = head >> 4U & 0xFU;
    const std::uint32_t bits = head >> 8U, members = bits & 0xFFFFU;
    if (version < 1 || version > 3) throw UnknownType();
    if (size == 0) throw Hdf5Fault{"a type without a size"};
    switch (kind) {
        case 0:
        case 4: {
            const unsigned offset = at.take<std::uint16_t>(), precision = at.take<std::uint16_t>();
            if (precision == 0 || offset + precision > 8 * size) throw Hdf5Fault{"a type of whole numbers that makes no sense"};
            break;
        }
        case 1:
            checkFloat(at, bits, size);
            break;
        case 2:
            at.skip(2);
            break;
        case 3:
        case 7:
            break;
        case 5:
            at.skip(bits & 0xFFU);
            break;
        case 6:
            if (members == 0) throw Hdf5Fault{"a compound without members"};
            checkCompound(at, version, members, size, depth);
            break;
        case 8:
            checkEnum(at, version, members, depth);
            break;
        case 9:
            if (size != kHeapReferenceBytes) throw Hdf5Fault{"a type of variable length of another size"};
            (void)checkType(at, depth + 1);
            break;
        case 10:
            checkArray(at, version, size, depth);
            break;
        default:
            throw UnknownType();
    }
    return size;
}

/// IV.A.2.b @returns the number of elements
std::uint64_t checkSpace(Cursor at, std::size_t& rank) {
    const unsigned version = at.take<std::uint8_t>();
    rank = at.take<std::uint8_t>();
    const unsigned flags = at.take<std::uint8_t>();
    if (version < 1 || version > 2 || rank > kMostDims) throw Hdf5Fault{"a data space of an unknown version or of too many dimensions"};
    const bool isNull = at.take<std::uint8_t>() == 2 && version == 2;
    if (version == 1) at.skip(4);
    std::uint64_t count = isNull ? 0 : 1;
    for (std::size_t d = 0; d < rank; ++d) count = times(count, at.take<std::uint64_t>());
    if ((flags & 1U) != 0) at.skip(8 * rank);
    return count;
}

/// IV.A.2.m. Types that are shared are looked at by the library.
void checkAttribute(Cursor at) {
    const unsigned version = at.take<std::uint8_t>(), flags = at.take<std::uint8_t>();
    if (version < 1 || version > 3) throw Hdf5Fault{"an attribute of an unknown version"};
    const auto padded = [&](std::size_t n) { return version == 1 ? (n + 7) / 8 * 8 : n; };
    const std::size_t name = at.take<std::uint16_t>(), type = at.take<std::uint16_t>(), space = at.take<std::uint16_t>();
    if (version == 3) at.skip(1);
    const ByteView text = at.rest(padded(name));
    if (name == 0 || std::find(text.begin(), text.end(), 0) == text.end()) throw Hdf5Fault{"an attribute whose name has no end"};
    at.skip(padded(name));
    std::optional<std::uint64_t> bytes;
    if (version == 1 || (flags & 1U) == 0) {
        Cursor inner(at.rest(type));
        bytes = checkType(inner, 0);
    }
    at.skip(padded(type));
    std::size_t rank = 0;
    const std::uint64_t count = (flags & 2U) != 0 && version > 1 ? 0 : checkSpace(Cursor(at.rest(space)), rank);
    at.skip(padded(space));
    if (bytes) at.skip(times(count, *bytes));
}

/// Negative: there is none.
void skipFill(Cursor& at) {
    if (const auto bytes = at.take<std::int32_t>(); bytes > 0) at.skip(static_cast<std::uint64_t>(bytes));
}

/// IV.A.2.e and f
void checkFill(Cursor at, bool isOld) {
    if (isOld) return skipFill(at);
    const unsigned version = at.take<std::uint8_t>();
    if (version < 1 || version > 3) throw Hdf5Fault{"a fill value of an unknown version"};
    const unsigned flags = at.take<std::uint8_t>();
    if (version == 3) {
        if ((flags & 0x20U) != 0) skipFill(at);
        return;
    }
    at.skip(1);
    if (at.take<std::uint8_t>() != 0 || version == 1) skipFill(at);
}

/// IV.A.2.i
void checkLayout(Cursor at, Hdf5Object& object) {
    const unsigned version = at.take<std::uint8_t>();
    unsigned kind = at.take<std::uint8_t>();
    if (version == 4) return;  // beside headers with check sums
    if (version == 3 && kind == 0) return at.skip(at.take<std::uint16_t>());
    if (version == 3 && kind == 1) return at.skip(16);
    unsigned rank = 0;
    if (version == 3 && kind == 2) {
        rank = at.take<std::uint8_t>();
    } else if (version == 1 || version == 2) {
        rank = std::exchange(kind, at.take<std::uint8_t>());
        at.skip(5);
    } else {
        throw Hdf5Fault{"a layout of data of an unknown kind"};
    }
    if (rank == 0 || rank > kMostDims + 1) throw Hdf5Fault{"a layout of data of too many dimensions"};
    if (version == 3 || kind != 0) object.chunkTree = at.take<std::uint64_t>();
    std::vector<std::uint64_t> extents(rank);
    for (auto& extent : extents) extent = at.take<std::uint32_t>();
    if (kind == 0) return at.skip(at.take<std::uint32_t>());
    if (kind == 1) {
        object.chunkTree = ~std::uint64_t{0};
        return;
    }
    object.chunk = std::move(extents);
}

/// IV.A.2.l. @return how many there are
unsigned checkFilters(Cursor at) {
    const unsigned version = at.take<std::uint8_t>(), count = at.take<std::uint8_t>();
    if (version < 1 || version > 2 || count > 32) throw Hdf5Fault{"filters of an unknown version or too many"};
    if (version == 1) at.skip(6);
    for (unsigned f = 0; f < count; ++f) {
        const unsigned id = at.take<std::uint16_t>();
        const std::size_t name = version == 1 || id >= 256 ? at.take<std::uint16_t>() : 0;
        at.skip(2);
        const std::size_t values = at.take<std::uint16_t>();
        if (name > 0) {
            const ByteView text = at.rest(name);
            if (std::find(text.begin(), text.end(), 0) == text.end()) throw Hdf5Fault{"a filter whose name has no end"};
        }
        at.skip(version == 1 ? (name + 7) / 8 * 8 : name);
        at.skip(4 * values + (version == 1 && values % 2 == 1 ? 4 : 0));
    }
    return count;
}

void checkKnown(unsigned type, ByteView data, Hdf5Object& object) {
    Cursor at(data);
    switch (type) {
        case 0x01: {
            std::size_t rank = 0;
            (void)checkSpace(at, rank);
            object.rank = rank;
            break;
        }
        case 0x03:
            object.typeBytes = checkType(at, 0);
            break;
        case 0x04:
        case 0x05:
            checkFill(at, type == 0x04);
            break;
        case 0x08:
            checkLayout(at, object);
            break;
        case kHdf5Filters:
            object.isFiltered = checkFilters(at) > 0;
            break;
        case 0x0C:
            checkAttribute(at);
            break;
        case 0x11:
            object.groupTree = at.take<std::uint64_t>();
            object.groupHeap = at.take<std::uint64_t>();
            if (object.groupTree == ~std::uint64_t{0} || object.groupHeap == ~std::uint64_t{0}) throw Hdf5Fault{"a group without its names"};
            break;
        default:
            break;
    }
}

}  // namespace

void checkHdf5Message(unsigned type, ByteView data, Hdf5Object& object) {
    try {
        checkKnown(type, data, object);
    } catch (const UnknownType&) {  // left to the library
    }
}

std::uint64_t chunkBytesOf(const Hdf5Object& object) {
    std::uint64_t bytes = 1;
    for (const std::uint64_t extent : object.chunk) bytes = times(bytes, extent);
    return bytes;
}

void checkHdf5Object(const Hdf5Object& object) {
    if (object.chunk.empty()) return;
    const std::uint64_t bytes = chunkBytesOf(object);
    const bool fits = bytes > 0 && bytes <= 0xFFFFFFFFU && (!object.rank || object.chunk.size() == *object.rank + 1) &&
                      (!object.typeBytes || object.chunk.back() == *object.typeBytes);
    if (!fits) throw Hdf5Fault{"chunks that do not fit the data"};
}

}  // namespace larmor::io
