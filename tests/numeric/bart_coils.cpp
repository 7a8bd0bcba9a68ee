// Whitening, coil compression and soft SENSE against BART.
#include <cmath>

#include "core/base/api/coil_lab.h"
#include "core/base/masks/mask_generator.h"
#include "core/recon/tensor_view.h"
#include "tests/numeric/bart_helpers.h"
#include "tests/numeric/tensors.h"
#include "tests/support/bart.h"
#include "tests/support/phantom.h"
#include "tests/support/shared_data.h"

using namespace larmor;
using namespace larmor::test;

extern "C" larmor::CoilLab* larmorCreateCoilLab();

namespace {
CoilLab& lab() {
    static CoilLab* one = larmorCreateCoilLab();
    return *one;
}

ComplexArray rss(const ComplexArray& kspace) {
    return engine().combine(kspace, Combination::Rss, nullptr);
}

CalibrationSlice fullSlice(const ComplexArray& kspace) {
    return {kspace, SamplingMask::full(kspace.extent(1), kspace.extent(2))};
}

/// A head in a field of view of half its width: every second line of a matrix twice as wide. @param phase  even
ComplexArray foldedKspace(std::int64_t coils, std::int64_t readout, std::int64_t phase) {
    const ComplexArray wide = phantomKspace(coils, readout, 2 * phase, 1e-3);
    ComplexArray folded({coils, readout, phase});
    for (std::int64_t c = 0; c < coils; ++c)
        for (std::int64_t r = 0; r < readout; ++r)
            for (std::int64_t p = 0; p < phase; ++p) folded(c, r, p) = wide(c, r, 2 * p);
    return folded;
}

/// The two sets that BART has in one array.
std::vector<at::Tensor> setsOf(const BartFolder& bart, const std::string& name) {
    std::vector<at::Tensor> sets;
    for (const std::string set : {"0", "1"}) {
        (void)bart.run("slice 4 " + set + " @" + name + " @" + name + "_" + set);
        sets.push_back(recon::toTensor(bart.get(name + "_" + set)));
    }
    return sets;
}

/// sum_set S S^H at each pixel, [coil, coil, readout, phase]: the space of the maps, whatever basis stands for it.
at::Tensor projector(const at::Tensor& sets) {
    return (sets.unsqueeze(2) * sets.unsqueeze(1).conj()).sum(0);
}

SliceSolution solved(const std::string& method, const std::vector<std::pair<std::string, std::string>>& settings,
                     const ComplexArray& kspace, const SamplingMask& mask, const ComplexArray& maps) {
    const PluginManifest& manifest = builtMethods().method(method);
    ParamValues values(manifest.params);
    for (const auto& [name, value] : settings) values.setFromText(name, value);
    SliceProblem problem;
    problem.kspace = kspace;
    problem.mask = mask;
    problem.maps = CoilMaps{maps, {}};
    return engine().reconstruct(manifest, values, problem, {});
}

/// Maps [set, coil, readout, phase] of ours as BART's array.
void putSets(const BartFolder& bart, const std::string& name, const ComplexArray& sets) {
    bart.put(name + "_a", sets.slice(0));
    bart.put(name + "_b", sets.slice(1));
    (void)bart.run("join 4 @" + name + "_a @" + name + "_b @" + name);
}

ComplexArray combinedSets(const BartFolder& bart, const std::string& name) {
    (void)bart.run("rss 16 @" + name + " @" + name + "_rss");
    return bart.get(name + "_rss");
}
}  // namespace

TEST_CASE("Whitening is BART's but for a turn of the coils") {
    if (!haveBart("whitening against BART")) return;
    const ComplexArray mixing = randomComplex({5, 5}, 3), white = randomComplex({5, 4000}, 4);
    const ComplexArray noise = recon::toComplexArray(at::matmul(recon::toTensor(mixing), recon::toTensor(white)));
    const ComplexArray kspace = phantomKspace(5, 32, 32);
    const BartFolder bart;
    bart.put("noise", noise.reshaped({5, 4000, 1}));
    bart.put("kspace", kspace);
    (void)bart.run("whiten @kspace @noise @white");
    CHECK(relativeError(rss(lab().mixed(kspace, lab().whitening(noise))), rss(bart.get("white"))) < 2e-3);
}

