#include "core/session/reduced_scan.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/session/acquired.h"
#include "core/session/engine_host.h"

namespace larmor::session {

namespace {

constexpr std::int64_t kLeast = 16;

std::int64_t cut(std::int64_t size, std::int64_t factor) {
    return (size + factor / 2) / factor;
}

Matrix cut(const Matrix& matrix, std::int64_t factor) {
    return {cut(matrix.readout, factor), cut(matrix.phase, factor), matrix.partition};
}

/// The central samples, placed as centreFit() places them.
SamplingMask centreOf(const SamplingMask& mask, const Matrix& to) {
    ByteArray samples({to.readout, to.phase});
    const auto row = mask.readout() / 2 - to.readout / 2, column = mask.phase() / 2 - to.phase / 2;
    for (std::int64_t r = 0; r < to.readout; ++r)
        for (std::int64_t c = 0; c < to.phase; ++c) samples(r, c) = mask.samples()(row + r, column + c);
    return SamplingMask(std::move(samples), mask.description());
}

/// Pixels grow; the centre of the pixel at n/2 stays where it is.
void enlargePixels(Geometry& geometry, const Matrix& before, const Matrix& after, double readout, double phase) {
    if (!geometry.pixel) return;
    const PixelSize old = *geometry.pixel;
    geometry.pixel = PixelSize{old.readoutMm * readout, old.phaseMm * phase};
    if (!geometry.patient) return;
    const auto moved = [](std::int64_t from, double oldMm, std::int64_t to, double newMm) {
        return static_cast<double>(from / 2) * oldMm - static_cast<double>(to / 2) * newMm;
    };
    const double alongReadout = moved(before.readout, old.readoutMm, after.readout, geometry.pixel->readoutMm);
    const double alongPhase = moved(before.phase, old.phaseMm, after.phase, geometry.pixel->phaseMm);
    auto& patient = *geometry.patient;
    for (std::size_t i = 0; i < 3; ++i)
        patient.firstPixelMm[i] += alongReadout * patient.readoutDirection[i] + alongPhase * patient.phaseDirection[i];
}

AcquisitionHeader reduced(AcquisitionHeader header, std::int64_t factor) {
    const Matrix encoded = header.encoded, recon = header.recon;
    header.encoded = cut(encoded, factor);
    header.recon = cut(recon, factor);
    if (std::min({header.encoded.readout, header.encoded.phase, header.recon.readout, header.recon.phase}) < kLeast)
        throw InputError(
            fmt::format("At 1/{} of its size the matrix {} x {} is too small to be reconstructed.", factor, recon.readout, recon.phase),
            "Choose a larger size.");
    const double readout = static_cast<double>(encoded.readout) / static_cast<double>(header.encoded.readout);
    const double phase = static_cast<double>(encoded.phase) / static_cast<double>(header.encoded.phase);
    enlargePixels(header.geometry, recon, header.recon, readout, phase);
    if (header.reconFov) {
        header.reconFov->readoutMm *= readout * static_cast<double>(header.recon.readout) / static_cast<double>(recon.readout);
        header.reconFov->phaseMm *= phase * static_cast<double>(header.recon.phase) / static_cast<double>(recon.phase);
    }
    const auto first = encoded.phase / 2 - header.encoded.phase / 2;
    header.phaseBegin = std::clamp<std::int64_t>(header.phaseBegin - first, 0, header.encoded.phase);
    header.phaseEnd = std::clamp<std::int64_t>(header.phaseEnd - first, 0, header.encoded.phase);
    if (header.acquiredMask) header.acquiredMask = centreOf(*header.acquiredMask, header.encoded);
    return header;
}

}  // namespace

ReducedScan::ReducedScan(AcquisitionPtr whole, std::int64_t factor) : m_whole(std::move(whole)) {
    if (factor < 1) throw ParamError("reduce", fmt::format("{} is below 1", factor));
    m_header = reduced(m_whole->header(), factor);
}

ComplexArray ReducedScan::middleOf(const ComplexArray& kspace) const {
    auto middle = centreFit(kspace, m_header.encoded.readout, m_header.encoded.phase);
    const auto left = static_cast<double>(middle.extent(1) * middle.extent(2)), before = static_cast<double>(kspace.extent(1) * kspace.extent(2));
    const auto scale = static_cast<float>(std::sqrt(left / before));
    for (auto& sample : middle.values()) sample *= scale;
    return middle;
}

ComplexArray ReducedScan::readSlice(std::int64_t index) const {
    return middleOf(m_whole->readSlice(index));
}

std::optional<ComplexArray> ReducedScan::readCalibration(std::int64_t index) const {
    auto kspace = m_whole->readCalibration(index);
    if (kspace) kspace = centreFit(*kspace, m_header.encoded.readout, m_header.encoded.phase);
    return kspace;
}

MaskedSlice ReducedScan::readMasked(std::int64_t slice, const MaskChoice& choice) const {
    const Shape size{m_header.encoded.readout, m_header.encoded.phase};
    if (choice.drawn && choice.drawn->samples().shape() == size) return resolvedSlice(*this, slice, choice);
    auto masked = readMaskedSlice(*m_whole, slice, choice);
    masked.kspace = middleOf(masked.kspace);
    auto& mask = masked.mask;
    mask.mask = centreOf(mask.mask, m_header.encoded);
    if (mask.mask.keptCount() == 0)
        throw InputError("The mask keeps no sample of the middle of k-space.", "Choose another mask, or the full size.");
    mask.acquired = accelerationOf(acquiredMaskOf(m_header, masked.kspace), m_header);
    mask.total = accelerationOf(mask.mask, m_header);
    mask.extra = mask.total / mask.acquired;
    return masked;
}

RealArray ReducedScan::reducedImage(const RealArray& image) const {
    const auto& whole = m_whole->header().encoded;
    const auto stack = toComplex(image).reshaped({1, image.extent(0), image.extent(1)});
    const auto samples = engine().fft2c(centreFit(stack, whole.readout, whole.phase));
    const auto low = engine().ifft2c(middleOf(samples));
    return magnitude(centreFit(low, m_header.recon.readout, m_header.recon.phase)).slice(0);
}

std::optional<ReducedScan> reducedScanOf(const ReconstructionRequest& request) {
    if (request.reduction == 1) return std::nullopt;
    if (!request.mapsFile.empty())
        throw UsageError("Coil maps of a file are of the full matrix.", "Let the maps be estimated, or reconstruct at full size.");
    return ReducedScan(request.acquisition, request.reduction);
}

std::string sizeText(std::int64_t factor) {
    if (factor == 1) return "full size";
    if (factor == 2) return "half size";
    return factor == 4 ? "quarter size" : fmt::format("1/{} size", factor);
}

}  // namespace larmor::session
