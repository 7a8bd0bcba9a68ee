#pragma once
// 3D Cartesian k-space as a stack of 2D problems: the readout is sampled in full, so it is transformed and becomes the slice axis.

#include <functional>
#include <memory>
#include <mutex>

#include "core/base/data/acquisition.h"
#include "core/session/slice_memory.h"

namespace larmor::session {

/// Slices are places along the readout, within the reconstructed matrix. Their k-space is [coil, phase encode, partition]: what is called
/// readout elsewhere is the first phase encode of the volume. Partitions are read one after the other; the places that are looked at are
/// kept, as many as a block of memory holds.
class VolumeScan final : public Acquisition {
public:
    /// @param planes  an acquisition with more than one partition, as one of its imageDims @param blockBytes  memory for what is kept
    explicit VolumeScan(AcquisitionPtr planes, std::int64_t blockBytes = sliceMemory());

    [[nodiscard]] const AcquisitionHeader& header() const override { return m_header; }
    /// @throws InputError also where lines are sampled with gaps along the readout, which makes the slices depend on each other.
    [[nodiscard]] ComplexArray readSlice(std::int64_t index) const override;
    [[nodiscard]] std::optional<ComplexArray> readNoise() const override { return m_planes->readNoise(); }
    [[nodiscard]] std::optional<ComplexArray> readCalibration(std::int64_t index) const override;

private:
    using ReadPlane = std::function<std::optional<ComplexArray>(std::int64_t)>;
    /// Neighbouring places of one volume.
    struct Block {
        std::int64_t volume = -1, first = 0;
        std::optional<ComplexArray> samples;  // [place, coil, phase, partition]; absent: no plane had any
    };
    [[nodiscard]] std::optional<ComplexArray> readPlace(std::int64_t index, Block& block, const ReadPlane& read) const;
    [[nodiscard]] std::optional<ComplexArray> transformed(std::int64_t volume, std::int64_t first, const ReadPlane& read) const;

    AcquisitionPtr m_planes;
    AcquisitionHeader m_header;
    std::int64_t m_partitions = 1, m_slabs = 1, m_places = 1, m_blockPlaces = 1;
    mutable std::mutex m_mutex;
    mutable Block m_images, m_calibration;
};

/// The acquisition itself, or as a volume where it has partitions.
[[nodiscard]] AcquisitionPtr withReadoutTransformed(AcquisitionPtr acquisition);

}  // namespace larmor::session
