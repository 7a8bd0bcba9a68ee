// Lines that do not fit, in the workbench: found, left out in one action, taken back.

#include <doctest/doctest.h>

#include "core/base/io/save.h"
#include "tests/session/workbench_fixture.h"
#include "tests/support/moved_lines.h"
#include "tests/support/phantom.h"

using namespace larmor;
using namespace larmor::session;

namespace {

const std::vector<std::int64_t> kMoved{38, 51};

struct Fixture : test::WorkbenchFixture {
    explicit Fixture(bool moved = true) {
        auto kspace = test::phantomKspace(6, 96, 90, 5e-3);
        if (moved) {
            test::moveLines(kspace, kMoved, 2);
            test::addSpike(kspace, 20, 40);
        }
        io::saveArray(folder.file("moved.npy"), kspace, "kspace");
        bench->open(folder.file("moved.npy"), "coil,readout,phase");
        REQUIRE(settle());
        REQUIRE(bench->acquisition());
        bench->setMask({}, true);
        bench->setMethod("cg-sense");
        REQUIRE(settle());
    }
    void check() {
        REQUIRE(bench->lines().start() != 0);
        REQUIRE(settle());
        REQUIRE(bench->notice());
    }
};

}  // namespace

TEST_CASE("lines that do not fit are told and left out in one action, which undo takes back") {
    Fixture f;
    f.seen = 0;
    f.check();
    CHECK((f.seen & kLinesChanged) != 0);
    CHECK_FALSE(f.bench->lines().state().working);
    REQUIRE(f.bench->lines().state().check);
    CHECK(f.bench->lines().state().check->badLines() == kMoved);
    CHECK(f.bench->lines().state().check->spikes.size() == 1);
    CHECK(f.bench->notice()->action == Notice::Action::LeaveLinesOut);
    CHECK(f.bench->notice()->what == "2 of 90 lines and 1 spike of slice 1 do not fit the rest.");
    CHECK(f.bench->notice()->why.find("Lines 39, 52, counted from 1.") != std::string::npos);
    CHECK(f.bench->results().visible().empty());
    CHECK(f.bench->mask().resolved->mask.keepsAll());

    f.bench->lines().leaveOut();
    REQUIRE(f.settle());
    CHECK(f.bench->notice()->action == Notice::Action::Undo);
    const auto& left = f.bench->mask().resolved->mask;
    CHECK(left.keptCount() == 96 * 88 - 1);
    for (const auto line : kMoved) CHECK(left.samples()(5, line) == 0);
    CHECK(left.samples()(20, 40) == 0);
    CHECK(f.bench->mask().choice.drawn->description() == "without lines 39, 52");
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    REQUIRE(f.bench->results().visible().size() == 1);
    CHECK(f.bench->results().visible().front()->result->masks.front().samples() == left.samples());

    f.bench->undo();
    REQUIRE(f.settle());
    CHECK(f.bench->mask().allSamples);
    CHECK(f.bench->mask().resolved->mask.keepsAll());
    CHECK(f.bench->results().visible().size() == 1);
    f.bench->lines().leaveOut();  // of another mask than the one that was checked
    REQUIRE(f.bench->notice());
    CHECK(f.bench->notice()->what == "There is nothing to leave out.");
    CHECK(f.bench->mask().allSamples);
}

TEST_CASE("a deletion after lines were left out is what undo takes back") {
    Fixture f;
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.settle());
    f.check();
    f.bench->lines().leaveOut();
    REQUIRE(f.settle());
    f.bench->deleteResult(f.bench->results().visible().front()->id);
    f.bench->undo();
    REQUIRE(f.settle());
    CHECK(f.bench->results().visible().size() == 1);
    CHECK(f.bench->mask().choice.drawn);
}

TEST_CASE("clean lines are said to be clean") {
    Fixture f(false);
    f.check();
    CHECK(f.bench->notice()->action == Notice::Action::None);
    CHECK(f.bench->notice()->what == "All 90 lines of slice 1 fit together, and no sample is a spike.");
}

TEST_CASE("what cannot be checked is refused with the reason, and a check can be stopped") {
    Fixture f;
    f.bench->setMask(MaskChoice::fromText("poisson:R=2,acs=16,seed=1"));
    REQUIRE(f.settle());
    f.check();
    CHECK(f.bench->notice()->what.find("cannot be checked") != std::string::npos);
    CHECK_FALSE(f.bench->lines().state().check);
    f.bench->setMask({}, true);
    REQUIRE(f.settle());
    f.bench->dismissNotice();
    REQUIRE(f.bench->lines().start() != 0);
    CHECK(f.bench->lines().start() == 0);
    CHECK(f.bench->notice()->what == "Lines are being checked already.");
    f.bench->lines().stop();
    REQUIRE(f.settle());
    CHECK_FALSE(f.bench->lines().state().working);
    CHECK_FALSE(f.bench->lines().state().check);

    REQUIRE(f.bench->lines().start() != 0);
    f.bench->setMask(MaskChoice::fromText("equispaced:R=2,acs=24,seed=1"));  // what is found of the old one is of no use
    REQUIRE(f.settle());
    CHECK_FALSE(f.bench->lines().state().working);
    CHECK_FALSE(f.bench->lines().state().check);
    CHECK_FALSE(f.bench->mask().choice.drawn);
}
