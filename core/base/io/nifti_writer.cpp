#include "core/base/io/nifti_writer.h"

#include <nifti1_io.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>

#include "core/base/io/file_facts.h"
#include "core/base/io/raw_writers.h"
#include "core/base/version.h"

namespace larmor::io {
namespace {

/// Slices first, first + step, first + 2 step ... of the acquisition.
struct SliceSteps {
    double first = 0, step = 1;
};

/// Absent where they do not follow each other in equal steps.
std::optional<SliceSteps> stepsOf(const std::vector<std::int64_t>& slices, std::int64_t count) {
    if (static_cast<std::int64_t>(slices.size()) != count) return std::nullopt;
    const std::int64_t step = count > 1 ? slices[1] - slices[0] : 1;
    if (step == 0) return std::nullopt;
    for (std::size_t i = 1; i < slices.size(); ++i)
        if (slices[i] - slices[i - 1] != step) return std::nullopt;
    return SliceSteps{static_cast<double>(slices.front()), static_cast<double>(step)};
}

/// The images as volumes: the places of the first, and how many there are.
struct Volumes {
    std::vector<std::int64_t> places;
    std::int64_t count = 1;
    bool regular = true;  ///< each holds the same places
};

Volumes volumesOf(const std::vector<std::int64_t>& slices, std::int64_t places) {
    if (places < 1 || slices.empty()) return {slices, 1, true};
    Volumes volumes;
    for (const auto slice : slices)
        if (slice / places == slices.front() / places) volumes.places.push_back(slice % places);
    const auto each = volumes.places.size();
    volumes.count = static_cast<std::int64_t>(slices.size() / each);
    for (std::size_t i = 0; i < slices.size(); ++i)
        if (slices.size() % each != 0 || slices[i] % places != volumes.places[i % each] || slices[i] / places != slices[i - i % each] / places)
            return {slices, 1, false};
    return volumes;
}

/// Between the images in mm. Absent where it is not known or not one number.
std::optional<double> spacingOf(const Geometry& geometry, const std::optional<SliceSteps>& steps) {
    const double each = geometry.patient ? geometry.patient->sliceSpacingMm : geometry.sliceThicknessMm.value_or(0);
    return steps && each > 0 ? std::optional(each * std::abs(steps->step)) : std::nullopt;
}

/// Voxel (i, j, k) to RAS+ mm. Our geometry is LPS, so the first two rows change sign.
mat44 affineOf(const PatientGeometry& patient, const PixelSize& pixel, double rows, const SliceSteps& steps) {
    mat44 matrix{};
    const double spacing = patient.sliceSpacingMm;
    for (std::size_t r = 0; r < 3; ++r) {
        const double sign = r < 2 ? -1 : 1;
        const double down = patient.readoutDirection[r] * pixel.readoutMm;
        const double values[4]{patient.phaseDirection[r] * pixel.phaseMm, -down, patient.sliceDirection[r] * spacing * steps.step,
                               patient.firstPixelMm[r] + patient.sliceDirection[r] * spacing * steps.first + down * (rows - 1)};
        for (std::size_t c = 0; c < 4; ++c) matrix.m[r][c] = static_cast<float>(sign * values[c]);
    }
    matrix.m[3][3] = 1;
    return matrix;
}

void setAffine(nifti_1_header& header, const mat44& matrix, short code) {
    std::memcpy(header.srow_x, matrix.m[0], sizeof header.srow_x);
    std::memcpy(header.srow_y, matrix.m[1], sizeof header.srow_y);
    std::memcpy(header.srow_z, matrix.m[2], sizeof header.srow_z);
    header.sform_code = code;
    if (code == NIFTI_XFORM_UNKNOWN) return;
    float dx = 0, dy = 0, dz = 0, qfac = 1;
    nifti_mat44_to_quatern(matrix, &header.quatern_b, &header.quatern_c, &header.quatern_d, &header.qoffset_x, &header.qoffset_y,
                           &header.qoffset_z, &dx, &dy, &dz, &qfac);
    header.qform_code = code;
    header.pixdim[0] = qfac;
}

nifti_1_header headerOf(const ImageStack& images, const Volumes& volumes) {
    const ComplexArray& pixels = images.pixels;
    nifti_1_header header{};
    header.sizeof_hdr = sizeof header;
    header.regular = 'r';
    header.dim[0] = 3;
    for (std::size_t d = 0; d < 3; ++d) header.dim[3 - d] = static_cast<short>(pixels.extent(d));
    std::fill(header.dim + 4, header.dim + 8, short{1});
    if (volumes.count > 1) {
        header.dim[0] = 4;
        header.dim[3] = static_cast<short>(volumes.places.size());
        header.dim[4] = static_cast<short>(volumes.count);
    }
    header.datatype = DT_FLOAT32;
    header.bitpix = 32;
    header.vox_offset = 352;
    header.scl_slope = 1;
    const auto steps = volumes.regular ? stepsOf(volumes.places, pixels.extent(0) / volumes.count) : std::nullopt;
    const auto spacing = spacingOf(images.geometry, steps);
    header.xyzt_units = images.geometry.pixel && spacing ? NIFTI_UNITS_MM : NIFTI_UNITS_UNKNOWN;
    std::snprintf(header.descrip, sizeof header.descrip, "Larmor %s%s; research use only%s", version().c_str(),
                  images.simulated ? "; simulated" : "", spacing ? "" : "; slice spacing unknown");
    std::memcpy(header.magic, "n+1", 4);
    const PixelSize pixel = images.geometry.pixel.value_or(PixelSize{});
    const auto& patient = images.geometry.patient;
    const float sizes[4]{1, static_cast<float>(pixel.phaseMm), static_cast<float>(pixel.readoutMm), static_cast<float>(spacing.value_or(1))};
    std::copy_n(sizes, 4, header.pixdim);
    if (patient && spacing) {
        setAffine(header, affineOf(*patient, pixel, static_cast<double>(pixels.extent(1)), *steps), NIFTI_XFORM_SCANNER_ANAT);
    } else {
        const mat44 scaling{{{sizes[1], 0, 0, 0}, {0, sizes[2], 0, 0}, {0, 0, sizes[3], 0}, {0, 0, 0, 1}}};
        setAffine(header, scaling, NIFTI_XFORM_UNKNOWN);
    }
    return header;
}

RealArray flippedMagnitude(const ComplexArray& pixels) {
    const std::int64_t slices = pixels.extent(0), rows = pixels.extent(1), columns = pixels.extent(2);
    RealArray out(pixels.shape());
    for (std::int64_t s = 0; s < slices; ++s)
        for (std::int64_t r = 0; r < rows; ++r)
            for (std::int64_t c = 0; c < columns; ++c) out(s, rows - 1 - r, c) = std::abs(pixels(s, r, c));
    return out;
}

void writePacked(const std::string& path, std::span<const std::byte> bytes) {
    const std::unique_ptr<gzFile_s, int (*)(gzFile_s*)> file(gzopen(path.c_str(), "wb6"), gzclose);
    std::size_t done = 0;
    while (file && done < bytes.size()) {
        const int count =
            gzwrite(file.get(), bytes.data() + done, static_cast<unsigned>(std::min<std::size_t>(bytes.size() - done, 1U << 30)));
        if (count <= 0) break;
        done += static_cast<std::size_t>(count);
    }
    if (!file || done != bytes.size() || gzflush(file.get(), Z_FINISH) != Z_OK)
        throw IoError(path, "", "a file that can be written", "the disk refuses it", "Free some space or choose another folder.");
}

}  // namespace

void writeNifti(const std::string& path, const ImageStack& images, const std::vector<std::int64_t>& slices, std::int64_t places) {
    for (const std::int64_t extent : images.pixels.shape())
        if (extent > 32767) throw IoError(path, "", "at most 32767 pixels a side in NIfTI", toText(images.pixels.shape()));
    const nifti_1_header header = headerOf(images, volumesOf(slices, places));
    const RealArray values = flippedMagnitude(images.pixels);
    std::vector<std::byte> bytes(352 + values.values().size_bytes());
    std::memcpy(bytes.data(), &header, sizeof header);
    std::memcpy(bytes.data() + 352, values.data(), values.values().size_bytes());
    if (extensionOf(path) == ".nii.gz") return writePacked(path, bytes);
    FileWriter out(path);
    out.write(bytes.data(), bytes.size());
    out.close();
}

}  // namespace larmor::io
