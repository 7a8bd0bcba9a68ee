// A disk that has no room left, at any byte of a file: an IoError that names the file, nothing left behind, what was there before intact.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <map>

#include "core/base/io/kspace_array_writer.h"
#include "core/base/io/safetensors.h"
#include "core/base/io/save.h"
#include "core/base/io/text_file.h"
#include "core/base/io/training_pack_writer.h"
#include "tests/support/full_disk.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;
namespace fs = std::filesystem;

namespace {

using Write = std::function<void(const std::string& path)>;

ComplexArray uneven(const Shape& shape) {
    ComplexArray x = ramp(shape);
    for (std::int64_t i = 0; i < x.size(); ++i) x[i] *= 1.0F + 0.1F * std::sin(static_cast<float>(7 * i));
    return x;
}

AcquisitionHeader scanHeader() {
    AcquisitionHeader header;
    header.coils = 3;
    header.imageDims = {{Dim::Slice, 4}};
    header.encoded = header.recon = {30, 20, 1};
    header.phaseEnd = 20;
    return header;
}

void writeArrays(const std::string& path) {
    io::KspaceArrayWriter writer(path, scanHeader());
    for (std::size_t i = 0; i < writer.order().size(); ++i) writer.write(uneven({3, 30, 20}));
    writer.finish();
}

void writeVolume(const std::string& path) {
    io::KspaceWriter::Header header;
    header.slices = 4;
    header.coils = 3;
    header.encoded = header.recon = {30, 20, 1};
    io::KspaceWriter writer(path, header);
    for (std::int64_t s = 0; s < 4; ++s) writer.writeSlice(s, uneven({3, 30, 20}), RealArray({30, 20}));
    writer.finish();
}

void writeResult(const std::string& path) {
    Reconstruction result;
    result.images.pixels = uneven({1, 60, 50});
    result.protocol.slices = {0};
    result.protocol.parameters = result.protocol.mapParameters = nlohmann::json::object();
    result.masks = {SamplingMask::full(60, 50)};
    io::saveReconstruction(path, result);
}

void writePack(const std::string& path) {
    io::TrainingPackWriter writer(path);
    io::PackedImage facts;
    facts.source = facts.subject = "a";
    facts.contrast = "T1";
    facts.rows = 60;
    facts.columns = 50;
    writer.add(facts, uneven({60, 50}));
    writer.finish({"heads", "brain", "", "CC0", {}});
}

void writeWeights(const std::string& path) {
    io::writeSafeTensors(path, {{"w", "F32", {1000}, std::vector<std::byte>(4000, std::byte{3})}}, {{"a", "b"}});
}

/// By the name of the file. Sizes of the files that hold the data are beyond a disk block.
const std::map<std::string, Write> kWriters{
    {"result.h5", writeResult},
    {"result.npy", writeResult},
    {"result.cfl", writeResult},
    {"result.mat", writeResult},
    {"result.nii", writeResult},
    {"result.nii.gz", writeResult},
    {"result.png", writeResult},
    {"scan.h5", writeVolume},
    {"scan.npy", writeArrays},
    {"scan.cfl", writeArrays},
    {"scan.mat", writeArrays},
    {"heads.pack.h5", writePack},
    {"weights.safetensors", writeWeights},
    {"array.h5", [](const std::string& path) { io::saveArray(path, uneven({3, 30, 20}), "x"); }},
    {"mask.png", [](const std::string& path) { io::saveMask(path, SamplingMask::full(60, 50)); }},
    {"mask.h5", [](const std::string& path) { io::saveMask(path, SamplingMask::full(60, 50)); }},
    {"table.json", [](const std::string& path) { io::writeTextFile(path, std::string(20'000, 'x')); }},
};

}  // namespace

TEST_CASE("a disk that is full at any byte: an error that names the file, the earlier file stays, nothing else does") {
    for (const auto& [name, write] : kWriters) {
        CAPTURE(name);
        const TempDir dir;
        write(dir.file(name));
        const auto bytes = fs::file_size(dir.file(name));
        for (const auto& item : fs::directory_iterator(dir.path())) fs::remove(item.path());
        writeFile(dir.file(name), "before");
        for (const std::uintmax_t room : {std::uintmax_t{0}, std::uintmax_t{1}, std::uintmax_t{200}, bytes / 2, bytes - 1}) {
            if (room >= bytes) continue;
            CAPTURE(room);
            std::string message;
            {
                const FullDisk disk(room);
                message = ioErrorOf([&] { write(dir.file(name)); });
            }
            CAPTURE(message);
            CHECK(message.find(dir.file(name)) != std::string::npos);
            CHECK(message.find(".larmor-") == std::string::npos);
            CHECK(readFile(dir.file(name)) == "before");
            CHECK(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()) == 1);
        }
        CHECK_NOTHROW(write(dir.file(name)));
        CHECK(fs::file_size(dir.file(name)) == bytes);
    }
}

TEST_CASE("a copy onto a full disk") {
    const TempDir dir;
    writeFile(dir.file("a"), std::string(50'000, 'x'));
    std::string message;
    {
        const FullDisk disk(20'000);
        message = ioErrorOf([&] { io::copyWhole(dir.file("a"), dir.file("b")); });
    }
    CAPTURE(message);
    CHECK(message.find(dir.file("b")) != std::string::npos);
    CHECK_FALSE(fs::exists(dir.file("b")));
    CHECK(ioErrorOf([&] { io::copyWhole(dir.file("none"), dir.file("b")); }).find(dir.file("none")) != std::string::npos);
    io::copyWhole(dir.file("a"), dir.file("b"));
    CHECK(readFile(dir.file("b")) == readFile(dir.file("a")));
}
