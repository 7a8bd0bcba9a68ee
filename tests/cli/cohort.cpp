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
