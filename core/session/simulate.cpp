#include "core/session/simulate.h"

#include <filesystem>

#include "core/base/data/series.h"
#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/session/engine_host.h"
#include "core/session/simulated_scan.h"
#include "core/session/slice_progress.h"

namespace larmor::session {

namespace {

constexpr const char* kSimulatedContrast = "SIMULATED";

io::KspaceWriter::Header headerOf(const AcquisitionHeader& scan) {
    io::KspaceWriter::Header header;
    header.slices = scan.sliceCount();
    header.frames = frameCount(scan);
    header.coils = scan.coils;
    header.encoded = scan.encoded;
    header.recon = scan.recon;
    header.encodedFov = *scan.encodedFov;
    header.reconFov = *scan.reconFov;
    header.contrast = scan.contrast;
    header.simulation = scan.provenance.simulation;
    return header;
}

/// Of the file, or of the folder of a series.
std::string nameOf(const std::string& source) {
    const std::filesystem::path path(source);
    return (path.has_filename() ? path : path.parent_path()).filename().string();
}

RealArray rssOf(const ComplexArray& kspace, const Matrix& recon) {
    return magnitude(centreFit(engine().combine(kspace, Combination::Rss, nullptr), recon.readout, recon.phase));
}

}  // namespace

void simulateScan(const std::string& source, const SimulationOptions& options, const std::string& output, const RunControl& run) {
    io::warnOfNoImage(source);
    const SimulatedScan scan(io::readImages(source), options, nameOf(source), kSimulatedContrast);
    const auto& header = scan.header();
    io::KspaceWriter writer(output, headerOf(header));
    SliceProgress progress(*run.progress, header.sliceCount(), 1, [](ComplexArray image) { return image; });
    for (std::int64_t i = 0; i < header.sliceCount(); ++i) {
        run.throwIfStopped();
        progress.begin(i, "simulation", false);
        const auto kspace = scan.readSlice(i);
        writer.writeSlice(i, kspace, rssOf(kspace, header.recon));
        progress.endSlice();
    }
    writer.finish();
}

}  // namespace larmor::session
