#include "core/session/slice_source.h"

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

GivenMaps::GivenMaps(const std::string& path, const AcquisitionHeader& header, std::int64_t slicesAsked) : m_maps(io::readCoilMaps(path)) {
    if (m_maps.rank() == 3) {
        Shape shape = m_maps.shape();
        shape.insert(shape.begin(), 1);
        m_maps = std::move(m_maps).reshaped(std::move(shape));
    }
    checkShape(m_maps.shape(), {-1, header.coils, header.encoded.readout, header.encoded.phase}, "coil maps of " + path);
    const auto sets = m_maps.extent(0);
    m_bySlice = sets == header.sliceCount();
    if (sets == 1 || m_bySlice || sets == slicesAsked) return;
    throw ShapeError("coil maps of " + path, fmt::format("1 set, or one for each of the {} slices", header.sliceCount()), fmt::format("{} sets", sets));
}

CoilMaps GivenMaps::of(std::int64_t position, std::int64_t slice) const& {
    const auto set = m_maps.extent(0) == 1 ? 0 : m_bySlice ? slice : position;
    return {m_maps.slice(set), {}};
}

CoilMaps GivenMaps::of(std::int64_t position, std::int64_t slice) && {
    if (m_maps.extent(0) > 1) return of(position, slice);
    const Shape shape = m_maps.shape();
    return {std::move(m_maps).reshaped({shape[1], shape[2], shape[3]}), {}};
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
