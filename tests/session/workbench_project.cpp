// Projects in the workbench: saved, closed, opened as they were; moved sources; results and pictures that bring back their state.

#include <doctest/doctest.h>

#include <filesystem>

#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/session/replay.h"
#include "core/session/workbench/workbench.h"
#include "tests/session/workbench_fixture.h"
#include "tests/support/phantom_scan.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kEdge = 48;
constexpr const char* kMask = "random:R=3,acs=12,seed=5";

std::string textOf(const char* mask) {
    return MaskChoice::fromText(mask).toText();
}

std::string writeScan(const std::string& path, std::uint64_t seed = 1) {
    return test::writePhantomScan(path, {3, 4, kEdge, kEdge, 0.01, seed});
}

struct Fixture : test::QuietWorkbench {
    Fixture() {
        test::writePrior(folder.file("aaa.safetensors"), test::gaussianPriorCard("aaa"));
        writeScan(folder.file("scan.h5"));
        start();
    }
    /// Slice 1, a mask of another kind, CG-SENSE with 7 iterations, two results, panes as nobody has them at first.
    void work() {
        open(folder.file("scan.h5"));
        bench->setMask(MaskChoice::fromText(kMask));
        bench->setMethod("cg-sense");
        set("iterations", std::int64_t{7});
        bench->setSlice(0);
        settle();
        REQUIRE(bench->reconstruct() != 0);
        settle();
        set("iterations", std::int64_t{9});
        bench->setSliceChoice({SliceChoice::Kind::Listed, "1, 3"});
        REQUIRE(bench->reconstruct() != 0);
        settle();
        bench->setPaneCount(4);
        bench->setPaneContent(3, PaneContent::Error, bench->results().visible().front()->id);
        bench->setFocusedPane(2);
        bench->showResult(bench->results().visible().front()->id);
        settle();
        noNotice();
    }
    [[nodiscard]] std::string file(const std::string& name) const { return folder.file(name); }
    [[nodiscard]] const ComplexArray& pixels(std::size_t result, std::int64_t slice) const {
        return *bench->results().visible().at(result)->images.at(slice);
    }
    void asItWas() {
        REQUIRE(bench->acquisition() != nullptr);
        CHECK(bench->slice() == 0);
        CHECK(bench->mask().choice.toText() == textOf(kMask));
        CHECK(bench->method() == "cg-sense");
        CHECK(bench->parameters().integer("iterations") == 9);
        CHECK(bench->sliceChoice().kind == SliceChoice::Kind::Listed);
        CHECK(bench->sliceChoice().listed == "1, 3");
        REQUIRE(bench->results().visible().size() == 2);
        CHECK(bench->shownResult() == bench->results().visible().front()->id);
        CHECK(bench->paneCount() == 4);
        CHECK(bench->focusedPane() == 2);
        CHECK(bench->pane(3).content == PaneContent::Error);
        CHECK(bench->pane(3).result == bench->results().visible().front()->id);
        CHECK(bench->results().visible().front()->mean.has_value());
    }
};

}  // namespace

TEST_CASE("a project opens as it was left, in another program too; nothing is unsaved until something changes") {
    Fixture f;
    f.work();
    CHECK_FALSE(f.bench->project().unsaved());
    f.save("one.larmor");
    CHECK(f.bench->project().name() == "one");
    CHECK_FALSE(f.bench->project().unsaved());
    const ComplexArray first = f.pixels(0, 0), second = f.pixels(1, 2);
    f.bench->setSlice(1);
    CHECK(f.bench->project().unsaved());
    f.bench->setSlice(0);
    f.settle();
    CHECK_FALSE(f.bench->project().unsaved());

    f.start();
    f.open(f.file("one.larmor/project.json"));
    f.noNotice();
    f.asItWas();
    CHECK((f.pixels(0, 0) == first));
    CHECK((f.pixels(1, 2) == second));
    CHECK_FALSE(f.bench->project().unsaved());
}

