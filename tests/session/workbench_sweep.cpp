// The sweep of the workbench: cells and their numbers, a stop half-way, a cell that is opened and one that is run in full.

#include <doctest/doctest.h>

#include <algorithm>

#include "core/session/engine_host.h"
#include "core/session/workbench/workbench.h"
#include "tests/session/pump.h"
#include "tests/support/phantom_scan.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
using larmor::test::Pump;

namespace {

constexpr std::int64_t kEdge = 48;

/// A scan of two slices and CG-SENSE, with as many iterations as are asked for.
struct Fixture {
    test::TempDir folder;
    Pump pump;
    std::unique_ptr<Workbench> bench;
    std::size_t runsEnded = 0;

    explicit Fixture(std::int64_t iterations = 10) {
        writeScan("scan.h5");
        bench = std::make_unique<Workbench>(pump.post(), Workbench::Events{[](Changes) {}, [this](RunId, const Outcome&) { ++runsEnded; }});
        bench->open(folder.file("scan.h5"));
        settle();
        bench->setMask(MaskChoice::fromText("equispaced:R=3,acs=16,seed=1"));
        bench->setMethod("cg-sense");
        auto values = bench->parameters();
        values.set("iterations", iterations);
        values.set("tolerance", 0.0);
        bench->setParameters(values);
        settle();
    }
    void writeScan(const std::string& name) const {
        test::writePhantomScan(folder.file(name), {2, 4, kEdge, kEdge, 0.02});
    }
    void settle() {
        REQUIRE(pump.until([this] { return !bench->working(); }));
    }
    [[nodiscard]] const SweepState& state() const {
        REQUIRE(bench->sweepState().has_value());
        return *bench->sweepState();
    }
    [[nodiscard]] std::ptrdiff_t there() const {
        return std::count_if(state().cells.begin(), state().cells.end(), [](const SweptCell& cell) { return cell.scored.has_value(); });
    }
};

SweepPlan planOf(std::vector<std::string> lambdas) {
    SweepPlan plan;
    plan.columns = {"lambda", std::move(lambdas)};
    return plan;
}

}  // namespace

TEST_CASE("cells stand row by row, have the numbers of a sweep without a window and those of a result") {
    Fixture f;
    SweepPlan plan = planOf({"0.001", "0.1", "10"});
    plan.rows = SweepAxis{"iterations", {"1", "12"}};
    REQUIRE(f.bench->startSweep(plan) != 0);
    CHECK(f.state().running());
    f.settle();
    if (f.bench->notice()) FAIL(f.bench->notice()->what << " " << f.bench->notice()->why);
    CHECK_FALSE(f.state().running());
    CHECK(f.state().rowName == "iterations");
    CHECK(f.state().rows == std::vector<std::string>{"1", "12"});
    CHECK(f.bench->results().visible().empty());
    CHECK(f.runsEnded == 0);

    SweepScan scan;
    scan.name = "scan.h5";
    scan.acquisition = f.bench->acquisition();
    scan.slices = {f.bench->slice()};
    SweepRequest request;
    request.scans = {scan};
    request.masks = {f.bench->mask().choice};
    request.methods = {{"cg-sense", {}, {*plan.rows, plan.columns}, f.bench->parameters()}};
    request.mapParameters = ParamValues(espiritParameters());
    const auto expected = sweep(request, {}).cells;
    REQUIRE(f.state().cells.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CAPTURE(i);
        const auto& cell = f.state().cells[i];
        REQUIRE(cell.done());
        CHECK(cell.scored->varied == expected[i].varied);
        CHECK(cell.scored->varied.at("iterations") == (i < 3 ? 1 : 12));
        CHECK(cell.scored->whole.nrmse == doctest::Approx(expected[i].whole.nrmse).epsilon(1e-6));
        CHECK(cell.picture().shape() == Shape{kEdge, kEdge});
    }
    CHECK(f.state().cells[3].scored->whole.nrmse < f.state().cells[5].scored->whole.nrmse);  // lambda 10 shrinks the image

    f.bench->openSweepCell(3);
    f.settle();
    REQUIRE(f.bench->results().visible().size() == 1);
    CHECK(f.bench->results().visible()[0]->metrics.at(f.bench->slice()).nrmse == doctest::Approx(expected[3].whole.nrmse).epsilon(1e-6));
    CHECK(f.bench->picture(0).image == f.bench->store().reference(f.bench->slice())->image);
    CHECK(*f.bench->picture(1).image == f.state().cells[3].result->images.pixels.slice(0));
    CHECK(f.bench->pane(2).content == PaneContent::Error);
    f.bench->openSweepCell(3);
    f.settle();
    CHECK(f.bench->results().visible().size() == 1);
    CHECK(f.runsEnded == 0);
}

