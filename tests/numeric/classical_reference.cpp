// The classical methods of single slices against NumPy's loops and dense matrices (classical_reference.py).
#include <doctest/doctest.h>

#include "core/base/io/array_file.h"
#include "core/base/io/save.h"
#include "core/cpu/calibration_region.h"
#include "tests/numeric/classical_problem.h"
#include "tests/support/phantom.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::test;

namespace {
/// What NumPy makes of it.
ComplexArray reference(const std::vector<std::string>& method, const ComplexArray& kspace, const SamplingMask& mask,
                       const ComplexArray* maps = nullptr) {
    const TempDir folder;
    io::saveArray(folder.file("y.npy"), kspace, "y");
    io::saveMask(folder.file("mask.npy"), mask);
    if (maps) io::saveArray(folder.file("maps.npy"), *maps, "maps");
    std::vector<std::string> arguments{folder.path()};
    arguments.insert(arguments.end(), method.begin(), method.end());
    (void)runPython(readFile(std::string(LARMOR_SOURCE_DIR) + "/tests/numeric/classical_reference.py"), arguments);
    return io::openArrayFile(folder.file("x.npy"))->read("");
}

/// Half of the samples in a checkerboard, and a block in the middle.
SamplingMask checkerboard(std::int64_t readout, std::int64_t phase, std::int64_t block) {
    ByteArray samples({readout, phase});
    for (std::int64_t r = 0; r < readout; ++r)
        for (std::int64_t p = 0; p < phase; ++p) {
            const bool central = std::abs(2 * (r - readout / 2) + 1) <= block && std::abs(2 * (p - phase / 2) + 1) <= block;
            samples[r * phase + p] = static_cast<std::uint8_t>(central || (r + p) % 2 == 0);
        }
    return {std::move(samples), "checkerboard"};
}
}  // namespace

TEST_CASE("GRAPPA makes NumPy's image, for even and odd sizes, regular and irregular lines") {
    for (const auto& [readout, phase, step] : {std::tuple{24, 30, 2}, std::tuple{21, 37, 3}}) {
        CAPTURE(phase);
        const ComplexArray kspace = phantomKspace(4, readout, phase, 1e-3);
        const SamplingMask regular = linesOf(readout, phase, 0, phase - 1, step, 13);
        SamplingMask irregular = regular;
        std::vector<std::uint8_t> columns(regular.samples().block(0).begin(), regular.samples().block(0).end());
        columns[0] = columns[5] = 0;
        columns[1] = columns[static_cast<std::size_t>(phase) - 1] = columns[static_cast<std::size_t>(phase) - 2] = 1;
        irregular = SamplingMask::fromColumns(columns, readout, "irregular");
        for (const auto& mask : {regular, irregular}) {
            const ComplexArray ours = solveWith("grappa", "taps=3 lines=4 lambda=0.001", kspace, mask);
            CHECK(relativeError(ours, reference({"grappa", "3", "4", "0.001"}, kspace, mask)) < 1e-3);
        }
    }
}

TEST_CASE("SPIRiT makes NumPy's image of a mask in two dimensions") {
    for (const auto& [readout, phase] : {std::pair{18, 16}, std::pair{17, 15}}) {
        CAPTURE(phase);
        const ComplexArray kspace = phantomKspace(3, readout, phase, 1e-3);
        const SamplingMask mask = checkerboard(readout, phase, 10);
        const std::int64_t first = readout / 2 - 5, column = phase / 2 - 5;
        const ComplexArray expected =
            reference({"spirit", "3", "0.01", std::to_string(first), "10", std::to_string(column), "10"}, kspace, mask);
        const ComplexArray ours = solveWith("spirit", "kernel=3 calibration_lambda=0.01 iterations=1000 tolerance=0", kspace, mask);
        CHECK(relativeError(ours, expected) < 2e-3);
        CHECK(relativeError(solveWith("zero-filled", "combination=rss", kspace, mask), expected) > 0.05);
    }
}

TEST_CASE("SPIRiT does not depend on the units of k-space") {
    const ComplexArray kspace = phantomKspace(3, 24, 26, 1e-3);
    const SamplingMask mask = checkerboard(24, 26, 12);
    const ComplexArray expected = solveWith("spirit", "kernel=3 combination=rss", kspace, mask);
    for (const float unit : {1e-8F, 1e8F, 1e12F}) {
        ComplexArray other = kspace;
        for (auto& value : other.values()) value *= unit;
        ComplexArray image = solveWith("spirit", "kernel=3 combination=rss", other, mask);
        for (auto& value : image.values()) value /= unit;
        CHECK(relativeError(image, expected) < 1e-4);
    }
}

TEST_CASE("Homodyne makes NumPy's image, whichever side is missing") {
    for (const auto& [readout, phase] : {std::pair{20, 32}, std::pair{21, 33}})
        for (const bool low : {true, false}) {
            CAPTURE(phase);
            CAPTURE(low);
            const ComplexArray kspace = phantomKspace(2, readout, phase, 1e-3);
            const SamplingMask mask = low ? linesOf(readout, phase, 10, phase - 1) : linesOf(readout, phase, 0, phase - 11);
            CHECK(relativeError(solveWith("homodyne", "combination=rss", kspace, mask), reference({"homodyne"}, kspace, mask)) < 1e-5);
        }
}

TEST_CASE("POCS reaches the image that NumPy's plain projections reach") {
    for (const auto& [readout, phase] : {std::pair{20, 32}, std::pair{21, 33}})
        for (const bool low : {true, false}) {
            CAPTURE(phase);
            CAPTURE(low);
            const ComplexArray kspace = phantomKspace(2, readout, phase, 1e-3);
            const SamplingMask mask = low ? linesOf(readout, phase, 9, phase - 1) : linesOf(readout, phase, 0, phase - 10);
            const ComplexArray ours = solveWith("pocs", "combination=rss iterations=300", kspace, mask);
            CHECK(relativeError(ours, reference({"pocs", "2000"}, kspace, mask)) < 2e-3);
        }
}

TEST_CASE("Total variation reaches the minimum that NumPy's primal-dual algorithm finds") {
    for (const auto& [readout, phase] : {std::pair{16, 20}, std::pair{17, 15}}) {
        CAPTURE(phase);
        const ComplexArray kspace = phantomKspace(3, readout, phase, 0.01), maps = phantomMaps(3, readout, phase);
        const SamplingMask mask = checkerboard(readout, phase, 8);
        const double scale = cpu::picsScale(kspace, mask);
        const ComplexArray expected = reference({"tv", std::to_string(0.02 * scale), "1500"}, kspace, mask, &maps);
        const ComplexArray ours = solveWith("tv", "lambda=0.02 iterations=3000", kspace, mask, maps);
        CHECK(relativeError(ours, expected) < 1e-3);
        CHECK(relativeError(solveWith("cg-sense", "lambda=0", kspace, mask, maps), expected) > 0.02);
    }
}
