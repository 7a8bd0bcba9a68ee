// recon --auto: a parameter chosen from held-out lines, from the command line.

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/cli/cli_program.h"
#include "tests/support/prior_file.h"

using namespace larmor::test;

namespace {

struct Setting {
    TempDir folder;
    Setting() { makeScan(folder); }
    [[nodiscard]] std::vector<std::string> recon(const std::vector<std::string>& more, const std::string& mask = "random:R=2,acs=12,seed=4",
                                                 const std::string& output = "a.h5") const {
        std::vector<std::string> all{"recon", folder.file("scan.h5"), "--method", "cg-sense", "--threads", "1", "-o", folder.file(output)};
        if (!mask.empty()) all.insert(all.end(), {"--mask", mask});
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
};

}  // namespace

TEST_CASE("recon --auto tunes on one slice, reconstructs all with the value, and a replay gives the same bytes without tuning") {
    const Setting setting;
    const auto run =
        runCli(setting.recon({"--auto", "lambda=0.0001/0.01/1/10", "--auto-plot", setting.folder.file("curve.svg"), "--json"}));
    CAPTURE(run.err);
    REQUIRE(run.exitCode == 0);
    const auto protocol = nlohmann::json::parse(run.out)["protocol"];
    const auto& tuned = protocol["tuned"];
    CHECK(tuned["parameter"] == "lambda");
    CHECK(tuned["curve"].size() == 4);
    CHECK(tuned["slice"] == 1);
    CHECK(tuned["unit"] == "line");
    CHECK(protocol["parameters"]["lambda"] == tuned["value"]);
    CHECK(protocol["slices"] == nlohmann::json{0, 1, 2});
    CHECK(contains(run.err, "difference"));
    CHECK(contains(run.err, tuned["doubt"] == "" ? "predicts best" : "cannot be told"));
    CHECK(contains(readFile(setting.folder.file("curve.svg")), "</svg>"));
    const auto again = runCli({"replay", setting.folder.file("a.h5"), "-o", setting.folder.file("b.h5"), "--json"});
    REQUIRE(again.exitCode == 0);
    CHECK(!contains(again.err, "difference"));
    CHECK(nlohmann::json::parse(again.out)["protocol"] == protocol);
    (void)runPython(
        "import sys, h5py, numpy as np\na, b = (h5py.File(sys.argv[1] + n)['reconstruction'][:] for n in ('/a.h5', '/b.h5'))\nassert "
        "np.array_equal(a, b)",
        {setting.folder.path()});
}

TEST_CASE("where the samples do not tell, recon goes on with the initial value and says so") {
    const Setting setting;
    const auto run = runCli(setting.recon({"--auto", "lambda", "--slices", "0", "--auto-plot", setting.folder.file("c.csv"), "--json"},
                                          "equispaced:R=3,acs=16"));
    CAPTURE(run.err);
    REQUIRE(run.exitCode == 0);
    CHECK(contains(run.err, "cannot be told"));
    CHECK(contains(run.err, "Too few lines"));
    const auto protocol = nlohmann::json::parse(run.out)["protocol"];
    CHECK(protocol["parameters"]["lambda"] == 0.01);
    CHECK(protocol["tuned"]["doubt"] != "");
    CHECK(!std::filesystem::exists(setting.folder.file("c.csv")));
    // Old files know no tuning.
    CHECK(!runCliJson(setting.recon({"--slices", "0"}))["protocol"].contains("tuned"));
}

TEST_CASE("a method with a prior is tuned within the reconstructed field of view; a doubt leaves what the card recommends") {
    const Setting setting;
    const EnvironmentGuard priors{"LARMOR_PRIORS", setting.folder.path()};
    auto card = gaussianPriorCard("gauss", 0.4);
    card.recommendations = {{"dds", "", 0, {{"steps", 4}, {"gamma", 7}}, 0}};
    writePrior(setting.folder.file("gauss.safetensors"), card);
    const auto protocolOf = [&](const std::string& mask) {
        return runCliJson({"recon", setting.folder.file("scan.h5"), "--method", "dds", "--prior", "gauss", "--slices", "1", "--threads",
                           "1", "--mask", mask, "--auto", "gamma=0.1/1/10", "-o", setting.folder.file("p.h5")})["protocol"];
    };
    const auto told = protocolOf("random:R=2,acs=12,seed=4");
    CHECK(told["tuned"]["curve"].size() == 3);
    CHECK(told["parameters"]["steps"] == 4);
    CHECK(told["parameters"]["gamma"] == told["tuned"]["value"]);
    const auto doubt = protocolOf("equispaced:R=3,acs=16");
    CHECK(doubt["tuned"]["doubt"] != "");
    CHECK(doubt["tuned"]["value"] == 7);
    CHECK(doubt["parameters"]["gamma"] == 7);
}

TEST_CASE("wrong use of --auto is said plainly") {
    const Setting setting;
    const auto refused = [&](const std::vector<std::string>& more, int exitCode, const std::string& part,
                             const std::string& mask = "random:R=2,acs=12,seed=4") {
        const auto run = runCli(setting.recon(more, mask));
        CAPTURE(run.err);
        CHECK(run.exitCode == exitCode);
        CHECK(contains(run.err, part));
        CHECK(!std::filesystem::exists(setting.folder.file("a.h5")));
    };
    refused({"--auto", "zeta"}, 1, "lambda, iterations");
    refused({"--auto", "lambda=1/x/3"}, 1, "lambda");
    refused({"--auto", "lambda=1/2"}, 1, "too few");
    refused({"--auto", "lambda", "--set", "lambda=1"}, 1, "--set or by --auto");
    refused({"--auto", "lambda", "--auto-plot", setting.folder.file("c.png")}, 1, ".svg");
    refused({"--auto-plot", setting.folder.file("c.svg")}, 1, "--auto");
    refused({"--auto", "lambda", "--auto-slice", "7"}, 1, "Slice 7");
    refused({"--auto", "lambda"}, 2, "held out", "");
}
