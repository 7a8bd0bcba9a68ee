#include <doctest/doctest.h>

#include <filesystem>

#include "core/base/io/save.h"
#include "core/base/io/training_pack.h"
#include "core/session/kspace_support.h"
#include "core/session/pack_series.h"
#include "core/session/prior_pack.h"
#include "tests/support/phantom.h"
#include "tests/support/python.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
using namespace larmor::test;

namespace {

/// Images with a spectrum that falls like 1 / f and ends at rows x columns of a matrix of 256 x 240, as magnitudes and 8-bit pictures.
void writeZeroFilled(const TempDir& dir) {
    (void)runPython(R"(
import sys, numpy as np, zlib, struct
folder = sys.argv[1]
rng = np.random.default_rng(4)
fy, fx = np.meshgrid(np.arange(256) - 128, np.arange(240) - 120, indexing='ij')
def image(rows, columns):
    k = (rng.standard_normal(fy.shape) + 1j * rng.standard_normal(fy.shape)) / np.maximum(np.hypot(fy, fx), 1)
    k[(fy < -(rows // 2)) | (fy >= rows // 2)] = 0; k[(fx < -(columns // 2)) | (fx >= columns // 2)] = 0
    x = np.fft.fftshift(np.fft.ifft2(np.fft.ifftshift(k)))
    return x
stack = np.stack([image(200, 132) for _ in range(4)])
stack.astype(np.complex64).tofile(folder + '/stack.raw')
# On a bright ground the magnitude is smooth, as inside anatomy, so that its k-space ends where that of the image does.
bright = np.abs(np.stack([image(200, 132) for _ in range(4)]).real + 0.05)
np.save(folder + '/bright.npy', bright.astype(np.float32))
)",
                    {dir.path()});
}

training::PackSource sourceOf(const std::string& files) {
    training::PackSource source;
    source.files = files;
    source.contrast = "T1";
    return source;
}

}  // namespace

TEST_CASE("k-space support: what was zero-filled is found to a few samples, what is full is kept") {
    const TempDir dir;
    writeZeroFilled(dir);
    const auto values = readRaw<cfloat>(dir.file("stack.raw"));
    const ComplexArray stack({4, 256, 240}, std::vector<cfloat>(values.begin(), values.end()));
    std::vector<ComplexArray> kspace;
    for (std::int64_t s = 0; s < 4; ++s) {
        // The transform of the test, not that of the program.
        kspace.push_back(dft2c(stack.slice(s)));
    }
    const auto support = kspaceSupport(kspace);
    CHECK(std::abs(support.rows - 200) <= 8);
    CHECK(std::abs(support.columns - 132) <= 8);
    const auto cropped = imageOfSupport(kspace[0], {200, 132});
    CHECK(cropped.shape() == Shape{200, 132});
    // Cropping empty samples loses no energy: intensities stay, so the mean square does.
    double before = 0, after = 0;
    const auto first = stack.slice(0);
    for (const auto value : first.values()) before += static_cast<double>(std::norm(value)) / (256 * 240);
    for (const auto value : cropped.values()) after += static_cast<double>(std::norm(value)) / (200 * 132);
    CHECK(after == doctest::Approx(before).epsilon(1e-4));

    const auto noise = randomComplex({128, 100}, 1);  // flat: nothing is empty
    CHECK(kspaceSupport({noise}).rows == 128);
    CHECK(kspaceSupport({noise}).columns == 100);
    CHECK(kspaceSupport({randomComplex({60, 61}, 1)}).columns == 60);
    CHECK_THROWS_AS((void)kspaceSupport({}), ShapeError);
}

TEST_CASE("pack: a stack is cropped, its pixels grow, empty slices are dropped") {
    const TempDir dir;
    writeZeroFilled(dir);
    training::PackRecipe recipe;
    recipe.facts.name = "n";
    auto source = sourceOf("bright.npy");
    source.pixelMm = 0.5;
    source.sliceAxis = 0;
    source.dropBelow = 0.1;
    recipe.sources.push_back(source);
    const auto report = makePriorPack(recipe, dir.path(), dir.file("out.h5"), {});
    REQUIRE(report.size() == 1);
    CHECK(report[0].images == std::array<std::int64_t, 3>{4, 0, 0});
    CHECK(report[0].keptRows == doctest::Approx(200.0 / 256).epsilon(0.04));
    CHECK(report[0].keptColumns == doctest::Approx(132.0 / 240).epsilon(0.07));
    const auto pack = io::openTrainingPack(dir.file("out.h5"));
    const auto& facts = pack->images().at(2);
    CHECK(facts.source == "bright.npy:2");
    CHECK(facts.pixelRowsMm == doctest::Approx(0.5 * 256 / static_cast<double>(facts.rows)));
    CHECK(facts.pixelColumnsMm == doctest::Approx(0.5 * 240 / static_cast<double>(facts.columns)));
    CHECK_FALSE(facts.complexValued);
}

TEST_CASE("pack: slices are cut along the axis that is asked for, the shortest by default") {
    const TempDir dir;
    ComplexArray stack({12, 5, 9});
    for (std::int64_t i = 0; i < stack.size(); ++i) stack[i] = static_cast<float>(i);
    io::saveArray(dir.file("stack.npy"), stack, "x");
    auto source = sourceOf("stack.npy");
    auto series = readPackSeries(dir.file("stack.npy"), source);
    REQUIRE(series.slices.size() == 5);
    CHECK(series.slices[3].shape() == Shape{12, 9});
    CHECK(series.slices[3](7, 2) == stack(7, 3, 2));
    CHECK(series.complexValued);
    source.sliceAxis = 2;
    source.skipFirst = 2;
    source.skipLast = 1;
    source.every = 3;
    series = readPackSeries(dir.file("stack.npy"), source);
    REQUIRE(series.slices.size() == 2);
    CHECK(series.names[1] == "stack.npy:5");
    CHECK(series.slices[1](7, 2) == stack(7, 2, 5));
}

TEST_CASE("pack: a subject that two sources split differently is refused and nothing is written") {
    const TempDir dir;
    io::saveArray(dir.file("p1_T1.npy"), randomComplex({1, 100, 100}, 1), "x");
    io::saveArray(dir.file("p1_T2.npy"), randomComplex({1, 100, 100}, 2), "x");
    training::PackRecipe recipe;
    recipe.sources = {sourceOf("*_T1.npy"), sourceOf("*_T2.npy")};
    for (auto& source : recipe.sources) source.subject = "^([^_]+)_";
    recipe.sources[1].split.validate = "p1";
    CHECK_THROWS_WITH_AS((void)makePriorPack(recipe, dir.path(), dir.file("out.h5"), {}), doctest::Contains("p1 is in two splits"), InputError);
    CHECK_FALSE(std::filesystem::exists(dir.file("out.h5")));
    recipe.sources[1].files = "none*.png";
    CHECK_THROWS_WITH_AS((void)makePriorPack(recipe, dir.path(), dir.file("out.h5"), {}), doctest::Contains("No file fits"), InputError);
}

TEST_CASE("pack: fully sampled k-space gives its complex image, undersampled k-space is refused, a stop is kept") {
    const TempDir dir;
    const auto kspace = phantomKspace(4, 96, 96, 0.001, 3);
    io::saveArray(dir.file("full.npy"), kspace, "kspace");
    training::PackRecipe recipe;
    recipe.sources = {sourceOf("full.npy")};
    const auto report = makePriorPack(recipe, dir.path(), dir.file("out.h5"), {});
    CHECK(report[0].images[0] == 1);
    const auto pack = io::openTrainingPack(dir.file("out.h5"));
    CHECK(pack->images()[0].complexValued);
    // The magnitude is the phantom's, up to the scale: compared inside, by the least-squares factor.
    const auto image = pack->read(0);
    const auto truth = phantomMagnitude(96, 96);
    double cross = 0, power = 0, error = 0;
    for (std::int64_t i = 0; i < truth.size(); ++i) {
        cross += static_cast<double>(std::abs(image[i]) * truth[i]);
        power += static_cast<double>(truth[i] * truth[i]);
    }
    for (std::int64_t i = 0; i < truth.size(); ++i) error += std::pow(static_cast<double>(std::abs(image[i])) - cross / power * static_cast<double>(truth[i]), 2);
    CHECK(std::sqrt(error / power) < 0.05 * cross / power);

    auto thinned = kspace;
    for (std::int64_t c = 0; c < 4; ++c)
        for (std::int64_t r = 0; r < 96; ++r)
            for (std::int64_t p = 0; p < 96; ++p)
                if (p % 3 != 0 && std::abs(p - 48) > 12) thinned(c, r, p) = 0;
    io::saveArray(dir.file("thin.npy"), thinned, "kspace");
    recipe.sources = {sourceOf("thin.npy")};
    CHECK_THROWS_WITH_AS((void)makePriorPack(recipe, dir.path(), dir.file("thin.h5"), {}), doctest::Contains("undersampled"), InputError);
    std::stop_source stop;
    stop.request_stop();
    recipe.sources = {sourceOf("full.npy")};
    CHECK_THROWS_AS((void)makePriorPack(recipe, dir.path(), dir.file("thin.h5"), {stop.get_token()}), Cancelled);
    CHECK_FALSE(std::filesystem::exists(dir.file("thin.h5")));
}
