#include "core/session/volume_scan.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/session/engine_host.h"

namespace larmor::session {

namespace {

/// Phase encode, partition, readout in place of readout, phase encode, partition.
FieldOfView turned(const FieldOfView& fov) {
    return {fov.phaseMm, fov.partitionMm, fov.readoutMm};
}

Geometry turned(const Geometry& geometry) {
    Geometry result;
    if (!geometry.pixel) return result;
    result.sliceThicknessMm = geometry.pixel->readoutMm;
    if (!geometry.sliceThicknessMm) return result;
    result.pixel = PixelSize{geometry.pixel->phaseMm, *geometry.sliceThicknessMm};
    if (const auto& patient = geometry.patient)
        result.patient = PatientGeometry{patient->phaseDirection, patient->sliceDirection, patient->readoutDirection, patient->firstPixelMm,
                                         geometry.pixel->readoutMm};
    return result;
}

AcquisitionHeader headerOf(const AcquisitionHeader& planes, std::int64_t partitions) {
    AcquisitionHeader header = planes;
    const std::int64_t shown = planes.recon.partition > 1 ? std::min(planes.recon.partition, partitions) : partitions;
    header.encoded = {planes.encoded.phase, partitions, 1};
    header.recon = {planes.recon.phase, shown, 1};
    std::erase_if(header.imageDims, [](const NamedDim& dim) { return dim.dim == Dim::Partition; });
    header.imageDims.back().size *= planes.recon.readout;
    if (planes.encodedFov) header.encodedFov = turned(*planes.encodedFov);
    if (planes.reconFov) header.reconFov = turned(*planes.reconFov);
    header.geometry = turned(planes.geometry);
    header.phaseBegin = 0;
    header.phaseEnd = partitions;
    header.acquiredMask.reset();
    header.provenance.notes.push_back(
        fmt::format("3D k-space: the readout is transformed and its {} places are the slices; what is called readout and "
                    "phase encode are phase encode and partitions",
                    planes.recon.readout));
    return header;
}

/// Zeros of all coils between samples of a line: a few are chance, or noiseless data that is simulated; many are a pattern.
void checkReadout(const ComplexArray& plane, std::int64_t partition) {
    const std::int64_t readout = plane.extent(1), phase = plane.extent(2);
    const auto isZero = [&](std::int64_t r, std::int64_t p) {
        for (std::int64_t c = 0; c < plane.extent(0); ++c)
            if (plane(c, r, p) != cfloat{}) return false;
        return true;
    };
    for (std::int64_t p = 0; p < phase; ++p) {
        std::int64_t first = readout, last = -1, zeros = 0;
        for (std::int64_t r = 0; r < readout; ++r) {
            if (isZero(r, p)) {
                ++zeros;
                continue;
            }
            first = std::min(first, r);
            last = r;
        }
        const std::int64_t gaps = zeros - (readout - 1 - last) - first;
        if (last >= 0 && 5 * gaps > 2 * (last - first + 1))
            throw InputError(
                fmt::format("The line at phase encode {} of partition {} has {} gaps between its samples: 3D k-space that is undersampled "
                            "along the readout cannot be taken apart into slices.",
                            p, partition, gaps),
                "Name the axis that is sampled in full as the readout with --dims.");
    }
}

}  // namespace

VolumeScan::VolumeScan(AcquisitionPtr planes, std::int64_t blockBytes) : m_planes(std::move(planes)) {
    const AcquisitionHeader& from = m_planes->header();
    m_partitions = from.sizeOf(Dim::Partition);
    m_slabs = from.sizeOf(Dim::Slice);
    m_places = from.recon.readout;
    m_header = headerOf(from, m_partitions);
    const auto placeBytes = static_cast<std::int64_t>(sizeof(cfloat)) * from.coils * from.encoded.phase * m_partitions;
    m_blockPlaces = std::clamp<std::int64_t>(blockBytes / std::max<std::int64_t>(1, placeBytes), 1, m_places);
}

ComplexArray VolumeScan::readSlice(std::int64_t index) const {
    return *readPlace(index, m_images, [this](std::int64_t plane) { return std::optional(m_planes->readSlice(plane)); });
}

std::optional<ComplexArray> VolumeScan::readCalibration(std::int64_t index) const {
    return readPlace(index, m_calibration, [this](std::int64_t plane) { return m_planes->readCalibration(plane); });
}

std::optional<ComplexArray> VolumeScan::readPlace(std::int64_t index, Block& block, const ReadPlane& read) const {
    if (index < 0 || index >= m_header.sliceCount())
        throw InputError(fmt::format("{}: slice {} of {} slices.", m_header.provenance.path, index + 1, m_header.sliceCount()));
    const std::int64_t volume = index / m_places, place = index % m_places, first = place / m_blockPlaces * m_blockPlaces;
    const std::lock_guard lock(m_mutex);
    if (block.volume != volume || block.first != first) {
        block = {};
        block.samples = transformed(volume, first, read);
        block.volume = volume;
        block.first = first;
    }
    return block.samples ? std::optional(block.samples->slice(place - first)) : std::nullopt;
}

std::optional<ComplexArray> VolumeScan::transformed(std::int64_t volume, std::int64_t first, const ReadPlane& read) const {
    const AcquisitionHeader& from = m_planes->header();
    const std::int64_t coils = from.coils, readout = from.encoded.readout, phase = from.encoded.phase;
    const std::int64_t count = std::min(m_blockPlaces, m_places - first), offset = readout / 2 - m_places / 2 + first;
    const std::int64_t outer = volume / m_slabs, slab = volume % m_slabs;
    std::optional<ComplexArray> block;
    for (std::int64_t partition = 0; partition < m_partitions; ++partition) {
        const auto plane = read((outer * m_partitions + partition) * m_slabs + slab);
        if (!plane) continue;
        checkReadout(*plane, partition);
        ComplexArray lines({coils * phase, readout, 1});
        for (std::int64_t c = 0; c < coils; ++c)
            for (std::int64_t r = 0; r < readout; ++r)
                for (std::int64_t p = 0; p < phase; ++p) lines[(c * phase + p) * readout + r] = (*plane)(c, r, p);
        lines = engine().ifft2c(lines);  // over the readout alone: the other axis has one element
        if (!block) block.emplace(Shape{count, coils, phase, m_partitions});
        for (std::int64_t i = 0; i < count; ++i)
            for (std::int64_t line = 0; line < coils * phase; ++line)
                (*block)[(i * coils * phase + line) * m_partitions + partition] = lines[line * readout + offset + i];
    }
    return block;
}

AcquisitionPtr withReadoutTransformed(AcquisitionPtr acquisition) {
    if (acquisition->header().sizeOf(Dim::Partition) < 2) return acquisition;
    return std::make_shared<VolumeScan>(std::move(acquisition));
}

}  // namespace larmor::session
