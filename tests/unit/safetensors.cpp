// The weights' file format against NumPy on the other side, and against files that lie.
#include <doctest/doctest.h>

#include <bit>
#include <cstring>
#include <filesystem>

#include "core/base/io/safetensors.h"
#include "core/base/rng.h"
#include "tests/support/python.h"
#include "tests/support/ramp.h"

using namespace larmor;
using namespace larmor::test;

namespace {

template <class T>
std::vector<std::byte> bytesOf(const std::vector<T>& values) {
    std::vector<std::byte> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

/// A file of the format: the header's length, the header, the data.
std::string fileOf(const std::string& header, std::size_t dataBytes, std::uint64_t claimedLength) {
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(claimedLength >> (8 * i) & 0xFF);
    return bytes + header + std::string(dataBytes, '\1');
}

std::string fileOf(const std::string& header, std::size_t dataBytes) {
    return fileOf(header, dataBytes, header.size());
}

std::string refusalOf(const std::string& bytes) {
    const TempDir folder;
    writeFile(folder.file("prior.safetensors"), bytes);
    return ioErrorOf([&] { (void)io::readSafeTensorsHeader(folder.file("prior.safetensors")); });
}

std::string tensor(const std::string& shape, const std::string& offsets, const std::string& type = "F32") {
    return R"({"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

}  // namespace

TEST_CASE("A file that NumPy wrote by the format's description is read: types, shapes, scalars, empty tensors, metadata") {
    const TempDir folder;
    const std::string path = folder.file("foreign.safetensors");
    runPython(R"(
import json, struct, sys
import numpy as np
tensors = {'z.weight': np.arange(6, dtype='<f4').reshape(2, 3) - 2.5, 'a': np.array(7.25, '<f8'), 'half': np.array([1.5, -2], '<f2'),
           'none': np.zeros((0, 4), '<i8'), 'flags': np.array([True, False])}
types = {'f4': 'F32', 'f8': 'F64', 'f2': 'F16', 'i8': 'I64', 'b1': 'BOOL'}
header, data = {'__metadata__': {'note': 'größe'}}, b''
for name, value in tensors.items():
    header[name] = {'shape': list(value.shape), 'dtype': types[value.dtype.str[1:]], 'data_offsets': [len(data), len(data) + value.nbytes]}
    data += value.tobytes()
text = json.dumps(header, ensure_ascii=False).encode()
text += b' ' * 5
open(sys.argv[1], 'wb').write(struct.pack('<Q', len(text)) + text + data)
)",
              {path});
    const auto header = io::readSafeTensorsHeader(path);
    REQUIRE(header.tensors.size() == 5);
    CHECK(header.metadata == std::map<std::string, std::string>{{"note", "größe"}});
    const auto& weight = header.tensors[0];
    CHECK(weight.name == "z.weight");
    CHECK(weight.type == "F32");
    CHECK((weight.shape == Shape{2, 3}));
    CHECK(io::readSafeTensor(path, header, weight) == bytesOf<float>({-2.5F, -1.5F, -0.5F, 0.5F, 1.5F, 2.5F}));
    CHECK(header.tensors[1].shape.empty());
    CHECK(io::readSafeTensor(path, header, header.tensors[1]) == bytesOf<double>({7.25}));
    CHECK(io::readSafeTensor(path, header, header.tensors[2]) == bytesOf<std::uint16_t>({0x3E00, 0xC000}));
    for (const auto& other : header.tensors)
        if (other.name == "none") CHECK(io::readSafeTensor(path, header, other).empty());
}

TEST_CASE("What is written, NumPy reads by the format's description; the data starts at a multiple of 8") {
    const TempDir folder;
    const std::string path = folder.file("ours.safetensors");
    io::writeSafeTensors(path, {{"b", "F32", {2, 2}, bytesOf<float>({1, 2, 3, -4})}, {"a\"quoted", "I32", {}, bytesOf<std::int32_t>({42})}},
                         {{"card", R"({"name": "Größe"})"}});
    CHECK(runPython(R"(
import json, struct, sys
import numpy as np
raw = open(sys.argv[1], 'rb').read()
length, = struct.unpack('<Q', raw[:8])
header = json.loads(raw[8:8 + length].decode('utf-8'))
data = raw[8 + length:]
assert (8 + length) % 8 == 0 and header.pop('__metadata__') == {'card': '{"name": "Größe"}'}
def value(name, dtype):
    begin, end = header[name]['data_offsets']
    return np.frombuffer(data[begin:end], dtype).reshape(header[name]['shape']).tolist()
print(sorted(header), value('b', '<f4'), value('a"quoted', '<i4'), len(data))
)",
                    {path}) == "['a\"quoted', 'b'] [[1.0, 2.0], [3.0, -4.0]] 42 20\n");
}