TEST_CASE("a result is written once; the end of a run saves the project") {
    Fixture f;
    f.work();
    f.save("one.larmor");
    const auto results = [&] {
        std::map<std::string, fs::file_time_type> found;
        for (const auto& each : fs::directory_iterator(f.file("one.larmor/results")))
            found[each.path().filename().string()] = each.last_write_time();
        return found;
    };
    const auto before = results();
    REQUIRE(before.size() == 2);
    REQUIRE(f.bench->reconstruct() != 0);
    f.settle();
    const auto after = results();
    CHECK(after.size() == 3);
    for (const auto& [name, time] : before) CHECK(after.at(name) == time);
    CHECK_FALSE(f.bench->project().unsaved());

    f.start();
    f.open(f.file("one.larmor"));
    CHECK(f.bench->results().visible().size() == 3);
    f.bench->deleteResult(f.bench->results().visible().back()->id);
    CHECK(f.bench->project().unsaved());
    f.bench->project().save();
    f.settle();
    CHECK(results() == before);
    f.bench->undo();
    f.bench->project().save();
    f.settle();
    CHECK(results().size() == 3);
}

TEST_CASE("project and scan that moved together are found; a scan that went elsewhere is asked for, and another one refused") {
    Fixture f;
    f.work();
    f.save("one.larmor");
    f.bench.reset();
    fs::create_directories(f.file("moved/on"));
    fs::rename(f.file("one.larmor"), f.file("moved/one.larmor"));
    fs::rename(f.file("scan.h5"), f.file("moved/scan.h5"));
    f.start();
    f.open(f.file("moved/one.larmor"));
    f.noNotice();
    f.asItWas();
    CHECK(f.bench->path() == f.file("moved/scan.h5"));
    CHECK(f.bench->results().visible().front()->result->protocol.source == f.file("moved/scan.h5"));
    f.bench.reset();

    fs::rename(f.file("moved/scan.h5"), f.file("moved/on/renamed.h5"));
    writeScan(f.file("moved/scan.h5"), 40);
    f.start();
    f.open(f.file("moved/one.larmor"));
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->action == Notice::Action::FindSource);
    CHECK(f.bench->notice()->what.find("scan.h5") != std::string::npos);
    CHECK(f.bench->acquisition() == nullptr);
    const auto wanted = f.bench->project().asked()->hash.substr(0, 12);
    f.bench->project().find(f.file("moved/scan.h5"));
    f.settle();
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->what.find(wanted) != std::string::npos);
    CHECK(f.bench->notice()->action == Notice::Action::FindSource);
    f.bench->project().find(f.file("moved/on/renamed.h5"));
    f.settle();
    f.noNotice();
    f.asItWas();
    CHECK(f.bench->path() == f.file("moved/on/renamed.h5"));
}

TEST_CASE("what cannot be read is named, and the rest is opened; a damaged project is refused and leaves what was open") {
    Fixture f;
    f.work();
    f.save("one.larmor");
    fs::path gone;
    for (const auto& each : fs::directory_iterator(f.file("one.larmor/results")))
        if (each.path().filename().string().starts_with("0002")) gone = each.path();
    const std::string kept = test::readFile(gone.string());
    fs::remove(gone);
    f.start();
    f.open(f.file("one.larmor"));
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->kind == Notice::Kind::Caution);
    CHECK(f.bench->notice()->why.find("0002") != std::string::npos);
    CHECK(f.bench->results().visible().size() == 1);
    f.bench->setSlice(2);
    f.bench->project().save();
    f.settle();
    test::writeFile(gone.string(), kept);  // found again: the project still lists it
    f.start();
    f.open(f.file("one.larmor"));
    CHECK(f.bench->results().visible().size() == 2);

    test::writeFile(f.file("one.larmor/project.json"), "{");
    f.open(f.file("one.larmor"));
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->kind == Notice::Kind::Failure);
    CHECK(f.bench->results().visible().size() == 2);
    CHECK(f.bench->acquisition() != nullptr);
}

