#pragma once
// Numbers that lie one after the other in a file, plain or gzip-compressed, and boxes out of them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/base/io/element_type.h"
#include "core/base/io/file_facts.h"

namespace larmor::io {

/// Bytes by position. Safe to be called from several threads.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    /// Fills `out` from `offset` on. @throws IoError if the file changed or ends too early.
    virtual void read(std::uint64_t offset, std::span<std::byte> out) const = 0;
};

[[nodiscard]] std::unique_ptr<ByteSource> plainSource(const std::string& path);
/// Also reads files that are not compressed. Forward reads are cheap, backward ones start anew.
[[nodiscard]] std::unique_ptr<ByteSource> gzipSource(const std::string& path);

struct RawLayout {
    Shape shape;  ///< row-major
    ElementType type = ElementType::Complex64;
    bool swapped = false;
    std::uint64_t offset = 0;
};

/// A box of the array. @throws ShapeError, IoError
[[nodiscard]] ComplexArray readBox(const ByteSource& source, const RawLayout& layout, const Shape& start, const Shape& count);

}  // namespace larmor::io