TEST_CASE("Nothing is left of a file that cannot be written, and wrong contents are refused") {
    const TempDir folder;
    const std::string path = folder.file("x.safetensors");
    const io::SafeTensorData good{"a", "F32", {1}, bytesOf<float>({1})};
    CHECK_THROWS_AS(io::writeSafeTensors(path, {good, good}, {}), IoError);
    CHECK_THROWS_AS(io::writeSafeTensors(path, {{"a", "F32", {2}, bytesOf<float>({1})}}, {}), IoError);
    CHECK_THROWS_AS(io::writeSafeTensors(path, {{"a", "F8", {4}, bytesOf<float>({1})}}, {}), IoError);
    CHECK_THROWS_AS(io::writeSafeTensors(path, {good}, {{"note", "\xFF\xFE"}}), IoError);
    CHECK_THROWS_AS(io::writeSafeTensors(folder.file("missing/x.safetensors"), {good}, {}), IoError);
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("Headers that lie are refused, and the message says where") {
    const std::string one = R"({"a":)";
    struct Case {
        const char* what;
        std::string bytes, names;
    };
    const Case cases[] = {
        {"nothing", "", "0 bytes"},
        {"a stub", std::string(5, '\0'), "5 bytes"},
        {"a length beyond the file", fileOf("{}", 0, 3), "claims 3 bytes"},
        {"a length of 2^63", fileOf("{}", 100, std::uint64_t{1} << 63), "foreign or truncated"},
        {"the largest length", fileOf("{}", 100, ~std::uint64_t{0}), "foreign or truncated"},
        {"another format", "PK\3\4" + std::string(500, 'x'), "foreign or truncated"},
        {"no JSON", fileOf("hello world", 0), "JSON"},
        {"a list", fileOf("[1, 2]", 0), "JSON of another kind"},
        {"cut JSON", fileOf(one + tensor("[1]", "[0,4]"), 4), "JSON"},
        {"no UTF-8", fileOf("{\"a\xFF\":" + tensor("[1]", "[0,4]") + "}", 4), "UTF-8"},
        {"deep nesting", fileOf(std::string(200000, '['), 0), "JSON"},
        {"metadata that is a number", fileOf(R"({"__metadata__":{"x":1}})", 0), "__metadata__"},
        {"a tensor that is a text", fileOf(R"({"a":"F32"})", 4), "type, shape and offsets"},
        {"no type", fileOf(R"({"a":{"shape":[1],"data_offsets":[0,4]}})", 4), "dtype"},
        {"an unknown type", fileOf(one + tensor("[1]", "[0,4]", "C64") + "}", 4), "'C64'"},
        {"no shape", fileOf(R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4), "'shape'"},
        {"a negative extent", fileOf(one + tensor("[-1]", "[0,4]") + "}", 4), "'shape'"},
        {"a broken extent", fileOf(one + tensor("[1.5]", "[0,4]") + "}", 4), "'shape'"},
        {"an extent beyond 64 bits", fileOf(one + tensor("[99999999999999999999999]", "[0,4]") + "}", 4), "'shape'"},
        {"a product that overflows", fileOf(one + tensor("[4294967296,4294967296,4294967296]", "[0,4]") + "}", 4), "overflows"},
        {"too many dimensions", fileOf(one + tensor("[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,4]") + "}", 4), "dimensions"},
        {"offsets in reverse", fileOf(one + tensor("[1]", "[4,0]") + "}", 4), "hold 4 bytes"},
        {"one offset", fileOf(one + tensor("[1]", "[0]") + "}", 4), "hold 4 bytes"},
        {"offsets that do not fit the shape", fileOf(one + tensor("[2]", "[0,4]") + "}", 4), "hold 8 bytes"},
        {"data cut short", fileOf(one + tensor("[4]", "[0,16]") + "}", 15), "truncated"},
        {"data that nobody names", fileOf(one + tensor("[4]", "[0,16]") + "}", 17), "more than it names"},
        {"a gap", fileOf(one + tensor("[1]", "[0,4]") + R"(,"b":)" + tensor("[1]", "[8,12]") + "}", 12), "'b'"},
        {"an overlap", fileOf(one + tensor("[2]", "[0,8]") + R"(,"b":)" + tensor("[1]", "[4,8]") + "}", 8), "'b'"},
        {"a name twice", fileOf(one + tensor("[1]", "[0,4]") + R"(,"a":)" + tensor("[1]", "[0,4]") + "}", 4), "twice"},
        {"data from 4 on", fileOf(one + tensor("[1]", "[4,8]") + "}", 8), "from 4"},
    };
    for (const auto& [what, bytes, names] : cases) {
        CAPTURE(what);
        const std::string message = refusalOf(bytes);
        CAPTURE(message);
        CHECK(message.find("prior.safetensors") != std::string::npos);
        CHECK(message.find(names) != std::string::npos);
    }
    CHECK(refusalOf(fileOf(one + tensor("[1]", "[0,4]") + "}", 4)) == "no error");
    CHECK(refusalOf(fileOf("{}", 0)) == "no error");
}

TEST_CASE("Damaged bytes anywhere: read or refused, never anything else") {
    const std::string good =
        fileOf(R"({"__metadata__":{"k":"v"},"w":)" + tensor("[2,3]", "[0,24]") + R"(,"b":)" + tensor("[4]", "[24,32]", "F16") + "}", 32);
    REQUIRE(refusalOf(good) == "no error");
    NoiseSource noise(5);
    int refused = 0;
    for (int trial = 0; trial < 1500; ++trial) {
        std::string bad = good;
        for (std::int64_t change = noise.below(4); change >= 0; --change)
            bad[static_cast<std::size_t>(noise.below(static_cast<std::int64_t>(bad.size()) - 32))] = static_cast<char>(noise.bits());
        if (trial % 3 == 0) bad.resize(static_cast<std::size_t>(noise.below(static_cast<std::int64_t>(bad.size()))));
        const std::string message = refusalOf(bad);
        CAPTURE(message);
        CHECK((message == "no error" || message.find("expected") != std::string::npos));
        refused += message != "no error";
    }
    CHECK(refused > 1000);
}

TEST_CASE("A file that shrinks after its header was read") {
    const TempDir folder;
    const std::string path = folder.file("w.safetensors");
    io::writeSafeTensors(path, {{"w", "F32", {64}, std::vector<std::byte>(256)}}, {});
    const auto header = io::readSafeTensorsHeader(path);
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 8);
    CHECK(ioErrorOf([&] { (void)io::readSafeTensor(path, header, header.tensors[0]); }).find("truncated") != std::string::npos);
    CHECK_THROWS_AS((void)io::readSafeTensorsHeader(folder.file("missing.safetensors")), IoError);
    CHECK_THROWS_AS((void)io::readSafeTensorsHeader(folder.path()), IoError);
}
