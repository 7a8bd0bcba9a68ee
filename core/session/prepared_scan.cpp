#include "core/session/prepared_scan.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/session/edge_noise.h"
#include "core/session/engine_host.h"
#include "core/session/virtual_conjugates.h"
#include "core/session/volume_scan.h"

namespace larmor::session {

namespace {

constexpr std::int64_t kMostSlices = 3;
constexpr std::int64_t kCentre = 24;  // samples of the middle of k-space that the mixture of a place is found from, along each axis

/// Slices are places along a readout.
bool isVolume(const AcquisitionPtr& scan) {
    return dynamic_cast<const VolumeScan*>(scan.get()) != nullptr;
}

/// A W, of one mixture A or one for each place.
ComplexArray after(const ComplexArray& A, const ComplexArray& W) {
    const auto in = W.extent(0), rows = A.size() / in;
    ComplexArray product(A.shape());
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t column = 0; column < in; ++column) {
            cfloat sum = 0;
            for (std::int64_t i = 0; i < in; ++i) sum += A[row * in + i] * W(i, column);
            product[row * in + column] = sum;
        }
    return product;
}

/// Samples of several slices behind one another, coil by coil.
ComplexArray joined(const std::vector<ComplexArray>& parts) {
    std::int64_t count = 0;
    for (const auto& part : parts) count += part.extent(1);
    ComplexArray all({parts.front().extent(0), count});
    for (std::int64_t coil = 0; coil < all.extent(0); ++coil) {
        auto to = all.block(coil).begin();
        for (const auto& part : parts) to = std::copy(part.block(coil).begin(), part.block(coil).end(), to);
    }
    return all;
}

}  // namespace

std::vector<std::int64_t> middleSlices(const AcquisitionHeader& header) {
    const auto slices = header.imageDims.back().size, others = header.sliceCount() / slices;
    const auto first = others / 2 * slices;
    std::vector<std::int64_t> middle;
    for (auto s = std::max<std::int64_t>(0, slices / 2 - kMostSlices / 2); s <= std::min(slices - 1, slices / 2 + kMostSlices / 2); ++s)
        middle.push_back(first + s);
    return middle;
}

PreparedScan::PreparedScan(AcquisitionPtr whole, const CoilPreparation& preparation, const MaskChoice& mask, AcquisitionPtr noise)
    : m_whole(std::move(whole)), m_noise(std::move(noise)), m_preparation(preparation), m_header(m_whole->header()) {
    if (preparation.virtualCoils > m_header.coils)
        throw UsageError(fmt::format("{} coils cannot be compressed to {}.", m_header.coils, preparation.virtualCoils),
                         fmt::format("Ask for 1 to {}.", m_header.coils));
    findMixture(mask);
    if (preparation.virtualCoils > 0) m_header.coils = preparation.virtualCoils;
    if (!preparation.virtualConjugates) return;
    m_header.coils *= 2;
    if (m_header.acquiredMask) m_header.acquiredMask = united(*m_header.acquiredMask, mirrored(*m_header.acquiredMask));
}

void PreparedScan::findMixture(const MaskChoice& mask) {
    const auto middle = middleSlices(m_whole->header());
    if (m_preparation.whitening != Whitening::None) m_mixture = coilLab().whitening(noiseOf(middle));
    if (m_preparation.virtualCoils == 0) return;
    m_byPlace = m_preparation.compression == CoilCompression::Geometric && isVolume(m_noise);
    if (m_byPlace) {
        const auto A = mixturesOfPlaces(mask);
        m_mixture = m_mixture ? after(A, *m_mixture) : A;
        return;
    }
    std::vector<CalibrationSlice> slices;
    for (const auto slice : middle) {
        auto masked = readMaskedSlice(*m_whole, slice, mask);
        checkLines(masked.mask.mask);
        slices.push_back({m_mixture ? coilLab().mixed(masked.kspace, *m_mixture) : std::move(masked.kspace), masked.mask.mask});
    }
    const auto A = m_preparation.compression == CoilCompression::Svd ? coilLab().compression(slices, m_preparation.virtualCoils)
                                                                     : coilLab().geometricCompression(slices, m_preparation.virtualCoils);
    m_mixture = m_mixture ? after(A, *m_mixture) : A;
}

/// [place, coil out, coil in], from the middle of the k-space of each place, in the middle one of several volumes.
ComplexArray PreparedScan::mixturesOfPlaces(const MaskChoice& mask) const {
    const auto places = m_whole->header().imageDims.back().size, volume = m_whole->header().sliceCount() / places / 2;
    const auto& encoded = m_whole->header().encoded;
    const auto rows = std::min(kCentre, encoded.readout), columns = std::min(kCentre, encoded.phase);
    ComplexArray centres({m_whole->header().coils, places, rows * columns});
    for (std::int64_t x = 0; x < places; ++x) {
        const auto samples = m_whole->readSlice(volume * places + x);
        if (std::all_of(samples.values().begin(), samples.values().end(), [](cfloat y) { return y == cfloat{}; })) continue;  // beside the object
        auto kspace = readMaskedSlice(*m_whole, volume * places + x, mask).kspace;
        if (m_mixture) kspace = coilLab().mixed(kspace, *m_mixture);
        const auto centre = centreFit(kspace, rows, columns);
        for (std::int64_t c = 0; c < m_whole->header().coils; ++c) std::copy(centre.block(c).begin(), centre.block(c).end(), &centres(c, x, 0));
    }
    // As k-space of which the places are the readout: a transform along the samples of a place changes no sum of products over them.
    std::vector<CalibrationSlice> one;
    one.push_back({engine().fft2c(centres), SamplingMask::full(places, rows * columns)});
    return coilLab().geometricCompression(one, m_preparation.virtualCoils);
}

