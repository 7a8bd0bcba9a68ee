// Sweeps that come back: in projects with their cells, and from pictures as a plan that is ready to be started.

#include <doctest/doctest.h>

#include <filesystem>

#include "core/session/sweep_picture.h"
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
constexpr const char* kMask = "equispaced:R=3,acs=16,seed=1";

struct Fixture : test::QuietWorkbench {
    Fixture() {
        fs::create_directories(folder.file("data"));
        writeScan("data/scan.h5");
        start();
    }
    void writeScan(const std::string& name, std::uint64_t seed = 1) { test::writePhantomScan(folder.file(name), {2, 4, kEdge, kEdge, 0.02, seed}); }
    void open(const std::string& name) {
        QuietWorkbench::open(folder.file(name));
    }
    /// Two rows, two columns, and another value than the method begins with.
    void work() {
        open("data/scan.h5");
        bench->setMask(MaskChoice::fromText(kMask));
        bench->setMethod("cg-sense");
        set("tolerance", 0.0);
        bench->setSlice(0);
        settle();
        REQUIRE(bench->startSweep(plan()) != 0);
        settle();
        noNotice();
    }
    static SweepPlan plan() {
        SweepPlan plan;
        plan.columns = {"lambda", {"0.001", "0.1"}};
        plan.rows = SweepAxis{"iterations", {"1", "12"}};
        return plan;
    }
    [[nodiscard]] const SweepState& sheet() const {
        REQUIRE(bench->sweepState().has_value());
        return *bench->sweepState();
    }
    void picture(const std::string& name) {
        bench->saveSweepPicture(folder.file(name));
        settle();
        REQUIRE(fs::exists(folder.file(name)));
        bench->dismissNotice();
    }
    [[nodiscard]] std::vector<ComplexArray> images() const {
        std::vector<ComplexArray> all;
        for (const auto& cell : sheet().cells) all.push_back(cell.done() ? cell.result->images.pixels : ComplexArray());
        return all;
    }
    [[nodiscard]] std::vector<nlohmann::json> numbers() const {
        std::vector<nlohmann::json> all;
        for (const auto& cell : sheet().cells) all.push_back(cell.scored ? cell.scored->toJson() : nlohmann::json());
        return all;
    }
    [[nodiscard]] std::string sweepFolder(const std::string& project) const {
        const auto held = nlohmann::json::parse(test::readFile(folder.file(project + "/project.json"))).at("sweep").get<std::string>();
        return held.empty() ? held : folder.file(project + "/" + held);
    }
};

}  // namespace

TEST_CASE("a project keeps the sheet of a sweep: the same cells, opened and run in full as before") {
    Fixture f;
    f.work();
    f.save("one.larmor");
    const auto images = f.images();
    const auto numbers = f.numbers();
    CHECK_FALSE(f.bench->project().unsaved());
    f.start();
    f.open("one.larmor");
    f.noNotice();
    CHECK_FALSE(f.bench->project().unsaved());
    CHECK_FALSE(f.sheet().running());
    CHECK(f.sheet().rows == std::vector<std::string>{"1", "12"});
    CHECK(f.sheet().columnName == "lambda");
    CHECK(f.sheet().slice == 0);
    CHECK(f.numbers() == numbers);
    CHECK((f.images() == images));
    CHECK(f.bench->sweepPlan().toJson() == Fixture::plan().toJson());
    CHECK(f.bench->broughtPlans() == 1);
    f.bench->openSweepCell(3);
    f.settle();
    REQUIRE(f.bench->results().visible().size() == 1);
    CHECK(f.bench->results().visible()[0]->metrics.at(0).nrmse == doctest::Approx(numbers[3].at("whole").at("nrmse").get<double>()).epsilon(1e-6));
    REQUIRE(f.bench->promoteSweepCell(2) != 0);
    f.settle();
    REQUIRE(f.bench->results().visible().size() == 2);
    CHECK((*f.bench->results().visible()[1]->images.at(0) == images[2].slice(0)));
    // What was saved at the end of that run still holds the sheet; the picture of it is that of the first window.
    f.picture("sheet.svg");
    CHECK(readSweepPicture(f.folder.file("sheet.svg")).scans.front().file == "scan.h5");
    f.start();
    f.open("one.larmor");
    CHECK((f.images() == images));
    CHECK(f.bench->results().visible().size() == 2);
}

