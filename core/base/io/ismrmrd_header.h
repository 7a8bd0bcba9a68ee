#pragma once
// The XML header of ISMRMRD, written: of its own files and of fastMRI's `ismrmrd_header`.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/base/data/geometry.h"

namespace larmor::io {

/// What such a header says beyond the encoding.
struct IsmrmrdRemarks {
    /// Echo times, flip angles, field strength ... by the header's own names, several values separated by ", "; what the header has no
    /// name for by its own.
    std::map<std::string, std::string> facts;
    std::string contrast;    ///< the protocol's name, or what was written as contrast
    std::string simulation;  ///< how the data was simulated; empty: it was measured, or nobody says
};

/// Variance of the noise that a noise scan measures over that of the same bandwidth around the centre; 1 where the header does not say it.
[[nodiscard]] double ismrmrdNoiseBandwidth(const std::string& xml);

struct IsmrmrdHeader {
    Matrix encoded, recon;
    std::optional<FieldOfView> encodedFov, reconFov;  ///< absent: written as 0, which stands for unknown
    std::int64_t phaseBegin = 0, phaseEnd = 0;        ///< columns that the scanner filled
    std::int64_t phaseOrigin = 0;                     ///< column of phase encode 0
    IsmrmrdRemarks remarks;
};

/// Whole by the format's schema, so that libismrmrd reads it. Nothing of a patient: positions in the patient are those of the lines.
[[nodiscard]] std::string writeIsmrmrd(const IsmrmrdHeader& header);
/// Empty for XML that cannot be read. Subject and study are not looked at.
[[nodiscard]] IsmrmrdRemarks ismrmrdRemarks(const std::string& xml);

}  // namespace larmor::io
