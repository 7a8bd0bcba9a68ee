#include "tests/support/phantom_scan.h"

#include "core/base/io/save.h"
#include "tests/support/phantom.h"

namespace larmor::test {

std::string writePhantomScan(const std::string& path, const PhantomScan& scan) {
    io::KspaceWriter::Header header;
    header.slices = scan.slices;
    header.coils = scan.coils;
    header.encoded = header.recon = {scan.readout, scan.phase, 1};
    header.encodedFov = header.reconFov = {scan.readoutMm, scan.phaseMm, 5};
    header.contrast = scan.contrast;
    header.simulation = scan.simulation;
    io::KspaceWriter writer(path, header);
    for (std::int64_t slice = 0; slice < scan.slices; ++slice)
        writer.writeSlice(
            slice, phantomKspace(scan.coils, scan.readout, scan.phase, scan.noise, scan.firstSeed + static_cast<std::uint64_t>(slice)),
            phantomMagnitude(scan.readout, scan.phase));
    writer.finish();
    return path;
}

}  // namespace larmor::test