TEST_CASE("Compressed coils span what BART's cc leaves, by one mixture and by one a place") {
    if (!haveBart("coil compression against BART")) return;
    const ComplexArray phantom = phantomKspace(8, 64, 60, 1e-2);
    std::vector<ComplexArray> cases{phantom};
    if (const auto path = sharedData("kspace/loraks_MPRAGE_multi_channel.mat", "coil compression against BART"))
        cases.push_back(mprageKspace(*path));
    for (const auto& kspace : cases) {
        const BartFolder bart;
        bart.put("kspace", kspace);
        (void)bart.run("cc -p3 -S @kspace @svd");
        (void)bart.run("cc -p3 -G @kspace @geometric");
        const auto svd = rss(lab().mixed(kspace, lab().compression({fullSlice(kspace)}, 3)));
        const auto geometric = rss(lab().mixed(kspace, lab().geometricCompression({fullSlice(kspace)}, 3)));
        const double bySvd = relativeError(svd, rss(bart.get("svd"))), byPlace = relativeError(geometric, rss(bart.get("geometric")));
        MESSAGE(kspace.extent(0), " coils to 3: SVD ", bySvd, ", geometric ", byPlace, ", the loss itself ",
                relativeError(svd, rss(kspace)));
        CHECK(bySvd < 1e-3);
        CHECK(byPlace < 1e-2);
    }
}

TEST_CASE("Two sets of maps span BART's space, and both sets' images together are those of pics") {
    if (!haveBart("soft SENSE against BART")) return;
    const ComplexArray kspace = foldedKspace(8, 96, 64);
    EspiritOptions two;
    two.sets = 2;
    const auto found = engine().estimateMaps(kspace, SamplingMask::full(96, 64), two, {});
    REQUIRE(found.maps.shape() == Shape{2, 8, 96, 64});
    REQUIRE(found.eigenvalue.shape() == Shape{2, 96, 64});
    const BartFolder bart;
    bart.put("kspace", kspace);
    (void)bart.run("ecalib -m2 -c 0.8 @kspace @maps @values");
    const at::Tensor ours = recon::toTensor(found.maps), theirs = at::stack(setsOf(bart, "maps"));
    const at::Tensor second = at::abs(ours[1]).square().sum(0) > 0.5, alsoTheirs = at::abs(theirs[1]).square().sum(0) > 0.5;
    CHECK(second.sum().item<std::int64_t>() > 96 * 64 / 10);
    CHECK(second.logical_xor(alsoTheirs).sum().item<double>() < 0.03 * alsoTheirs.sum().item<double>());
    const at::Tensor both = second.logical_and(alsoTheirs).to(at::kFloat);
    const double apart = relativeDistance(projector(ours) * both, projector(theirs) * both);
    MESSAGE("pixels with two places ", second.sum().item<std::int64_t>(), ", spaces apart by ", apart);
    CHECK(apart < 0.03);

    const SamplingMask mask = masks::generate(masks::parseMaskSpec("equispaced:R=2,acs=24,seed=1"), 96, 64);
    const ComplexArray thinned = applyMask(kspace, mask);
    bart.put("thinned", thinned);
    putSets(bart, "ours", found.maps);
    (void)bart.run("pics -S -l2 -r 0.01 -i30 @thinned @ours @cg");
    const auto cg = solved("cg-sense", {{"lambda", "0.01"}, {"iterations", "30"}, {"tolerance", "0"}}, thinned, mask, found.maps);
    const double cgApart = magnitudeNrmse(cg.image, combinedSets(bart, "cg"));
    (void)bart.run("pics -S -R W:3:16:0.003 -i80 @thinned @ours @l1");
    const auto l1 = solved("l1-wavelet", {{"lambda", "0.003"}, {"iterations", "80"}}, thinned, mask, found.maps);
    const double l1Apart = magnitudeNrmse(l1.image, combinedSets(bart, "l1"));
    MESSAGE("images apart: CG-SENSE ", cgApart, ", L1-wavelet ", l1Apart);
    CHECK(cgApart < 0.01);
    CHECK(l1Apart < 0.03);  // the random shifts of the two programs differ

    // What soft SENSE is for: one set cannot hold both places of a pixel.
    const auto single = engine().estimateMaps(kspace, SamplingMask::full(96, 64), {}, {});
    const auto one = solved("cg-sense", {{"lambda", "0"}}, thinned, mask, single.maps);
    const auto pair = solved("cg-sense", {{"lambda", "0"}}, thinned, mask, found.maps);
    const auto truth = rss(kspace);
    MESSAGE("NRMSE against the folded image: one set ", magnitudeNrmse(one.image, truth), ", two ", magnitudeNrmse(pair.image, truth));
    CHECK(magnitudeNrmse(pair.image, truth) < 0.5 * magnitudeNrmse(one.image, truth));
}
