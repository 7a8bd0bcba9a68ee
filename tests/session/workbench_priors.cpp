// Diffusion priors in the workbench: which methods are offered, and what a run is given.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "core/session/prior_choice.h"
#include "core/session/workbench/workbench.h"
#include "tests/session/pump.h"
#include "tests/support/phantom_scan.h"
#include "tests/support/prior_file.h"
#include "tests/support/temp_dir.h"

using namespace larmor;
using namespace larmor::session;
using larmor::test::Pump;

namespace {

/// A workbench that sees the priors of its own folder, after which come those that the program ships.
struct Fixture {
    test::TempDir folder;
    test::EnvironmentGuard priors{"LARMOR_PRIORS", folder.path()};
    Pump pump;
    std::unique_ptr<Workbench> bench;

    void start() {
        bench = std::make_unique<Workbench>(pump.post(), Workbench::Events{[](Changes) {}, [](RunId, const Outcome&) {}});
    }
    void open() {
        bench->open(test::writePhantomScan(folder.file("scan.h5"), {}));
        REQUIRE(pump.until([this] { return !bench->working(); }));
    }
    [[nodiscard]] bool offers(const std::string& id) const {
        const auto methods = bench->methods();
        return std::any_of(methods.begin(), methods.end(), [&](const auto* method) { return method->id == id; });
    }
};

}  // namespace

TEST_CASE("methods with a prior are offered where there is one") {
    Fixture f;
    auto card = test::gaussianPriorCard("aaa");
    card.contrasts = {"T1", "T2"};
    test::writePrior(f.folder.file("aaa.safetensors"), card);
    f.start();
    REQUIRE(f.bench->prior() != nullptr);
    CHECK(f.bench->prior()->card.name == "aaa");
    CHECK(f.offers("dps"));
    CHECK(f.offers("cg-sense"));
}

TEST_CASE("without any prior the others are left, and chosen") {
    Fixture f;
    const test::EnvironmentGuard user("XDG_DATA_HOME", f.folder.file("nothing"));
    f.start();
    if (f.bench->prior()) return;  // one ships with the program
    CHECK_FALSE(f.offers("dps"));
    CHECK(f.offers("l1-wavelet"));
    f.bench->setMethod("dps");
    CHECK(f.bench->method() != "dps");
}

TEST_CASE("a run gets the prior, the contrast, and its recommended values where none was changed; its picture says what it is") {
    Fixture f;
    auto card = test::gaussianPriorCard("aaa");
    card.contrasts = {"T1", "T2"};
    card.matrixRange = {64, 256};
    card.recommendations = {{"dds", "", 0, {{"steps", 5}, {"gamma", 4}}, 0}};
    test::writePrior(f.folder.file("aaa.safetensors"), card);
    f.start();
    f.open();
    f.bench->setMethod("dds");
    auto values = f.bench->parameters();
    values.set("gamma", 6.0);
    f.bench->setParameters(values);
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.pump.until([&] { return !f.bench->working(); }));
    REQUIRE(f.bench->notice().has_value());  // the file does not say its contrast, and none was chosen
    CHECK(f.bench->notice()->why.find("T1, T2") != std::string::npos);
    f.bench->setContrast("T2");
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.pump.until([&] { return !f.bench->working(); }));
    const auto entries = f.bench->results().visible();
    REQUIRE(entries.size() == 1);
    const auto& protocol = entries.front()->result->protocol;
    CHECK(protocol.prior->contrast == "T2");
    CHECK(protocol.parameters.at("steps") == 5);
    CHECK(protocol.parameters.at("gamma") == 6);
    const auto picture = f.bench->picture(f.bench->focusedPane());
    CHECK(picture.title.find("sample") != std::string::npos);
    CHECK(picture.caution == "outside the prior");
    CHECK(picture.cautionReason.find("48 x 48") != std::string::npos);
}

TEST_CASE("another prior can be chosen, and what a run would take is told before it begins") {
    Fixture f;
    auto first = test::gaussianPriorCard("aaa"), second = test::gaussianPriorCard("bbb");
    first.contrasts = {"T1", "T2"};
    first.matrixRange = {64, 256};
    first.recommendations = {{"dds", "", 0, {{"steps", 5}}, 0}, {"dds", "T2", 8, {{"steps", 9}}, 0}};
    test::writePrior(f.folder.file("aaa.safetensors"), first);
    test::writePrior(f.folder.file("bbb.safetensors"), second);
    f.start();
    f.bench->setMethod("dds");
    CHECK_FALSE(f.bench->priorAdvice().has_value());  // nothing is open
    f.open();
    auto advice = f.bench->priorAdvice();
    REQUIRE(advice.has_value());
    CHECK(advice->contrastMissing);
    CHECK(advice->outside.size() == 1);  // 48 x 48 is less than it saw
    f.bench->setContrast("T1");
    CHECK(f.bench->priorAdvice()->recommended == "dds: steps 5");
    f.bench->setContrast("T2");
    CHECK(f.bench->priorAdvice()->contrast == "T2");
    CHECK(f.bench->priorAdvice()->recommended == "dds, T2, R 8: steps 9");
    f.bench->setPrior("no such prior");
    CHECK(f.bench->prior()->card.name == "aaa");
    f.bench->setPrior("bbb");
    CHECK(f.bench->prior()->card.name == "bbb");
    CHECK(f.bench->contrast().empty());
    advice = f.bench->priorAdvice();
    CHECK_FALSE(advice->contrastMissing);  // it has no classes
    CHECK(advice->recommended.empty());
    CHECK(advice->outside.empty());
    REQUIRE(f.bench->reconstruct() != 0);
    REQUIRE(f.pump.until([&] { return !f.bench->working(); }));
    CHECK(f.bench->results().visible().front()->result->protocol.prior->name == "bbb");
    f.bench->setMethod("zero-filled");
    CHECK_FALSE(f.bench->priorAdvice().has_value());
}
