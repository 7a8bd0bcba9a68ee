// A result can be made again: from its protocol, from its command, and by BART's equivalent.

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/cli/cli_program.h"

using namespace larmor::test;

namespace {

/// Runs a command as a person pastes it into a shell, with our program in the path, inside the folder.
ProgramResult paste(const TempDir& folder, const std::string& command) {
    const auto bin = std::filesystem::path(cliPath()).parent_path().string();
    return runProgram("/bin/sh", {"-c", "cd '" + folder.path() + "' && PATH='" + bin + "':$PATH && " + command});
}

bool samePixels(const std::string& a, const std::string& b) {
    return contains(runPython("import sys, numpy as np; print(np.array_equal(np.load(sys.argv[1]), np.load(sys.argv[2])))", {a, b}), "True");
}

}  // namespace

TEST_CASE("running twice, replaying and pasting the command give the same bytes") {
    const TempDir folder;
    makeScan(folder);
    const std::vector<std::string> arguments = {"recon", folder.file("scan.h5"), "--method", "l1-wavelet", "--mask", "random:R=2,acs=16,seed=4", "--slices", "0,2",
                                                "--set", "lambda=0.003", "--set", "iterations=12", "--map-set", "crop=0.7", "--seed", "5", "--threads", "1"};
    const auto to = [&](const std::string& name) {
        auto all = arguments;
        all.insert(all.end(), {"-o", folder.file(name)});
        return all;
    };
    const auto first = runCliJson(to("a.npy"));
    REQUIRE(runCli(to("b.npy")).exitCode == 0);
    CHECK(readFile(folder.file("a.npy")) == readFile(folder.file("b.npy")));
    REQUIRE(runCli({"replay", folder.file("a.npy"), "-o", folder.file("c.npy")}).exitCode == 0);
    CHECK(readFile(folder.file("a.npy")) == readFile(folder.file("c.npy")));
    std::filesystem::rename(folder.file("a.npy"), folder.file("first.npy"));
    REQUIRE(paste(folder, first["command"].get<std::string>()).exitCode == 0);
    CHECK(samePixels(folder.file("first.npy"), folder.file("a.npy")));
}

TEST_CASE("the command survives a path that a shell would take apart") {
    const TempDir folder;
    makeScan(folder);
    const auto odd = folder.file("it's a $can.npy");
    std::filesystem::rename(folder.file("scan.npy"), odd);
    const auto done = runCliJson({"recon", odd, "--dims", "coil,readout,phase", "--method", "cg-sense", "-o", folder.file("a b.npy")});
    std::filesystem::rename(folder.file("a b.npy"), folder.file("first.npy"));
    REQUIRE(paste(folder, done["command"].get<std::string>()).exitCode == 0);
    CHECK(samePixels(folder.file("first.npy"), folder.file("a b.npy")));
}

TEST_CASE("replay refuses a source that changed") {
    const TempDir folder;
    makeScan(folder);
    REQUIRE(runCli({"recon", folder.file("scan.npy"), "--dims", "coil,readout,phase", "-o", folder.file("a.h5")}).exitCode == 0);
    std::filesystem::copy_file(folder.file("truth.npy"), folder.file("scan.npy"), std::filesystem::copy_options::overwrite_existing);
    const auto run = runCli({"replay", folder.file("a.h5"), "-o", folder.file("b.h5")});
    CHECK(run.exitCode == 2);
    CHECK(contains(run.err, "SHA-256"));
}

TEST_CASE("replay tells whether the pixels are the same, and needs no output for that") {
    const TempDir folder;
    makeScan(folder);
    REQUIRE(runCli({"recon", folder.file("scan.h5"), "--method", "cg-sense", "--slices", "1", "--threads", "1", "-o", folder.file("a.h5")}).exitCode == 0);
    const auto text = runCli({"replay", folder.file("a.h5")});
    CHECK(text.exitCode == 0);
    CHECK(contains(text.out, "the same pixels"));
    const auto same = runCliJson({"replay", folder.file("a.h5"), "-o", folder.file("b.png")});
    CHECK(same["same"] == true);
    CHECK(same["difference"] == 0);
    CHECK(std::filesystem::exists(folder.file("b.png")));
    CHECK(runCliJson({"replay", folder.file("b.png")})["same"] == nullptr);
    (void)runPython("import sys, h5py\nwith h5py.File(sys.argv[1], 'r+') as f: f['reconstruction'][...] *= 1.25", {folder.file("a.h5")});
    const auto other = runCliJson({"replay", folder.file("a.h5")});
    CHECK(other["same"] == false);
    CHECK(other["difference"].get<double>() == doctest::Approx(0.2).epsilon(1e-3));  // |1.25 - 1| / 1.25
    CHECK(other["output"] == nullptr);
    CHECK(contains(runCli({"replay", folder.file("a.h5")}).out, "they differ by 0.2"));
}
