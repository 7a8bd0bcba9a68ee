#pragma once
// The elements of a DICOM file, one after the other. DICOM PS3.5, sections 7.1 (elements) and 7.5 (sequences).

#include <functional>
#include <string>

#include "core/base/io/hdf5_heap.h"

namespace larmor::io {

inline constexpr std::uint32_t kDicomUndefined = 0xFFFFFFFF, kDicomPixels = 0x7FE00010, kDicomPerFrame = 0x52009230,
                               kDicomShared = 0x52009229;

/// Where an element stands: the outermost sequence around it, 0 for none, and the item of that.
struct DicomPlace {
    std::uint32_t sequence = 0;
    std::size_t item = 0;
};

/// Goes through all elements and stops at the pixels. Little-endian, explicit or implicit by the transfer syntax.
class DicomWalker {
public:
    using Visit = std::function<void(const DicomPlace& place, std::uint32_t tag, std::size_t at, std::uint32_t length)>;
    /// @param bytes  the whole file; must live as long as this
    DicomWalker(const std::string& path, ByteView bytes, Visit visit) : m_path(path), m_bytes(bytes), m_visit(std::move(visit)) {}

    /// @throws IoError for elements that reach beyond the file and sequences without end.
    void walk();
    /// The value of an element that was visited, without the padding behind it.
    [[nodiscard]] std::string text(std::size_t at, std::uint32_t length) const;
    /// Its first 16-bit number, 0 where it is shorter.
    [[nodiscard]] std::int64_t whole(std::size_t at, std::uint32_t length) const;
    /// UID of the transfer syntax.
    [[nodiscard]] const std::string& syntax() const { return m_syntax; }

private:
    std::size_t walk(std::size_t at, std::size_t end, bool isExplicit, const DicomPlace& place, int depth);
    std::size_t walkItems(std::size_t at, std::size_t end, bool isExplicit, const DicomPlace& place, std::uint32_t sequence, int depth);
    std::size_t readLength(std::size_t at, std::size_t end, bool isExplicit, bool& isSequence, std::uint32_t& length) const;
    [[nodiscard]] std::uint32_t tagAt(std::size_t at) const;
    [[nodiscard]] std::size_t checkedEnd(std::size_t at, std::uint32_t length, std::size_t end) const;
    [[noreturn]] void refuse(const std::string& found) const;

    std::string m_path;
    ByteView m_bytes;
    Visit m_visit;
    std::string m_syntax;
    bool m_isPastMeta = false, m_isDone = false;
};

}  // namespace larmor::io
