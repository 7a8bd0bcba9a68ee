// Coils and lines from the command line: flags, replays, and what compare makes of whitened images.

#include <doctest/doctest.h>

#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "tests/cli/cli_program.h"

using namespace larmor;
using namespace larmor::test;

namespace {

struct Folder {
    TempDir folder;
    std::string scan;
    Folder() : scan(folder.file("scan.h5")) { makeScan(folder); }
    [[nodiscard]] ProgramResult recon(const std::vector<std::string>& more, const std::string& output = "image.h5") const {
        std::vector<std::string> arguments{"recon",    scan,       "--slices",         "1",
                                           "--method", "cg-sense", "--mask",           "equispaced:R=2,acs=16,seed=1",
                                           "-q",       "-o",       folder.file(output)};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return runCli(arguments);
    }
};

}  // namespace

TEST_CASE("a result with prepared coils is repeated by replay and by its own command, and compared in its own units") {
    const Folder at;
    const auto made = at.recon({"--whiten", "edge", "--coils", "4", "--compression", "geometric", "--virtual-conjugates"});
    CHECK_MESSAGE(made.exitCode == 0, made.err);
    const auto info = runCliJson({"info", at.folder.file("image.h5")});
    CHECK(info.dump().find("geometric") != std::string::npos);
    const auto replayed = runCli({"replay", at.folder.file("image.h5"), "-o", at.folder.file("again.h5"), "-q"});
    CHECK_MESSAGE(replayed.exitCode == 0, replayed.err);
    CHECK(io::readReconstruction(at.folder.file("again.h5")).images.pixels ==
          io::readReconstruction(at.folder.file("image.h5")).images.pixels);
    // Images in units of the noise are far from the scan's own, unless the reference is whitened alike.
    const auto rows = runCliJson({"compare", at.scan, at.folder.file("image.h5")});
    CHECK(rows.at(0).at("nrmse").get<double>() < 0.2);
    CHECK(contains(rows.at(0).at("reference").get<std::string>(), "whitened"));
    const auto plain = runCliJson({"compare", at.scan, at.folder.file("image.h5"), "--whiten", "none"});
    CHECK(plain.at(0).at("nrmse").get<double>() > 0.9);
}

TEST_CASE("maps are written with eigenvalues, from a calibration scan, and in two sets") {
    const Folder at;
    const auto maps = at.folder.file("maps.npy"), values = at.folder.file("values.npy");
    const auto made = runCli({"maps", at.scan, "--slices", "1", "--calibration", at.folder.file("scan.npy"), "--eigenvalue", values, "-o",
                              maps, "-q", "--map-set", "sets=2", "--map-set", "calibration_size=0"});
    // The calibration scan has half of the field of view along readout, but a .npy does not say so: it is taken as it is.
    CHECK_MESSAGE(made.exitCode == 0, made.err);
    CHECK(io::openArrayFile(maps)->read("").shape() == Shape{2, 6, 128, 64});
    CHECK(io::openArrayFile(values)->read("").shape() == Shape{2, 128, 64});
    const auto both = runCli({"recon", at.scan, "--maps", maps, "--calibration", at.scan, "-o", at.folder.file("x.h5")});
    CHECK(both.exitCode == 1);
}

TEST_CASE("lines are listed, and left out by choice") {
    const Folder at;
    const auto list = runCliJson({"lines", at.scan, "--slices", "1", "-q"});
    CHECK(list.at(0).at("lines").size() == 64);
    CHECK(list.at(0).at("bad").empty());
    const auto made = at.recon({"--without-lines", "auto"});
    CHECK_MESSAGE(made.exitCode == 0, made.err);
    CHECK(contains(made.err, "none is left out"));
    const auto chosen = at.recon({"--without-lines", "60,62"}, "less.h5");
    CHECK(contains(chosen.err, "left out lines 60,62"));
    const auto replayed = runCli({"replay", at.folder.file("less.h5"), "-o", at.folder.file("again.h5"), "-q"});
    CHECK_MESSAGE(replayed.exitCode == 0, replayed.err);
}

TEST_CASE("wrong flags for coils say what to try") {
    const Folder at;
    CHECK(at.recon({"--compression", "svd"}).exitCode == 1);
    CHECK(contains(at.recon({"--coils", "7"}).err, "1 to 6"));
    CHECK(contains(at.recon({"--whiten", "noise-scan"}).err, "--whiten edge"));
    CHECK(contains(
        runCli({"sweep", at.scan, "--coils", "4", "--virtual-coils", "9", "--method", "zero-filled", "-o", at.folder.file("t.json")}).out,
        "cannot be compressed to 9"));
}
