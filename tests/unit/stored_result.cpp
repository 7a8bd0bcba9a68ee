// Results and their pictures carry the protocol that made them.

#include <doctest/doctest.h>

#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

using namespace larmor;

namespace {

Reconstruction someResult() {
    Reconstruction result;
    result.protocol.method = "cg-sense";
    result.protocol.parameters = {{"iterations", 12}};
    result.protocol.mapParameters = nlohmann::json::object();
    result.protocol.mask = "equispaced:R=4,acs=24,seed=1";
    result.protocol.source = "/data/Übung.h5";
    result.protocol.sourceHash = "ab";
    result.protocol.slices = {4, 7};
    result.images.pixels = ComplexArray({2, 6, 5});
    for (std::int64_t i = 0; i < result.images.pixels.size(); ++i) result.images.pixels[i] = cfloat(static_cast<float>(i), -1);
    return result;
}

/// The text chunks by the PNG specification: length, type, keyword, 0, method 0, zlib stream; CRC over type and data.
constexpr const char* kReadChunks = R"(
import struct, sys, zlib
data = open(sys.argv[1], 'rb').read()
assert data[:8] == b'\x89PNG\r\n\x1a\n'
at, seen = 8, []
while at < len(data):
    length, kind = struct.unpack('>I4s', data[at:at + 8])
    body = data[at + 8:at + 8 + length]
    assert struct.unpack('>I', data[at + 8 + length:at + 12 + length])[0] == zlib.crc32(kind + body)
    seen.append(kind)
    if kind == b'zTXt':
        key, rest = body.split(b'\0', 1)
        assert rest[0] == 0 and b'IDAT' not in seen
        sys.stdout.write(key.decode('ascii') + '\n' + zlib.decompress(rest[1:]).decode('ascii'))
    at += 12 + length
)";

}  // namespace

TEST_CASE("each picture of a result carries the protocol of its slice in a text chunk that others can read") {
    test::TempDir dir;
    const auto result = someResult();
    io::saveReconstruction(dir.file("a.png"), result);
    const auto out = test::runPython(kReadChunks, {dir.file("a_007.png")});
    const auto line = out.find('\n');
    CHECK(out.substr(0, line) == "larmor-protocol");
    const auto json = nlohmann::json::parse(out.substr(line + 1));
    CHECK(json.at("slices") == nlohmann::json::array({7}));
    CHECK(json.at("source") == "/data/Übung.h5");
    auto expected = result.protocol.toJson();
    expected["slices"] = {7};
    CHECK(json == expected);

    const auto read = io::readStoredResult(dir.file("a_007.png"));
    REQUIRE(read.has_value());
    CHECK(read->protocol.toJson() == expected);
    CHECK(read->images.pixels.empty());
    CHECK(io::carriesProtocol(dir.file("a_007.png")));
}

TEST_CASE("results of every format bring back protocol and pixels; other files are nothing of the kind") {
    test::TempDir dir;
    const auto result = someResult();
    for (const char* name : {"a.h5", "b.npy", "c.cfl"}) {
        CAPTURE(name);
        io::saveReconstruction(dir.file(name), result);
        CHECK(io::carriesProtocol(dir.file(name)));
        const auto read = io::readStoredResult(dir.file(name));
        REQUIRE(read.has_value());
        CHECK(read->protocol.toJson() == result.protocol.toJson());
        CHECK((read->images.pixels == result.images.pixels));
    }
    CHECK(io::readStoredResult(dir.file("c.hdr")).has_value());
    io::saveMask(dir.file("mask.png"), SamplingMask::full(4, 4));
    io::saveArray(dir.file("plain.h5"), result.images.pixels, "kspace");
    io::saveArray(dir.file("plain.npy"), result.images.pixels, "");
    for (const char* name : {"mask.png", "plain.h5", "plain.npy", "absent.h5"}) {
        CAPTURE(name);
        CHECK_FALSE(io::carriesProtocol(dir.file(name)));
        CHECK_FALSE(io::readStoredResult(dir.file(name)).has_value());
    }
    io::saveArray(dir.file("b.npy"), result.images.pixels.slice(0), "");  // the protocol beside it is of other bytes now
    CHECK_FALSE(io::carriesProtocol(dir.file("b.npy")));
}