TEST_CASE("results of several scans come back, each with its own; while something runs no other project is opened") {
    Fixture f;
    f.work();
    writeScan(f.file("second.h5"), 70);
    f.open(f.file("second.h5"));
    f.bench->setSliceChoice({});
    REQUIRE(f.bench->reconstruct() != 0);
    f.settle();
    f.save("both.larmor");
    f.start();
    f.open(f.file("both.larmor"));
    f.noNotice();
    CHECK(f.bench->path() == f.file("second.h5"));
    const auto results = f.bench->results().visible();
    REQUIRE(results.size() == 3);
    CHECK(results[0]->acquisition == results[1]->acquisition);
    CHECK(results[0]->acquisition->header().provenance.path == f.file("scan.h5"));
    CHECK(results[2]->acquisition == f.bench->acquisition());
    CHECK(results[2]->mean->nrmse != doctest::Approx(results[1]->mean->nrmse));

    f.bench->setMethod("l1-wavelet");
    f.set("iterations", std::int64_t{2000});
    REQUIRE(f.bench->reconstruct() != 0);
    f.bench->open(f.file("both.larmor"));
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->what.find("running") != std::string::npos);
    CHECK(f.bench->results().visible().size() == 3);
    f.bench->stopCurrent();
    f.settle();
    const auto count = f.bench->results().visible().size();
    fs::rename(f.file("scan.h5"), f.file("hidden.h5"));  // the other scan is gone: its results are named and stay listed
    f.start();
    f.open(f.file("both.larmor"));
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->why.find("scan.h5 is not there") != std::string::npos);
    CHECK(f.bench->path() == f.file("second.h5"));
    f.bench->project().save();
    f.settle();
    fs::rename(f.file("hidden.h5"), f.file("scan.h5"));
    f.start();
    f.open(f.file("both.larmor"));
    f.noNotice();
    CHECK(f.bench->results().visible().size() == count);
}

TEST_CASE("a drawn mask is kept with the project; closing lets go of everything") {
    Fixture f;
    f.open(f.file("scan.h5"));
    std::vector<std::uint8_t> columns(kEdge, 0);
    for (std::size_t i = 0; i<columns.size(); i += i> 18 && i < 30 ? 1 : 3) columns[i] = 1;
    MaskChoice choice;
    choice.drawn = SamplingMask::fromColumns(columns, kEdge, "drawn");
    f.bench->setMask(choice);
    f.settle();
    f.save("one.larmor");
    f.bench->project().close();
    f.settle();
    CHECK(f.bench->acquisition() == nullptr);
    CHECK(f.bench->project().folder().empty());
    CHECK(f.bench->results().visible().empty());
    f.open(f.file("one.larmor"));
    f.noNotice();
    REQUIRE(f.bench->mask().choice.drawn.has_value());
    CHECK((f.bench->mask().choice.drawn->samples() == choice.drawn->samples()));
    CHECK((f.bench->mask().kept->samples() == choice.drawn->samples()));
}

