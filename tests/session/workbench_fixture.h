#pragma once
// A workbench without a window, and a scan of three slices for it.

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "core/session/workbench/workbench.h"
#include "tests/session/pump.h"
#include "tests/support/prior_file.h"
#include "tests/support/phantom_scan.h"
#include "tests/support/temp_dir.h"

namespace larmor::test {

inline std::string writeScan(const TempDir& folder, const std::string& name, std::int64_t slices) {
    return writePhantomScan(folder.file(name), {slices, 4, 64, 64, 0.002});
}

struct WorkbenchFixture {
    TempDir folder;
    EnvironmentGuard state{"XDG_STATE_HOME", folder.file("state")};
    std::string scan = writeScan(folder, "scan.h5", 3);
    Pump pump;
    session::Changes seen = 0;
    int ended = 0;
    std::unique_ptr<session::Workbench> bench;

    WorkbenchFixture() {
        session::Workbench::Events events;
        events.changed = [this](session::Changes changes) { seen |= changes; };
        events.runEnded = [this](session::RunId, const session::Outcome&) { ++ended; };
        bench = std::make_unique<session::Workbench>(pump.post(), std::move(events));
    }
    bool settle() {
        return pump.until([this] { return !bench->working(); });
    }
    bool open() {
        bench->open(scan);
        return settle() && bench->acquisition() != nullptr;
    }
    void longRun() {
        bench->setMethod("l1-wavelet");
        ParamValues values = bench->parameters();
        values.set("iterations", std::int64_t{2000});
        bench->setParameters(std::move(values));
        REQUIRE(bench->reconstruct() != 0);
        REQUIRE(pump.until([this] { return bench->runs().running() && bench->runs().running()->progress.step.step >= 3; }));
    }
};

/// A workbench that knows the priors of its folder alone and keeps its state there. Whoever derives from it writes scans and starts it.
struct QuietWorkbench {
    TempDir folder;
    EnvironmentGuard priors{"LARMOR_PRIORS", folder.path()}, state{"XDG_STATE_HOME", folder.file("state")};
    Pump pump;
    std::unique_ptr<session::Workbench> bench;

    void start() {
        bench.reset();
        bench = std::make_unique<session::Workbench>(pump.post(), session::Workbench::Events{[](session::Changes) {}, [](session::RunId, const session::Outcome&) {}});
    }
    void settle() {
        REQUIRE(pump.until([this] { return !bench->working(); }));
    }
    void open(const std::string& path) {
        bench->open(path);
        settle();
    }
    void set(const std::string& name, ParamValue value) {
        auto values = bench->parameters();
        values.set(name, std::move(value));
        bench->setParameters(std::move(values));
    }
    void noNotice() const {
        if (bench->notice()) FAIL(bench->notice()->what << " " << bench->notice()->why);
    }
    void save(const std::string& name) {
        bench->project().save(folder.file(name));
        settle();
        noNotice();
    }
};

}  // namespace larmor::test
