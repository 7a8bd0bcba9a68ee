// Tuning in the workbench: the value that is chosen, the run that follows, and what leaves everything as it was.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/session/auto_tune.h"
#include "core/session/tuning_curve.h"
#include "core/session/workbench/workbench.h"
#include "tests/session/pump.h"
#include "tests/support/phantom_scan.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
using larmor::test::Pump;

namespace {

constexpr std::int64_t kReadout = 64, kPhase = 72;

struct Fixture {
    test::TempDir folder;
    Pump pump;
    int ended = 0;
    std::unique_ptr<Workbench> bench;

    explicit Fixture(const std::string& mask = "random:R=2,acs=16,seed=3") {
        Workbench::Events events;
        events.changed = [](Changes) {};
        events.runEnded = [this](RunId, const Outcome&) { ++ended; };
        bench = std::make_unique<Workbench>(pump.post(), std::move(events));
        test::writePhantomScan(folder.file("scan.h5"), {3, 5, kReadout, kPhase, 0.01, 5, 192, 216});
        open();
        bench->setMask(MaskChoice::fromText(mask));
        bench->setMethod("cg-sense");
        REQUIRE(settle());
    }
    bool settle() {
        return pump.until([this] { return !bench->working(); });
    }
    void open() {
        bench->open(folder.file("scan.h5"));
        REQUIRE(settle());
        REQUIRE(bench->acquisition());
    }
    void set(const std::string& name, const std::string& text) {
        ParamValues values = bench->parameters();
        values.setFromText(name, text);
        bench->setParameters(std::move(values));
    }
    [[nodiscard]] double lambda() const { return numberOf(bench->parameters(), "lambda"); }
    [[nodiscard]] Protocol lastProtocol() const { return bench->results().visible().back()->result->protocol; }
    /// A tuning that takes long enough to be stopped.
    void beginLongTuning() {
        bench->setMethod("l1-wavelet");
        set("iterations", "2000");
        REQUIRE(bench->startTuning("lambda") != 0);
        REQUIRE(pump.until([this] { return bench->runs().running() && bench->runs().running()->progress.fraction > 0; }));
    }
};

}  // namespace

TEST_CASE("tuning sets the value and reconstructs with it; later runs carry the record while it holds") {
    Fixture f;
    CHECK(f.bench->tunable() == std::vector<std::string>{"lambda"});
    f.set("lambda", "1");  // drowns the data
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    CHECK_FALSE(f.lastProtocol().tuned);
    f.ended = 0;
    const RunId run = f.bench->startTuning("lambda");
    REQUIRE(run != 0);
    CHECK(f.bench->tuning().working);
    CHECK(f.bench->runs().row(run)->name.starts_with("Auto lambda"));
    REQUIRE(f.settle());
    CHECK(f.ended == 2);
    const TuningState& state = f.bench->tuning();
    CHECK_FALSE(state.working);
    REQUIRE(state.result);
    CHECK(state.result->doubt == "");
    CHECK(state.result->slice == 1);
    CHECK(f.lambda() == state.result->value);
    const auto results = f.bench->results().visible();
    REQUIRE(results.size() == 2);
    REQUIRE(results[0]->mean);
    REQUIRE(results[1]->mean);
    CHECK(results[1]->mean->nrmse < 0.8 * results[0]->mean->nrmse);  // the reference was not asked, and agrees
    Protocol protocol = f.lastProtocol();
    CHECK(protocol.parameters.at("lambda") == state.result->value);
    REQUIRE(protocol.tuned);
    CHECK(protocol.tuned->curve.size() == state.result->curve.size());
    CHECK(f.bench->shownResult() == f.bench->results().visible().back()->id);

    f.bench->setSlice(2);
    REQUIRE(f.settle());
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    protocol = f.lastProtocol();
    CHECK(protocol.slices == std::vector<std::int64_t>{2});
    CHECK(protocol.tuned);
    f.set("lambda", "0.5");
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    CHECK_FALSE(f.lastProtocol().tuned);
    f.set("lambda", fmt::format("{}", state.result->value));
    f.bench->setMask(MaskChoice::fromText("random:R=2,acs=16,seed=4"));  // other lines did not choose it
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    CHECK_FALSE(f.lastProtocol().tuned);
}

