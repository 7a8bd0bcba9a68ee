#include "core/base/io/dicom_file.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "core/base/io/box.h"
#include "core/base/io/dicom_header.h"
#include "core/base/io/element_type.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"

namespace larmor::io {
namespace {

namespace fs = std::filesystem;
using Vector = std::array<double, 3>;

constexpr double kAlike = 1e-3;  // mm, and of unit vectors

/// A frame of a file.
struct Slice {
    std::size_t file = 0;
    std::int64_t frame = 0;
    DicomFrame facts;
};

struct Stack {
    std::vector<std::string> paths;
    std::vector<DicomHeader> files;
    std::vector<Slice> slices;
    bool isSorted = false;  ///< by place, along one normal
};

double dot(const Vector& a, const Vector& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector along(const DicomFrame& frame, std::size_t first) {
    const auto& o = *frame.orientation;
    return {o[first], o[first + 1], o[first + 2]};
}

Vector normalOf(const DicomFrame& frame) {
    const Vector a = along(frame, 0), b = along(frame, 3);
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

std::vector<std::string> filesOf(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return {path};
    std::vector<std::string> found;
    for (const auto& item : fs::directory_iterator(path, error))
        if (isDicomFile(item.path().string())) found.push_back(item.path().string());
    std::sort(found.begin(), found.end());
    return found;
}

bool liesParallel(const std::vector<Slice>& slices) {
    const auto& first = slices.front().facts.orientation;
    return first && std::all_of(slices.begin(), slices.end(), [&](const Slice& slice) {
               if (!slice.facts.positionMm || !slice.facts.orientation) return false;
               for (std::size_t i = 0; i < 6; ++i)
                   if (!(std::abs((*slice.facts.orientation)[i] - (*first)[i]) < kAlike)) return false;
               return true;
           });
}

Stack readStack(const std::string& path) {
    Stack stack;
    stack.paths = filesOf(path);
    if (stack.paths.empty()) throw IoError(path, "", "a folder with DICOM files", "none");
    for (const std::string& file : stack.paths) {
        DicomHeader header = readDicomHeader(file);
        if (!stack.files.empty()) {
            const DicomHeader& first = stack.files.front();
            if (header.series != first.series)
                throw IoError(path, "", "the files of one series", "several",
                              "Name one file, or put each series into a folder of its own.");
            if (header.rows != first.rows || header.columns != first.columns)
                throw IoError(file, "", fmt::format("{} x {} pixels, as in {}", first.rows, first.columns, fileNameOf(stack.paths.front())),
                              fmt::format("{} x {}", header.rows, header.columns));
        }
        for (std::size_t f = 0; f < header.frames.size(); ++f)
            stack.slices.push_back({stack.files.size(), static_cast<std::int64_t>(f), header.frames[f]});
        stack.files.push_back(std::move(header));
    }
    stack.isSorted = liesParallel(stack.slices);
    std::stable_sort(stack.slices.begin(), stack.slices.end(), [&](const Slice& a, const Slice& b) {
        return std::pair(stack.files[a.file].instance, a.frame) < std::pair(stack.files[b.file].instance, b.frame);
    });
    if (!stack.isSorted) return stack;
    const Vector normal = normalOf(stack.slices.front().facts);
    std::stable_sort(stack.slices.begin(), stack.slices.end(), [&](const Slice& a, const Slice& b) {
        return dot(*a.facts.positionMm, normal) < dot(*b.facts.positionMm, normal) - kAlike;
    });
    return stack;
}

/// Bits above those that count are not part of the value.
float valueOf(const DicomHeader& header, const std::byte* raw, std::int64_t index) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, raw + index * (header.bits / 8), static_cast<std::size_t>(header.bits / 8));
    bits &= (1U << header.bitsStored) - 1;
    const bool isNegative = header.isSigned && (bits >> (header.bitsStored - 1) & 1U) != 0;
    return static_cast<float>(bits) - (isNegative ? static_cast<float>(1U << header.bitsStored) : 0.0F);
}

class DicomFile final : public ArrayFile {
public:
    explicit DicomFile(const std::string& path) : m_path(path), m_format(kDicomFormat), m_stack(readStack(path)) {
        const DicomHeader& first = m_stack.files.front();
        m_entries.push_back({"", {static_cast<std::int64_t>(m_stack.slices.size()), first.rows, first.columns}, "float32", false, false});
        for (const auto& file : m_stack.paths) m_stamps.push_back(stampOf(file));
    }
    [[nodiscard]] const std::string& path() const override { return m_path; }
    [[nodiscard]] const std::string& format() const override { return m_format; }
    [[nodiscard]] const std::vector<ArrayEntry>& entries() const override { return m_entries; }
    [[nodiscard]] ComplexArray read(const std::string& name, const Shape& start, const Shape& count) const override {
        const Shape& shape = entry(name).shape;
        checkBox(start, count, shape, m_path);
        ComplexArray out({count[0], shape[1], shape[2]});
        for (std::int64_t s = 0; s < count[0]; ++s) readSlice(m_stack.slices[static_cast<std::size_t>(start[0] + s)], out.block(s));
        return cutBox(out, {0, start[1], start[2]}, count);
    }

private:
    void readSlice(const Slice& slice, std::span<cfloat> pixels) const {
        const DicomHeader& header = m_stack.files[slice.file];
        const std::string& file = m_stack.paths[slice.file];
        checkUnchanged(file, m_stamps[slice.file]);
        const std::size_t bytes = pixels.size() * static_cast<std::size_t>(header.bits / 8);
        std::vector<std::byte> raw(bytes);
        std::ifstream in(file, std::ios::binary);
        in.seekg(static_cast<std::streamoff>(header.pixelsAt + static_cast<std::uint64_t>(slice.frame) * bytes));
        if (!in.read(reinterpret_cast<char*>(raw.data()), static_cast<std::streamsize>(bytes)))
            throw IoError(file, "", fmt::format("{} bytes of pixels", bytes), "the end of the file");
        const auto slope = static_cast<float>(slice.facts.slope), intercept = static_cast<float>(slice.facts.intercept);
        for (std::size_t i = 0; i < pixels.size(); ++i)
            pixels[i] = slope * valueOf(header, raw.data(), static_cast<std::int64_t>(i)) + intercept;
    }

