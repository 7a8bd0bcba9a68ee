// What a person said of a file's axes holds for the next file of its kind, where it fits.

#include <doctest/doctest.h>

#include <filesystem>

#include "core/session/axis_memory.h"
#include "tests/session/workbench_fixture.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::session;

namespace {

/// Complex noise written by NumPy.
void writeArray(const std::string& path, const std::string& shape) {
    (void)test::runPython("import sys, numpy as np\n"
                          "r = np.random.default_rng(1); s = eval(sys.argv[2])\n"
                          "np.save(sys.argv[1], (r.normal(size=s) + 1j * r.normal(size=s)).astype(np.complex64))",
                          {path, shape});
}

Provenance originOf(const std::string& path, const std::string& dims = {}) {
    io::LoadOptions options;
    if (!dims.empty()) options.dims = io::parseDims(dims);
    return io::openAcquisition(path, options)->header().provenance;
}

}  // namespace

TEST_CASE("a kind of file is its format, the array's name and the number of axes") {
    const test::TempDir folder;
    const auto first = folder.file("first.npy"), second = folder.file("second.npy"), flat = folder.file("flat.npy");
    writeArray(first, "(8, 20, 24)");
    writeArray(second, "(6, 30, 32)");
    writeArray(flat, "(20, 24)");
    const AxisMemory memory(folder.file("deep/state/axes.json"));
    CHECK_FALSE(openRemembered(first, {}, memory).remembered);
    memory.remember(originOf(first, "readout,coil,phase"));
    const auto again = openRemembered(second, {}, memory);
    CHECK(again.remembered);
    CHECK(again.acquisition->header().coils == 30);
    CHECK(again.acquisition->header().encoded == Matrix{6, 32, 1});
    CHECK_FALSE(openRemembered(flat, {}, memory).remembered);
    // A name on the command line wins.
    const auto named = openRemembered(second, {"", io::parseDims("coil,phase,readout")}, memory);
    CHECK_FALSE(named.remembered);
    CHECK(named.acquisition->header().encoded == Matrix{32, 30, 1});
    memory.forget(originOf(second));
    CHECK_FALSE(openRemembered(second, {}, memory).remembered);
}

TEST_CASE("axes that do not fit are guessed; a damaged memory is one that holds nothing") {
    const test::TempDir folder;
    const auto file = folder.file("a.npy"), kept = folder.file("axes.json");
    writeArray(file, "(8, 20, 24)");
    const AxisMemory memory(kept);
    auto origin = originOf(file);
    origin.dims = "coil,coil,phase";
    memory.remember(origin);
    CHECK_FALSE(openRemembered(file, {}, memory).remembered);
    CHECK(openRemembered(file, {}, memory).acquisition->header().coils == 8);
    for (const char* damaged : {"", "[1, 2]", "{\"NumPy npy||3 axes\": 7}", "{\"NumPy"}) {
        test::writeFile(kept, damaged);
        CHECK_FALSE(memory.dimsFor(origin).has_value());
    }
    origin.dims = "coil,readout,phase";
    memory.remember(origin);  // over the damaged one
    CHECK(memory.dimsFor(origin) == "coil,readout,phase");
}

TEST_CASE("the workbench reads a file as it was said, remembers it for the next, and forgets it") {
    test::WorkbenchFixture f;
    const auto first = f.folder.file("first.npy"), second = f.folder.file("second.npy");
    writeArray(first, "(20, 24, 8)");
    writeArray(second, "(30, 32, 6)");
    const auto shown = [&] { return f.bench->acquisition()->header(); };
    f.bench->open(first);
    REQUIRE(f.settle());
    CHECK(shown().provenance.dimsGuessed);
    CHECK(shown().encoded == Matrix{20, 24, 1});
    f.bench->readAxesAs("phase,readout,coil");
    REQUIRE(f.settle());
    CHECK(shown().encoded == Matrix{24, 20, 1});
    CHECK(f.bench->axesRemembered());
    f.bench->open(second);
    REQUIRE(f.settle());
    CHECK(shown().encoded == Matrix{32, 30, 1});
    CHECK(f.bench->axesRemembered());
    f.bench->readAxesAs("phase,phase,coil");  // makes no sense: nothing changes
    REQUIRE(f.settle());
    REQUIRE(f.bench->notice());
    CHECK(f.bench->notice()->what.find("phase twice") != std::string::npos);
    CHECK(shown().encoded == Matrix{32, 30, 1});
    f.bench->keepAxes(false);
    REQUIRE(f.settle());
    CHECK(shown().encoded == Matrix{30, 32, 1});
    CHECK(shown().provenance.dimsGuessed);
    CHECK_FALSE(f.bench->axesRemembered());
    f.bench->keepAxes(true);
    CHECK(f.bench->axesRemembered());
    f.bench->open(first);
    REQUIRE(f.settle());
    CHECK(f.bench->axesRemembered());
    CHECK(shown().encoded == Matrix{20, 24, 1});
}
