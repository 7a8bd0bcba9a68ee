// The workbench without a window: what a person does as plain calls.

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <new>
#include <thread>

#include "tests/session/workbench_fixture.h"

using namespace larmor;
using namespace larmor::session;
using Fixture = larmor::test::WorkbenchFixture;
using larmor::test::Pump;

TEST_CASE("opening reads the middle slice, its reference, the mask and its preview") {
    Fixture f;
    REQUIRE(f.open());
    CHECK(f.bench->slice() == 1);
    CHECK(f.bench->store().reference(1)->name == "RSS of all samples");
    CHECK(f.bench->mask().resolved->total == doctest::Approx(4).epsilon(0.02));
    const PanePicture preview = f.bench->picture(1);
    CHECK(preview.image != nullptr);
    CHECK(preview.title == "Zero-filled preview");
    CHECK(preview.metrics.find("NRMSE") != std::string::npos);
    CHECK((f.seen & (kDataChanged | kMaskChanged | kPanesChanged)) == (kDataChanged | kMaskChanged | kPanesChanged));
}

TEST_CASE("a file that cannot be opened leaves a notice, and what was open stays open") {
    Fixture f;
    REQUIRE(f.open());
    f.bench->open(f.folder.file("absent.h5"));
    REQUIRE(f.settle());
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->kind == Notice::Kind::Failure);
    CHECK(f.bench->notice()->what.find("absent.h5") != std::string::npos);
    CHECK(f.bench->path() == f.scan);
}

TEST_CASE("the newest of two files that are opened one after the other wins") {
    Fixture f;
    const std::string second = writeScan(f.folder, "second.h5", 2);
    f.bench->open(f.scan);
    f.bench->open(second);
    REQUIRE(f.settle());
    CHECK(f.bench->path() == second);
    CHECK(f.bench->acquisition()->header().sliceCount() == 2);
}

TEST_CASE("retrying a failed run repeats that run, whatever was chosen since") {
    Fixture f;
    REQUIRE(f.open());
    f.bench->coils().setMapsFile(f.folder.file("absent.npy"));
    REQUIRE(f.settle());
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->action == Notice::Action::Retry);
    CHECK(f.bench->notice()->second == Notice::Action::OpenLog);
    f.bench->coils().setMapsFile({});
    f.bench->setMethod("zero-filled");
    f.bench->retry();
    REQUIRE(f.settle());
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->what.find("absent.npy") != std::string::npos);
    CHECK(f.bench->results().visible().empty());
}

TEST_CASE("short work starts although long work holds its thread") {
    Pump pump;
    Background background(pump.post());
    std::atomic<bool> release{false};
    int longEnded = 0, shortEnded = 0;
    for (const char* lane : {"a", "b", "c"})
        background.run<int>(
            lane,
            [&release](const RunControl&) {
                while (!release) std::this_thread::yield();
                return 1;
            },
            [&longEnded](int) { ++longEnded; }, nullptr, Background::Length::Long);
    background.run<int>("z", [](const RunControl&) { return 1; }, [&shortEnded](int) { ++shortEnded; }, nullptr);
    REQUIRE(pump.until([&] { return shortEnded == 1; }));
    CHECK(longEnded == 0);
    release = true;
    REQUIRE(pump.until([&] { return longEnded == 3; }));
}

TEST_CASE("work that throws anything at all ends as a problem in words") {
    Pump pump;
    Background background(pump.post());
    std::vector<std::string> told;
    const auto failed = [&told](const Problem& problem) { told.push_back(problem.what); };
    background.run<int>("memory", [](const RunControl&) -> int { throw std::bad_alloc(); }, [](int) {}, failed);
    background.run<int>("odd", [](const RunControl&) -> int { throw 7; }, [](int) {}, failed);
    REQUIRE(pump.until([&] { return told.size() == 2; }));
    CHECK(!told[0].empty());
    CHECK(!told[1].empty());
    CHECK(told[0].find("bad_alloc") == std::string::npos);
}

