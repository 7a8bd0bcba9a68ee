// ESPIRiT and the scale of pics against BART on real data.
#include <complex>
#include <iostream>

#include <doctest/doctest.h>

#include "core/base/data/sampling_mask.h"
#include "core/base/io/array_file.h"
#include "core/base/masks/mask_generator.h"
#include "core/cpu/calibration_region.h"
#include "tests/numeric/bart_helpers.h"
#include "tests/numeric/tensors.h"
#include "tests/support/bart.h"
#include "tests/support/phantom.h"
#include "tests/support/shared_data.h"

using namespace larmor;
using namespace larmor::test;

namespace {
using cdouble = std::complex<double>;
constexpr double kAgreement = 0.02;  ///< asked for of the maps inside the object

/// Inside the object: where both have a map, and the root-sum-of-squares image of the data is above a tenth of its largest value.
std::vector<bool> insideObject(const ComplexArray& kspace, const ComplexArray& a, const ComplexArray& b) {
    const ComplexArray rss = engine().combine(kspace, Combination::Rss, nullptr);
    float largest = 0;
    for (const auto value : rss.values()) largest = std::max(largest, value.real());
    const std::int64_t pixels = rss.size();
    std::vector<bool> inside(static_cast<std::size_t>(pixels));
    for (std::int64_t i = 0; i < pixels; ++i) {
        bool mapped[2] = {false, false};
        for (std::int64_t c = 0; c < a.extent(0); ++c) {
            mapped[0] = mapped[0] || std::abs(a[c * pixels + i]) > 0;
            mapped[1] = mapped[1] || std::abs(b[c * pixels + i]) > 0;
        }
        inside[static_cast<std::size_t>(i)] = mapped[0] && mapped[1] && rss[i].real() > 0.1F * largest;
    }
    return inside;
}

/// ||a e^{i phi} - b|| / ||b|| inside, with the one phase phi for all pixels and coils that fits best.
double differenceUpToPhase(const ComplexArray& a, const ComplexArray& b, const std::vector<bool>& inside) {
    const auto pixels = static_cast<std::int64_t>(inside.size());
    cdouble product = 0;
    double energyA = 0, energyB = 0;
    for (std::int64_t i = 0; i < a.size(); ++i) {
        if (!inside[static_cast<std::size_t>(i % pixels)]) continue;
        product += std::conj(cdouble(a[i])) * cdouble(b[i]);
        energyA += std::norm(cdouble(a[i]));
        energyB += std::norm(cdouble(b[i]));
    }
    return std::sqrt(std::max(energyA + energyB - 2 * std::abs(product), 0.0) / energyB);
}

/// The part of the pixels of b's support that a and b do not share.
double supportDifference(const ComplexArray& a, const ComplexArray& b) {
    const std::int64_t pixels = a.extent(1) * a.extent(2);
    std::int64_t different = 0, mapped = 0;
    for (std::int64_t i = 0; i < pixels; ++i) {
        bool inA = false, inB = false;
        for (std::int64_t c = 0; c < a.extent(0); ++c) {
            inA = inA || std::abs(a[c * pixels + i]) > 0;
            inB = inB || std::abs(b[c * pixels + i]) > 0;
        }
        different += inA != inB;
        mapped += inB;
    }
    return static_cast<double>(different) / static_cast<double>(mapped);
}

void compareMaps(const ComplexArray& kspace, const std::string& flags, const EspiritOptions& options) {
    CAPTURE(flags);
    const BartFolder bart;
    bart.put("kspace", kspace);
    (void)bart.run("ecalib -m1 " + flags + " @kspace @maps @values");
    const ComplexArray theirs = bart.get("maps");
    const ComplexArray ours = engine().estimateMaps(kspace, acquiredSamples(kspace), options, {}).maps;
    const auto inside = insideObject(kspace, ours, theirs);
    const double difference = differenceUpToPhase(ours, theirs, inside);
    MESSAGE("maps, ", flags, ": difference ", difference, ", support ", supportDifference(ours, theirs));
    CHECK(difference < kAgreement);
    CHECK(supportDifference(ours, theirs) < kAgreement);
}

double bartScale(const ComplexArray& kspace) {
    const BartFolder bart;
    bart.put("kspace", kspace);
    bart.put("maps", ComplexArray(kspace.shape(), cfloat(1, 0)));
    const std::string said = bart.run("pics -d5 -i1 @kspace @maps @image");
    const std::string key = "Inverse scaling of the data: ";
    const auto position = said.find(key);
    REQUIRE(position != std::string::npos);
    return std::stod(said.substr(position + key.size()));
}

double ourScale(const ComplexArray& kspace) {
    return cpu::picsScale(kspace, acquiredSamples(kspace));
}
}  // namespace

