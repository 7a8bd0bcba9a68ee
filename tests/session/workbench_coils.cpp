// What the workbench does to coils: whitening, compression, virtual conjugates, maps of a calibration scan, and what may be compared since.

#include <doctest/doctest.h>

#include "core/base/io/save.h"
#include "tests/session/workbench_fixture.h"
#include "tests/support/phantom.h"

using namespace larmor;
using namespace larmor::session;

namespace {

struct Fixture : test::WorkbenchFixture {
    Fixture() {
        REQUIRE(open());
        bench->setMask(MaskChoice::fromText("equispaced:R=2,acs=20,seed=1"));
        bench->setMethod("cg-sense");
        REQUIRE(settle());
    }
    const ResultEntry& run() {
        REQUIRE(bench->reconstruct() != 0);
        REQUIRE(settle());
        return *bench->results().visible().back();
    }
    float referencePeak() const {
        const auto* reference = bench->store().reference(bench->slice());
        REQUIRE(reference);
        return reference->peak;
    }
    void setCoils(const CoilPreparation& coils) {
        bench->coils().prepare(coils);
        REQUIRE(settle());
    }
    Pane errorPane(ResultId result) {
        bench->setPaneContent(2, PaneContent::Error, result);
        return bench->pane(2);
    }
};

}  // namespace

TEST_CASE("runs of the window compress coils, add virtual conjugates and keep that in the protocol") {
    Fixture f;
    CoilPreparation coils;
    coils.virtualCoils = 2;
    coils.virtualConjugates = true;
    const float before = f.referencePeak();
    f.setCoils(coils);
    CHECK(f.referencePeak() == before);
    const auto& entry = f.run();
    CHECK(entry.result->protocol.coils == coils);
    REQUIRE(entry.mean);
    CHECK(entry.mean->nrmse < 0.2);
    CHECK(f.bench->commandLineOf(entry.id).find("--virtual-conjugates") != std::string::npos);
    f.bench->coils().estimateMaps();
    REQUIRE(f.settle());
    REQUIRE(f.bench->maps().estimated);
    CHECK(f.bench->maps().estimated->maps.extent(0) == 4);  // two coils and their conjugates
    coils.virtualCoils = 9;
    f.setCoils(coils);
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    REQUIRE(f.bench->notice());
    CHECK(f.bench->notice()->what.find("cannot be compressed") != std::string::npos);
}

TEST_CASE("whitening changes references and images alike, and nothing is compared across it") {
    Fixture f;
    const auto plain = f.run().id;
    const double plainError = f.bench->results().entry(plain)->mean->nrmse;
    f.errorPane(plain);
    CHECK(f.bench->picture(2).image);
    const float before = f.referencePeak();

    CoilPreparation coils;
    coils.whitening = Whitening::KspaceEdge;
    f.setCoils(coils);
    CHECK(f.bench->coils().preparation() == coils);
    const float after = f.referencePeak();
    CHECK(std::abs(after / before - 1) > 0.5F);  // noise of variance 1 now
    CHECK_FALSE(f.bench->picture(2).image);
    CHECK(f.bench->picture(2).placeholder.find("whitened in another way") != std::string::npos);
    const auto& whitened = f.run();
    CHECK(whitened.result->protocol.coils.whitening == Whitening::KspaceEdge);
    REQUIRE(whitened.mean);
    CHECK(whitened.mean->nrmse < 2 * plainError);
    f.errorPane(whitened.id);
    CHECK(f.bench->picture(2).image);

    f.setCoils({});
    CHECK(f.referencePeak() == before);
    CHECK_FALSE(f.bench->picture(2).image);
    f.bench->setScale(metrics::Scale::LeastSquares);  // all are measured again, each against a reference of its own kind
    f.bench->setScale(metrics::Scale::None);
    REQUIRE(f.settle());
    CHECK(f.bench->results().entry(plain)->mean->nrmse == doctest::Approx(plainError));
    CHECK(f.bench->results().visible().back()->mean->nrmse < 2 * plainError);
    CHECK(f.referencePeak() == before);
}

TEST_CASE("whitening that is not possible says why and changes nothing") {
    Fixture f;
    CoilPreparation coils;
    coils.whitening = Whitening::NoiseScan;
    f.setCoils(coils);
    REQUIRE(f.bench->notice());
    CHECK(f.bench->notice()->what.starts_with("The coils cannot be whitened: "));
    CHECK(f.bench->coils().preparation().isNothing());
    CHECK(f.run().result->protocol.coils.isNothing());
}

TEST_CASE("a sweep of the window prepares coils as its runs do") {
    Fixture f;
    CoilPreparation coils;
    coils.whitening = Whitening::KspaceEdge;
    coils.virtualCoils = 3;
    f.setCoils(coils);
    SweepPlan plan;
    plan.columns = {"iterations", {"5", "10"}};
    const auto started = f.bench->startSweep(plan);
    if (f.bench->notice()) FAIL(f.bench->notice()->what << " " << f.bench->notice()->why);
    REQUIRE(started != 0);
    REQUIRE(f.settle());
    REQUIRE(f.bench->sweepState());
    for (const auto& cell : f.bench->sweepState()->cells) {
        REQUIRE(cell.done());
        CHECK(cell.result->protocol.coils == coils);
        CHECK(cell.scored->whole.nrmse < 0.2);
    }
}

TEST_CASE("maps are estimated from a calibration scan, and forgotten for the scan's own") {
    Fixture f;
    const auto file = f.folder.file("calibration.npy");
    io::saveArray(file, test::phantomKspace(4, 64, 64, 1e-3), "kspace");
    f.bench->coils().setCalibrationFile(file);
    REQUIRE(f.settle());
    CHECK(f.bench->maps().problem == "");
    REQUIRE(f.bench->maps().estimated);
    const auto& entry = f.run();
    CHECK(entry.result->protocol.calibration == file);
    SweepPlan plan;
    plan.columns = {"iterations", {"5"}};
    REQUIRE(f.bench->startSweep(plan) != 0);
    REQUIRE(f.settle());
    REQUIRE(f.bench->sweepState());
    REQUIRE(f.bench->sweepState()->cells.front().done());
    CHECK(f.bench->sweepState()->cells.front().result->protocol.calibration == file);
    f.bench->coils().setMapsFile({});
    CHECK(f.bench->maps().calibration.empty());
    CHECK(f.run().result->protocol.calibration.empty());
}

TEST_CASE("a result of prepared coils brings their preparation with it, a project keeps it") {
    Fixture f;
    ReconstructionRequest request;
    request.acquisition = f.bench->acquisition();
    request.method = "zero-filled";
    request.slices = {1};
    request.threads = 1;
    request.coils.virtualCoils = 2;
    request.coils.whitening = Whitening::KspaceEdge;
    const auto file = f.folder.file("compressed.h5");
    io::saveReconstruction(file, reconstruct(request, {}));
    f.bench->open(file);
    REQUIRE(f.settle());
    CHECK_FALSE(f.bench->notice());
    CHECK(f.bench->coils().preparation() == request.coils);
    CHECK(f.run().result->protocol.coils == request.coils);

    f.bench->project().save(f.folder.file("kept.larmor"));
    REQUIRE(f.settle());
    f.bench->coils().prepare({});
    f.bench->open(f.folder.file("kept.larmor"));
    REQUIRE(f.settle());
    CHECK(f.bench->coils().preparation() == request.coils);
    f.bench->open(f.scan);  // another file has coils of its own
    REQUIRE(f.settle());
    CHECK(f.bench->coils().preparation().isNothing());
}
