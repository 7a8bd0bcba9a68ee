#pragma once
// The part of an ISMRMRD XML header that Larmor uses. Subject and study fields are neither read nor kept.

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/data/geometry.h"

namespace larmor::io {

struct IsmrmrdEncoding {
    std::optional<Matrix> encoded, recon;
    std::optional<FieldOfView> encodedFov, reconFov;
    std::optional<std::int64_t> phaseCentre, phaseMaximum;  ///< encodingLimits/kspace_encoding_step_1
};

/// The first encoding. @throws IoError naming `path` and `dataset` if it is no well-formed ISMRMRD header.
[[nodiscard]] IsmrmrdEncoding parseIsmrmrd(const std::string& xml, const std::string& path, const std::string& dataset);

/// Extent along the partitions divided by their number, of the reconstructed space or else the encoded one.
[[nodiscard]] std::optional<double> sliceThicknessOf(const IsmrmrdEncoding& encoding);

/// What writeIsmrmrd puts down.
struct IsmrmrdFacts {
    Matrix encoded, recon;
    std::optional<FieldOfView> encodedFov, reconFov;
    std::string contrast;
    std::int64_t phaseBegin = 0, phaseEnd = 0;  ///< columns that the scanner filled
};
[[nodiscard]] std::string writeIsmrmrd(const IsmrmrdFacts& facts);

}  // namespace larmor::io
