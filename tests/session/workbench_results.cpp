// The workbench: results, what they are measured against, and what is written.

#include <doctest/doctest.h>

#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/session/workbench/array_plane.h"
#include "tests/session/workbench_fixture.h"
#include "tests/support/phantom.h"

using namespace larmor;
using namespace larmor::session;
using Fixture = larmor::test::WorkbenchFixture;

TEST_CASE("an error map is the difference of the magnitudes") {
    Fixture f;
    REQUIRE(f.open());
    f.bench->setMask({}, true);
    REQUIRE(f.settle());
    // All samples, zero-filled, RSS: the preview is the reference.
    const PanePicture preview = f.bench->picture(1), error = f.bench->picture(2);
    REQUIRE(error.image != nullptr);
    float largest = 0;
    for (const cfloat value : error.image->values()) largest = std::max(largest, std::abs(value));
    CHECK(largest < 1e-5F);
    CHECK(preview.topRight == "all samples R 1.00");
}

TEST_CASE("a run becomes a result with metrics of each slice, and the panes show it") {
    Fixture f;
    REQUIRE(f.open());
    f.bench->setSliceChoice({SliceChoice::Kind::Listed, "1, 3"});
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    CHECK(f.ended == 1);
    const auto results = f.bench->results().visible();
    REQUIRE(results.size() == 1);
    CHECK(results[0]->slicesText() == "slices 1, 3");
    CHECK(results[0]->metrics.size() == 2);
    CHECK(results[0]->mean->nrmse == doctest::Approx((results[0]->metrics.at(0).nrmse + results[0]->metrics.at(2).nrmse) / 2));
    CHECK(f.bench->shownResult() == 0);  // the slice on screen is not in it
    f.bench->showResult(results[0]->id);
    CHECK(f.bench->picture(1).placeholder == "Slice 2 is not in this result — press Space");
    f.bench->setSlice(2);
    REQUIRE(f.settle());
    CHECK(f.bench->picture(1).title == "CG-SENSE");
    CHECK(f.bench->picture(1).image == results[0]->images.at(2));
    CHECK(f.bench->commandLineOf(results[0]->id).find("larmor-cli recon") == 0);
}

TEST_CASE("another combination of the reference is named, and results are measured against it") {
    Fixture f;
    REQUIRE(f.open());
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    const double againstRss = f.bench->results().visible().at(0)->mean->nrmse;
    f.bench->setReferenceCombination(Combination::Mvue);
    REQUIRE(f.settle());
    CHECK(f.bench->store().reference(1)->name == "MVUE of all samples");
    CHECK(f.bench->picture(0).title.find("MVUE of all samples") != std::string::npos);
    CHECK(f.bench->results().visible().at(0)->mean->nrmse != againstRss);
}

TEST_CASE("an exported result holds the images that the panes show") {
    Fixture f;
    REQUIRE(f.open());
    f.bench->setMethod("zero-filled");
    f.bench->setSliceChoice({SliceChoice::Kind::Listed, "1, 3"});
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    const auto* entry = f.bench->results().visible().at(0);
    CHECK(entry->result->images.pixels.empty());  // held once, slice by slice
    const std::string path = f.folder.file("out.npy");
    f.bench->exportResult(entry->id, path);
    REQUIRE(f.settle());
    const ImageStack written = io::readImages(path);
    REQUIRE(written.pixels.shape() == Shape{2, 64, 64});
    CHECK(written.pixels.slice(0) == *entry->images.at(0));
    CHECK(written.pixels.slice(1) == *entry->images.at(2));
    CHECK(entry->whole().images.simulated == entry->result->images.simulated);
}

TEST_CASE("the mask is written as it is used, and a folder that is missing is told") {
    Fixture f;
    REQUIRE(f.open());
    for (const char* name : {"mask.npy", "mask.h5", "mask.png"}) {
        CAPTURE(name);
        const std::string path = f.folder.file(name);
        f.bench->saveMask(path);
        REQUIRE(f.settle());
        CHECK(io::readMask(path, 64, 64).samples() == f.bench->mask().kept->samples());
    }
    CHECK(f.bench->notice()->kind == Notice::Kind::Info);
    f.bench->saveMask(f.folder.file("absent/mask.npy"));
    REQUIRE(f.settle());
    CHECK(f.bench->notice()->kind == Notice::Kind::Failure);
    CHECK(f.bench->notice()->what.find("absent") != std::string::npos);
}

