// Coils and lines from the command line: flags, replays, and what compare makes of whitened images.

#include <algorithm>
#include <filesystem>

#include <doctest/doctest.h>

#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "tests/cli/cli_program.h"
#include "tests/support/phantom.h"

using namespace larmor;
using namespace larmor::test;

namespace {

struct Folder {
    TempDir folder;
    std::string scan;
    Folder() : scan(folder.file("scan.h5")) { makeScan(folder); }
    [[nodiscard]] ProgramResult recon(const std::vector<std::string>& more, const std::string& output = "image.h5") const {
        std::vector<std::string> arguments{"recon", scan, "--mask", "equispaced:R=2,acs=16,seed=1", "-q", "-o", folder.file(output)};
        const auto asks = [&](const char* flag) { return std::find(more.begin(), more.end(), flag) != more.end(); };
        if (!asks("--slices")) arguments.insert(arguments.end(), {"--slices", "1"});
        if (!asks("--method")) arguments.insert(arguments.end(), {"--method", "cg-sense"});
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
    CHECK(io::openArrayFile(maps)->read("").shape() == Shape{1, 2, 6, 128, 64});
    CHECK(io::openArrayFile(values)->read("").shape() == Shape{2, 128, 64});
    const auto both = runCli({"recon", at.scan, "--maps", maps, "--calibration", at.scan, "-o", at.folder.file("x.h5")});
    CHECK(both.exitCode == 1);
}

TEST_CASE("maps of two sets that were written serve again, in every format and for all slices, and are refused where one is wanted") {
    const Folder at;
    const std::vector<std::string> mask{"--mask", "equispaced:R=2,acs=16,seed=1"};
    for (const auto* name : {"two.npy", "two.h5", "two.cfl"}) {
        CAPTURE(name);
        const auto maps = at.folder.file(name);
        for (const std::string slices : {"1", "0-1"}) {
            std::vector<std::string> estimate{"maps", at.scan, "--slices", slices, "-q", "--map-set", "sets=2", "--map-set", "crop=0", "-o", maps};
            estimate.insert(estimate.end(), mask.begin(), mask.end());
            const auto made = runCli(estimate);
            REQUIRE_MESSAGE(made.exitCode == 0, made.err);
            const auto given = at.recon({"--maps", maps, "--slices", slices}, "given.h5"), own = at.recon({"--map-set", "sets=2", "--map-set", "crop=0", "--slices", slices}, "own.h5");
            REQUIRE_MESSAGE(given.exitCode == 0, given.err);
            REQUIRE_MESSAGE(own.exitCode == 0, own.err);
            CHECK(io::readReconstruction(at.folder.file("given.h5")).images.pixels == io::readReconstruction(at.folder.file("own.h5")).images.pixels);
        }
        const auto refused = at.recon({"--maps", maps, "--slices", "0-1", "--method", "zero-filled"}, "no.h5");
        CHECK(refused.exitCode == 1);
        CHECK(contains(refused.err, "one set of coil maps"));
    }
}

TEST_CASE("maps of another scale are brought to a sum of squares of 1, and it is said") {
    const Folder at;
    const auto maps = at.folder.file("maps.npy"), louder = at.folder.file("louder.npy");
    REQUIRE(runCli({"maps", at.scan, "--slices", "1", "-q", "-o", maps}).exitCode == 0);
    auto values = io::readCoilMaps(maps);
    for (auto& value : values.values()) value *= 3.0F;
    io::saveArray(louder, values, "maps");
    for (const std::string method : {"l1-wavelet", "cg-sense"}) {
        const auto plain = at.recon({"--maps", maps, "--method", method}, "plain.h5"), scaled = at.recon({"--maps", louder, "--method", method}, "scaled.h5");
        REQUIRE_MESSAGE(scaled.exitCode == 0, scaled.err);
        CHECK(contains(scaled.err, "divided by 3"));
        CHECK(!contains(plain.err, "divided"));
        CHECK(relativeError(io::readReconstruction(at.folder.file("scaled.h5")).images.pixels, io::readReconstruction(at.folder.file("plain.h5")).images.pixels) < 1e-4);
    }
}

TEST_CASE("an image that is not finite is an error, and no file is left") {
    const Folder at;
    const auto huge = at.folder.file("huge.npy");
    auto kspace = io::openAcquisition(at.scan)->readSlice(0);
    for (auto& value : kspace.values()) value *= 1e25F;
    io::saveArray(huge, kspace, "kspace");
    const auto run = runCli({"recon", huge, "--dims", "coil,readout,phase", "--method", "zero-filled", "--set", "combination=rss", "-q", "-o", at.folder.file("x.npy")});
    CHECK(run.exitCode == 2);
    CHECK(contains(run.err, "not finite"));
    CHECK_FALSE(std::filesystem::exists(at.folder.file("x.npy")));
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
