// Diffusion priors from the command line.

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/cli/cli_program.h"
#include "tests/support/prior_file.h"

using namespace larmor;
using namespace larmor::test;

namespace {

struct Setting {
    TempDir folder;
    EnvironmentGuard priors{"LARMOR_PRIORS", folder.path()};
    Setting() {
        makeScan(folder);
        auto card = gaussianPriorCard("gauss", 0.4);
        card.contrasts = {"T1", "T2"};
        card.recommendations = {{"dds", "", 0, {{"steps", 6}}, 0}};
        writePrior(folder.file("gauss.safetensors"), card);
    }
    [[nodiscard]] std::vector<std::string> recon(const std::vector<std::string>& more, const std::string& output = "a.h5") const {
        std::vector<std::string> all{"recon", folder.file("scan.h5"), "--mask", "random:R=2,acs=16,seed=4", "--slices", "1", "--threads", "1", "-o", folder.file(output)};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
};

}  // namespace

TEST_CASE("priors lists what there is, and what cannot be used with the reason") {
    const Setting setting;
    writeFile(setting.folder.file("broken.safetensors"), "no weights");
    const auto text = runCli({"priors"});
    CHECK(text.exitCode == 0);
    CHECK(contains(text.out, "gauss: " + setting.folder.file("gauss.safetensors")));
    CHECK(contains(text.out, "  contrasts T1, T2\n"));
    CHECK(contains(text.out, "Not usable: " + setting.folder.file("broken.safetensors")));
    const auto list = runCliJson({"priors"});
    CHECK(list["priors"][0]["card"]["name"] == "gauss");
    CHECK(list["failures"].size() == 1);
}

TEST_CASE("recon with a prior: the contrast from the file, recommended values, the nature of the image, the same bytes on replay") {
    const Setting setting;
    const auto done = runCliJson(setting.recon({"--method", "dds", "--prior", "gauss", "--samples", "2", "--seed", "3"}));
    const auto& prior = done["protocol"]["prior"];
    CHECK(prior["contrast"] == "T1");
    CHECK(prior["nature"] == "mean of 2 samples");
    CHECK(prior["scales"].size() == 1);
    CHECK(done["protocol"]["parameters"]["steps"] == 6);
    CHECK(done["shape"] == nlohmann::json{1, 64, 64});
    REQUIRE(runCli({"replay", setting.folder.file("a.h5"), "-o", setting.folder.file("b.h5")}).exitCode == 0);
    (void)runPython(R"(
import sys, h5py, numpy as np
a, b = h5py.File(sys.argv[1] + '/a.h5'), h5py.File(sys.argv[1] + '/b.h5')
assert a['samples'].shape == (1, 2, 64, 64)
for name in ('reconstruction', 'samples', 'standard_deviation', 'phase_spread'): assert np.array_equal(a[name][:], b[name][:]), name
assert np.allclose(a['samples'][:].mean(1), a['reconstruction'][:], atol=1e-6 * abs(a['reconstruction'][:]).max())
)",
                    {setting.folder.path()});
    const auto text = runCli(setting.recon({"--method", "dds", "--prior", "gauss"}, "c.h5"));
    CHECK(text.exitCode == 0);
    CHECK(contains(text.out, "sample"));
    CHECK(contains(text.out, "gauss"));
}

TEST_CASE("wrong use of priors is said plainly") {
    const Setting setting;
    const auto refused = [&](const std::vector<std::string>& more, int exitCode, const std::string& part) {
        const auto run = runCli(setting.recon(more));
        CAPTURE(run.err);
        CHECK(run.exitCode == exitCode);
        CHECK(contains(run.err, part));
    };
    refused({"--method", "dps"}, 1, "gauss");
    refused({"--method", "dps", "--prior", "brian"}, 1, "There are: gauss");
    refused({"--method", "dps", "--prior", "gauss", "--contrast", "PD"}, 1, "T1, T2");
    refused({"--method", "dps", "--prior", "gauss", "--set", "zeta=1,x"}, 1, "zeta");
    refused({"--method", "cg-sense", "--prior", "gauss"}, 1, "no diffusion prior");
    refused({"--method", "dps", "--contrast", "T1"}, 1, "--prior");
    refused({"--method", "pnp", "--prior", "gauss", "--samples", "2"}, 1, "samples");
    refused({"--method", "dps", "--prior", setting.folder.file("none.safetensors")}, 2, "no such file");
}

