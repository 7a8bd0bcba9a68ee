// Masks and maps out of files with several arrays, and masks whose values are not 0 and 1.
#include <doctest/doctest.h>

#include "core/base/io/load.h"
#include "core/base/log.h"
#include "tests/support/python.h"
#include "tests/support/ramp.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::test;

namespace {

/// What is logged as a warning of category "io" while it lives.
class Warnings {
public:
    Warnings()
        : m_id(addLogSink(
              [this](const LogLine& line) {
                  if (line.category == "io") m_lines.push_back(line.text);
              },
              LogLevel::Warning)) {}
    ~Warnings() { removeLogSink(m_id); }
    Warnings(const Warnings&) = delete;
    Warnings& operator=(const Warnings&) = delete;
    [[nodiscard]] const std::vector<std::string>& lines() const { return m_lines; }

private:
    std::vector<std::string> m_lines;
    int m_id;
};

std::string errorOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.fullText();
    }
    return "no error";
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("masks: values other than 0 and 1 are warned of, weights refused") {
    const TempDir dir;
    runPython(R"(
import sys, numpy as np
folder = sys.argv[1] + '/'
m = np.arange(35).reshape(5, 7) % 3 == 0
np.save(folder + 'bool', m)
np.save(folder + 'white8', (m * 255).astype('u1'))
np.save(folder + 'white16', (m * 65535).astype('u2'))
np.save(folder + 'ones', np.ones((5, 7)))
np.save(folder + 'half', m * 0.5)
np.save(folder + 'labels', m + 1.0)
np.save(folder + 'weights', np.linspace(0, 1, 35).reshape(5, 7))
)",
              {dir.path()});
    {
        const Warnings warnings;
        for (const char* name : {"bool.npy", "white8.npy", "white16.npy", "ones.npy"}) CHECK_NOTHROW((void)io::readMask(dir.file(name), 5, 7));
        CHECK(warnings.lines().empty());
    }
    {
        const Warnings warnings;
        CHECK(io::readMask(dir.file("half.npy"), 5, 7).keptCount() == 12);
        REQUIRE(warnings.lines().size() == 1);
        CHECK(contains(warnings.lines()[0], "half.npy"));
        CHECK(contains(warnings.lines()[0], "0.5 and 0 instead of 0 and 1"));
        CHECK(io::readMask(dir.file("labels.npy"), 5, 7).keptCount() == 35);
        CHECK(warnings.lines().size() == 2);
    }
    const std::string refused = errorOf([&] { (void)io::readMask(dir.file("weights.npy"), 5, 7); });
    CHECK(contains(refused, "more than two different values (0, "));
    CHECK(contains(refused, "weights"));
}

TEST_CASE("FILE:ARRAY names one array of a file with several") {
    const TempDir dir;
    runPython(kPythonRamp + R"(
import scipy.io, h5py
m = np.arange(35).reshape(5, 7) % 3 == 0
scipy.io.savemat(folder + 'scan.mat', {'kData': ramp(5, 7, 4), 'kMaskRand7': m, 'kMaskUni4': ~m, 'a_sens': ramp(5, 7, 4), 'b_sens': 2 * ramp(5, 7, 4)})
with h5py.File(folder + 'scan.h5', 'w') as f: f['masks/one'] = m; f['masks/two'] = ~m
np.save(folder + 'odd', m)
)",
              {dir.path()});
    std::rename(dir.file("odd.npy").c_str(), dir.file("odd.npy:name").c_str());
    const std::string mat = dir.file("scan.mat"), h5 = dir.file("scan.h5");
    const auto mask = io::readMask(mat + ":kMaskRand7", 5, 7);
    CHECK(mask.keptCount() == 12);
    CHECK(mask.description() == "file scan.mat:kMaskRand7");
    CHECK(io::readMask(mat + ":kMaskUni4", 5, 7).keptCount() == 23);
    CHECK(io::readMask(h5 + ":masks/two", 5, 7).keptCount() == 23);
    CHECK(io::readMask(h5 + ":/masks/one", 5, 7) == io::readMask(h5, 5, 7, "masks/one"));
    CHECK(io::readMask(dir.file("odd.npy:name"), 5, 7).keptCount() == 12);
    CHECK(io::readCoilMaps(mat + ":b_sens")[0] == 2.0F * io::readCoilMaps(mat + ":a_sens")[0]);
    for (const std::string& path : {mat, mat + ":other"}) {
        const std::string message = errorOf([&] { (void)io::readMask(path, 5, 7); });
        CAPTURE(message);
        CHECK(contains(message, "kMaskRand7, kMaskUni4"));
        CHECK(contains(message, "FILE:ARRAY"));
    }
    CHECK(contains(errorOf([&] { (void)io::readMask(mat, 5, 7); }), "scan.mat:kMaskRand7."));
    CHECK(contains(errorOf([&] { (void)io::readCoilMaps(mat + ":kMaskRand7"); }), "scan.mat:a_sens."));
    CHECK(contains(errorOf([&] { (void)io::readMask(dir.file("none.mat:mask"), 5, 7); }), "none.mat:mask"));
}
