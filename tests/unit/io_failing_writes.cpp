// Files are written whole or not at all, and where that cannot be the error says so before the work.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "tests/support/full_disk.h"
#include "tests/support/names_in.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;
namespace fs = std::filesystem;

TEST_CASE("writing is all or nothing") {
    const TempDir dir;
    writeFile(dir.file("a.npy"), "before");
    CHECK_THROWS_AS(io::writeAtomically(dir.file("a.npy"),
                                        [&](const std::string& temporary) {
                                            CHECK(temporary.ends_with(".npy"));
                                            writeFile(temporary, "half");
                                            throw InputError("no more");
                                        }),
                    InputError);
    CHECK(readFile(dir.file("a.npy")) == "before");
    CHECK(namesIn(dir) == std::vector<std::string>{"a.npy"});
    fs::create_symlink(dir.file("a.npy"), dir.file("link.npy"));
    io::saveArray(dir.file("link.npy"), ramp({2, 3}), "x");
    CHECK(fs::is_symlink(dir.file("link.npy")));
    CHECK(io::openArrayFile(dir.file("a.npy"))->read("") == ramp({2, 3}));
    CHECK(ioErrorOf([&] { io::saveArray(dir.file("none/a.npy"), ramp({2, 3}), "x"); }).find("there is none") != std::string::npos);
}

TEST_CASE("no space: an error that names the file, and nothing left behind") {
    const TempDir dir;
    Reconstruction large;
    large.protocol.method = "l1-wavelet";
    large.images.pixels = ramp({20, 200, 200});
    for (cfloat& value : large.images.pixels.values()) value *= 1.0F + 0.1F * std::sin(value.real());
    for (const char* name : {"a.h5", "a.npy", "a.cfl", "a.nii", "a.nii.gz"}) {
        CAPTURE(name);
        const std::string message = ioErrorOf([&] {
            const FullDisk full(100'000);
            io::saveReconstruction(dir.file(name), large);
        });
        CAPTURE(message);
        CHECK(message.find(dir.file(name)) != std::string::npos);
        CHECK(message.find("written") != std::string::npos);
        CHECK(namesIn(dir).empty());
    }
    io::saveReconstruction(dir.file("a.h5"), large);
    CHECK(io::readReconstruction(dir.file("a.h5")).images.pixels == large.images.pixels);
}

TEST_CASE("output paths are checked before the work") {
    const TempDir dir;
    for (const char* name : {"a.h5", "a.npy", "a.cfl", "a.mat", "a.nii", "a.nii.gz", "a.png"}) CHECK_NOTHROW(io::checkOutputPath(dir.file(name)));
    for (const char* name : {"a.jpg", "a", "a.gz"}) CHECK_THROWS_AS(io::checkOutputPath(dir.file(name)), UsageError);
    CHECK_THROWS_AS(io::checkOutputPath(dir.file("none/a.h5")), IoError);
    fs::create_directory(dir.file("folder.h5"));
    CHECK_THROWS_AS(io::checkOutputPath(dir.file("folder.h5")), IoError);
}