TEST_CASE("a sweep that ends is saved by itself, another one takes its place, and a stopped one keeps its cells") {
    Fixture f;
    f.open("data/scan.h5");
    f.bench->setMethod("cg-sense");
    f.settle();
    f.save("one.larmor");
    CHECK(f.sweepFolder("one.larmor").empty());
    f.work();
    const auto first = f.sweepFolder("one.larmor");
    REQUIRE_FALSE(first.empty());
    CHECK(fs::exists(first + "/sweep.json"));
    CHECK(fs::exists(first + "/0004.h5"));
    auto plan = Fixture::plan();
    plan.columns.values = {"0.5"};
    plan.rows = SweepAxis{"iterations", {"3", "1000", "999", "998", "997", "996"}};
    plan.jobs = 1;
    REQUIRE(f.bench->startSweep(plan) != 0);
    REQUIRE(f.pump.until([&] { return f.sheet().cells[0].done(); }));
    f.bench->stopSweep();
    f.settle();
    CHECK_FALSE(f.sheet().cells[5].done());
    CHECK_FALSE(fs::exists(first));
    f.start();
    f.open("one.larmor");
    f.noNotice();
    REQUIRE(f.sheet().cells.size() == 6);
    CHECK(f.sheet().cells[0].done());
    CHECK_FALSE(f.sheet().cells[5].scored.has_value());
    f.bench->openSweepCell(5);
    CHECK(f.bench->notice()->what.find("stopped before") != std::string::npos);
}

TEST_CASE("damaged files of a sweep are named and the rest is opened; projects from before there were sweeps open") {
    Fixture f;
    f.work();
    f.save("one.larmor");
    const auto images = f.images();
    const auto sweep = f.sweepFolder("one.larmor");
    const auto whole = test::readFile(sweep + "/sweep.json"), cell = test::readFile(sweep + "/0002.h5");
    const auto opened = [&] {
        f.start();
        f.open("one.larmor");
        CHECK(f.bench->acquisition() != nullptr);
        REQUIRE(f.bench->notice().has_value());
        return f.bench->notice()->why;
    };
    test::writeFile(sweep + "/0002.h5", cell.substr(0, cell.size() / 2));
    CHECK(opened().find("0002.h5") != std::string::npos);
    CHECK(f.sheet().cells[0].done());
    CHECK_FALSE(f.sheet().cells[1].done());
    CHECK(f.sheet().cells[1].scored.has_value());  // its numbers are in the sheet, which is whole
    CHECK(f.sheet().cells[3].result->images.pixels == images[3]);
    test::writeFile(sweep + "/0002.h5", cell);
    for (const auto& text : {whole.substr(0, whole.size() / 2), std::string("{}"), std::string("{\"larmor_sweep_sheet\": 9}")}) {
        test::writeFile(sweep + "/sweep.json", text);
        CHECK(opened().find("sweep.json") != std::string::npos);
        CHECK_FALSE(f.bench->sweepState().has_value());
    }
    // What cannot be read is not lost: it stays where it is, and goes along to another folder.
    const auto named = [&](const char* project) { return nlohmann::json::parse(test::readFile(f.folder.file(project) + "/project.json")).at("sweep").get<std::string>(); };
    const auto before = named("one.larmor");
    for (const char* project : {"one.larmor", "two.larmor"}) {
        f.bench->dismissNotice();
        f.save(project);
        CHECK(named(project) == before);
        CHECK(test::readFile(f.folder.file(project) + "/" + before + "/sweep.json") == "{\"larmor_sweep_sheet\": 9}");
    }
    auto lost = nlohmann::json::parse(whole);
    lost["cells"].erase(0);
    test::writeFile(sweep + "/sweep.json", lost.dump());
    CHECK(opened().find("3 cells do not fill") != std::string::npos);
    fs::remove_all(sweep);
    CHECK(opened().find("The sweep") != std::string::npos);

    auto old = nlohmann::json::parse(test::readFile(f.folder.file("one.larmor/project.json")));
    old.erase("sweep");
    test::writeFile(f.folder.file("one.larmor/project.json"), old.dump());
    f.start();
    f.open("one.larmor");
    f.noNotice();
    CHECK_FALSE(f.bench->sweepState().has_value());
    old["sweep"] = "../elsewhere";
    test::writeFile(f.folder.file("one.larmor/project.json"), old.dump());
    f.open("one.larmor");
    CHECK(f.bench->notice()->what.find("not in its folder sweeps") != std::string::npos);
}

