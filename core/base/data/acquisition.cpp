#include "core/base/data/acquisition.h"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace larmor {

namespace {
constexpr std::array kDimNames{"slice", "coil", "readout", "phase", "partition", "frame", "contrast", "repetition", "average", "set"};
}

std::string toText(Dim dim) {
    return kDimNames.at(static_cast<std::size_t>(dim));
}

Dim dimFromText(const std::string& text) {
    for (std::size_t i = 0; i < kDimNames.size(); ++i)
        if (text == kDimNames[i]) return static_cast<Dim>(i);
    throw UsageError(fmt::format("'{}' is not the name of a dimension.", text), fmt::format("There are: {}.", fmt::join(kDimNames, ", ")));
}

std::int64_t AcquisitionHeader::sliceCount() const {
    std::int64_t count = 1;
    for (const auto& dim : imageDims) count *= dim.size;
    return count;
}

std::int64_t AcquisitionHeader::sizeOf(Dim dim) const {
    for (const auto& each : imageDims)
        if (each.dim == dim) return each.size;
    return 1;
}

std::string AcquisitionHeader::describeSlice(std::int64_t index) const {
    if (index < 0 || index >= sliceCount())
        throw InputError(fmt::format("There is no slice {}: the data has {}.", index + 1, sliceCount()));
    std::string text;
    for (auto dim = imageDims.rbegin(); dim != imageDims.rend(); ++dim) {
        if (dim->size > 1 || dim->dim == Dim::Slice)
            text = fmt::format("{} {}{}{}", toText(dim->dim), index % dim->size + 1, text.empty() ? "" : ", ", text);
        index /= dim->size;
    }
    return text;
}

double AcquisitionHeader::readoutOversampling() const {
    return recon.readout > 0 ? static_cast<double>(encoded.readout) / static_cast<double>(recon.readout) : 1.0;
}

Acquisition::~Acquisition() = default;

std::optional<ComplexArray> Acquisition::readNoise() const {
    return std::nullopt;
}

std::optional<ComplexArray> Acquisition::readCalibration(std::int64_t) const {
    return std::nullopt;
}

}  // namespace larmor
