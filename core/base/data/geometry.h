#pragma once
#include <array>
#include <optional>

#include <cstdint>

namespace larmor {

struct Matrix {
    std::int64_t readout = 0, phase = 0, partition = 1;
    friend bool operator==(const Matrix&, const Matrix&) = default;
};

/// Extent of the encoded or reconstructed volume in mm.
struct FieldOfView {
    double readoutMm = 0, phaseMm = 0, partitionMm = 0;
    friend bool operator==(const FieldOfView&, const FieldOfView&) = default;
};

/// Size of a pixel in mm along readout and phase encode.
struct PixelSize {
    double readoutMm = 1, phaseMm = 1;
    friend bool operator==(const PixelSize&, const PixelSize&) = default;
};

/// Where the slices lie in the patient (DICOM LPS axes, mm). Only present where the file says so.
struct PatientGeometry {
    std::array<double, 3> readoutDirection{}, phaseDirection{}, sliceDirection{};  ///< unit vectors
    std::array<double, 3> firstPixelMm{};  ///< centre of pixel (0, 0) of slice 0
    double sliceSpacingMm = 0;
    friend bool operator==(const PatientGeometry&, const PatientGeometry&) = default;
};

struct Geometry {
    std::optional<PixelSize> pixel;         ///< unknown: shown with square pixels and a tag that says so
    std::optional<PatientGeometry> patient; ///< unknown: no orientation letters
    std::optional<double> sliceThicknessMm{};  ///< of a slice of the acquisition; neighbours are taken to lie that far apart
    friend bool operator==(const Geometry&, const Geometry&) = default;
};

}  // namespace larmor
