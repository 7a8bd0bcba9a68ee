#include "core/base/io/ismrmrd_geometry.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace larmor::io {
namespace {

using Vector = std::array<double, 3>;

double dot(const Vector& a, const Vector& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector toVector(const std::array<float, 3>& v) {
    return {v[0], v[1], v[2]};
}

/// Pixels of the encoded matrix that show the reconstructed field of view.
std::int64_t shownPixels(double encodedMm, double reconMm, std::int64_t encoded, std::int64_t recon) {
    if (encodedMm <= 0 || reconMm <= 0) return std::min(encoded, recon);
    return std::clamp<std::int64_t>(std::llround(static_cast<double>(encoded) * reconMm / encodedMm), 1, encoded);
}

void readMatrix(const IsmrmrdEncoding& encoding, AcquisitionHeader& header) {
    const Matrix encoded = header.encoded;
    header.recon = encoded;
    header.encodedFov = encoding.encodedFov;
    if (!encoding.recon) return;
    const FieldOfView from = encoding.encodedFov.value_or(FieldOfView{}), to = encoding.reconFov.value_or(FieldOfView{});
    const Matrix asked = *encoding.recon;
    header.recon = {shownPixels(from.readoutMm, to.readoutMm, encoded.readout, asked.readout),
                    shownPixels(from.phaseMm, to.phaseMm, encoded.phase, asked.phase),
                    encoded.partition > 1 ? shownPixels(from.partitionMm, to.partitionMm, encoded.partition, asked.partition) : 1};
    if (header.recon.readout != asked.readout || header.recon.phase != asked.phase)
        header.provenance.notes.push_back(
            fmt::format("the header asks for a matrix of {} x {}: the field of view is that, pixels stay those that "
                        "were encoded, {} x {}",
                        asked.readout, asked.phase, header.recon.readout, header.recon.phase));
    header.reconFov = encoding.reconFov;
}

/// Unit vectors at right angles, as they must be.
std::optional<PatientGeometry> directionsOf(const IsmrmrdLine& line) {
    PatientGeometry patient{toVector(line.readout), toVector(line.phaseEncode), toVector(line.sliceNormal), {}, 0};
    for (const Vector& v : {patient.readoutDirection, patient.phaseDirection, patient.sliceDirection})
        if (!(std::abs(dot(v, v) - 1) < 0.01)) return std::nullopt;
    constexpr double kAngle = 0.01;
    if (!(std::abs(dot(patient.readoutDirection, patient.phaseDirection)) < kAngle) ||
        !(std::abs(dot(patient.readoutDirection, patient.sliceDirection)) < kAngle) ||
        !(std::abs(dot(patient.phaseDirection, patient.sliceDirection)) < kAngle))
        return std::nullopt;
    return patient;
}

/// First line of each slice that has one, in the order of slices, of the first of all other dimensions that hold lines.
std::vector<const IsmrmrdLine*> firstLines(const IsmrmrdLayout& layout, const AcquisitionHeader& header) {
    std::vector<const IsmrmrdLine*> first(static_cast<std::size_t>(header.imageDims.back().size), nullptr);
    for (std::size_t i = 0; i < layout.images.size(); ++i)
        if (auto& line = first[i % first.size()]; !line && !layout.images[i].empty()) line = &layout.lines[layout.images[i].front().line];
    return first;
}

/// Distance of neighbours along the normal; 0 where they do not follow each other evenly.
double spacingOf(const std::vector<const IsmrmrdLine*>& slices, const Vector& normal) {
    double spacing = 0;
    for (std::size_t i = 1; i < slices.size(); ++i) {
        if (!slices[i] || !slices[i - 1]) return 0;
        const double step = dot(toVector(slices[i]->position), normal) - dot(toVector(slices[i - 1]->position), normal);
        if (i == 1) spacing = step;
        if (!(std::abs(step - spacing) < 0.01 * std::abs(spacing) + 1e-3)) return 0;
    }
    return spacing;
}

void placeInPatient(const IsmrmrdLayout& layout, AcquisitionHeader& header) {
    const auto slices = firstLines(layout, header);
    const auto& pixel = header.geometry.pixel;
    if (slices.empty() || !slices.front() || !pixel) return;
    auto patient = directionsOf(*slices.front());
    if (!patient) return;
    const bool is3d = header.encoded.partition > 1;
    const double thickness = header.geometry.sliceThicknessMm.value_or(0);
    patient->sliceSpacingMm = is3d || slices.size() == 1 ? thickness : spacingOf(slices, patient->sliceDirection);
    if (!is3d && slices.size() > 1 && patient->sliceSpacingMm == 0) {
        header.provenance.notes.emplace_back("the slices do not lie evenly behind each other: their place in the patient is not used");
        return;
    }
    if (patient->sliceSpacingMm < 0) {
        for (double& part : patient->sliceDirection) part = -part;
        patient->sliceSpacingMm = -patient->sliceSpacingMm;
    }
    // Positions are those of the middle of the slice or slab: pixel n/2.
    patient->firstPixelMm = toVector(slices.front()->position);
    for (std::size_t i = 0; i < 3; ++i) {
        patient->firstPixelMm[i] -= static_cast<double>(header.recon.readout / 2) * pixel->readoutMm * patient->readoutDirection[i] +
                                    static_cast<double>(header.recon.phase / 2) * pixel->phaseMm * patient->phaseDirection[i];
        if (is3d) patient->firstPixelMm[i] -= static_cast<double>(header.recon.partition / 2) * thickness * patient->sliceDirection[i];
    }
    header.geometry.patient = patient;
}

}  // namespace

void describeGeometry(const IsmrmrdLayout& layout, const IsmrmrdEncoding& encoding, AcquisitionHeader& header) {
    readMatrix(encoding, header);
    if (encoding.encodedFov)
        header.geometry.pixel = PixelSize{encoding.encodedFov->readoutMm / static_cast<double>(header.encoded.readout),
                                          encoding.encodedFov->phaseMm / static_cast<double>(header.encoded.phase)};
    if (const auto& fov = encoding.encodedFov; header.encoded.partition > 1 && fov && fov->partitionMm > 0)
        header.geometry.sliceThicknessMm = fov->partitionMm / static_cast<double>(header.encoded.partition);
    else
        header.geometry.sliceThicknessMm = sliceThicknessOf(encoding);
    placeInPatient(layout, header);
}

}  // namespace larmor::io
