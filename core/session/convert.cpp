#include "core/session/convert.h"

#include <filesystem>

#include <fmt/format.h>

#include "core/base/io/ismrmrd_writer.h"
#include "core/base/io/kspace_array_writer.h"
#include "core/base/io/save.h"
#include "core/base/io/simulation_text.h"
#include "core/base/log.h"
#include "core/session/acquired.h"
#include "core/session/engine_host.h"
#include "core/session/reconstruct.h"
#include "core/session/slice_progress.h"
#include "core/session/source_hash.h"

namespace larmor::session {

namespace {

/// What lines alone have a place for: fastMRI's layout and arrays have none.
std::vector<std::string> lostWithoutLines(const Acquisition& scan) {
    std::vector<std::string> lost;
    if (scan.header().geometry.patient) lost.emplace_back("where the slices lie in the patient");
    if (scan.readNoise()) lost.emplace_back("the noise scan");
    if (scan.readCalibration(scan.header().sliceCount() / 2)) lost.emplace_back("the calibration scan");
    return lost;
}

/// The slice as it is, and a warning where it holds what no reconstruction takes.
ComplexArray carried(const Acquisition& scan, std::int64_t index) {
    auto kspace = scan.readSlice(index);
    if (const auto bad = countNonFinite(kspace.values()); bad > 0)
        log(LogLevel::Warning, "io", fmt::format("{} samples of slice {} are not finite numbers, and are carried as they are.", bad, index));
    return kspace;
}

std::vector<std::string> lostInArrays(const Acquisition& scan, bool isBart) {
    const auto& header = scan.header();
    auto lost = lostWithoutLines(scan);
    for (const auto& [name, value] : header.facts) lost.push_back(fmt::format("{} ({})", name, value));
    if (header.provenance.simulated) lost.emplace_back("that the data is simulated");
    if (!header.contrast.empty()) lost.push_back(fmt::format("the contrast ({})", header.contrast));
    if (header.geometry.pixel) lost.push_back(fmt::format("the pixel size ({:.4g} x {:.4g} mm)", header.geometry.pixel->readoutMm, header.geometry.pixel->phaseMm));
    if (header.geometry.sliceThicknessMm) lost.push_back(fmt::format("the slice thickness ({:.4g} mm)", *header.geometry.sliceThicknessMm));
    if (header.recon != header.encoded) lost.push_back(fmt::format("the matrix of the image ({} x {}): readout oversampling stays", header.recon.readout, header.recon.phase));
    if (const auto [begin, end] = filledColumns(header); begin > 0 || end < header.encoded.phase)
        lost.push_back(fmt::format("that columns {} to {} alone were filled", begin, end - 1));
    if (header.acquiredMask) lost.emplace_back("the mask of the acquisition; its zeros tell");
    if (!isBart) lost.emplace_back("what the axes are");
    return lost;
}

/// Of a series that the layout has a place for: frames of slices, nothing else.
std::int64_t framesOf(const AcquisitionHeader& header) {
    return header.sizeOf(Dim::Frame) * header.sizeOf(Dim::Slice) == header.sliceCount() ? header.sizeOf(Dim::Frame) : 1;
}

std::vector<std::string> lostInHdf5(const Acquisition& scan, const std::optional<SamplingMask>& written) {
    const auto& header = scan.header();
    auto lost = lostWithoutLines(scan);
    for (const auto& dim : header.imageDims)
        if (dim.dim != Dim::Slice && dim.size > 1 && framesOf(header) == 1) lost.push_back(fmt::format("that {} {}s are no slices", dim.size, toText(dim.dim)));
    if (header.acquiredMask && !written) lost.emplace_back("the mask of the acquisition, which has two dimensions; its zeros tell");
    return lost;
}

std::vector<std::string> lostInLines(const AcquisitionHeader& header, bool hasGaps) {
    std::vector<std::string> lost;
    for (const auto& dim : header.imageDims)
        if (dim.dim == Dim::Average && dim.size > 1) lost.push_back(fmt::format("that {} averages are images of their own: who reads the lines sums them", dim.size));
    if (hasGaps) lost.emplace_back("the mask of the acquisition, which has two dimensions; zeros in its lines tell");
    return lost;
}

std::map<std::string, std::string> originOf(const Provenance& origin, const std::stop_token& stop) {
    std::map<std::string, std::string> facts{{"source_format", origin.format}, {"source_sha256", hashOfSource(origin.path, stop)},
                                             {"source_file", std::filesystem::path(origin.path).filename().string()}, {"source_dims", origin.dims}};
    if (!origin.array.empty()) facts["source_array"] = origin.array;
    std::string notes;
    for (const auto& note : origin.notes) notes += (notes.empty() ? "" : "; ") + note;
    if (!notes.empty()) facts["source_notes"] = notes;
    return facts;
}

Conversion toHdf5(const Acquisition& scan, const std::string& output, const RunControl& run, SliceProgress& progress) {
    const auto& from = scan.header();
    io::KspaceWriter::Header header;
    header.slices = from.sliceCount();
    header.frames = framesOf(from);
    header.coils = from.coils;
    header.encoded = from.encoded;
    header.recon = from.recon;
    header.encodedFov = from.encodedFov;
    header.reconFov = from.reconFov;
    header.contrast = from.contrast;
    header.simulation = io::simulationText(from.provenance);
    std::tie(header.phaseBegin, header.phaseEnd) = filledColumns(from);
    if (from.acquiredMask && from.acquiredMask->isColumnwise()) header.mask = from.acquiredMask;
    header.hasImages = !isAccelerated(acquiredMaskOf(from, scan.readSlice(from.sliceCount() / 2)));
    header.facts = from.facts;
    header.provenance = originOf(from.provenance, run.stop);
    io::KspaceWriter writer(output, header);
    for (std::int64_t i = 0; i < header.slices; ++i) {
        run.throwIfStopped();
        progress.begin(i, "converting", false);
        const auto kspace = carried(scan, i);
        if (header.hasImages)
            writer.writeSlice(i, kspace, magnitude(centreFit(engine().combine(kspace, Combination::Rss, nullptr), header.recon.readout, header.recon.phase)));
        else
            writer.writeSlice(i, kspace);
        progress.endSlice();
    }
    writer.finish();
    return {{header.slices, header.coils, header.encoded.readout, header.encoded.phase}, "slice,coil,readout,phase", lostInHdf5(scan, header.mask)};
}

/// Of the first image at the same place, where that has the same calibration: nothing, it is in the file already.
std::optional<ComplexArray> ownCalibration(const Acquisition& scan, std::int64_t index) {
    auto calibration = scan.readCalibration(index);
    const auto places = scan.header().sizeOf(Dim::Slice) * scan.header().sizeOf(Dim::Partition);
    if (calibration && index >= places && scan.readCalibration(index % places) == calibration) return std::nullopt;
    return calibration;
}

Conversion toIsmrmrd(const Acquisition& scan, const std::string& output, const RunControl& run, SliceProgress& progress) {
    const auto& header = scan.header();
    io::IsmrmrdWriter writer(output, header, originOf(header.provenance, run.stop));
    if (const auto noise = scan.readNoise()) writer.writeNoise(*noise);
    for (std::int64_t i = 0; i < header.sliceCount(); ++i) {
        run.throwIfStopped();
        progress.begin(i, "converting", false);
        const auto calibration = ownCalibration(scan, i);
        writer.writeSlice(i, carried(scan, i), calibration ? &*calibration : nullptr);
        progress.endSlice();
    }
    writer.finish();
    return {{header.sliceCount(), header.coils, header.encoded.readout, header.encoded.phase}, "lines of slice,coil,readout,phase", lostInLines(header, writer.hasGaps())};
}

Conversion toArray(const Acquisition& scan, const std::string& output, const RunControl& run, SliceProgress& progress) {
    io::KspaceArrayWriter writer(output, scan.header());
    std::int64_t done = 0;
    for (const auto index : writer.order()) {
        run.throwIfStopped();
        progress.begin(done++, "converting", false);
        writer.write(carried(scan, index));
        progress.endSlice();
    }
    writer.finish();
    return {writer.shape(), writer.dims(), lostInArrays(scan, output.ends_with(".cfl"))};
}

}  // namespace

Conversion convertKspace(const Acquisition& scan, const std::string& output, const RunControl& run) {
    SliceProgress progress(*run.progress, scan.header().sliceCount(), 1, [](ComplexArray image) { return image; });
    auto made = output.ends_with(".h5")    ? toHdf5(scan, output, run, progress)
                : output.ends_with(".mrd") ? toIsmrmrd(scan, output, run, progress)
                                           : toArray(scan, output, run, progress);
    const auto& dropped = scan.header().provenance.dropped;
    made.lost.insert(made.lost.begin(), dropped.begin(), dropped.end());
    return made;
}

}  // namespace larmor::session
