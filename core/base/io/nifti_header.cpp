#include "core/base/io/nifti_header.h"

#include <nifti1_io.h>
#include <zlib.h>

#include <cmath>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "core/base/io/box.h"
#include "core/base/io/formats.h"

namespace larmor::io {
namespace {

constexpr std::size_t kHeaderBytes = sizeof(nifti_1_header);
static_assert(kHeaderBytes == 348);

std::optional<ElementType> elementType(int datatype) {
    switch (datatype) {
        case DT_UINT8:
            return ElementType::UInt8;
        case DT_INT8:
            return ElementType::Int8;
        case DT_INT16:
            return ElementType::Int16;
        case DT_UINT16:
            return ElementType::UInt16;
        case DT_INT32:
            return ElementType::Int32;
        case DT_UINT32:
            return ElementType::UInt32;
        case DT_INT64:
            return ElementType::Int64;
        case DT_UINT64:
            return ElementType::UInt64;
        case DT_FLOAT32:
            return ElementType::Float32;
        case DT_FLOAT64:
            return ElementType::Float64;
        case DT_COMPLEX64:
            return ElementType::Complex64;
        case DT_COMPLEX128:
            return ElementType::Complex128;
        default:
            return std::nullopt;
    }
}

Shape shapeOf(const std::string& path, const nifti_1_header& raw) {
    if (raw.dim[0] < 1 || raw.dim[0] > 7) throw IoError(path, "", "1 to 7 dimensions", fmt::format("{} dimensions", raw.dim[0]));
    Shape dims(raw.dim + 1, raw.dim + 1 + raw.dim[0]);
    while (dims.size() > 1 && dims.back() == 1) dims.pop_back();
    return reversed(dims);
}

std::uint64_t dataOffset(const std::string& path, const nifti_1_header& raw, bool isSingleFile) {
    const double least = isSingleFile ? static_cast<double>(kHeaderBytes) : 0;
    const double offset = raw.vox_offset;
    if (!std::isfinite(offset) || offset < 0 || offset > 1e15)
        throw IoError(path, "", "data after the header", fmt::format("data at byte {}", offset));
    return static_cast<std::uint64_t>(std::max(offset, least));
}

bool isPacked(const std::string& path) {
    return readHead(path, 2) == "\x1f\x8b";
}

void readAffine(const std::string& path, const nifti_1_header& original, NiftiHeader& header) {
    nifti_set_debug_level(0);
    const std::unique_ptr<nifti_image, void (*)(nifti_image*)> image(nifti_convert_nhdr2nim(original, path.c_str()), nifti_image_free);
    if (!image) throw IoError(path, "", "a NIfTI header", "one that libnifti refuses");
    const auto spacing = [](float mm) { return std::isfinite(mm) && mm != 0 ? std::abs(static_cast<double>(mm)) : 1.0; };
    header.spacingMm = {spacing(image->dx), spacing(image->dy), spacing(image->dz)};
    if (image->sform_code <= 0 && image->qform_code <= 0) return;
    const mat44& matrix = image->sform_code > 0 ? image->sto_xyz : image->qto_xyz;
    std::array<std::array<double, 4>, 3> rows{};
    for (std::size_t r = 0; r < 3; ++r)
        for (std::size_t c = 0; c < 4; ++c) rows[r][c] = static_cast<double>(matrix.m[r][c]);
    for (std::size_t c = 0; c < 3; ++c) {
        const double length = std::hypot(rows[0][c], rows[1][c], rows[2][c]);
        if (!std::isfinite(length) || length < 1e-9) return;  // no direction: as good as none
    }
    header.toPatient = rows;
}

std::array<double, 3> columnOf(const NiftiHeader& header, std::size_t column) {
    const auto& rows = *header.toPatient;
    return {-rows[0][column], -rows[1][column], rows[2][column]};  // RAS+ to LPS
}

std::array<double, 3> unit(const std::array<double, 3>& v) {
    const double length = std::hypot(v[0], v[1], v[2]);
    return {v[0] / length, v[1] / length, v[2] / length};
}

}  // namespace

std::string readUnpackedHead(const std::string& path, std::size_t bytes) {
    const std::unique_ptr<gzFile_s, int (*)(gzFile_s*)> file(gzopen(path.c_str(), "rb"), gzclose);
    std::string head(bytes, '\0');
    const int got = file ? gzread(file.get(), head.data(), static_cast<unsigned>(bytes)) : 0;
    head.resize(static_cast<std::size_t>(std::max(got, 0)));
    return head;
}

bool looksLikeNifti(std::string_view head) {
    if (head.size() < kHeaderBytes) return false;
    const std::string_view size = head.substr(0, 4), magic = head.substr(344, 4);
    return (size == std::string_view("\x5c\x01\0\0", 4) || size == std::string_view("\0\0\x01\x5c", 4)) &&
           (magic == std::string_view("n+1\0", 4) || magic == std::string_view("ni1\0", 4));
}

NiftiHeader readNiftiHeader(const std::string& path) {
    const std::string head = readUnpackedHead(path, kHeaderBytes);
    if (!looksLikeNifti(head)) throw IoError(path, "", "a NIfTI-1 header", "another kind of file");
    nifti_1_header raw{};
    std::memcpy(&raw, head.data(), kHeaderBytes);
    const nifti_1_header original = raw;
    NiftiHeader header;
    header.layout.swapped = raw.sizeof_hdr != static_cast<int>(kHeaderBytes);
    if (header.layout.swapped) swap_nifti_header(&raw, 1);
    const auto type = elementType(raw.datatype);
    if (!type) throw IoError(path, "", "real, complex or whole numbers", fmt::format("NIfTI data type {}", raw.datatype));
    header.layout.type = *type;
    header.layout.shape = shapeOf(path, raw);
    const bool isSingleFile = std::string_view(raw.magic, 3) == "n+1";
    header.layout.offset = dataOffset(path, raw, isSingleFile);
    header.dataPath = isSingleFile ? path : withoutExtension(path) + ".img";
    const std::uint64_t claimed = claimedBytes(path, "", header.layout.shape, byteSize(*type));
    if (isPacked(header.dataPath))
        checkUnpacked(header.dataPath, "", claimed, stampOf(header.dataPath).bytes);
    else
        checkFits(header.dataPath, "", header.layout.offset, claimed, stampOf(header.dataPath).bytes);
    if (std::isfinite(raw.scl_slope) && raw.scl_slope != 0) {
        header.slope = static_cast<double>(raw.scl_slope);
        header.intercept = std::isfinite(raw.scl_inter) ? static_cast<double>(raw.scl_inter) : 0;
    }
    readAffine(path, original, header);
    return header;
}

bool mustFlipRows(const NiftiHeader& header) {
    if (!header.toPatient) return true;
    const auto row = columnOf(header, 1);  // LPS: towards the back, towards the head
    return std::abs(row[1]) >= std::abs(row[2]) ? row[1] < 0 : row[2] > 0;
}

Geometry geometryOf(const NiftiHeader& header) {
    Geometry geometry;
    geometry.pixel = PixelSize{header.spacingMm[1], header.spacingMm[0]};
    if (!header.toPatient) return geometry;
    const auto x = columnOf(header, 0), y = columnOf(header, 1), z = columnOf(header, 2);
    const double sign = mustFlipRows(header) ? -1 : 1;
    const auto& shape = header.layout.shape;
    const double rows = shape.size() > 1 ? static_cast<double>(shape[shape.size() - 2]) : 1;
    PatientGeometry patient;
    patient.phaseDirection = unit(x);
    patient.readoutDirection = unit({sign * y[0], sign * y[1], sign * y[2]});
    patient.sliceDirection = unit(z);
    patient.firstPixelMm = columnOf(header, 3);
    if (sign < 0)
        for (std::size_t d = 0; d < 3; ++d) patient.firstPixelMm[d] += y[d] * (rows - 1);
    patient.sliceSpacingMm = std::hypot(z[0], z[1], z[2]);
    geometry.patient = patient;
    return geometry;
}

}  // namespace larmor::io