TEST_CASE("a cell that is run in full has the same pixels; on all slices where those are chosen") {
    Fixture f;
    REQUIRE(f.bench->startSweep(planOf({"0.01", "1"})) != 0);
    f.settle();
    const auto pixels = f.state().cells.at(1).result->images.pixels.slice(0);
    const auto slice = f.bench->slice();
    f.bench->setSlice(slice == 0 ? 1 : 0);
    REQUIRE(f.bench->promoteSweepCell(1) != 0);
    f.settle();
    f.bench->setSliceChoice({SliceChoice::Kind::All, {}});
    REQUIRE(f.bench->promoteSweepCell(1) != 0);
    f.settle();
    REQUIRE(f.bench->results().visible().size() == 2);
    CHECK(*f.bench->results().visible()[0]->images.at(slice) == pixels);
    CHECK(f.bench->results().visible()[0]->result->protocol.parameters.at("lambda") == 1);
    CHECK(f.bench->results().visible()[1]->images.size() == 2);
    CHECK(*f.bench->results().visible()[1]->images.at(slice) == pixels);
}

TEST_CASE("a stop half-way keeps the cells that are there, and none comes later") {
    Fixture f(1000);
    REQUIRE(f.bench->startSweep(planOf({"0", "0.001", "0.002", "0.003", "0.004", "0.005", "0.006", "0.007"})) != 0);
    CHECK(f.bench->startSweep(planOf({"1"})) == 0);  // one at a time
    REQUIRE(f.pump.until([&] { return f.there() >= 1; }));
    f.bench->stopSweep();
    f.settle();
    const auto kept = f.there();
    CHECK(kept >= 1);
    CHECK(kept < 8);
    CHECK_FALSE(f.state().running());
    CHECK(f.bench->results().visible().empty());
    f.bench->setSlice(0);
    f.bench->setSlice(1);
    f.settle();
    CHECK(f.there() == kept);
    CHECK(f.state().cells.front().done());
    f.bench->openSweepCell(7);  // never made
    CHECK(f.bench->notice()->kind == Notice::Kind::Caution);
    CHECK(f.bench->notice()->what.find("stopped before") != std::string::npos);
    CHECK(f.bench->results().visible().empty());
}

