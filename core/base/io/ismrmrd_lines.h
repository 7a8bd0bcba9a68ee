#pragma once
// The lines of an ISMRMRD file: their headers, read once, and where their samples lie.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/array.h"
#include "core/base/io/hdf5_heap.h"

namespace larmor::io {

/// Flags of a line by their number in the format, which counts from 1.
enum class IsmrmrdFlag : unsigned {
    Noise = 19,
    Calibration = 20,
    CalibrationAndImage = 21,
    Reversed = 22,
    Navigation = 23,
    PhaseCorrection = 24,
    HighPriorityFeedback = 26,
    Dummy = 27,
    RealTimeFeedback = 28,
    SurfaceCoilCorrection = 29,
    PhaseStabilisationReference = 30,
    PhaseStabilisation = 31
};

struct IsmrmrdLine {
    std::uint64_t flags = 0;
    std::uint16_t samples = 0, channels = 0, discardPre = 0, discardPost = 0, centre = 0, encoding = 0;
    std::uint16_t step1 = 0, step2 = 0, average = 0, slice = 0, contrast = 0, phase = 0, repetition = 0, set = 0;
    float dwellUs = 0;
    std::array<float, 3> position{}, readout{}, phaseEncode{}, sliceNormal{};
    HeapReference data;
    [[nodiscard]] bool has(IsmrmrdFlag flag) const { return (flags >> (static_cast<unsigned>(flag) - 1) & 1U) != 0; }
};

struct IsmrmrdLines {
    std::vector<IsmrmrdLine> lines;  ///< in the order of the file
    Hdf5Addresses addresses;
};

/// The group of an HDF5 file that holds `xml` and lines as `data`; `asked` or else "dataset" or else the first. Empty: there is none.
/// Never throws for a file that HDF5 can open.
[[nodiscard]] std::string findIsmrmrdGroup(const std::string& path, const std::string& asked);
/// @throws IoError for another layout of records, damaged ones, and lines that hold another number of samples than they say.
[[nodiscard]] IsmrmrdLines readIsmrmrdLines(const std::string& path, const std::string& group);

/// Samples of a line, [channel, sample], as they were stored. @throws IoError
[[nodiscard]] ComplexArray readIsmrmrdSamples(RawHdf5& file, const std::string& path, const IsmrmrdLine& line);

}  // namespace larmor::io
