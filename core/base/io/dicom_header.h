#pragma once
// What Larmor needs of a DICOM file: where its pixels lie, how they are scaled, and where they lie in the patient. Names and numbers of
// patients are not read. DICOM PS3.5, sections 7.1 (elements) and 7.5 (sequences).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace larmor::io {

/// Of a frame; what an enhanced file says once for all frames is copied to each.
struct DicomFrame {
    std::optional<std::array<double, 3>> positionMm;   ///< centre of the first pixel, LPS
    std::optional<std::array<double, 6>> orientation;  ///< unit vectors along a row and along a column
    std::optional<std::array<double, 2>> spacingMm;    ///< between rows, between columns
    std::optional<double> thicknessMm;
    double slope = 1, intercept = 0;
};

struct DicomHeader {
    std::int64_t rows = 0, columns = 0, instance = 0;
    std::int64_t bits = 0, bitsStored = 0;  ///< of a pixel: the room it takes, and what of it counts
    bool isSigned = false;
    std::string series;  ///< SeriesInstanceUID
    std::vector<DicomFrame> frames;
    std::uint64_t pixelsAt = 0;  ///< offset in the file of rows x columns pixels for each frame
};

/// True for "DICM" behind 128 bytes.
[[nodiscard]] bool isDicomFile(const std::string& path);
/// @throws IoError for files that are damaged, hold colours, phase or no pixels at all, or are compressed.
[[nodiscard]] DicomHeader readDicomHeader(const std::string& path);

}  // namespace larmor::io
