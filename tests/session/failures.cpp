// What the disk, the memory and the file under a job can do to it: it fails with the reason, and the next one works.
#include <doctest/doctest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "core/base/io/load.h"
#include "core/session/convert.h"
#include "core/session/engine_host.h"
#include "core/session/project/project_folder.h"
#include "core/session/reconstruct.h"
#include "core/session/job_queue.h"
#include "core/session/sweep.h"
#include "tests/support/full_disk.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/phantom_scan.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
using namespace larmor::test;
namespace fs = std::filesystem;

namespace {

ReconstructionRequest requestFor(AcquisitionPtr scan) {
    ReconstructionRequest request;
    request.acquisition = std::move(scan);
    request.method = "zero-filled";
    return request;
}

/// Something happens before the last slice is read.
class Interrupted final : public Acquisition {
public:
    Interrupted(AcquisitionPtr inner, std::function<void()> happens) : m_inner(std::move(inner)), m_happens(std::move(happens)) {}
    [[nodiscard]] const AcquisitionHeader& header() const override { return m_inner->header(); }
    [[nodiscard]] ComplexArray readSlice(std::int64_t index) const override {
        if (index + 1 == header().sliceCount()) m_happens();
        return m_inner->readSlice(index);
    }

private:
    AcquisitionPtr m_inner;
    std::function<void()> m_happens;
};

std::uint64_t addressSpace() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t pages = 0;
    file >> pages;
    return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// No more memory than now and `bytes` beyond.
class SmallMemory {
public:
    explicit SmallMemory(std::uint64_t bytes) {
        getrlimit(RLIMIT_AS, &m_before);
        const rlimit small{addressSpace() + bytes, m_before.rlim_max};
        setrlimit(RLIMIT_AS, &small);
    }
    ~SmallMemory() { setrlimit(RLIMIT_AS, &m_before); }
    SmallMemory(const SmallMemory&) = delete;
    SmallMemory& operator=(const SmallMemory&) = delete;

private:
    rlimit m_before{};
};

std::string reasonOf(const Outcome& outcome) {
    const auto* failed = std::get_if<Failed>(&outcome);
    return failed ? failed->message : "it did not fail";
}

Outcome run(const ReconstructionRequest& request) {
    return runJob([&](const RunControl& control) { return reconstruct(request, control); }, {});
}

}  // namespace

TEST_CASE("a file that is cut short or goes away between two slices: the job says so, and the next one works") {
    for (const bool isGone : {false, true}) {
        CAPTURE(isGone);
        const TempDir dir;
        const std::string path = writePhantomScan(dir.file("scan.h5"), {.slices = 3});
        const auto scan = std::make_shared<Interrupted>(io::openAcquisition(path), [&] {
            if (isGone) fs::remove(path);
            else fs::resize_file(path, fs::file_size(path) / 2);
        });
        const std::string reason = reasonOf(run(requestFor(scan)));
        CAPTURE(reason);
        CHECK(reason.find(path) != std::string::npos);
        CHECK(reason.find(isGone ? "it is gone" : "bytes instead of") != std::string::npos);
        writePhantomScan(path, {.slices = 3});
        CHECK(std::holds_alternative<Completed>(run(requestFor(io::openAcquisition(path)))));
    }
}

TEST_CASE("a reconstruction that does not fit in memory fails as such, and a smaller one works afterwards") {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
    MESSAGE("SKIPPED: sanitizers take more address space than there is");
    return;
#endif
    const TempDir dir;
    writeFile(dir.file("scan.bin"), "source");
    const auto small = std::make_shared<MemoryAcquisition>(std::vector{phantomKspace(4, 48, 48, 0.01, 1)}, dir.file("scan.bin"));
    REQUIRE(std::holds_alternative<Completed>(run(requestFor(small))));  // what the first run loads is there
    const auto large = std::make_shared<MemoryAcquisition>(std::vector{ComplexArray({16, 1024, 1024}, cfloat(1))}, dir.file("scan.bin"));
    {
        const SmallMemory limit(std::uint64_t{64} << 20);
        const std::string reason = reasonOf(run(requestFor(large)));
        CAPTURE(reason);
        CHECK(reason.find("not enough memory") != std::string::npos);
    }
    CHECK(std::holds_alternative<Completed>(run(requestFor(small))));
}

TEST_CASE("a full disk: tables, projects and conversions keep what was there and name the file") {
    const TempDir dir;
    SweepTable table;
    table.cells.resize(50);
    const auto scan = io::openAcquisition(writePhantomScan(dir.file("scan.h5"), {.slices = 2}));
    Project project;
    project.notes = std::string(5000, 'n');
    ProjectFolder folder(dir.file("p.larmor"));
    folder.save({}, {}, nullptr, {});
    const std::map<std::string, std::function<void(const std::string&)>> writers{
        {"t.json", [&](const std::string& path) { writeSweep(path, table); }},
        {"t.csv", [&](const std::string& path) { writeSweepCsv(path, table); }},
        {"c.h5", [&](const std::string& path) { (void)convertKspace(*scan, path, {}); }},
        {"c.mrd", [&](const std::string& path) { (void)convertKspace(*scan, path, {}); }},
        {"c.npy", [&](const std::string& path) { (void)convertKspace(*scan, path, {}); }},
        {"c.mat", [&](const std::string& path) { (void)convertKspace(*scan, path, {}); }},
        {"p.larmor/project.json", [&](const std::string&) { folder.save(project, {}, nullptr, {}); }},
    };
    for (const auto& [name, write] : writers) {
        CAPTURE(name);
        const std::string before = readFile(dir.file("p.larmor/project.json"));
        std::string reason;
        {
            const FullDisk disk(1000);
            reason = ioErrorOf([&] { write(dir.file(name)); });
        }
        CAPTURE(reason);
        CHECK(reason.find(dir.file(name)) != std::string::npos);
        CHECK(fs::exists(dir.file(name)) == (name == "p.larmor/project.json"));
        CHECK(readFile(dir.file("p.larmor/project.json")) == before);
        CHECK_NOTHROW(write(dir.file(name)));
    }
}