    std::string m_path, m_format;
    Stack m_stack;
    std::vector<FileStamp> m_stamps;
    std::vector<ArrayEntry> m_entries;
};

}  // namespace

bool isDicom(const std::string& path) {
    return isDicomFile(path) || (fs::is_directory(path) && !filesOf(path).empty());
}

ArrayFilePtr openDicom(const std::string& path) {
    return std::make_shared<DicomFile>(path);
}

Geometry geometryOfDicom(const std::string& path) {
    const Stack stack = readStack(path);
    const DicomFrame& first = stack.slices.front().facts;
    Geometry geometry;
    geometry.sliceThicknessMm = first.thicknessMm;
    if (first.spacingMm) geometry.pixel = PixelSize{(*first.spacingMm)[0], (*first.spacingMm)[1]};
    if (!stack.isSorted || !geometry.pixel) return geometry;
    const Vector normal = normalOf(first);
    double spacing = first.thicknessMm.value_or(1);
    for (std::size_t s = 1; s < stack.slices.size(); ++s) {
        const double step = dot(*stack.slices[s].facts.positionMm, normal) - dot(*stack.slices[s - 1].facts.positionMm, normal);
        if (s == 1) spacing = step;
        if (!(std::abs(step - spacing) < 0.01 * spacing + kAlike) || step < kAlike) return geometry;
    }
    if (stack.slices.size() > 1) geometry.sliceThicknessMm = spacing;
    geometry.patient = PatientGeometry{along(first, 3), along(first, 0), normal, *first.positionMm, spacing};
    return geometry;
}

}  // namespace larmor::io
