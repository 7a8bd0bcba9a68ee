// recon of several files, a folder or a list.

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/cli/cli_program.h"
#include "tests/support/phantom_scan.h"
#include "tests/support/temp_dir.h"

using namespace larmor::test;

TEST_CASE("recon takes folders, lists and several files; what failed is tried again, and only that") {
    const TempDir folder;
    const auto in = folder.file("in"), out = folder.file("out"), broken = folder.file("broken.h5");
    std::filesystem::create_directories(in);
    (void)writePhantomScan(in + "/a.h5", {1, 4, 48, 48, 0.01, 1});
    (void)writePhantomScan(in + "/b.h5", {1, 4, 48, 48, 0.01, 2});
    writeFile(broken, "not k-space");
    const auto with = [&](std::vector<std::string> more) {
        std::vector<std::string> words{"recon", in, broken, "--method", "cg-sense", "--mask", "random:R=2,acs=16,seed=1", "--quiet"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    };
    const auto first = runCli(with({"-o", out, "--jobs", "2", "--format", "npy"}));
    CHECK(first.exitCode == 2);
    CHECK(contains(first.err, "1 of 3 files could not be reconstructed"));
    CHECK(contains(first.out, "a.npy: 1 slice, R 2.0"));
    CHECK(contains(first.out, broken + ": failed: "));
    CHECK(std::filesystem::exists(out + "/b.npy"));
    CHECK(contains(readFile(out + "/summary.csv"), "RSS of all samples"));
    std::filesystem::remove(broken);
    (void)writePhantomScan(broken, {2, 4, 48, 48, 0.01, 3});
    const auto second = runCli(with({"-o", out, "--format", "npy"}));
    CHECK(second.exitCode == 0);
    CHECK(contains(second.out, "a.npy: 1 slice, R 2.0"));
    CHECK(contains(second.out, "there already"));
    CHECK(contains(second.out, "broken.npy: 2 slices"));
    const auto report = runCliJson(with({"-o", out, "--format", "npy", "--json"}));
    CHECK(report["files"] == 3);
    CHECK(report["failed"] == 0);
    CHECK(report["compared"] == 3);
    CHECK(report["nrmse"].get<double>() > 0);
    const auto other = runCli(with({"-o", out, "--format", "npy", "--set", "lambda=0.1"}));
    CHECK(other.exitCode == 1);
    CHECK(contains(other.err, "other settings"));
    CHECK(runCli(with({})).exitCode == 1);
    const auto tuned = runCli(with({"-o", out, "--auto", "lambda"}));
    CHECK(tuned.exitCode == 1);
    CHECK(contains(tuned.err, "one file"));
}

TEST_CASE("recon of several files leaves lines out, and does not take results of a mask that changed for its own") {
    const TempDir folder;
    const auto in = folder.file("in"), out = folder.file("out"), mask = folder.file("mask.npy");
    std::filesystem::create_directories(in);
    (void)writePhantomScan(in + "/a.h5", {1, 4, 48, 48, 0.01, 1});
    (void)writePhantomScan(in + "/b.h5", {1, 4, 48, 48, 0.01, 2});
    const auto everyLine = [&](const char* step) {
        (void)runPython("import sys, numpy as np\nm = np.zeros((48, 48), np.uint8); m[:, ::int(sys.argv[2])] = 1; m[:, 16:32] = 1; np.save(sys.argv[1], m)", {mask, step});
    };
    everyLine("2");
    const std::vector<std::string> words{"recon", in, "--method", "cg-sense", "--mask", mask, "--without-lines", "8", "--quiet", "-o", out};
    REQUIRE(runCli(words).exitCode == 0);
    REQUIRE(runCli({"recon", in + "/a.h5", "--method", "cg-sense", "--mask", mask, "--without-lines", "8", "--quiet", "-o", folder.file("alone.h5")}).exitCode == 0);
    (void)runPython("import sys, h5py, numpy as np\na, b = (h5py.File(p) for p in sys.argv[1:3])\nassert np.array_equal(a['reconstruction'][:], b['reconstruction'][:])\n"
                    "assert a['mask'][()].reshape(-1, 48)[0, 8] == 0",
                    {out + "/a.h5", folder.file("alone.h5")});
    CHECK(contains(runCli(words).out, "there already"));
    everyLine("3");
    const auto changed = runCli(words);
    CHECK(changed.exitCode == 1);
    CHECK(contains(changed.err, "other settings"));
}

TEST_CASE("recon names files of a folder that hold no k-space") {
    const TempDir folder;
    const auto in = folder.file("in");
    std::filesystem::create_directories(in);
    (void)writePhantomScan(in + "/a.h5", {1, 4, 48, 48, 0.01, 1});
    writeFile(in + "/c.mat", "MATLAB 5.0 MAT-file, cut short");
    const auto run = runCli({"recon", in, "--method", "zero-filled", "--quiet", "-o", folder.file("out")});
    CHECK(run.exitCode == 0);
    CHECK(contains(run.err, "c.mat is left out"));
}

TEST_CASE("recon of several files that is killed leaves whole results or none, and is gone on with") {
    const TempDir folder;
    const auto in = folder.file("in");
    std::filesystem::create_directories(in);
    for (const char* name : {"/a.h5", "/b.h5", "/c.h5"}) (void)writePhantomScan(in + name, {4, 8, 96, 96, 0.01, 1});
    const std::vector<std::string> words{"recon", in, "--method", "l1-wavelet", "--set", "iterations=60", "--mask", "random:R=2,acs=16,seed=1", "--quiet", "-o", folder.file("out")};
    auto killed = words;
    killed.insert(killed.begin(), {cliPath(), folder.file("out")});
    std::swap(killed[0], killed[1]);  // the folder, then the command
    (void)runPython(R"(
import glob, os, signal, subprocess, sys, h5py
folder, command = sys.argv[1], sys.argv[2:]
running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
while running.poll() is None and not os.path.exists(folder + '/a.h5'): pass
running.send_signal(signal.SIGKILL)
assert running.wait() == -signal.SIGKILL
found = glob.glob(folder + '/*.h5')
assert 0 < len(found) < 3
for name in found: assert h5py.File(name)['reconstruction'].shape == (4, 96, 96)
)",
                    killed);
    CHECK(runCli(words).exitCode == 0);
    for (const char* name : {"/out/a.h5", "/out/b.h5", "/out/c.h5"}) CHECK(std::filesystem::exists(folder.path() + name));
}