TEST_CASE("a tuning is of what stood when it began") {
    Fixture f;
    REQUIRE(f.bench->startTuning("lambda") != 0);
    f.bench->setMethod("l1-wavelet");
    const double before = f.lambda();
    f.bench->setMask(MaskChoice::fromText("random:R=3,acs=16,seed=3"));
    REQUIRE(f.settle());
    CHECK(f.lambda() == before);
    CHECK(f.lastProtocol().method == "cg-sense");
    CHECK(f.lastProtocol().mask.find("R=2") != std::string::npos);
    f.bench->setMethod("cg-sense");
    CHECK(f.lambda() == f.bench->tuning().result->value);
}

TEST_CASE("where the lines cannot tell, the value stays, nothing is reconstructed, and a notice says why") {
    Fixture f("equispaced:R=4,acs=16,seed=1");  // two lines outside the ACS
    REQUIRE(f.bench->startTuning("lambda") != 0);
    REQUIRE(f.settle());
    REQUIRE(f.bench->tuning().result);
    CHECK(f.bench->tuning().result->doubt.find("Too few lines") != std::string::npos);
    CHECK(f.lambda() == 0.01);
    CHECK(f.bench->results().visible().empty());
    REQUIRE(f.bench->notice());
    CHECK(f.bench->notice()->kind == Notice::Kind::Caution);
    CHECK(f.bench->notice()->why.find("Too few lines") != std::string::npos);
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    CHECK_FALSE(f.lastProtocol().tuned);
}

TEST_CASE("what cannot be tuned is told and leaves no row behind") {
    Fixture f;
    f.bench->setMask({}, true);  // nothing can be held out of all samples
    REQUIRE(f.bench->startTuning("lambda") != 0);
    REQUIRE(f.settle());
    CHECK_FALSE(f.bench->tuning().result);
    CHECK_FALSE(f.bench->tuning().problem.empty());
    CHECK(f.bench->notice()->what.find("Regularisation λ cannot be tuned") != std::string::npos);
    CHECK(f.bench->runs().rows().empty());
    CHECK(f.bench->results().visible().empty());
}

TEST_CASE("a stopped tuning changes nothing; a second one is refused while the first works") {
    Fixture f;
    f.beginLongTuning();
    const double before = f.lambda();
    CHECK(f.bench->residualCurve().empty());  // those of the trials are no run's
    CHECK(f.bench->startTuning("lambda") == 0);
    REQUIRE(f.bench->notice());
    CHECK(f.bench->notice()->what.find("being tuned") != std::string::npos);
    f.bench->stopTuning();
    REQUIRE(f.settle());
    CHECK_FALSE(f.bench->tuning().working);
    CHECK_FALSE(f.bench->tuning().result);
    CHECK(f.bench->tuning().problem == "");
    CHECK(f.lambda() == before);
    CHECK(f.bench->results().visible().empty());
    CHECK(f.ended == 1);
}

TEST_CASE("a reconstruction waits for the tuning before it, and another file ends it") {
    Fixture f;
    f.beginLongTuning();
    f.bench->setMethod("zero-filled");
    const RunId next = f.bench->reconstruct();
    REQUIRE(next != 0);
    CHECK(f.bench->runs().row(next)->progress.state == JobState::Waiting);
    f.open();
    CHECK(f.bench->tuning().run == 0);
    CHECK_FALSE(f.bench->tuning().working);
    CHECK(f.bench->results().visible().size() == 1);  // the reconstruction's
    f.bench->setMethod("l1-wavelet");
    CHECK(f.lambda() == 0.005);
}

TEST_CASE("nothing is tuned without a file") {
    Pump pump;
    Workbench bench(pump.post(), {[](Changes) {}, [](RunId, const Outcome&) {}});
    CHECK(bench.startTuning("lambda") == 0);
    REQUIRE(bench.notice());
    CHECK(bench.notice()->what.find("nothing to reconstruct") != std::string::npos);
    REQUIRE(pump.until([&] { return !bench.working(); }));
}
