// Raw data of Siemens' scanners: recognised, converted by a program that stands in for siemens_to_ismrmrd, or refused with the command.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "core/base/io/siemens_file.h"
#include "core/session/open_scan.h"
#include "core/session/reconstruct.h"
#include "tests/support/ismrmrd_script.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::session;

namespace {

/// An environment variable, put back as it was.
class Environment {
public:
    Environment(const char* name, const std::string& value) : m_name(name) {
        const char* before = std::getenv(name);
        if (before) m_before = before;
        ::setenv(name, value.c_str(), 1);
    }
    ~Environment() {
        if (m_before)
            ::setenv(m_name, m_before->c_str(), 1);
        else
            ::unsetenv(m_name);
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

private:
    const char* m_name;
    std::optional<std::string> m_before;
};

/// vb.dat and vd.dat (three measurements), as far as a reader can tell.
constexpr const char* kRawData = R"(
import struct, sys
folder = sys.argv[1] + '/'
measurement = struct.pack('<II', 4096, 5) + b'Config\0' + bytes(4081)
open(folder + 'vb.dat', 'wb').write(measurement)
table = struct.pack('<II', 0, 3) + b''.join(struct.pack('<IIQQ', 1, i, 10240, 4096) + bytes(128) for i in range(64))
open(folder + 'vd.dat', 'wb').write(table.ljust(10240, b'\0') + measurement)
open(folder + 'other.dat', 'wb').write(bytes(20000))
open(folder + 'short.dat', 'wb').write(b'\0\0')
)";

void makeConverter(const test::TempDir& dir, const std::string& body) {
    std::filesystem::create_directory(dir.file("bin"));
    const std::string program = dir.file("bin/siemens_to_ismrmrd");
    test::writeFile(program, "#!/usr/bin/python3\n" + body);
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
}

std::string errorOf(const std::string& path) {
    try {
        (void)openScan(path);
    } catch (const InputError& error) {
        return error.fullText();
    }
    return "no error";
}

}  // namespace

TEST_CASE("The images of ismrmrd's Shepp-Logan phantom are those that its file holds") {
    const test::TempDir dir;
    const std::string file = dir.file("shepp.h5");
    const std::vector<std::string> words{"-m", "40", "-c", "3", "-n", "0", "-C", "-o", file};
    if (test::runProgram("ismrmrd_generate_cartesian_shepp_logan", words).exitCode == 127) {
        MESSAGE("SKIPPED: ismrmrd-tools is not installed");
        return;
    }
    const auto scan = openScan(file);
    const auto image = makeReference(*scan, {0}, Combination::Rss, false, {}).images.pixels;
    CHECK(image.shape() == Shape{1, 40, 40});
    test::writeRaw<cfloat>(dir.file("image.raw"), image.values());
    const std::string error = test::runPython(R"(
import sys, numpy as np, h5py
ours = np.fromfile(sys.argv[1] + '/image.raw', 'c8').reshape(40, 40)
with h5py.File(sys.argv[1] + '/shepp.h5', 'r') as f:
    x = f['dataset/coil_images'][0]
coils = (x['real'] + 1j * x['imag'])[:, :, 20:60]
truth = np.sqrt((abs(coils) ** 2).sum(0)).T
scale = np.vdot(abs(ours), truth) / np.vdot(ours, ours).real
print(np.linalg.norm(scale * abs(ours) - truth) / np.linalg.norm(truth))
)",
                                              {dir.path()});
    CHECK(std::stod(error) < 1e-4);
}

TEST_CASE("Raw data of Siemens' scanners is known by its first bytes") {
    const test::TempDir dir;
    test::runPython(kRawData, {dir.path()});
    CHECK(io::siemensMeasurements(dir.file("vb.dat")) == 1);
    CHECK(io::siemensMeasurements(dir.file("vd.dat")) == 3);
    for (const char* name : {"other.dat", "short.dat", "missing.dat"}) CHECK_FALSE(io::siemensMeasurements(dir.file(name)));
}

TEST_CASE("Without the converter the error gives the command") {
    const test::TempDir dir;
    test::runPython(kRawData, {dir.path()});
    const Environment path("PATH", dir.file("nothing")), cache("XDG_CACHE_HOME", dir.file("cache"));
    const std::string error = errorOf(dir.file("vd.dat"));
    CHECK(error.find("siemens_to_ismrmrd -f " + dir.file("vd.dat") + " -z 3 -o " + dir.file("vd.h5")) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(dir.file("cache")));
}

TEST_CASE("The converter is run once for a file, on its last measurement; the source stays the file that was asked for") {
    const test::TempDir dir;
    test::runPython(kRawData, {dir.path()});
    makeConverter(dir, test::kPythonIsmrmrd + R"(
import os
open(os.path.dirname(os.path.abspath(__file__)) + '/runs', 'a').write(' '.join(sys.argv[1:5]) + '\n')
k = np.arange(2 * 4 * 3).reshape(2, 4, 3)
write(sys.argv[sys.argv.index('-o') + 1], [line(k[:, :, e], e1=e) for e in range(3)], header((4, 3, 1), (4, 3, 1), (4, 3, 1), (4, 3, 1)))
)");
    const Environment path("PATH", dir.file("bin")), cache("XDG_CACHE_HOME", dir.file("cache"));
    for (int i = 0; i < 2; ++i) {
        const auto scan = openScan(dir.file("vd.dat"));
        CHECK(scan->header().provenance.path == dir.file("vd.dat"));
        CHECK(scan->readSlice(0)(1, 3, 2) == cfloat(23, 0));
    }
    CHECK(test::readFile(dir.file("bin/runs")) == "-f " + dir.file("vd.dat") + " -z 3\n");
    test::writeFile(dir.file("vd.dat"), test::readFile(dir.file("vd.dat")) + "more");
    (void)openScan(dir.file("vd.dat"));
    const std::string runs = test::readFile(dir.file("bin/runs"));
    CHECK(std::count(runs.begin(), runs.end(), '\n') == 2);
}

TEST_CASE("A converter that fails is quoted and leaves nothing behind; a stop ends it") {
    const test::TempDir dir;
    test::runPython(kRawData, {dir.path()});
    const Environment path("PATH", dir.file("bin")), cache("XDG_CACHE_HOME", dir.file("cache"));
    makeConverter(dir, "import sys\nprint('no such parameter map')\nsys.exit(3)\n");
    const std::string error = errorOf(dir.file("vb.dat"));
    CHECK(error.find("exit code 3") != std::string::npos);
    CHECK(error.find("no such parameter map") != std::string::npos);
    CHECK(std::filesystem::is_empty(dir.file("cache/larmor/siemens")));
    makeConverter(dir, "import time\ntime.sleep(60)\n");
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS_AS((void)openScan(dir.file("vb.dat"), {}, {stop.get_token()}), Cancelled);
}
