// Real scans, where they are there.

#include <doctest/doctest.h>

#include "tests/cli/cli_program.h"
#include "tests/support/shared_data.h"

using namespace larmor::test;

TEST_CASE("the 8-coil brain that was accelerated when acquired") {
    const auto scan = sharedData("kspace/sigpy_cartesian_ksp.npy", "the 8-coil brain that was accelerated when acquired");
    if (!scan) return;
    const TempDir folder;
    const std::vector<std::string> input = {*scan, "--dims", "coil,readout,phase"};
    const auto with = [&](std::vector<std::string> front, const std::vector<std::string>& back) {
        front.insert(front.end(), input.begin(), input.end());
        front.insert(front.end(), back.begin(), back.end());
        return front;
    };
    const auto info = runCliJson(with({"info"}, {}));
    CHECK(info["coils"] == 8);
    CHECK(info["encoded"]["readout"] == 230);
    CHECK(info["encoded"]["phase"] == 180);
    CHECK(info["acquired"]["accelerated"] == true);
    CHECK(info["acquired"]["acceleration"].get<double>() == doctest::Approx(8.1).epsilon(0.02));
    CHECK(info["acquired"]["pattern"] == "samples in both directions");
    const auto all = runCliJson(with({"recon"}, {"--method", "cg-sense", "-o", folder.file("all.h5")}));
    CHECK(all["protocol"]["extra_acceleration"] == doctest::Approx(1));
    const auto thinned = runCliJson(with({"recon"}, {"--method", "l1-wavelet", "--mask", "poisson:R=1.5,acs=20,seed=1", "-o", folder.file("thin.h5")}));
    CHECK(thinned["protocol"]["extra_acceleration"].get<double>() == doctest::Approx(1.5).epsilon(0.02));
    CHECK(thinned["protocol"]["total_acceleration"].get<double>() == doctest::Approx(12.1).epsilon(0.03));
    const auto rows = runCliJson({"compare", *scan, folder.file("all.h5"), folder.file("thin.h5"), "--dims", "coil,readout,phase"});
    REQUIRE(rows.size() == 2);
    CHECK(rows[0]["reference"] == "SENSE of all acquired samples (R 8.0)");
    CHECK(rows[0]["nrmse"].get<double>() < 1e-4);
    CHECK(rows[1]["nrmse"].get<double>() < 0.35);
}

TEST_CASE("the fully sampled MPRAGE") {
    const auto scan = sharedData("kspace/loraks_MPRAGE_multi_channel.mat", "the fully sampled MPRAGE");
    if (!scan) return;
    const TempDir folder;
    const auto info = runCliJson({"info", *scan});
    CAPTURE(info.dump());
    CHECK(info["coils"] == 4);
    CHECK(info["encoded"]["readout"] == 256);
    REQUIRE(runCli({"recon", *scan, "--method", "cg-sense", "--mask", "poisson:R=3,acs=24,seed=1", "-o", folder.file("cg.h5")}).exitCode == 0);
    REQUIRE(runCli({"recon", *scan, "--method", "zero-filled", "--mask", "poisson:R=3,acs=24,seed=1", "-o", folder.file("zero.h5")}).exitCode == 0);
    const auto rows = runCliJson({"compare", *scan, folder.file("cg.h5"), folder.file("zero.h5"), "--scale", "ls", "--reference", "mvue"});
    REQUIRE(rows.size() == 2);
    CHECK(rows[0]["nrmse"].get<double>() < rows[1]["nrmse"].get<double>());
    CHECK(rows[0]["nrmse"].get<double>() < 0.2);
}

TEST_CASE("BART runs our equivalent and agrees") {
    const auto scan = sharedData("kspace/loraks_MPRAGE_multi_channel.mat", "BART runs our equivalent and agrees");
    if (!scan) return;
    if (runProgram("/usr/bin/env", {"bart", "version"}).exitCode != 0) {
        MESSAGE("SKIPPED: BART runs our equivalent, because bart is not installed");
        return;
    }
    const TempDir folder;
    const auto done = runCliJson({"recon", *scan, "--method", "cg-sense", "--mask", "poisson:R=2,acs=24,seed=1", "-o", folder.file("ours.npy")});
    const auto command = done["bart"].get<std::string>();
    CAPTURE(command);
    const auto bin = cliPath().substr(0, cliPath().rfind('/'));
    const auto run = runProgram("/bin/sh", {"-c", "cd '" + folder.path() + "' && PATH='" + bin + "':$PATH && " + command});
    CAPTURE(run.err);
    REQUIRE(run.exitCode == 0);
    const auto error = runPython(R"(
import sys, numpy as np
folder = sys.argv[1]
ours = np.load(folder + '/ours.npy')[0]
theirs = np.fromfile(folder + '/image.cfl', np.complex64).reshape(ours.shape, order='F')
print(np.linalg.norm(abs(ours) - abs(theirs)) / np.linalg.norm(theirs)))",
                                 {folder.path()});
    CHECK(std::stod(error) < 0.03);  // the maps are each program's own
}