TEST_CASE("metrics name their protocol") {
    Fixture f;
    REQUIRE(f.open());
    const std::string text = f.bench->picture(1).metricsProtocol;
    for (const char* fact : {"slice", "magnitudes", "largest value of the reference slice", "7 x 7", "not scaled"}) {
        CAPTURE(fact);
        CHECK(text.find(fact) != std::string::npos);
    }
    CHECK(f.bench->picture(0).metricsProtocol.empty());  // the reference has no metrics
    CHECK(metricsProtocolText(metrics::Scale::LeastSquares).find("least squares") != std::string::npos);
}

TEST_CASE("a deleted result comes back") {
    Fixture f;
    REQUIRE(f.open());
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    const ResultId id = f.bench->shownResult();
    f.bench->deleteResult(id);
    CHECK(f.bench->results().visible().empty());
    CHECK(f.bench->shownResult() == 0);
    CHECK(f.bench->notice()->action == Notice::Action::Undo);
    f.bench->undo();
    CHECK(f.bench->results().visible().size() == 1);
    CHECK(f.bench->shownResult() == id);
}

TEST_CASE("metrics follow the scale that is asked for") {
    Fixture f;
    REQUIRE(f.open());
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    const double unscaled = f.bench->results().visible()[0]->mean->nrmse;
    f.bench->setScale(metrics::Scale::LeastSquares);
    REQUIRE(f.settle());
    CHECK(f.bench->results().visible()[0]->mean->nrmse <= unscaled);
    CHECK(f.bench->picture(1).metrics.find("scaled") != std::string::npos);
}

TEST_CASE("coil maps are estimated from what the mask keeps") {
    Fixture f;
    REQUIRE(f.open());
    f.bench->coils().estimateMaps();
    REQUIRE(f.settle());
    REQUIRE(f.bench->maps().estimated != nullptr);
    CHECK(f.bench->maps().estimated->maps.shape() == Shape{4, 64, 64});
    f.bench->setPaneContent(0, PaneContent::CoilMaps);
    CHECK(f.bench->picture(0).image->shape() == Shape{128, 128});
}

TEST_CASE("plain text of slices, masks and parameters") {
    CHECK(sliceListText({11}) == "slice 12");
    CHECK(sliceListText({0, 1, 2, 4, 6, 7}) == "slices 1-3, 5, 7-8");
    CHECK(maskName("") == "all samples");
    CHECK(maskName("poisson:R=4,acs=24,seed=1") == "poisson");
    CHECK(maskName("/data/mask.npy") == "mask mask.npy");
    Protocol protocol;
    protocol.method = "not there any more";
    protocol.parameters = {{"lambda", 0.01}, {"iterations", 30}, {"random_shift", true}};
    CHECK(parameterText(protocol) == "iterations 30, lambda 0.01, random_shift yes");
    protocol.method = "dps";  // its own list begins with the steps and zeta
    protocol.parameters = {{"form", "euler"}, {"steps", 40}, {"zeta", "5"}};
    protocol.steering = {{14, {{"zeta", "10"}}, false}};
    CHECK(parameterText(protocol) == "zeta 10 from step 15, steps 40, zeta 5, form euler");
}

TEST_CASE("any two axes of an array, and a montage of a third") {
    const test::TempDir folder;
    ComplexArray cube(Shape{3, 4, 5});
    for (std::int64_t i = 0; i < cube.size(); ++i) cube[i] = static_cast<float>(i);
    const std::string path = folder.file("cube.npy");
    io::saveArray(path, cube, "cube");
    const auto file = io::openArrayFile(path);
    const auto& entry = file->entry("");
    PlaneChoice choice = PlaneChoice::initial(entry.shape);
    CHECK(choice.rowAxis == 1);
    CHECK(choice.columnAxis == 2);
    choice.index = {2, 0, 3};
    CHECK(readPlane(*file, entry, choice)(0, 1, 2) == cube(2, 1, 2));
    choice.setRowAxis(2);  // columns take the rows' old place
    CHECK(choice.columnAxis == 1);
    CHECK(readPlane(*file, entry, choice).shape() == Shape{1, 5, 4});
    CHECK(readPlane(*file, entry, choice)(0, 4, 1) == cube(2, 1, 4));
    choice.setMontageAxis(0);
    const ComplexArray stack = readPlane(*file, entry, choice);
    CHECK(stack.shape() == Shape{3, 5, 4});
    CHECK(stack(1, 4, 3) == cube(1, 3, 4));
}
