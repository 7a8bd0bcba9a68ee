#include "core/session/slice_source.h"

#include <algorithm>
#include <cmath>
#include <complex>

#include <fmt/format.h>

#include "core/base/io/load.h"
#include "core/session/slices_text.h"

namespace larmor::session {

void checkFinite(const ComplexArray& samples, const std::string& what, const std::string& hint) {
    if (const auto bad = countNonFinite(samples.values()); bad > 0)
        throw InputError(fmt::format("{} of the {} {} are not finite (NaN or infinity).", bad, samples.size(), what), hint);
}

ComplexArray readFiniteSlice(const Acquisition& acquisition, std::int64_t slice) {
    auto kspace = acquisition.readSlice(slice);
    const auto& header = acquisition.header();
    checkFinite(kspace, fmt::format("k-space samples of {} (index {}) in {}", header.describeSlice(slice), slice, header.provenance.path),
                "Leave this slice out with --slices, or repair the file: a reconstruction from it would be empty.");
    return kspace;
}

MaskedSlice resolvedSlice(const Acquisition& acquisition, std::int64_t slice, const MaskChoice& choice) {
    MaskedSlice result;
    result.kspace = readFiniteSlice(acquisition, slice);
    const auto acquired = acquiredMaskOf(acquisition.header(), result.kspace);
    if (acquired.keptCount() == 0)
        throw InputError(fmt::format("The k-space of {} (index {}) in {} is zero everywhere.", acquisition.header().describeSlice(slice), slice,
                                     acquisition.header().provenance.path),
                         "Leave this slice out with --slices.");
    result.mask = resolveMask(choice, acquisition.header(), acquired, slice);
    return result;
}

MaskedSlice readMaskedSlice(const Acquisition& acquisition, std::int64_t slice, const MaskChoice& choice) {
    const auto* masked = dynamic_cast<const MaskedScan*>(&acquisition);
    return masked ? masked->readMasked(slice, choice) : resolvedSlice(acquisition, slice, choice);
}

ParamValues completed(const ParamList& specs, const ParamValues& given) {
    if (given.specs().empty()) return ParamValues(specs);
    return ParamValues::fromJson(specs, given.toJson());
}

std::int64_t stepsPerSlice(const PluginManifest& method, const ParamValues& values) {
    if (!method.iterative) return 1;
    for (const auto& spec : method.params)
        if ((spec.name == "iterations" || spec.name == "steps") && spec.type == ParamType::Integer) return values.integer(spec.name);
    return 0;
}

std::vector<std::int64_t> chosenSlices(const std::vector<std::int64_t>& slices, const AcquisitionHeader& header) {
    if (slices.empty()) return allSlices(header.sliceCount());
    for (const auto slice : slices)
        if (slice < 0 || slice >= header.sliceCount())
            throw UsageError(fmt::format("Slice {} does not exist: {} has {}, counted from 0.", slice, header.provenance.path, header.sliceCount()));
    return slices;
}

namespace {
/// The largest sum over the coils of |S|^2, of any set.
double largestSquare(const ComplexArray& maps) {
    const std::int64_t pixels = maps.extent(maps.rank() - 2) * maps.extent(maps.rank() - 1), coils = maps.extent(maps.rank() - 3);
    double largest = 0;
    std::vector<double> sums(static_cast<std::size_t>(pixels));
    for (std::int64_t first = 0; first < maps.size(); first += coils * pixels) {
        std::fill(sums.begin(), sums.end(), 0.0);
        for (std::int64_t coil = 0; coil < coils; ++coil)
            for (std::int64_t i = 0; i < pixels; ++i) sums[static_cast<std::size_t>(i)] += std::norm(std::complex<double>(maps[first + coil * pixels + i]));
        largest = std::max(largest, *std::max_element(sums.begin(), sums.end()));
    }
    return largest;
}
}  // namespace

GivenMaps::GivenMaps(const std::string& path, const AcquisitionHeader& header, std::int64_t slicesAsked) : m_maps(io::readCoilMaps(path)) {
    Shape shape = m_maps.shape();
    if (shape.size() == 3) shape.insert(shape.begin(), 1);
    if (shape.size() == 4 && shape[0] == 2 && header.sliceCount() == 1) shape.insert(shape.begin(), 1);  // two, of one slice: sets
    m_maps = std::move(m_maps).reshaped(shape);
    const Matrix matrix = header.encoded;
    checkShape(shape, shape.size() == 5 ? Shape{-1, -1, header.coils, matrix.readout, matrix.phase} : Shape{-1, header.coils, matrix.readout, matrix.phase}, "coil maps of " + path);
    m_bySlice = shape[0] == header.sliceCount();
    if (shape[0] != 1 && !m_bySlice && shape[0] != slicesAsked)
        throw ShapeError("coil maps of " + path, fmt::format("those of one slice, or of each of the {} slices", header.sliceCount()), fmt::format("those of {}", shape[0]));
    normalise(path);
}

void GivenMaps::normalise(const std::string& path) {
    constexpr double kLeast = 0.25, kMost = 1.05;
    const double largest = largestSquare(m_maps);
    if (largest >= kLeast && largest <= kMost) return;
    const auto factor = static_cast<float>(1 / std::sqrt(largest));
    for (auto& value : m_maps.values()) value *= factor;
    m_note = fmt::format("The largest sum over the coils of |S|^2 of the maps in {} is {:.3g}: they are divided by {:.3g}, so that it is 1 and weights mean what they mean elsewhere.",
                         path, largest, std::sqrt(largest));
}

CoilMaps GivenMaps::of(std::int64_t position, std::int64_t slice) const& {
    return {m_maps.slice(m_maps.extent(0) == 1 ? 0 : m_bySlice ? slice : position), {}};
}

CoilMaps GivenMaps::of(std::int64_t position, std::int64_t slice) && {
    if (m_maps.extent(0) > 1) return of(position, slice);
    const Shape shape = m_maps.shape();
    return {std::move(m_maps).reshaped(Shape(shape.begin() + 1, shape.end())), {}};
}

ComplexArray finished(ComplexArray image, const AcquisitionHeader& header, bool fullFov) {
    return fullFov ? image : cropToRecon(std::move(image), header);
}

Matrix finishedMatrix(const AcquisitionHeader& header, bool fullFov) { return fullFov ? header.encoded : header.recon; }

Geometry finishedGeometry(const AcquisitionHeader& header, bool fullFov) {
    if (!fullFov || header.encoded == header.recon) return header.geometry;
    Geometry geometry;
    geometry.sliceThicknessMm = header.geometry.sliceThicknessMm;
    if (header.encodedFov)
        geometry.pixel = PixelSize{header.encodedFov->readoutMm / static_cast<double>(header.encoded.readout),
                                   header.encodedFov->phaseMm / static_cast<double>(header.encoded.phase)};
    return geometry;
}

}  // namespace larmor::session
