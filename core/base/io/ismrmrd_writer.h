#pragma once
// ISMRMRD files, written image after image: a line for each phase encode that was acquired.

#include <map>
#include <memory>
#include <string>

#include "core/base/data/acquisition.h"

namespace larmor::io {

/// The group `dataset` with `xml` and `data`, as libismrmrd writes it, and a group `provenance`. Set, repetition, contrast, frame, slice and
/// average are counters, partitions the second encoding step. Samples are the same bits. Lines that nobody acquired are left out; of a line,
/// the samples before the first and behind the last that were acquired. An image that was sampled with gaps along the readout has all its
/// lines in full: lines cannot tell gaps, so that zeros must.
class LARMOR_BASE_EXPORT IsmrmrdWriter {
public:
    /// @param header  of the scan @param provenance  attributes of the group of that name
    /// @throws IoError; UsageError where the scan is larger than the format's numbers
    IsmrmrdWriter(const std::string& path, const AcquisitionHeader& header, const std::map<std::string, std::string>& provenance);
    ~IsmrmrdWriter();  ///< removes the temporary file if finish() was not reached
    IsmrmrdWriter(const IsmrmrdWriter&) = delete;
    IsmrmrdWriter& operator=(const IsmrmrdWriter&) = delete;

    /// @param noise [coil, sample] @throws IoError, ShapeError
    void writeNoise(const ComplexArray& noise);
    /// @param index  flat index into the header's imageDims, each once @param kspace [coil, readout, phase]
    /// @param calibration  the same size, zero where nothing was measured: lines that the image has too are marked as both. May be null.
    /// @throws IoError, ShapeError
    void writeSlice(std::int64_t index, const ComplexArray& kspace, const ComplexArray* calibration);
    /// Whether an image was sampled with gaps along the readout, up to now.
    [[nodiscard]] bool hasGaps() const;
    /// @throws IoError, also where an image is missing
    void finish();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace larmor::io