TEST_CASE("ESPIRiT maps agree with BART's on the 8-coil Poisson-disc brain") {
    const auto path = sharedData("kspace/sigpy_cartesian_ksp.npy", "ESPIRiT against BART");
    if (!path || !haveBart("ESPIRiT against BART")) return;
    const ComplexArray kspace = io::openArrayFile(*path)->read("");
    compareMaps(kspace, "-c 0.8", {});
    EspiritOptions small;
    small.calibrationSize = 20;
    small.kernelSize = 4;
    small.threshold = 0.002;
    small.crop = 0.9;
    compareMaps(kspace, "-r 20 -k 4 -t 0.002 -c 0.9", small);
    EspiritOptions soft;
    soft.softSense = true;
    compareMaps(kspace, "-S", soft);
}

TEST_CASE("ESPIRiT maps agree with BART's on the fully sampled MPRAGE and on its ACS lines alone") {
    const auto path = sharedData("kspace/loraks_MPRAGE_multi_channel.mat", "ESPIRiT against BART");
    if (!path || !haveBart("ESPIRiT against BART")) return;
    const ComplexArray kspace = mprageKspace(*path);
    compareMaps(kspace, "-r 24", {});
    compareMaps(applyMask(kspace, masks::generate(masks::parseMaskSpec("equispaced:R=4,acs=24,seed=1"), 256, 256)), "-k 6", {});
}

TEST_CASE("ESPIRiT maps agree with BART's on a phantom of odd size") {
    if (!haveBart("ESPIRiT against BART")) return;
    compareMaps(phantomKspace(5, 95, 87, 1e-3), "-k 6", {});
}

TEST_CASE("The eigenvalue map is BART's") {
    const auto path = sharedData("kspace/sigpy_cartesian_ksp.npy", "ESPIRiT's eigenvalues against BART");
    if (!path || !haveBart("ESPIRiT's eigenvalues against BART")) return;
    const ComplexArray kspace = io::openArrayFile(*path)->read("");
    const BartFolder bart;
    bart.put("kspace", kspace);
    (void)bart.run("ecalib -m1 @kspace @maps @values");
    const ComplexArray theirs = bart.get("values");
    const RealArray ours = engine().estimateMaps(kspace, acquiredSamples(kspace), {}, {}).eigenvalue;
    double worst = 0;
    for (std::int64_t i = 0; i < ours.size(); ++i)
        if (theirs[i].real() > 0.8F) worst = std::max(worst, static_cast<double>(std::abs(ours[i] - theirs[i].real())));
    MESSAGE("largest difference of eigenvalues above 0.8: ", worst);
    CHECK(worst < 0.02);
}

TEST_CASE("The scale of the data is that of pics") {
    constexpr double kScaleAgreement = 1e-4;  // pics prints six decimals
    if (!haveBart("scale against BART")) return;
    if (const auto path = sharedData("kspace/sigpy_cartesian_ksp.npy", "scale against BART")) {
        const ComplexArray kspace = io::openArrayFile(*path)->read("");
        CHECK(ourScale(kspace) == doctest::Approx(bartScale(kspace)).epsilon(kScaleAgreement));
    }
    if (const auto path = sharedData("kspace/loraks_MPRAGE_multi_channel.mat", "scale against BART")) {
        const ComplexArray kspace = mprageKspace(*path);
        CHECK(ourScale(kspace) == doctest::Approx(bartScale(kspace)).epsilon(kScaleAgreement));
        const ComplexArray thinned = applyMask(kspace, masks::generate(masks::parseMaskSpec("random:R=4,acs=20,seed=3"), 256, 256));
        CHECK(ourScale(thinned) == doctest::Approx(bartScale(thinned)).epsilon(kScaleAgreement));
    }
    const ComplexArray phantom = phantomKspace(4, 64, 48);
    CHECK(ourScale(phantom) == doctest::Approx(bartScale(phantom)).epsilon(kScaleAgreement));
}