TEST_CASE("a result that is opened brings back its scan, mask, method, values, prior and slice, and its image") {
    Fixture f;
    f.open(f.file("scan.h5"));
    f.bench->setMask(MaskChoice::fromText("equispaced:R=2,acs=16,seed=3"));
    f.bench->setMethod("dps");
    f.set("steps", std::int64_t{6});
    f.set("zeta", std::string("2.5"));
    f.bench->setSlice(2);
    f.settle();
    REQUIRE(f.bench->reconstruct() != 0);
    f.settle();
    const auto made = f.bench->results().visible().front();
    const ComplexArray pixels = *made->images.at(2);
    f.bench->exportResult(made->id, f.file("made.h5"));
    f.bench->exportResult(made->id, f.file("made.png"));
    f.settle();
    const auto asThen = [&] {
        REQUIRE(f.bench->acquisition() != nullptr);
        CHECK(f.bench->path() == f.file("scan.h5"));
        CHECK(f.bench->mask().choice.toText() == textOf("equispaced:R=2,acs=16,seed=3"));
        CHECK(f.bench->method() == "dps");
        CHECK(f.bench->parameters().integer("steps") == 6);
        CHECK(f.bench->parameters().text("zeta") == "2.5");
        CHECK(f.bench->slice() == 2);
    };
    f.start();
    f.open(f.file("made.h5"));
    f.noNotice();
    asThen();
    REQUIRE(f.bench->results().visible().size() == 1);
    CHECK((f.pixels(0, 2) == pixels));
    CHECK(f.bench->shownResult() == f.bench->results().visible().front()->id);
    REQUIRE(f.bench->reconstruct() != 0);  // the same values make the same pixels
    f.settle();
    CHECK((f.pixels(1, 2) == pixels));
    // Opened once more beside what is there: the same scan, one result more.
    const auto acquisition = f.bench->acquisition();
    f.bench->setMethod("cg-sense");
    f.open(f.file("made.h5"));
    CHECK(f.bench->acquisition() == acquisition);
    CHECK(f.bench->results().visible().size() == 3);
    CHECK(f.bench->method() == "dps");

    f.start();
    f.open(f.file("made.png"));
    asThen();
    CHECK(f.bench->results().visible().empty());
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->action == Notice::Action::Reconstruct);

    auto drawn = io::readReconstruction(f.file("made.h5"));
    drawn.protocol.seed = 5;
    drawn.protocol.steering = {{3, {{"zeta", "4"}}}};
    io::saveReconstruction(f.file("seeded.h5"), drawn);
    f.start();
    f.open(f.file("seeded.h5"));
    asThen();
    f.noNotice();
    REQUIRE(f.bench->reconstruct() != 0);
    f.settle();
    const auto& again = f.bench->results().visible().back()->result->protocol;
    CHECK(again.seed == 5);
    CHECK(again.steering == drawn.protocol.steering);
    auto request = requestOf(drawn);
    request.steering = drawn.protocol.steering;
    CHECK((f.pixels(1, 2) == reconstruct(request, {}).images.pixels.slice(0)));
    f.set("zeta", std::string("3"));
    REQUIRE(f.bench->reconstruct() != 0);
    f.settle();
    CHECK(f.bench->results().visible().back()->result->protocol.seed == 1);

    fs::create_directories(f.file("on"));
    fs::rename(f.file("scan.h5"), f.file("on/other.h5"));
    f.start();
    f.open(f.file("made.h5"));
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->action == Notice::Action::FindSource);
    f.bench->project().find(f.file("on/other.h5"));
    f.settle();
    f.noNotice();
    CHECK(f.bench->method() == "dps");
    CHECK((f.pixels(0, 2) == pixels));
}

TEST_CASE("a steered run comes back with its branches, and goes on from its kept steps") {
    Fixture f;
    f.open(f.file("scan.h5"));
    f.bench->setMethod("dps");
    f.set("steps", std::int64_t{8});
    f.settle();
    REQUIRE(f.bench->reconstruct() != 0);
    f.settle();
    f.bench->rewindTo(BranchTree::kRoot, 4);
    f.bench->steer({{"zeta", "3"}});
    f.bench->resumeSteering();
    f.settle();
    REQUIRE(f.bench->steering()->tree.branches().size() == 2);
    f.bench->renameBranch(f.bench->steering()->branch, "better");
    const auto branch = f.bench->steering()->branch;
    f.settle();
    f.save("one.larmor");
    const ComplexArray pixels = f.pixels(0, 1);

    f.start();
    f.open(f.file("one.larmor"));
    f.noNotice();
    REQUIRE(f.bench->steering() != nullptr);
    REQUIRE(f.bench->steering()->tree.branches().size() == 2);
    CHECK(f.bench->branchText(branch) == "better");
    f.bench->rewindTo(BranchTree::kRoot, 4);
    f.bench->resumeSteering();
    f.settle();
    REQUIRE(f.bench->results().visible().size() == 3);
    CHECK((f.pixels(2, 1) == pixels));
    f.start();
    f.open(f.file("one.larmor"));  // saved at the end of the run
    CHECK(f.bench->results().visible().size() == 3);
    CHECK(f.bench->steering() != nullptr);
}
