#pragma once
// What is done to the coils of raw k-space before anything is reconstructed from it.

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "core/base/export.h"
#include "core/base/param_spec.h"

namespace larmor {

/// Where the covariance of the coils' noise is taken from.
enum class Whitening { None, NoiseScan, KspaceEdge };
/// One mixture of coils for the whole matrix, or one for each place along a fully sampled readout, aligned with its neighbours.
enum class CoilCompression { Svd, Geometric };

struct CoilPreparation {
    Whitening whitening = Whitening::None;
    std::int64_t virtualCoils = 0;  ///< coils after compression; 0: all there are
    CoilCompression compression = CoilCompression::Svd;
    bool virtualConjugates = false;  ///< adds the conjugate of each coil's mirrored k-space as further coils

    [[nodiscard]] bool isNothing() const { return *this == CoilPreparation{}; }
    [[nodiscard]] LARMOR_BASE_EXPORT nlohmann::json toJson() const;
    /// @throws InputError naming the field that is missing or wrong.
    [[nodiscard]] LARMOR_BASE_EXPORT static CoilPreparation fromJson(const nlohmann::json& json);
    friend bool operator==(const CoilPreparation&, const CoilPreparation&) = default;
};

/// Its members as a form shows them, by the names of toJson().
[[nodiscard]] LARMOR_BASE_EXPORT ParamList coilPreparationParameters();

/// "none", "noise-scan", "edge"; "svd", "geometric"
[[nodiscard]] LARMOR_BASE_EXPORT std::string toText(Whitening whitening);
[[nodiscard]] LARMOR_BASE_EXPORT std::string toText(CoilCompression compression);
/// @throws UsageError that lists the names there are.
[[nodiscard]] LARMOR_BASE_EXPORT Whitening whiteningFromText(const std::string& text);
[[nodiscard]] LARMOR_BASE_EXPORT CoilCompression coilCompressionFromText(const std::string& text);

}  // namespace larmor
