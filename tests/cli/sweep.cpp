// larmor-cli sweep: cells at a time, and the picture that says how it was made.

#include <filesystem>

#include <doctest/doctest.h>

#include "tests/cli/cli_program.h"

using namespace larmor::test;

namespace {

nlohmann::json cellsWithoutTimes(nlohmann::json table) {
    for (auto& cell : table["cells"]) cell.erase("seconds");
    return table["cells"];
}

}  // namespace

TEST_CASE("sweep --jobs gives the same table as one cell after the other, with as many threads for each") {
    const TempDir folder;
    makeScan(folder);
    const auto with = [&](const char* jobs, const char* threads) {
        return runCliJson({"sweep", folder.file("scan.h5"), "--slices", "0-1", "--mask", "random:R=3,acs=16,seed=1", "--method", "cg-sense", "--method", "l1-wavelet",
                           "--vary", "cg-sense.lambda=0.01/1", "--vary", "l1-wavelet.iterations=3/6", "--jobs", jobs, "--threads", threads, "-o", folder.file("t.json")});
    };
    const auto alone = with("1", "1"), together = with("3", "3");
    REQUIRE(alone["cells"].size() == 8);
    CHECK(cellsWithoutTimes(together) == cellsWithoutTimes(alone));
    CHECK(runCli({"sweep", folder.file("scan.h5"), "--method", "cg-sense", "--jobs", "-1", "-o", folder.file("t.json")}).exitCode == 1);
}

TEST_CASE("sweep --picture says how it was made, without folders and without what the file says of the person") {
    const TempDir folder;
    makeScan(folder);
    const auto table = runCliJson({"sweep", folder.file("scan.h5"), "--slices", "1", "--mask", "random:R=3,acs=16,seed=1", "--method", "cg-sense", "--vary",
                                   "cg-sense.lambda=0.01/1", "--picture", folder.file("s.svg"), "-o", folder.file("t.json")});
    const auto said = nlohmann::json::parse(runPython(R"(
import sys, hashlib, json, xml.etree.ElementTree as ET
text = open(sys.argv[1]).read()
assert sys.argv[3] not in text and '7734' not in text
assert text.count('(best)') == 1 and text.count('(worst)') == 1
said = json.loads(ET.parse(sys.argv[1]).getroot().find('{http://www.w3.org/2000/svg}metadata').text)
assert said['scans'][0]['sha256'] == hashlib.sha256(open(sys.argv[2], 'rb').read()).hexdigest()
print(json.dumps(said))
)",
                                                      {folder.file("s.svg"), folder.file("scan.h5"), folder.path()}));
    CHECK(said["cells"] == table["cells"]);
    CHECK(said["scans"][0]["slices"] == nlohmann::json({1}));
    CHECK(said["methods"][0]["axes"][0]["values"] == nlohmann::json({"0.01", "1"}));
    auto settings = table["settings"];
    settings.erase("scans");
    CHECK(said["settings"] == settings);
}

TEST_CASE("sweep exits with 2 where cells have no numbers, and keeps the table of those that have") {
    const TempDir folder;
    makeScan(folder);
    const std::vector<std::string> command = {"sweep", folder.file("scan.h5"), "--slices", "1", "--method", "cg-sense", "--mask", "equispaced:R=3,acs=16", "--mask",
                                              "equispaced:R=60,acs=32", "-o", folder.file("t.json")};
    const auto run = runCli(command);
    CAPTURE(run.err);
    CHECK(run.exitCode == 2);
    CHECK(contains(run.err, "1 of 2 cells"));
    CHECK(contains(run.err, "--resume"));
    const auto table = nlohmann::json::parse(runPython("import sys; print(open(sys.argv[1]).read())", {folder.file("t.json")}));
    REQUIRE(table["cells"].size() == 2);
    CHECK(table["cells"][0].value("failure", "") == "");
    CHECK(table["cells"][1].value("failure", "") != "");
}

TEST_CASE("sweep refuses maps beside a calibration scan before it begins") {
    const TempDir folder;
    makeScan(folder);
    const auto scan = folder.file("scan.h5");
    const auto run = runCli({"sweep", scan, "--method", "cg-sense", "--maps", scan, "--calibration", scan, "-o", folder.file("t.json")});
    CHECK(run.exitCode == 1);
    CHECK(contains(run.err, "calibration scan"));
    CHECK_FALSE(std::filesystem::exists(folder.file("t.json")));
}