TEST_CASE("a recipe carries method, values, prior and seed of a result over; what it leaves alone can be set") {
    const Setting setting;
    const auto recipe = setting.folder.file("recipe.json");
    const auto first = runCliJson(setting.recon({"--method", "dds", "--prior", "gauss", "--set", "gamma=7", "--samples", "2", "--seed", "3"}));
    const auto written = runCliJson({"info", setting.folder.file("a.h5"), "--recipe", recipe});
    CHECK(written["recipe"]["steering"] == nlohmann::json::array());
    CHECK(nlohmann::json::parse(readFile(recipe)) == written["recipe"]);
    const auto again = runCliJson(setting.recon({"--recipe", recipe}, "b.h5"));
    CHECK(again["protocol"]["parameters"] == first["protocol"]["parameters"]);
    CHECK(again["protocol"]["seed"] == 3);
    CHECK(again["protocol"]["prior"]["sha256"] == first["protocol"]["prior"]["sha256"]);
    (void)runPython("import sys, h5py, numpy as np\nassert np.array_equal(h5py.File(sys.argv[1])['samples'][:], h5py.File(sys.argv[2])['samples'][:])",
                    {setting.folder.file("a.h5"), setting.folder.file("b.h5")});
    const auto changed = runCliJson(setting.recon({"--recipe", recipe, "--set", "eta=0.5", "--seed", "4", "--contrast", "T2"}, "c.h5"));
    CHECK(changed["protocol"]["parameters"]["gamma"] == 7.0);
    CHECK(changed["protocol"]["parameters"]["eta"] == 0.5);
    CHECK(changed["protocol"]["seed"] == 4);
    CHECK(changed["protocol"]["prior"]["contrast"] == "T2");

    auto steered = written["recipe"];
    steered["steering"] = {{{"step", 2}, {"values", {{"gamma", 9}}}}};
    writeFile(recipe, steered.dump());
    const auto refused = [&](const std::vector<std::string>& more, int exitCode, const std::string& part) {
        const auto run = runCli(setting.recon(more));
        CAPTURE(run.err);
        CHECK(run.exitCode == exitCode);
        CHECK(contains(run.err, part));
    };
    refused({"--recipe", recipe, "--set", "gamma=3"}, 1, "changes 'gamma' on the way");
    // What is steered acts, comes back from a replay, and reaches every file of a folder.
    const auto on = runCliJson(setting.recon({"--recipe", recipe}, "d.h5"));
    REQUIRE(on["protocol"]["steering"].size() == 1);
    CHECK(on["protocol"]["steering"][0]["step"] == 2);
    const auto replayed = runCli({"replay", setting.folder.file("d.h5"), "-o", setting.folder.file("e.h5"), "-q"});
    CHECK_MESSAGE(replayed.exitCode == 0, replayed.err);
    std::filesystem::create_directories(setting.folder.file("in"));
    for (const char* name : {"in/1.h5", "in/2.h5"}) std::filesystem::copy_file(setting.folder.file("scan.h5"), setting.folder.file(name));
    const std::vector<std::string> folder{"recon", setting.folder.file("in"), "--recipe", recipe, "--mask", "random:R=2,acs=16,seed=4", "--slices", "1", "--threads", "1",
                                          "-o", setting.folder.file("out"), "-q"};
    CHECK(runCli(folder).exitCode == 0);
    (void)runPython("import sys, h5py, numpy as np\nread = lambda n: h5py.File(sys.argv[1] + '/' + n)['reconstruction'][:]\n"
                    "assert np.array_equal(read('d.h5'), read('e.h5')) and not np.array_equal(read('d.h5'), read('b.h5'))\n"
                    "assert np.array_equal(read('d.h5'), read('out/1.h5')) and np.array_equal(read('d.h5'), read('out/2.h5'))",
                    {setting.folder.path()});
    auto stronger = steered;
    stronger["steering"][0]["values"]["gamma"] = 20;
    writeFile(recipe, stronger.dump());
    const auto edited = runCli(folder);
    CHECK(edited.exitCode == 1);
    CHECK(contains(edited.err, "other settings"));
    refused({"--recipe", recipe, "--method", "dps"}, 1, "of the method 'dds'");
    steered["steering"][0]["values"]["gamma"] = "much";
    writeFile(recipe, steered.dump());
    refused({"--recipe", recipe}, 2, "from step 3");
    steered["prior"]["sha256"] = std::string(64, '0');
    steered["steering"] = nlohmann::json::array();
    writeFile(recipe, steered.dump());
    refused({"--recipe", recipe}, 2, "0000");
    refused({"--recipe", setting.folder.file("scan.npy")}, 2, "scan.npy");
    CHECK(runCli({"info", setting.folder.file("scan.h5"), "--recipe", recipe}).exitCode == 2);
}