ComplexArray PreparedScan::mixtureOf(std::int64_t index) const {
    return m_byPlace ? m_mixture->slice(index % m_mixture->extent(0)) : *m_mixture;
}

ComplexArray PreparedScan::noiseOf(const std::vector<std::int64_t>& slices) const {
    if (m_preparation.whitening == Whitening::NoiseScan) {
        if (auto noise = m_noise->readNoise()) {
            checkFinite(*noise, fmt::format("samples of the noise scan in {}", m_header.provenance.path), "Whiten with the edge of k-space: --whiten edge.");
            return std::move(*noise);
        }
        throw InputError(fmt::format("{} holds no noise scan.", m_header.provenance.path),
                         "Whiten with the edge of k-space: --whiten edge.");
    }
    std::vector<ComplexArray> parts;
    for (const auto slice : slices) {
        const auto kspace = readFiniteSlice(*m_noise, slice);
        parts.push_back(edgeNoise(kspace, acquiredMaskOf(m_noise->header(), kspace)));
    }
    return joined(parts);
}

void PreparedScan::checkLines(const SamplingMask& mask) const {
    if (m_byPlace || m_preparation.virtualCoils == 0 || m_preparation.compression == CoilCompression::Svd || mask.isColumnwise()) return;
    throw UsageError("A geometric compression needs lines that are fully sampled along readout, and here some are sampled in part.",
                     "Compress by SVD.");
}

ComplexArray PreparedScan::mixed(ComplexArray kspace, const SamplingMask& held, std::int64_t index) const {
    if (!m_mixture) return applyMask(std::move(kspace), held);
    // Mixtures that differ by place go through a transform, which leaves rounding where nothing was sampled.
    return applyMask(coilLab().mixed(applyMask(std::move(kspace), held), mixtureOf(index)), held);
}

ComplexArray PreparedScan::withConjugates(ComplexArray kspace) const {
    if (!m_preparation.virtualConjugates) return kspace;
    const auto conjugates = conjugateMirror(kspace);
    ComplexArray all({2 * kspace.extent(0), kspace.extent(1), kspace.extent(2)});
    const auto scaled = [](cfloat y) { return y * static_cast<float>(1 / std::sqrt(2.0)); };
    const auto middle = std::transform(kspace.values().begin(), kspace.values().end(), all.values().begin(), scaled);
    std::transform(conjugates.values().begin(), conjugates.values().end(), middle, scaled);
    return all;
}

ComplexArray PreparedScan::readSlice(std::int64_t index) const {
    auto kspace = m_whole->readSlice(index);
    const auto acquired = acquiredMaskOf(m_whole->header(), kspace);
    checkLines(acquired);
    return withConjugates(mixed(std::move(kspace), acquired, index));
}

std::optional<ComplexArray> PreparedScan::readCalibration(std::int64_t index) const {
    auto kspace = m_whole->readCalibration(index);
    if (!kspace) return std::nullopt;
    const auto held = acquiredSamples(*kspace);
    // The calibration scan may be sampled in part along readout: its centre, filled up with zeros.
    return withConjugates(mixed(std::move(*kspace), held, index));
}

MaskedSlice PreparedScan::readMasked(std::int64_t slice, const MaskChoice& choice) const {
    auto masked = readMaskedSlice(*m_whole, slice, choice);
    checkLines(masked.mask.mask);
    masked.kspace = withConjugates(mixed(std::move(masked.kspace), masked.mask.mask, slice));
    if (m_preparation.virtualConjugates) masked.mask.mask = united(masked.mask.mask, mirrored(masked.mask.mask));
    return masked;
}

CoilMaps PreparedScan::prepared(CoilMaps given) const {
    if (m_preparation.virtualConjugates)
        throw UsageError("Given coil maps cannot serve virtual conjugate coils, whose maps hold the phase of the object too.",
                         "Let the maps be estimated, or leave the virtual conjugates out.");
    if (!m_mixture) return given;
    if (m_byPlace)
        throw UsageError("Given coil maps do not go with a geometric compression of 3D k-space.", "Let the maps be estimated, or compress by SVD.");
    const auto mixed = [&](const ComplexArray& maps) { return coilLab().mixedMaps(maps, *m_mixture, m_preparation.whitening != Whitening::None); };
    if (given.maps.rank() == 3) return {mixed(given.maps), {}};
    ComplexArray all;
    for (std::int64_t set = 0; set < given.maps.extent(0); ++set) {
        const ComplexArray one = mixed(given.maps.slice(set));
        if (set == 0) all = ComplexArray({given.maps.extent(0), one.extent(0), one.extent(1), one.extent(2)});
        std::copy(one.values().begin(), one.values().end(), all.block(set).begin());
    }
    return {std::move(all), {}};
}

}  // namespace larmor::session