TEST_CASE("a picture of a sweep brings back scan, slice, mask, method, values and plan, ready to be started") {
    Fixture f;
    f.work();
    f.picture("data/sheet.svg");
    const auto images = f.images();
    const auto asThen = [&] {
        REQUIRE(f.bench->acquisition() != nullptr);
        CHECK(f.bench->slice() == 0);
        CHECK(f.bench->mask().choice.toText() == MaskChoice::fromText(kMask).toText());
        CHECK(f.bench->method() == "cg-sense");
        CHECK(f.bench->parameters().real("tolerance") == 0);
        const auto& plan = f.bench->sweepPlan();
        CHECK(plan.columns.parameter == "lambda");
        CHECK(plan.columns.values == std::vector<std::string>{"0.001", "0.1"});
        REQUIRE(plan.rows.has_value());
        CHECK(plan.rows->values == std::vector<std::string>{"1", "12"});
        CHECK(plan.masks.empty());
        REQUIRE(f.bench->notice().has_value());
        CHECK(f.bench->notice()->action == Notice::Action::StartSweep);
    };
    f.start();
    f.open("data/sheet.svg");
    asThen();
    CHECK(f.bench->path() == f.folder.file("data/scan.h5"));
    CHECK_FALSE(f.bench->sweepState().has_value());
    REQUIRE(f.bench->startSweep(f.bench->sweepPlan()) != 0);
    f.settle();
    CHECK((f.images() == images));

    // The same bytes are open under another name, and the picture lies elsewhere.
    fs::rename(f.folder.file("data/scan.h5"), f.folder.file("data/other.h5"));
    fs::rename(f.folder.file("data/sheet.svg"), f.folder.file("sheet.svg"));
    f.start();
    f.open("data/other.h5");
    const auto acquisition = f.bench->acquisition();
    f.open("sheet.svg");
    asThen();
    CHECK(f.bench->acquisition() == acquisition);

    // Neither open nor beside it: the plan is there, the file is asked for, and another one refused.
    f.writeScan("data/scan.h5", 50);
    f.start();
    f.open("sheet.svg");
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->action == Notice::Action::FindSource);
    CHECK(f.bench->sweepPlan().columns.parameter == "lambda");
    f.bench->project().find(f.folder.file("data/scan.h5"));
    f.settle();
    CHECK(f.bench->notice()->what.find("another file") != std::string::npos);
    f.bench->project().find(f.folder.file("data/other.h5"));
    f.settle();
    asThen();
}

TEST_CASE("pictures that say nothing of a sweep are refused, and what was open stays") {
    Fixture f;
    f.open("data/scan.h5");
    test::writeFile(f.folder.file("foreign.svg"), "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"><rect/></svg>");
    f.open("foreign.svg");
    REQUIRE(f.bench->notice().has_value());
    CHECK(f.bench->notice()->kind == Notice::Kind::Failure);
    CHECK(f.bench->notice()->what.find("foreign.svg: this SVG picture says nothing of a sweep") != std::string::npos);
    CHECK(f.bench->acquisition() != nullptr);
    CHECK(f.bench->broughtPlans() == 0);
    f.bench->saveSweepPicture(f.folder.file("none.svg"));
    CHECK(f.bench->notice()->kind == Notice::Kind::Caution);
    f.settle();
    CHECK_FALSE(fs::exists(f.folder.file("none.svg")));
}

TEST_CASE("cells at a time in the window: as many as the plan says, and a full run of one has its pixels") {
    Fixture f;
    f.work();
    auto plan = Fixture::plan();
    plan.jobs = 2;
    REQUIRE(f.bench->startSweep(plan) != 0);
    CHECK(f.sheet().atOnce == 2);
    f.settle();
    for (const auto& cell : f.sheet().cells) REQUIRE(cell.done());
    REQUIRE(f.bench->promoteSweepCell(1) != 0);
    f.settle();
    CHECK((*f.bench->results().visible().back()->images.at(0) == f.sheet().cells[1].result->images.pixels.slice(0)));
    CHECK(f.bench->results().visible().back()->result->protocol.threads == f.sheet().cells[1].request.threads);
}
