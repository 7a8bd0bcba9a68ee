#include "core/base/data/sampling_mask.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace larmor {

namespace {
bool rowIsUniform(const std::uint8_t* row, std::int64_t length) {
    return std::all_of(row, row + length, [&](auto v) { return v == *row; });
}

[[noreturn]] void refuseShape(const ComplexArray& kspace, const SamplingMask& mask) {
    const bool transposed = kspace.rank() == 3 && kspace.extent(1) == mask.phase() && kspace.extent(2) == mask.readout();
    const std::string found = toText(mask.samples().shape());
    const std::string expected = kspace.rank() == 3 ? fmt::format("[{}, {}] (readout, phase)", kspace.extent(1), kspace.extent(2))
                                                    : "k-space [coil, readout, phase]";
    if (transposed)
        throw ShapeError("mask", expected, found + ", which is transposed",
                         "Swap the two axes of the mask: rows are readout, columns phase encode.");
    throw ShapeError("mask", expected, found, "Make the mask for the encoded matrix of this scan.");
}
}  // namespace

SamplingMask::SamplingMask(ByteArray samples, std::string description)
    : m_samples(std::move(samples)), m_description(std::move(description)) {
    if (m_samples.rank() != 2) throw ShapeError("mask", "[readout, phase]", toText(m_samples.shape()));
    for (auto& value : m_samples.values()) value = value != 0 ? 1 : 0;
}

SamplingMask SamplingMask::full(std::int64_t readout, std::int64_t phase) {
    return SamplingMask(ByteArray({readout, phase}, 1), "all samples");
}

SamplingMask SamplingMask::fromColumns(const std::vector<std::uint8_t>& columns, std::int64_t readout, std::string description) {
    ByteArray samples({readout, static_cast<std::int64_t>(columns.size())});
    for (std::int64_t row = 0; row < readout; ++row) std::copy(columns.begin(), columns.end(), samples.block(row).begin());
    return SamplingMask(std::move(samples), std::move(description));
}

std::int64_t SamplingMask::keptCount() const {
    return std::count(m_samples.values().begin(), m_samples.values().end(), 1);
}

double SamplingMask::acceleration() const {
    const std::int64_t kept = keptCount();
    return kept > 0 ? static_cast<double>(sampleCount()) / static_cast<double>(kept) : std::numeric_limits<double>::infinity();
}

bool SamplingMask::isColumnwise() const {
    if (empty()) return false;
    const auto first = m_samples.block(0);
    for (std::int64_t row = 1; row < readout(); ++row)
        if (!std::equal(first.begin(), first.end(), m_samples.block(row).begin())) return false;
    return true;
}

bool SamplingMask::isRowwise() const {
    if (empty() || isColumnwise()) return false;
    for (std::int64_t row = 0; row < readout(); ++row)
        if (!rowIsUniform(m_samples.block(row).data(), phase())) return false;
    return true;
}

SamplingMask intersect(const SamplingMask& a, const SamplingMask& b) {
    checkShape(b.samples().shape(), a.samples().shape(), "mask");
    ByteArray samples = a.samples();
    for (std::int64_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<std::uint8_t>(samples[i] & b.samples()[i]);
    return SamplingMask(std::move(samples), b.description());
}

ComplexArray applyMask(ComplexArray kspace, const SamplingMask& mask) {
    if (mask.samples().rank() != 2) throw ShapeError("mask", "[readout, phase]", "no mask");
    if (kspace.rank() != 3 || kspace.extent(1) != mask.readout() || kspace.extent(2) != mask.phase()) refuseShape(kspace, mask);
    for (std::int64_t coil = 0; coil < kspace.extent(0); ++coil) {
        auto samples = kspace.block(coil);
        for (std::size_t i = 0; i < samples.size(); ++i)
            if (mask.samples().values()[i] == 0) samples[i] = 0;
    }
    return kspace;
}

SamplingMask acquiredSamples(const ComplexArray& kspace) {
    checkShape(kspace.shape(), {-1, -1, -1}, "k-space");
    ByteArray samples({kspace.extent(1), kspace.extent(2)});
    for (std::int64_t coil = 0; coil < kspace.extent(0); ++coil) {
        const auto values = kspace.block(coil);
        for (std::size_t i = 0; i < values.size(); ++i)
            if (values[i] != cfloat{}) samples.values()[i] = 1;
    }
    return SamplingMask(std::move(samples), "acquired samples");
}

}  // namespace larmor
