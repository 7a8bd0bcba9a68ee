// The workbench without a window: what a person does as plain calls.

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <new>
#include <thread>

#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/session/workbench/array_plane.h"
#include "core/session/workbench/workbench.h"
#include "tests/session/pump.h"
#include "tests/support/phantom.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
using larmor::test::Pump;

namespace {

std::string writeScan(const test::TempDir& folder, const std::string& name, std::int64_t slices) {
    io::KspaceWriter::Header header;
    header.slices = slices;
    header.coils = 4;
    header.encoded = header.recon = {64, 64, 1};
    header.encodedFov = header.reconFov = {192, 192, 5};
    const std::string path = folder.file(name);
    io::KspaceWriter writer(path, header);
    for (std::int64_t i = 0; i < slices; ++i)
        writer.writeSlice(i, test::phantomKspace(4, 64, 64, 0.002, static_cast<std::uint64_t>(i + 1)), test::phantomMagnitude(64, 64));
    writer.finish();
    return path;
}

struct Fixture {
    test::TempDir folder;
    std::string scan = writeScan(folder, "scan.h5", 3);
    Pump pump;
    Changes seen = 0;
    int ended = 0;
    std::unique_ptr<Workbench> bench;

    Fixture() {
        Workbench::Events events;
        events.changed = [this](Changes changes) { seen |= changes; };
        events.runEnded = [this](RunId, const Outcome&) { ++ended; };
        bench = std::make_unique<Workbench>(pump.post(), std::move(events));
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

}  // namespace

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

TEST_CASE("an error map is the difference of the magnitudes") {
    Fixture f;
    REQUIRE(f.open());
    f.bench->setMask({}, true);
    REQUIRE(f.settle());
    // All samples, zero-filled, RSS: the preview is the reference.
    const PanePicture preview = f.bench->picture(1), error = f.bench->picture(2);
    REQUIRE(error.image != nullptr);
    float largest = 0;
    for (const cfloat value : error.image->values()) largest = std::max(largest, std::abs(value));
    CHECK(largest < 1e-5F);
    CHECK(preview.topRight == "all samples R 1.00");
}

TEST_CASE("a run becomes a result with metrics of each slice, and the panes show it") {
    Fixture f;
    REQUIRE(f.open());
    f.bench->setSliceChoice({SliceChoice::Kind::Listed, "1, 3"});
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    CHECK(f.ended == 1);
    const auto results = f.bench->results().visible();
    REQUIRE(results.size() == 1);
    CHECK(results[0]->slicesText() == "slices 1, 3");
    CHECK(results[0]->metrics.size() == 2);
    CHECK(results[0]->mean->nrmse == doctest::Approx((results[0]->metrics.at(0).nrmse + results[0]->metrics.at(2).nrmse) / 2));
    CHECK(f.bench->shownResult() == 0);  // the slice on screen is not in it
    f.bench->showResult(results[0]->id);
    CHECK(f.bench->picture(1).placeholder == "Slice 2 is not in this result — press Space");
    f.bench->setSlice(2);
    REQUIRE(f.settle());
    CHECK(f.bench->picture(1).title == "CG-SENSE");
    CHECK(f.bench->picture(1).image == results[0]->images.at(2));
    CHECK(f.bench->commandLineOf(results[0]->id).find("larmor-cli recon") == 0);
}

TEST_CASE("another combination of the reference is named, and results are measured against it") {
    Fixture f;
    REQUIRE(f.open());
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    const double againstRss = f.bench->results().visible().at(0)->mean->nrmse;
    f.bench->setReferenceCombination(Combination::Mvue);
    REQUIRE(f.settle());
    CHECK(f.bench->store().reference(1)->name == "MVUE of all samples");
    CHECK(f.bench->picture(0).title.find("MVUE of all samples") != std::string::npos);
    CHECK(f.bench->results().visible().at(0)->mean->nrmse != againstRss);
}

TEST_CASE("retrying a failed run repeats that run, whatever was chosen since") {
    Fixture f;
    REQUIRE(f.open());
    f.bench->setMapsFile(f.folder.file("absent.npy"));
    REQUIRE(f.settle());
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->action == Notice::Action::Retry);
    CHECK(f.bench->notice()->second == Notice::Action::OpenLog);
    f.bench->setMapsFile({});
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
    CHECK(f.bench->picture(1).caution == "stopped early");
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

TEST_CASE("an exported result holds the images that the panes show") {
    Fixture f;
    REQUIRE(f.open());
    f.bench->setMethod("zero-filled");
    f.bench->setSliceChoice({SliceChoice::Kind::Listed, "1, 3"});
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    const auto* entry = f.bench->results().visible().at(0);
    CHECK(entry->result->images.pixels.empty());  // held once, slice by slice
    const std::string path = f.folder.file("out.npy");
    f.bench->exportResult(entry->id, path);
    REQUIRE(f.settle());
    const ImageStack written = io::readImages(path);
    REQUIRE(written.pixels.shape() == Shape{2, 64, 64});
    CHECK(written.pixels.slice(0) == *entry->images.at(0));
    CHECK(written.pixels.slice(1) == *entry->images.at(2));
    CHECK(entry->whole().images.simulated == entry->result->images.simulated);
}

TEST_CASE("the mask is written as it is used, and a folder that is missing is told") {
    Fixture f;
    REQUIRE(f.open());
    for (const char* name : {"mask.npy", "mask.h5", "mask.png"}) {
        CAPTURE(name);
        const std::string path = f.folder.file(name);
        f.bench->saveMask(path);
        REQUIRE(f.settle());
        CHECK(io::readMask(path, 64, 64).samples() == f.bench->mask().kept->samples());
    }
    CHECK(f.bench->notice()->kind == Notice::Kind::Info);
    f.bench->saveMask(f.folder.file("absent/mask.npy"));
    REQUIRE(f.settle());
    CHECK(f.bench->notice()->kind == Notice::Kind::Failure);
    CHECK(f.bench->notice()->what.find("absent") != std::string::npos);
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

TEST_CASE("metrics name their protocol") {
    Fixture f;
    REQUIRE(f.open());
    const std::string text = f.bench->picture(1).metricsProtocol;
    for (const char* fact : {"slice", "magnitudes", "largest value of the reference slice", "7 x 7", "not scaled"}) {
        CAPTURE(fact);
        CHECK(text.find(fact) != std::string::npos);
    }
    CHECK(f.bench->picture(0).metricsProtocol.empty());  // the reference has no metrics
    CHECK(metricsProtocolText(metrics::Scale::LeastSquares).find("least squares") != std::string::npos);
}

TEST_CASE("a deleted result comes back") {
    Fixture f;
    REQUIRE(f.open());
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    const ResultId id = f.bench->shownResult();
    f.bench->deleteResult(id);
    CHECK(f.bench->results().visible().empty());
    CHECK(f.bench->shownResult() == 0);
    CHECK(f.bench->notice()->action == Notice::Action::Undo);
    f.bench->undoDelete();
    CHECK(f.bench->results().visible().size() == 1);
    CHECK(f.bench->shownResult() == id);
}

TEST_CASE("metrics follow the scale that is asked for") {
    Fixture f;
    REQUIRE(f.open());
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    const double unscaled = f.bench->results().visible()[0]->mean->nrmse;
    f.bench->setScale(metrics::Scale::LeastSquares);
    REQUIRE(f.settle());
    CHECK(f.bench->results().visible()[0]->mean->nrmse <= unscaled);
    CHECK(f.bench->picture(1).metrics.find("scaled") != std::string::npos);
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

TEST_CASE("coil maps are estimated from what the mask keeps") {
    Fixture f;
    REQUIRE(f.open());
    f.bench->estimateMapsNow();
    REQUIRE(f.settle());
    REQUIRE(f.bench->maps().estimated != nullptr);
    CHECK(f.bench->maps().estimated->maps.shape() == Shape{4, 64, 64});
    f.bench->setPaneContent(0, PaneContent::CoilMaps);
    CHECK(f.bench->picture(0).image->shape() == Shape{128, 128});
}

TEST_CASE("plain text of slices, masks and parameters") {
    CHECK(sliceListText({11}) == "slice 12");
    CHECK(sliceListText({0, 1, 2, 4, 6, 7}) == "slices 1-3, 5, 7-8");
    CHECK(maskName("") == "all samples");
    CHECK(maskName("poisson:R=4,acs=24,seed=1") == "poisson");
    CHECK(maskName("/data/mask.npy") == "mask mask.npy");
    Protocol protocol;
    protocol.method = "not there any more";
    protocol.parameters = {{"lambda", 0.01}, {"iterations", 30}, {"random_shift", true}};
    CHECK(parameterText(protocol) == "iterations 30, lambda 0.01, random_shift yes");
    protocol.method = "dps";  // its own list begins with the steps and zeta
    protocol.parameters = {{"form", "euler"}, {"steps", 40}, {"zeta", "5"}};
    protocol.steering = {{14, {{"zeta", "10"}}, false}};
    CHECK(parameterText(protocol) == "zeta 10 from step 15, steps 40, zeta 5, form euler");
}

TEST_CASE("any two axes of an array, and a montage of a third") {
    const test::TempDir folder;
    ComplexArray cube(Shape{3, 4, 5});
    for (std::int64_t i = 0; i < cube.size(); ++i) cube[i] = static_cast<float>(i);
    const std::string path = folder.file("cube.npy");
    io::saveArray(path, cube, "cube");
    const auto file = io::openArrayFile(path);
    const auto& entry = file->entry("");
    PlaneChoice choice = PlaneChoice::initial(entry.shape);
    CHECK(choice.rowAxis == 1);
    CHECK(choice.columnAxis == 2);
    choice.index = {2, 0, 3};
    CHECK(readPlane(*file, entry, choice)(0, 1, 2) == cube(2, 1, 2));
    choice.setRowAxis(2);  // columns take the rows' old place
    CHECK(choice.columnAxis == 1);
    CHECK(readPlane(*file, entry, choice).shape() == Shape{1, 5, 4});
    CHECK(readPlane(*file, entry, choice)(0, 4, 1) == cube(2, 1, 4));
    choice.setMontageAxis(0);
    const ComplexArray stack = readPlane(*file, entry, choice);
    CHECK(stack.shape() == Shape{3, 5, 4});
    CHECK(stack(1, 4, 3) == cube(1, 3, 4));
}