TEST_CASE("a quick look has half the size and says so; its cells are measured alike when opened, and run in full at full size") {
    Fixture f;
    SweepPlan plan = planOf({"0.01", "1"});
    plan.reduction = 2;
    REQUIRE(f.bench->startSweep(plan) != 0);
    f.settle();
    CHECK(f.state().reduction == 2);
    REQUIRE(f.there() == 2);
    const auto cell = f.state().cells.at(0);
    REQUIRE(cell.done());
    CHECK(cell.picture().shape() == Shape{kEdge / 2, kEdge / 2});
    CHECK(cell.scored->size == Matrix{kEdge / 2, kEdge / 2, 1});
    CHECK(cell.scored->whole.nrmse < 0.3);  // against the whole reference, of another scale and size, there would be no number
    f.bench->openSweepCell(0);
    f.settle();
    REQUIRE(f.bench->results().visible().size() == 1);
    const auto* opened = f.bench->results().visible().front();
    CHECK(opened->metricsProblem == "");
    CHECK(opened->metrics.at(f.bench->slice()).nrmse == doctest::Approx(cell.scored->whole.nrmse).epsilon(1e-6));
    CHECK(f.bench->picture(1).image->shape() == Shape{kEdge / 2, kEdge / 2});
    CHECK(f.bench->picture(1).title.find("half size") != std::string::npos);
    CHECK(f.bench->picture(2).placeholder.find("reduced size") != std::string::npos);
    CHECK(f.bench->commandLineOf(opened->id).find(" --reduce 2") != std::string::npos);
    REQUIRE(f.bench->promoteSweepCell(0) != 0);
    f.settle();
    REQUIRE(f.bench->results().visible().size() == 2);
    const auto* full = f.bench->results().visible().back();
    CHECK(full->images.at(f.bench->slice())->shape() == Shape{kEdge, kEdge});
    CHECK(full->result->protocol.reduction == 1);
    CHECK(full->result->protocol.parameters.at("lambda") == 0.01);

    plan.reduction = 4;  // 12 pixels
    CHECK(f.bench->startSweep(plan) == 0);
    CHECK(f.bench->notice()->what.find("too small") != std::string::npos);
}

TEST_CASE("a cell without an image says why it has none") {
    Fixture f;
    SweepPlan plan = planOf({"0.01"});
    plan.masks = {MaskChoice::fromText("equispaced:R=40,acs=16,seed=1")};
    REQUIRE(f.bench->startSweep(plan) != 0);
    f.settle();
    REQUIRE(f.there() == 1);
    const auto failure = f.state().cells.front().scored->failure;
    REQUIRE_FALSE(failure.empty());
    CHECK(f.bench->promoteSweepCell(0) == 0);
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->what.find(failure) != std::string::npos);
    CHECK(f.bench->promoteSweepCell(7) == 0);
    CHECK(f.bench->notice()->what.find("no such cell") != std::string::npos);
}

TEST_CASE("masks and methods are rows; what no method takes is refused; another file forgets the sweep") {
    Fixture f;
    SweepPlan plan = planOf({"0.001", "0.01"});
    plan.masks = {MaskChoice::fromText("equispaced:R=2,acs=16,seed=1"), MaskChoice::fromText("equispaced:R=3,acs=12,seed=1")};
    plan.methods = {"cg-sense", "l1-wavelet"};
    REQUIRE(f.bench->startSweep(plan) != 0);
    f.settle();
    CHECK(f.state().rows.size() == 4);
    CHECK(f.state().rows[1].find("R 2") != std::string::npos);
    CHECK(f.state().rows[1].find(plugins().method("l1-wavelet").name) != std::string::npos);
    CHECK(f.state().rowName.empty());
    REQUIRE(f.there() == 8);
    for (const auto& cell : f.state().cells) CHECK(cell.done());
    CHECK(f.state().cells[2].scored->method == "l1-wavelet");
    CHECK(f.state().cells[4].scored->acceleration > f.state().cells[0].scored->acceleration);

    CHECK(f.bench->startSweep(planOf({"0.1", "much"})) == 0);
    CHECK(f.bench->notice()->what.find("lambda") != std::string::npos);
    CHECK(f.bench->startSweep(planOf({})) == 0);
    SweepPlan twice = planOf({"1"});
    twice.rows = twice.columns;
    CHECK(f.bench->startSweep(twice) == 0);
    CHECK(f.there() == 8);

    f.writeScan("other.h5");
    REQUIRE(f.bench->startSweep(planOf({"1", "2"})) != 0);
    f.bench->open(f.folder.file("other.h5"));
    f.settle();
    CHECK_FALSE(f.bench->sweepState().has_value());
    CHECK(f.bench->results().visible().empty());
}
