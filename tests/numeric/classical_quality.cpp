// What total variation, GRAPPA and SPIRiT make of real and simulated scans, beside BART and CG-SENSE.
#include <algorithm>
#include <limits>

#include <doctest/doctest.h>

#include "core/base/io/array_file.h"
#include "tests/numeric/bart_helpers.h"
#include "tests/numeric/classical_problem.h"
#include "tests/support/bart.h"
#include "tests/support/phantom.h"
#include "tests/support/shared_data.h"

using namespace larmor;
using namespace larmor::test;

namespace {
ComplexArray greKspace(const std::string& path) {
    const ComplexArray stored = io::openArrayFile(path)->read("raw");  // [coil, 1, readout, phase]
    return stored.reshaped({stored.extent(0), stored.extent(2), stored.extent(3)});
}

double best(const std::vector<std::string>& settings, const std::string& method, const ComplexArray& kspace, const SamplingMask& mask,
            const ComplexArray& maps, const ComplexArray& truth) {
    double least = std::numeric_limits<double>::infinity();
    for (const auto& setting : settings) least = std::min(least, magnitudeNrmse(solveWith(method, setting, kspace, mask, maps), truth));
    return least;
}

/// GRAPPA and SPIRiT know no maps beforehand, CG-SENSE has them and its best weight.
void compareWithSense(const ComplexArray& full) {
    const SamplingMask all = SamplingMask::full(full.extent(1), full.extent(2));
    for (const std::int64_t step : {2, 3, 4}) {
        CAPTURE(step);
        const SamplingMask mask = linesOf(full.extent(1), full.extent(2), 0, full.extent(2) - 1, step, 24);
        const ComplexArray maps = engine().estimateMaps(applyMask(full, mask), mask, {}, {}).maps;
        const ComplexArray truth = engine().combine(full, Combination::Mvue, &maps);
        const double zeros = best({""}, "zero-filled", full, mask, maps, truth);
        const double sense = best({"lambda=0.001", "lambda=0.003", "lambda=0.01"}, "cg-sense", full, mask, maps, truth);
        const double grappa = best({"combination=mvue"}, "grappa", full, mask, maps, truth);
        const double spirit = best({"combination=mvue"}, "spirit", full, mask, maps, truth);
        MESSAGE("R ", step, ": zeros ", zeros, ", CG-SENSE ", sense, ", GRAPPA ", grappa, ", SPIRiT ", spirit);
        CHECK(grappa < 1.3 * sense);
        CHECK(spirit < 1.3 * sense);
        CHECK(grappa < zeros);
        CHECK(spirit < zeros);
    }
}

void compareTvWithBart(const ComplexArray& full, const SamplingMask& mask) {
    const ComplexArray kspace = applyMask(full, mask);
    const ComplexArray maps = engine().estimateMaps(kspace, mask, {}, {}).maps;
    const BartFolder bart;
    bart.put("kspace", kspace);
    bart.put("maps", maps);
    for (const std::string lambda : {"0.002", "0.01"}) {
        CAPTURE(lambda);
        (void)bart.run("pics -S -i600 -R T:3:0:" + lambda + " @kspace @maps @image");
        const ComplexArray theirs = bart.get("image");
        const double between = magnitudeNrmse(solveWith("tv", "iterations=600 lambda=" + lambda, kspace, mask, maps), theirs);
        const double unlike = magnitudeNrmse(solveWith("cg-sense", "lambda=0", kspace, mask, maps), theirs);
        MESSAGE("TV, lambda ", lambda, ": NRMSE ", between, " to BART's image, of CG-SENSE ", unlike);
        CHECK(between < 0.01);
        CHECK(unlike > 0.02);
    }
}
}  // namespace

TEST_CASE("GRAPPA and SPIRiT are as good as CG-SENSE on the 4-coil MPRAGE") {
    const auto path = sharedData("kspace/loraks_MPRAGE_multi_channel.mat", "GRAPPA and SPIRiT beside CG-SENSE");
    if (path) compareWithSense(mprageKspace(*path));
}

TEST_CASE("GRAPPA and SPIRiT are as good as CG-SENSE on the 16-coil GRE") {
    const auto path = sharedData("kspace/mchiew_sense_tutorial_raw.mat", "GRAPPA and SPIRiT beside CG-SENSE");
    if (path) compareWithSense(greKspace(*path));
}

TEST_CASE("Total variation is BART's on a phantom, when both have converged") {
    if (!haveBart("Total variation against BART")) return;
    compareTvWithBart(phantomKspace(6, 96, 88, 0.02), linesOf(96, 88, 0, 87, 3, 20));
}

TEST_CASE("Total variation is BART's on the MPRAGE, when both have converged") {
    const auto path = sharedData("kspace/loraks_MPRAGE_multi_channel.mat", "Total variation against BART");
    if (path && haveBart("Total variation against BART")) compareTvWithBart(mprageKspace(*path), linesOf(256, 256, 0, 255, 4, 24));
}

TEST_CASE("GRAPPA refuses masks that leave out parts of lines, and both name how many lines they need in the middle") {
    const ComplexArray kspace = phantomKspace(3, 32, 30);
    ByteArray samples({32, 30});
    for (std::int64_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<std::uint8_t>(i % 2 == 0 || i % 3 == 0);
    CHECK_THROWS_AS((void)solveWith("grappa", "", kspace, SamplingMask(std::move(samples), "points")), InputError);
    const SamplingMask bare = linesOf(32, 30, 0, 29, 3);
    for (const char* method : {"grappa", "spirit"}) {
        CAPTURE(method);
        try {
            (void)solveWith(method, "", kspace, bare);
            FAIL("no error");
        } catch (const InputError& error) {
            CHECK(error.fullText().find("at least 7") != std::string::npos);
        }
    }
}
