#pragma once
// A sweep that is quick: two masks by four cells of one slice of a phantom.

#include <memory>
#include <vector>

#include "core/session/sweep.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/temp_dir.h"

namespace larmor::test {

struct SweepBench {
    static constexpr std::int64_t kReadout = 48, kPhase = 44;
    TempDir folder;
    session::SweepRequest request;

    SweepBench() {
        writeFile(folder.file("scan.bin"), "the source of this scan");
        session::SweepScan scan;
        scan.name = "phantom";
        scan.acquisition = std::make_shared<MemoryAcquisition>(
            std::vector<ComplexArray>{phantomKspace(5, kReadout, kPhase, 0.01, 20), phantomKspace(5, kReadout, kPhase, 0.01, 21)}, folder.file("scan.bin"));
        scan.slices = {1};
        request.scans = {scan};
        request.masks = {session::MaskChoice::fromText("equispaced:R=2,acs=16,seed=1"), session::MaskChoice::fromText("random:R=3,acs=14,seed=1")};
        request.methods = {{"cg-sense", {}, {{"lambda", {"0", "0.1", "10"}}}}, {"zero-filled", {}, {}}};
        request.threads = 1;
    }
};

}  // namespace larmor::test
