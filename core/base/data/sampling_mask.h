#pragma once
// Which samples are kept: a value, [readout, phase], 1 kept and 0 left out.

#include <cstdint>
#include <string>

#include "core/base/array.h"

namespace larmor {

class LARMOR_BASE_EXPORT SamplingMask {
public:
    SamplingMask() = default;
    /// @param samples  [readout, phase], any non-zero value is kept.
    /// @param description  how it was made: "equispaced:R=4,acs=24,seed=1" or "file mask.npy"
    SamplingMask(ByteArray samples, std::string description);
    /// All samples kept.
    static SamplingMask full(std::int64_t readout, std::int64_t phase);
    /// Lines along readout, one value a phase-encode column.
    static SamplingMask fromColumns(const std::vector<std::uint8_t>& columns, std::int64_t readout, std::string description);

    [[nodiscard]] std::int64_t readout() const { return m_samples.extent(0); }
    [[nodiscard]] std::int64_t phase() const { return m_samples.extent(1); }
    [[nodiscard]] const ByteArray& samples() const { return m_samples; }
    [[nodiscard]] const std::string& description() const { return m_description; }
    [[nodiscard]] bool empty() const { return m_samples.empty(); }

    [[nodiscard]] std::int64_t keptCount() const;
    [[nodiscard]] std::int64_t sampleCount() const { return m_samples.size(); }
    /// sampleCount / keptCount, ACS counted. Infinite for an empty mask.
    [[nodiscard]] double acceleration() const;
    /// True if every phase-encode column is wholly kept or wholly left out.
    [[nodiscard]] bool isColumnwise() const;
    /// True if every readout row is wholly kept or left out, and the mask is not columnwise: undersampled along readout.
    [[nodiscard]] bool isRowwise() const;
    [[nodiscard]] bool keepsAll() const { return keptCount() == sampleCount(); }

    friend bool operator==(const SamplingMask&, const SamplingMask&) = default;

private:
    ByteArray m_samples;
    std::string m_description;
};

/// Samples kept by both. @throws ShapeError
[[nodiscard]] LARMOR_BASE_EXPORT SamplingMask intersect(const SamplingMask& a, const SamplingMask& b);

/// k-space [coil, readout, phase] with the samples that the mask leaves out set to zero. @throws ShapeError, with the
/// reason "transposed" where the mask fits only when its axes are swapped.
[[nodiscard]] LARMOR_BASE_EXPORT ComplexArray applyMask(ComplexArray kspace, const SamplingMask& mask);

/// The samples of a slice [coil, readout, phase] that are not exactly zero in every coil: what the scanner acquired.
[[nodiscard]] LARMOR_BASE_EXPORT SamplingMask acquiredSamples(const ComplexArray& kspace);

}  // namespace larmor
