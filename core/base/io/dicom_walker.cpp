#include "core/base/io/dicom_walker.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/error.h"

namespace larmor::io {
namespace {

constexpr std::uint32_t kItem = 0xFFFEE000, kItemEnd = 0xFFFEE00D, kSequenceEnd = 0xFFFEE0DD;
constexpr std::size_t kFirstElement = 132;

/// Sequences that implicit files do not mark as such: of frames, pixel measures, plane position and orientation, pixel values.
bool isFunctional(std::uint32_t tag) {
    static constexpr std::array kTags{kDicomPerFrame, kDicomShared, 0x00289110U, 0x00209113U, 0x00209116U, 0x00289145U};
    return std::find(kTags.begin(), kTags.end(), tag) != kTags.end();
}

}  // namespace

void DicomWalker::walk() {
    walk(kFirstElement, m_bytes.size(), true, {}, 0);
}

std::size_t DicomWalker::walk(std::size_t at, std::size_t end, bool isExplicit, const DicomPlace& place, int depth) {
    constexpr int kDeepest = 16;
    if (depth > kDeepest) refuse("sequences within sequences without an end");
    while (at + 8 <= end && !m_isDone) {
        const std::uint32_t tag = tagAt(at);
        if (tag == kItemEnd || tag == kSequenceEnd) return at + 8;
        if (depth == 0 && tag >> 16 > 2 && !m_isPastMeta) {
            m_isPastMeta = true;
            isExplicit = m_syntax != "1.2.840.10008.1.2";
        }
        bool isSequence = false;
        std::uint32_t length = 0;
        at = readLength(at, end, isExplicit, isSequence, length);
        if (tag == kDicomPixels && depth == 0) {
            m_isDone = true;
            m_visit(place, tag, at, length);
        } else if (isSequence || length == kDicomUndefined || isFunctional(tag)) {
            at = walkItems(at, length == kDicomUndefined ? end : checkedEnd(at, length, end), isExplicit, place, tag, depth);
        } else {
            const std::size_t next = checkedEnd(at, length, end);
            if (tag == 0x00020010) m_syntax = text(at, length);
            m_visit(place, tag, at, length);
            at = next;
        }
    }
    return at;
}

std::size_t DicomWalker::walkItems(std::size_t at, std::size_t end, bool isExplicit, const DicomPlace& place, std::uint32_t sequence,
                                   int depth) {
    for (std::size_t item = 0; at + 8 <= end && !m_isDone; ++item) {
        const std::uint32_t tag = tagAt(at), length = numberAt<std::uint32_t>(m_bytes, at + 4);
        at += 8;
        if (tag == kSequenceEnd) return at;
        if (tag != kItem) refuse(fmt::format("no item of a sequence at byte {}", at - 8));
        const std::size_t itemEnd = length == kDicomUndefined ? end : checkedEnd(at, length, end);
        at = walk(at, itemEnd, isExplicit, place.sequence ? place : DicomPlace{sequence, item}, depth + 1);
    }
    return at;
}

std::size_t DicomWalker::readLength(std::size_t at, std::size_t end, bool isExplicit, bool& isSequence, std::uint32_t& length) const {
    if (!isExplicit) {
        length = numberAt<std::uint32_t>(m_bytes, at + 4);
        return at + 8;
    }
    const std::string kind(reinterpret_cast<const char*>(m_bytes.data()) + at + 4, 2);
    isSequence = kind == "SQ";
    static constexpr std::array kLong{"OB", "OW", "OF", "OD", "OL", "OV", "SQ", "UC", "UR", "UT", "UN", "SV", "UV"};
    if (std::find(kLong.begin(), kLong.end(), kind) == kLong.end()) {
        length = numberAt<std::uint16_t>(m_bytes, at + 6);
        return at + 8;
    }
    if (at + 12 > end) refuse("the end of the file within an element");
    length = numberAt<std::uint32_t>(m_bytes, at + 8);
    return at + 12;
}

std::uint32_t DicomWalker::tagAt(std::size_t at) const {
    return static_cast<std::uint32_t>(numberAt<std::uint16_t>(m_bytes, at)) << 16 | numberAt<std::uint16_t>(m_bytes, at + 2);
}

std::size_t DicomWalker::checkedEnd(std::size_t at, std::uint32_t length, std::size_t end) const {
    if (at > end || length > end - at) refuse(fmt::format("an element of {} bytes at byte {}: truncated or damaged", length, at));
    return at + length;
}

void DicomWalker::refuse(const std::string& found) const {
    throw IoError(m_path, "", "a whole DICOM file", found, "Copy the file again from its source.");
}

std::string DicomWalker::text(std::size_t at, std::uint32_t length) const {
    std::string value(reinterpret_cast<const char*>(m_bytes.data()) + at, length);
    const auto end = value.find_last_not_of(std::string_view(" \0", 2));
    value.resize(end == std::string::npos ? 0 : end + 1);
    return value;
}

std::int64_t DicomWalker::whole(std::size_t at, std::uint32_t length) const {
    return length >= 2 ? numberAt<std::uint16_t>(m_bytes, at) : 0;
}

}  // namespace larmor::io
