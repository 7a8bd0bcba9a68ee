// What a picture of a sweep says of how it was made, read by Larmor and by Python's XML parser.

#include <doctest/doctest.h>

#include <filesystem>

#include "core/base/hash.h"
#include "core/session/engine_host.h"
#include "core/session/project/recorded_sweep.h"
#include "core/session/sweep_picture.h"
#include "tests/support/memory_acquisition.h"
#include "tests/support/phantom.h"
#include "tests/support/prior_file.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;

namespace {

constexpr std::int64_t kEdge = 48;

struct Bench {
    test::TempDir folder;
    test::EnvironmentGuard priors{"LARMOR_PRIORS", folder.path()};
    SweepRequest request;
    SweepTable table;
    SweepPicture picture;

    Bench() {
        test::writeFile(folder.file("scan.bin"), "the source of this scan");
        test::writePrior(folder.file("aaa.safetensors"), test::gaussianPriorCard("aaa"));
        SweepScan scan;
        scan.name = "scan <1> & \"more\"";
        scan.acquisition =
            std::make_shared<test::MemoryAcquisition>(std::vector<ComplexArray>{test::phantomKspace(4, kEdge, kEdge, 0.01, 1)}, folder.file("scan.bin"));
        request.scans = {scan};
        request.masks = {MaskChoice::fromText("equispaced:R=2,acs=16,seed=1"), MaskChoice::fromText("random:R=3,acs=14,seed=1")};
        request.methods = {{"cg-sense", {}, {{"iterations", {"1", "5"}}, {"lambda", {"0.001", "0.1"}}}}};
        request.threads = 1;
    }
    void run() {
        table = sweep(request, {}, {}, {}, [this](const SweepMade& made) { picture.add(made); });
        for (const auto& cell : table.cells) REQUIRE(cell.failure == "");
        picture.save(folder.file("sheet.svg"), table.cells, recordOf(request));
    }
    [[nodiscard]] std::string python(const char* script) const { return test::runPython(script, {folder.file("sheet.svg"), folder.file("again.svg")}); }
};

std::string messageOf(const auto& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("another program's XML parser finds settings, cells, masks, methods and priors in a picture of a sweep") {
    Bench bench;
    bench.request.methods.push_back({"pnp", "aaa", {{"lambda", {"0.1"}}}});
    bench.run();
    const auto said = nlohmann::json::parse(bench.python(R"(
import sys, json, xml.etree.ElementTree as ET
root = ET.parse(sys.argv[1]).getroot()
meta = [e for e in root if e.tag == '{http://www.w3.org/2000/svg}metadata']
assert len(meta) == 1 and meta[0].get('id') == 'larmor-sweep'
print(json.dumps(json.loads(meta[0].text)))
)"));
    CHECK(said["larmor_sweep"] == 1);
    CHECK(said["settings"]["seed"] == 1);
    CHECK(said["masks"] == nlohmann::json({bench.request.masks[0].toText(), bench.request.masks[1].toText()}));
    CHECK(said["scans"][0]["name"] == bench.request.scans[0].name);
    CHECK(said["scans"][0]["file"] == "scan.bin");
    CHECK(said["scans"][0]["sha256"] == sha256OfFile(bench.folder.file("scan.bin")));
    CHECK(said["methods"][0]["axes"][1]["values"] == nlohmann::json({"0.001", "0.1"}));
    CHECK(said["methods"][1]["prior"] == "aaa");
    CHECK(said["methods"][1]["prior_sha256"] == test::gaussianPriorCard("aaa").weightsHash);
    REQUIRE(said["cells"].size() == bench.table.cells.size());
    for (std::size_t i = 0; i < bench.table.cells.size(); ++i) {
        CHECK(said["cells"][i]["varied"] == bench.table.cells[i].varied);
        CHECK(said["cells"][i]["whole"]["nrmse"] == bench.table.cells[i].whole.nrmse);
    }
    const auto back = readSweepPicture(bench.folder.file("sheet.svg"));
    CHECK(back.toJson(bench.table.cells) == said);
    // Written again by another program: another prefix, other quotes, other forms of characters.
    (void)bench.python("import sys, xml.etree.ElementTree as ET\nET.parse(sys.argv[1]).write(sys.argv[2])");
    CHECK(test::readFile(bench.folder.file("again.svg")).find("ns0:metadata") != std::string::npos);
    CHECK(looksLikeSvg(bench.folder.file("again.svg")));
    CHECK(readSweepPicture(bench.folder.file("again.svg")).toJson(bench.table.cells) == said);
}

TEST_CASE("a picture names files without their folders, priors by name and weights, and no reason that could name a place") {
    Bench bench;
    bench.request.methods = {{"pnp", bench.folder.file("aaa.safetensors"), {{"lambda", {"0.1"}}}}};
    bench.request.masks.resize(1);
    bench.run();
    auto failed = bench.table.cells.front();
    failed.varied = {{"lambda", 0.2}};
    failed.failure = bench.folder.file("scan.bin") + " is gone";
    failed.mask = bench.folder.file("mask.npy");
    bench.table.cells.push_back(failed);
    auto record = recordOf(bench.request);
    bench.picture.save(bench.folder.file("sheet.svg"), {bench.table.cells.front()}, record);
    CHECK(test::readFile(bench.folder.file("sheet.svg")).find(bench.folder.path()) == std::string::npos);
    const auto text = record.toJson(bench.table.cells).dump();
    CHECK(text.find(bench.folder.path()) == std::string::npos);
    CHECK(text.find("\"mask.npy\"") != std::string::npos);
    CHECK(text.find("\"prior\":\"aaa\"") != std::string::npos);
    test::writeFile(bench.folder.file("mask.h5"), "x");
    CHECK(withoutFolder(bench.folder.file("mask.h5") + ":one") == "mask.h5:one");
    CHECK(withoutFolder("/nowhere/mask.npy") == "mask.npy");
}

TEST_CASE("pictures of other kinds and damaged ones are refused with the reason") {
    Bench bench;
    bench.request.masks.resize(1);
    bench.run();
    const auto svg = test::readFile(bench.folder.file("sheet.svg"));
    const auto refusal = [&](const std::string& text) {
        test::writeFile(bench.folder.file("bad.svg"), text);
        return messageOf([&] { (void)readSweepPicture(bench.folder.file("bad.svg")); });
    };
    const auto with = [&svg](const std::string& from, const std::string& to) {
        auto text = svg;
        const auto at = text.find(from);
        REQUIRE(at != std::string::npos);
        return text.replace(at, from.size(), to);
    };
    CHECK(refusal("<svg xmlns=\"http://www.w3.org/2000/svg\"/>").find("says nothing of a sweep") != std::string::npos);
    CHECK(refusal(SweepPicture().svgText(bench.table.cells)).find("says nothing of a sweep") != std::string::npos);
    CHECK(refusal(svg.substr(0, svg.find("</metadata>"))).find("cut off") != std::string::npos);
    CHECK(refusal(with("&quot;", "&nonsense;")).find("damaged") != std::string::npos);
    CHECK(refusal(with("{&quot;", "&quot;")).find("no JSON") != std::string::npos);
    CHECK(refusal(with("larmor_sweep&quot;:1", "larmor_sweep&quot;:2")).find("format 2") != std::string::npos);
    CHECK(refusal(with("&quot;masks&quot;", "&quot;muster&quot;")).find("masks") != std::string::npos);
    CHECK(refusal(with("&quot;seed&quot;:1", "&quot;seed&quot;:&quot;a&quot;")).find("not as expected") != std::string::npos);
    CHECK(refusal(with("scan.bin", "../scan.bin")).find("with a folder") != std::string::npos);
    CHECK(refusal(with("scan.bin", "../scan.bin")).find("bad.svg") != std::string::npos);
    CHECK(looksLikeSvg(bench.folder.file("bad.svg")));
    CHECK_FALSE(looksLikeSvg(bench.folder.file("scan.bin")));
    CHECK_FALSE(looksLikeSvg(bench.folder.file("none.svg")));
    CHECK_FALSE(looksLikeSvg(bench.folder.file("aaa.safetensors")));
}

TEST_CASE("a record becomes a plan of the window, and what the window cannot say is told") {
    Bench bench;
    bench.request.methods.push_back({"l1-wavelet", {}, bench.request.methods.front().axes});
    bench.request.methods.push_back({"zero-filled", {}, {}});
    auto record = recordOf(bench.request);
    std::vector<std::string> problems;
    auto plan = planOf(record, bench.folder.path(), problems);
    CHECK(plan.columns.parameter == "lambda");
    CHECK(plan.columns.values == std::vector<std::string>{"0.001", "0.1"});
    REQUIRE(plan.rows.has_value());
    CHECK(plan.rows->parameter == "iterations");
    CHECK(plan.methods == std::vector<std::string>{"cg-sense", "l1-wavelet"});
    REQUIRE(plan.masks.size() == 2);
    CHECK(plan.masks[1].toText() == bench.request.masks[1].toText());
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].find("zero-filled") != std::string::npos);
    problems.clear();
    auto project = projectOf(record, bench.folder.path(), problems);
    CHECK(problems.empty());
    CHECK(project.method == "cg-sense");
    CHECK(project.mask.text == bench.request.masks[0].toText());
    CHECK(project.sources.front().path == bench.folder.file("scan.bin"));
    CHECK(project.parameters.at("cg-sense") == ParamValues(plugins().method("cg-sense").params).toJson());

    record.methods.resize(1);
    record.methods[0].axes.insert(record.methods[0].axes.begin(), SweepAxis{"tolerance", {"0"}});
    record.masks = {"mask.npy"};
    record.scans.push_back(record.scans.front());
    record.scans[0].file.clear();
    record.scans[0].maps = "maps.npy";
    record.settings["seed"] = 7;
    record.settings["coils"]["virtual_conjugates"] = true;
    plan = planOf(record, bench.folder.path(), problems);
    project = projectOf(record, bench.folder.path(), problems);
    std::string all;
    for (const auto& problem : problems) all += problem + '\n';
    for (const char* part : {"Of 3 parameters", "mask.npy does not lie beside", "maps.npy does not lie beside", "2 slices of 2 scans", "seed was 7", "simulated"}) {
        CAPTURE(part);
        CHECK(all.find(part) != std::string::npos);
    }
    CHECK(project.coils.virtualConjugates);
    CHECK(project.sources.empty());
    CHECK(plan.masks.empty());
    test::writeFile(bench.folder.file("mask.npy"), "x");
    problems.clear();
    CHECK(projectOf(record, bench.folder.path(), problems).mask.text == bench.folder.file("mask.npy"));
    record.methods[0].axes.clear();
    CHECK(planOf(record, bench.folder.path(), problems).columns.parameter == "");
    // Priors by their weights, whatever they are called here.
    record.methods = {{"pnp", "old name", test::gaussianPriorCard("aaa").weightsHash, {}, {}}, {"pnp", "another", "1234", {}, {}}};
    problems.clear();
    CHECK(planOf(record, bench.folder.path(), problems).priors.empty());
    CHECK(problems.back().find("another (1234") != std::string::npos);
}
