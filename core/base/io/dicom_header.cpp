#include "core/base/io/dicom_header.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/io/dicom_walker.h"
#include "core/base/io/file_facts.h"

namespace larmor::io {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 32;

/// "0.5\0.75" as numbers; absent unless there are as many as asked for.
template <std::size_t N>
std::optional<std::array<double, N>> numbers(const std::string& text) {
    std::array<double, N> values{};
    std::istringstream words(text);
    std::size_t count = 0;
    for (std::string word; std::getline(words, word, '\\'); ++count) {
        word.erase(0, word.find_first_not_of(" +"));
        double value = 0;
        if (count >= N || std::from_chars(word.data(), word.data() + word.size(), value).ec != std::errc()) return std::nullopt;
        values[count] = value;
    }
    return count == N ? std::optional(values) : std::nullopt;
}

void readFrameField(DicomFrame& frame, std::uint32_t tag, const std::string& text) {
    const auto one = [&](double otherwise) {
        const auto value = numbers<1>(text);
        return value ? value->front() : otherwise;
    };
    switch (tag) {
        case 0x00200032:
            frame.positionMm = numbers<3>(text);
            break;
        case 0x00200037:
            frame.orientation = numbers<6>(text);
            break;
        case 0x00280030:
            frame.spacingMm = numbers<2>(text);
            break;
        case 0x00180050:
            frame.thicknessMm = one(0);
            break;
        case 0x00281052:
            frame.intercept = one(0);
            break;
        case 0x00281053:
            frame.slope = one(1);
            break;
        default:
            break;
    }
}

/// What the frames share comes first in some files and last in none: it is the start of each frame.
DicomFrame& frameOf(DicomHeader& header, DicomFrame& shared, const DicomPlace& place) {
    if (place.sequence != kDicomPerFrame) return shared;
    while (header.frames.size() <= place.item) header.frames.push_back(shared);
    return header.frames[place.item];
}

struct Pixels {
    std::int64_t frames = 1, samples = 1;
    std::uint32_t length = 0;
    std::string kind;
};

void check(const std::string& path, const DicomHeader& header, const Pixels& pixels, const std::string& syntax, std::uint64_t fileBytes) {
    const auto refuse = [&](const std::string& expected, const std::string& found, const std::string& hint = {}) {
        throw IoError(path, "", expected, found, hint);
    };
    if (syntax != "1.2.840.10008.1.2" && syntax != "1.2.840.10008.1.2.1")
        refuse("DICOM pixels that are not compressed", "transfer syntax " + syntax,
               "Unpack the file: dcmdjpeg (or dcmdrle) in.dcm out.dcm");
    if (header.pixelsAt == 0) refuse("DICOM pixels", "a file without any");
    if (pixels.samples != 1) refuse("grey pixels", fmt::format("{} colours", pixels.samples));
    if (pixels.kind.find("\\P\\") != std::string::npos || pixels.kind.find("PHASE") != std::string::npos)
        refuse("magnitudes", "an image of the phase: " + pixels.kind);
    if ((header.bits != 8 && header.bits != 16) || header.bitsStored < 1 || header.bitsStored > header.bits)
        refuse("pixels of 8 or 16 bits", fmt::format("{} bits, of which {} count", header.bits, header.bitsStored));
    const std::uint64_t claimed =
        claimedBytes(path, "", {pixels.frames, header.rows, header.columns}, static_cast<std::size_t>(header.bits / 8));
    checkFits(path, "", header.pixelsAt, claimed, fileBytes);
    if (pixels.length != kDicomUndefined && pixels.length < claimed)
        refuse(fmt::format("{} bytes of pixels", claimed), fmt::format("{}", pixels.length));
    if (header.frames.size() != static_cast<std::size_t>(pixels.frames))
        refuse(fmt::format("{} frames", pixels.frames), fmt::format("places of {}", header.frames.size()));
}

}  // namespace

bool isDicomFile(const std::string& path) {
    if (!isRegularFile(path)) return false;
    std::ifstream in(path, std::ios::binary);
    char mark[4] = {};
    in.seekg(128);
    return in.read(mark, sizeof mark) && std::string_view(mark, sizeof mark) == "DICM";
}

DicomHeader readDicomHeader(const std::string& path) {
    const std::uint64_t fileBytes = stampOf(path).bytes;
    if (fileBytes > kMostBytes) throw IoError(path, "", "a DICOM file of at most 4 GiB", fmt::format("{} bytes", fileBytes));
    const std::string content = readHead(path, static_cast<std::size_t>(fileBytes));
    const ByteView bytes(reinterpret_cast<const unsigned char*>(content.data()), content.size());
    DicomHeader header;
    DicomFrame shared;
    Pixels pixels;
    DicomWalker* walker = nullptr;
    const auto visit = [&](const DicomPlace& place, std::uint32_t tag, std::size_t at, std::uint32_t length) {
        const auto count = [&](std::int64_t otherwise) {
            const auto value = numbers<1>(walker->text(at, length));
            return value && value->front() >= 0 && value->front() < 1e9 ? static_cast<std::int64_t>(value->front()) : otherwise;
        };
        if (place.sequence != 0 && place.sequence != kDicomPerFrame && place.sequence != kDicomShared) return;
        switch (tag) {
            case kDicomPixels:
                header.pixelsAt = at;
                pixels.length = length;
                break;
            case 0x00080008:
                pixels.kind = walker->text(at, length);
                break;
            case 0x0020000E:
                header.series = walker->text(at, length);
                break;
            case 0x00200013:
                header.instance = count(0);
                break;
            case 0x00280002:
                pixels.samples = walker->whole(at, length);
                break;
            case 0x00280008:
                pixels.frames = count(1);
                break;
            case 0x00280010:
                header.rows = walker->whole(at, length);
                break;
            case 0x00280011:
                header.columns = walker->whole(at, length);
                break;
            case 0x00280100:
                header.bits = walker->whole(at, length);
                break;
            case 0x00280101:
                header.bitsStored = walker->whole(at, length);
                break;
            case 0x00280103:
                header.isSigned = walker->whole(at, length) != 0;
                break;
            default:
                readFrameField(frameOf(header, shared, place), tag, length < 1024 ? walker->text(at, length) : "");
        }
    };
    DicomWalker all(path, bytes, visit);
    walker = &all;
    all.walk();
    if (header.frames.empty() && pixels.frames >= 1 && pixels.frames < 65536)
        header.frames.assign(static_cast<std::size_t>(pixels.frames), shared);
    check(path, header, pixels, all.syntax(), fileBytes);
    return header;
}

}  // namespace larmor::io
