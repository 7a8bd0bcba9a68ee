// Series on the command line: a simulated cine, masks in time as files, methods of series, replay and compare.

#include <doctest/doctest.h>

#include "tests/cli/cli_program.h"

using namespace larmor::test;

TEST_CASE("a cine is simulated, reconstructed as a series, replayed and compared") {
    const TempDir folder;
    makeScan(folder);
    const auto cine = folder.file("cine.h5");
    CHECK(runCliJson({"simulate", folder.file("truth.npy"), "--coils", "6", "--frames", "6", "--snr", "200", "--oversampling", "1", "-o", cine})["frames"] == 6);
    const auto info = runCli({"info", cine});
    CHECK(info.exitCode == 0);
    const auto stored = folder.file("ls.h5");
    const auto done = runCliJson({"recon", cine, "--method", "low-rank-sparse", "--mask", "kt-uniform:R=3,acs=10", "--set", "iterations=10", "-o", stored});
    CHECK(done["protocol"]["mask"] == "kt-uniform:R=3,acs=10");
    CHECK(done["protocol"]["slices"].size() == 6);
    CHECK(done["bart"].is_null());
    const auto again = runCliJson({"replay", stored});
    CHECK(again["same"] == true);
    CHECK(again["shape"] == nlohmann::json({6, 64, 64}));
    const auto compared = runCliJson({"compare", cine, stored});
    REQUIRE(compared.size() == 6);
    for (const auto& row : compared) CHECK(row.at("nrmse").get<double>() < 0.1);
    // A file with a mask a frame is the rule it was made by, here through NumPy's eyes.
    const auto masks = folder.file("masks.npy");
    const auto made = runCliJson({"mask", "--shape", "64x64", "--kind", "kt-uniform", "--R", "3", "--acs", "10", "--frames", "6", "-o", masks});
    CHECK(made["frames"] == 6);
    CHECK(runPython("import sys, numpy as np\n"
                    "m = np.load(sys.argv[1]); assert m.shape == (6, 64, 64), m.shape\n"
                    "k = np.arange(64); acs = (k >= 27) & (k < 37)\n"
                    "print(all((m[t] == ((k - t) % 3 == 0) | acs).all() for t in range(6)))",
                    {masks}) == "True\n");
    REQUIRE(runCli({"recon", cine, "--method", "low-rank-sparse", "--mask", masks, "--set", "iterations=10", "-o", folder.file("file.npy")}).exitCode == 0);
    REQUIRE(runCli({"recon", cine, "--method", "low-rank-sparse", "--mask", "kt-uniform:R=3,acs=10", "--set", "iterations=10", "-o", folder.file("rule.npy")}).exitCode == 0);
    CHECK(readFile(folder.file("file.npy")) == readFile(folder.file("rule.npy")));
}

TEST_CASE("what a series cannot be is said") {
    const TempDir folder;
    makeScan(folder);
    const auto still = runCli({"recon", folder.file("scan.h5"), "--method", "kt-wavelet", "-o", folder.file("x.h5")});
    CHECK(still.exitCode == 1);
    CHECK(contains(still.err, "holds one image of each place"));
    const auto tuned = runCli({"recon", folder.file("scan.h5"), "--method", "kt-wavelet", "--mask", "random:R=3,acs=16,seed=1", "--auto", "lambda", "-o", folder.file("x.h5")});
    CHECK(tuned.exitCode == 1);
    CHECK(contains(tuned.err, "reconstructs series"));
    CHECK(runCli({"mask", "--shape", "64x64", "--kind", "kt-uniform", "--R", "3.5", "-o", folder.file("m.npy")}).exitCode == 1);
    CHECK(runCli({"mask", "--shape", "64x64", "--kind", "random", "--frames", "3", "-o", folder.file("m.png")}).exitCode == 1);
    const auto half = runCliJson({"mask", "--shape", "64x64", "--kind", "random", "--R", "2", "--acs", "8", "--pf", "0.75", "-o", folder.file("m.npy")});
    CHECK(half["acceleration"].get<double>() == doctest::Approx(2 / 0.75).epsilon(0.03));
    CHECK(half["mask"] == "random:R=2,acs=8,seed=1,pf=0.75");
}