TEST_CASE("a run that is stopped half-way leaves its last estimate, marked") {
    Fixture f;
    REQUIRE(f.open());
    f.longRun();
    REQUIRE(f.pump.until([&] { return f.bench->picture(1).badge.rfind("step ", 0) == 0; }));
    f.bench->stopCurrent();
    REQUIRE(f.settle());
    REQUIRE(f.bench->results().visible().size() == 1);
    CHECK(f.bench->results().visible()[0]->result->stoppedEarly);
    const auto& trace = f.bench->results().visible()[0]->result->trace;
    REQUIRE_FALSE(trace.empty());
    CHECK(f.bench->picture(1).caution == fmt::format("stopped at step {}", trace.size()));
    CHECK_FALSE(f.bench->residualCurve().empty());
}

TEST_CASE("a waiting run that is stopped ends without a result") {
    Fixture f;
    REQUIRE(f.open());
    f.longRun();
    const RunId waiting = f.bench->reconstruct();
    REQUIRE(waiting != 0);
    f.bench->runs().stop(waiting);
    REQUIRE(f.pump.until([&] { return f.ended == 1; }));
    CHECK(f.bench->results().visible().empty());
    CHECK(f.bench->runs().row(waiting) == nullptr);
    f.bench->runs().stopAll();
    REQUIRE(f.settle());
}

TEST_CASE("a run of the file before does not show in the panes of the next") {
    Fixture f;
    const std::string second = writeScan(f.folder, "second.h5", 2);
    REQUIRE(f.open());
    f.longRun();
    f.bench->open(second);
    REQUIRE(f.pump.until([&] { return f.bench->path() == second; }));
    CHECK(f.bench->picture(1).badge.empty());
    f.bench->runs().stopAll();
    REQUIRE(f.settle());
    REQUIRE(f.bench->results().visible().size() == 1);
    CHECK(f.bench->shownResult() == 0);
    CHECK(f.bench->picture(1).title == "Zero-filled preview");
}

TEST_CASE("destroying the workbench during a run stops and joins it") {
    Fixture f;
    REQUIRE(f.open());
    f.longRun();
    f.bench.reset();
    CHECK(f.ended == 0);
}

TEST_CASE("a mask that cannot be made says why and is not run") {
    Fixture f;
    REQUIRE(f.open());
    f.bench->setMask(MaskChoice::fromText("equispaced:R=16,acs=32,seed=1"));
    REQUIRE(f.settle());
    CHECK_FALSE(f.bench->mask().problem.empty());
    CHECK(f.bench->reconstruct() == 0);
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->what.find("mask") != std::string::npos);
}

TEST_CASE("slices count from 1 for people, and wrong ones are refused") {
    Fixture f;
    REQUIRE(f.open());
    for (const char* wrong : {"0", "4", "1-9", "x", ""}) {
        CAPTURE(wrong);
        f.bench->setSliceChoice({SliceChoice::Kind::Listed, wrong});
        CHECK(f.bench->reconstruct() == 0);
    }
}

TEST_CASE("a run counts as long after a minute, and not while it is being stopped") {
    Fixture f;
    REQUIRE(f.open());
    CHECK(f.bench->longRun() == 0);
    f.longRun();
    const RunId run = f.bench->runs().running()->id;
    const auto started = f.bench->runs().running()->started;
    f.bench->setClock([started] { return started + std::chrono::seconds(59); });
    CHECK(f.bench->longRun() == 0);
    f.bench->setClock([started] { return started + std::chrono::seconds(61); });
    CHECK(f.bench->longRun() == run);
    f.bench->runs().stopAll();
    REQUIRE(f.settle());
    CHECK(f.bench->longRun() == 0);
}

TEST_CASE("slices can be unlinked and linked again") {
    Fixture f;
    REQUIRE(f.open());
    f.bench->setSlicesLinked(false);
    f.bench->setFocusedPane(0);
    f.bench->setSlice(0);
    CHECK(f.bench->pane(0).slice == 0);
    CHECK(f.bench->pane(1).slice == 1);
    f.bench->setSlicesLinked(true);
    CHECK(f.bench->pane(1).slice == 0);
    REQUIRE(f.settle());
}
