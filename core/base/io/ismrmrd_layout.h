#pragma once
// Which line of an ISMRMRD file belongs where: images, calibration, noise, and what is left out.

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/data/acquisition.h"
#include "core/base/io/ismrmrd_lines.h"
#include "core/base/io/ismrmrd_xml.h"

namespace larmor::io {

/// A line and the place of its samples in the encoded matrix.
struct PlacedLine {
    std::uint32_t line = 0;   ///< index into IsmrmrdLayout::lines
    std::int64_t column = 0;  ///< phase encode
    std::int64_t row = 0;     ///< readout index of the first sample that is kept
};

struct IsmrmrdLayout {
    std::vector<IsmrmrdLine> lines;
    std::vector<std::uint32_t> noise;
    /// One a flat index into AcquisitionHeader::imageDims, sorted by column.
    std::vector<std::vector<PlacedLine>> images, calibration;
};

/// Sorts the lines and fills coils, imageDims, encoded, phaseBegin, phaseEnd, acquiredMask and notes of the header. Phase encode k goes to
/// column k + encoded / 2 - centre of the limits, sample centre_sample to row encoded / 2 (Gadgetron's BucketToBuffer); lines that fall
/// outside, and those that are no part of an image, are left out and counted in the notes.
/// @throws IoError where nothing is left, channels differ, or the header claims a matrix that the lines cannot fill.
[[nodiscard]] IsmrmrdLayout layOutLines(std::vector<IsmrmrdLine> lines, const IsmrmrdEncoding& encoding, const std::string& path,
                                        AcquisitionHeader& header);

/// Samples of the line that are kept.
[[nodiscard]] std::int64_t keptSamples(const IsmrmrdLine& line);

}  // namespace larmor::io
