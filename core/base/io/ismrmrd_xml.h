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
    std::optional<std::int64_t> phaseCentre, phaseMaximum;      ///< encodingLimits/kspace_encoding_step_1
    std::optional<std::int64_t> phaseMinimum, partitionCentre;  ///< the same and kspace_encoding_step_2
    std::string trajectory;                                     ///< "cartesian", "radial", "epi" ...; empty where it is not said
};

/// @param encoding  which of the encodings, by encoding_space_ref
/// @throws IoError naming `path` and `dataset` if it is no well-formed ISMRMRD header or holds no such encoding.
[[nodiscard]] IsmrmrdEncoding parseIsmrmrd(const std::string& xml, const std::string& path, const std::string& dataset,
                                           std::size_t encoding = 0);

/// Extent along the partitions divided by their number, of the reconstructed space or else the encoded one.
[[nodiscard]] std::optional<double> sliceThicknessOf(const IsmrmrdEncoding& encoding);

}  // namespace larmor::io
