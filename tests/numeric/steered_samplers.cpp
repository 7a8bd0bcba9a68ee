// Every sampler as a method that is steered: it goes on from any of its steps as if it had never stopped, and changes from a step on.
#include <array>
#include <limits>

#include <doctest/doctest.h>

#include "core/recon/diffusion/noise_schedule.h"
#include "core/recon/networks/prior_file.h"
#include "core/recon/operators/operator_checks.h"
#include "tests/numeric/prior_problem.h"
#include "tests/support/steering_script.h"

using namespace larmor;
using namespace larmor::recon::diffusion;
using namespace larmor::test;

namespace {
constexpr std::int64_t kSteps = 5;

struct Case {
    std::string method;
    std::vector<std::string> settings;
    std::string changed, value;  ///< what may change in mid-run, to what
    [[nodiscard]] bool hasData() const { return method != "prior-sample"; }
};

const std::vector<Case>& cases() {
    static const std::vector<Case> all{{"dps", {"samples=2"}, "zeta", "0.3,0.1"},
                                       {"dps", {"form=heun"}, "zeta", "0.4"},
                                       {"dps", {"form=ancestral"}, "zeta", "0.2"},
                                       {"dps", {"form=ancestral-gaussian"}, "steps", "7"},
                                       {"dds", {"samples=2"}, "gamma", "0.5"},
                                       {"dds", {"eta=0.5", "warm_start=false"}, "eta", "1"},
                                       {"daps", {}, "ode_steps", "3"},
                                       {"diffpir", {}, "lambda", "40"},
                                       {"pnp", {}, "lambda", "2"},
                                       {"prior-sample", {}, "sigma_min", "0.1"}};
    return all;
}

SliceSolution steered(const PriorProblem& p, const Case& c, Steering& steering, std::int64_t steps = kSteps, std::stop_token stop = {}) {
    auto settings = c.settings;
    settings.push_back("steps=" + std::to_string(steps));
    RunControl control;
    control.steering = &steering;
    control.stop = std::move(stop);
    return run(c.method, p.problem, settings, control);
}

template <class Check>
void forEverySampler(Check check) {
    const PriorProblem p(28, 27);
    for (const Case& c : cases()) {
        CAPTURE(c.method);
        CAPTURE(c.settings.size());
        SteeringScript whole;
        const auto solution = steered(p, c, whole);
        REQUIRE(whole.records.size() == kSteps);
        check(p, c, whole, solution);
    }
}

bool sameRecord(const StepRecord& a, const StepRecord& b) {
    return a.estimate == b.estimate && a.state.arrays == b.state.arrays && a.state.levels == b.state.levels && a.residual == b.residual;
}
}  // namespace

TEST_CASE("A steering that changes nothing changes nothing, and is told everything") {
    forEverySampler([](const PriorProblem& p, const Case& c, const SteeringScript& whole, const SliceSolution& solution) {
        auto settings = c.settings;
        settings.push_back("steps=" + std::to_string(kSteps));
        const auto plain = run(c.method, p.problem, settings);
        CHECK(plain.image == solution.image);
        REQUIRE(plain.trace.size() == solution.trace.size());
        CHECK(whole.asked == std::vector<std::int64_t>{0, 1, 2, 3, 4});
        for (std::size_t i = 0; i < whole.records.size(); ++i) {
            const StepRecord& record = whole.records[i];
            CHECK(record.state.step == static_cast<std::int64_t>(i) + 1);
            CHECK(record.sigma == record.state.levels.at(i));
            CHECK(record.residual == plain.trace[i].residual);
            CHECK((record.noiseResidual > 0) == c.hasData());
            CHECK(record.values.integer("steps") == kSteps);
        }
        CHECK(whole.records.back().estimate == plain.image);
        CHECK(whole.records.back().state.finished());
        CHECK_FALSE(solution.stoppedEarly);
    });
}

TEST_CASE("A run goes on from the state after each of its steps as if it had never stopped, the last too") {
    forEverySampler([](const PriorProblem& p, const Case& c, const SteeringScript& whole, const SliceSolution& solution) {
        for (std::int64_t k = 1; k <= kSteps; ++k) {
            CAPTURE(k);
            SteeringScript rest(jumping(0, whole.records[static_cast<std::size_t>(k - 1)].state));
            const auto resumed = steered(p, c, rest);
            CHECK(resumed.image == solution.image);
            CHECK_FALSE(resumed.stoppedEarly);
            REQUIRE(rest.records.size() == static_cast<std::size_t>(kSteps - k));
            for (std::size_t i = 0; i < rest.records.size(); ++i)
                CHECK(sameRecord(rest.records[i], whole.records[static_cast<std::size_t>(k) + i]));
        }
    });
}

TEST_CASE("With a network, which knows up from down, runs go on the same too") {
    PriorProblem p(28, 27);
    PriorCard card = gaussianPriorCard("network", 0.5);
    card.family = "compact";
    card.network = {{"channels", {8, 16}}, {"blocks", {1, 1}}, {"embedding", 16}};
    const auto network = recon::networks::makeNetwork(card.family, card.network, 5);
    for (const auto& weight : network->parameters().trained())  // the last layer starts near zero: let it count
        weight.detach().add_(at::real(recon::randomTensor(weight.sizes().vec(), at::kComplexDouble, 9)).to(at::kFloat) * 0.05);
    const std::string path = p.folder.file("network.safetensors");
    recon::networks::savePrior(path, card, *network, false);
    p.problem.prior = PriorChoice{path, readPriorCard(path).weightsHash, {}};
    for (const Case& c : {Case{"pnp", {}, {}, {}}, Case{"dps", {"form=heun"}, {}, {}}}) {
        CAPTURE(c.method);
        SteeringScript whole;
        const auto solution = steered(p, c, whole);
        for (const std::size_t k : {1UL, 2UL, 4UL}) {
            SteeringScript fromStart(jumping(0, whole.records[k - 1].state)), back(jumping(4, whole.records[k - 1].state));
            CHECK(steered(p, c, fromStart).image == solution.image);
            CHECK(steered(p, c, back).image == solution.image);
        }
    }
    CHECK(run("pnp", p.problem, {"steps=5", "turns=false"}).image != run("pnp", p.problem, {"steps=5"}).image);
}

TEST_CASE("A value that changes at a step leaves the steps before as they were and changes those after") {
    forEverySampler([](const PriorProblem& p, const Case& c, const SteeringScript& whole, const SliceSolution& solution) {
        SteeringScript script(changing(c.changed, c.value, 2));
        const auto other = steered(p, c, script);
        REQUIRE(script.records.size() >= 4);
        CHECK(sameRecord(script.records[0], whole.records[0]));
        CHECK(sameRecord(script.records[1], whole.records[1]));
        CHECK(script.records[1].values.text(c.changed) == whole.records[1].values.text(c.changed));
        CHECK(script.records[2].values.text(c.changed) == c.value);
        CHECK(script.records[3].estimate != whole.records[3].estimate);
        CHECK(other.image != solution.image);
        if (c.changed == "steps" || c.changed == "sigma_min") return;
        CHECK(script.records[3].state.levels == whole.records[3].state.levels);
    });
}

TEST_CASE("A jump back with the same values ends in the same pixels, its steps told once more") {
    forEverySampler([](const PriorProblem& p, const Case& c, const SteeringScript& whole, const SliceSolution& solution) {
        SteeringScript script(jumping(4, whole.records[1].state));
        const auto again = steered(p, c, script);
        CHECK(again.image == solution.image);
        CHECK(script.asked == std::vector<std::int64_t>{0, 1, 2, 3, 4, 3, 4});
        REQUIRE(again.trace.size() == kSteps);
        for (std::size_t i = 0; i < again.trace.size(); ++i) {
            CHECK(again.trace[i].step == static_cast<std::int64_t>(i) + 1);
            CHECK(again.trace[i].residual == solution.trace[i].residual);
        }
    });
}

TEST_CASE("Another number of steps makes new levels from where the run stands down to the same end") {
    forEverySampler([](const PriorProblem& p, const Case& c, const SteeringScript& whole, const SliceSolution&) {
        for (const std::int64_t total : {3L, 4L, 8L}) {
            CAPTURE(total);
            SteeringScript script(changing("steps", std::to_string(total), 2));
            const auto other = steered(p, c, script);
            CHECK_FALSE(other.stoppedEarly);
            REQUIRE(script.records.size() == static_cast<std::size_t>(total));
            const auto& before = whole.records.back().state.levels;
            const auto& levels = script.records.back().state.levels;
            REQUIRE(levels.size() == static_cast<std::size_t>(total));
            for (const std::size_t i : {0UL, 1UL, 2UL}) CHECK(levels[i] == before[i]);
            for (std::size_t i = 1; i < levels.size(); ++i) CHECK(levels[i] < levels[i - 1]);
            if (total > 3) CHECK(levels.back() == doctest::Approx(before.back()).epsilon(1e-12));
            CHECK(sameRecord(script.records[0], whole.records[0]));
        }
        SteeringScript tooFew(changing("steps", "2", 2));
        CHECK_THROWS_AS((void)steered(p, c, tooFew), UsageError);
    });
}

TEST_CASE("A run that is told to end gives the last estimate, marked unless it was whole; before the first step it is cancelled") {
    forEverySampler([](const PriorProblem& p, const Case& c, const SteeringScript& whole, const SliceSolution&) {
        for (const std::int64_t k : {0L, 1L, 3L}) {
            CAPTURE(k);
            const auto ending = [k](const StepState& at, const ParamValues& last) { return NextStep{last, {}, at.step == k}; };
            SteeringScript script(ending);
            if (k == 0) {
                CHECK_THROWS_AS((void)steered(p, c, script), Cancelled);
                continue;
            }
            const auto ended = steered(p, c, script);
            CHECK(ended.stoppedEarly);
            CHECK(ended.image == whole.records[static_cast<std::size_t>(k - 1)].estimate);
            CHECK(ended.trace.size() == static_cast<std::size_t>(k));
        }
    });
}

TEST_CASE("A stop while the next step is asked for ends the run with the last estimate") {
    forEverySampler([](const PriorProblem& p, const Case& c, const SteeringScript& whole, const SliceSolution&) {
        std::stop_source source;
        const auto pausing = [&](const StepState& at, const ParamValues& last) {
            if (at.step == 2) source.request_stop();
            return NextStep{last, {}, false};
        };
        SteeringScript script(pausing);
        const auto stopped = steered(p, c, script, kSteps, source.get_token());
        CHECK(stopped.stoppedEarly);
        CHECK(script.records.size() == 2);
        CHECK(stopped.image == whole.records[1].estimate);
    });
}

TEST_CASE("What decides how a run starts is refused in mid-run, by its name") {
    const PriorProblem p(28, 27);
    const std::vector<std::array<std::string, 3>> fixed{
        {"dps", "samples", "2"},        {"dps", "form", "heun"},         {"dps", "sigma_max", "9"},       {"dps", "noise", "0.1"},
        {"dds", "warm_start", "false"}, {"pnp", "start", "cg-sense"},    {"pnp", "start_lambda", "0.03"}, {"pnp", "start_iterations", "5"},
        {"pnp", "turns", "false"},      {"prior-sample", "samples", "2"}};
    for (const auto& [method, name, value] : fixed) {
        CAPTURE(name);
        SteeringScript script(changing(name, value, 1));
        try {
            (void)steered(p, {method, {}, {}, {}}, script);
            FAIL("it was taken");
        } catch (const ParamError& error) {
            CHECK(error.parameter() == name);
        }
        CHECK(script.records.size() == 1);
    }
}

TEST_CASE("A state that is none of this run's is refused") {
    const PriorProblem p(28, 27);
    const Case c{"dds", {}, {}, {}};
    SteeringScript whole;
    (void)steered(p, c, whole);
    const StepState good = whole.records[1].state;
    std::vector<StepState> bad(6, good);
    bad[0].arrays["x"] = ComplexArray({1, 27, 28});
    bad[1].arrays = {{"z", good.arrays.at("x")}};
    bad[2].arrays["z"] = good.arrays.at("x");
    bad[3].arrays["x"][7] = {0, std::numeric_limits<float>::infinity()};
    bad[4].levels[3] = 0;
    bad[5].step = kSteps + 1;
    for (const auto& state : bad) {
        SteeringScript script(jumping(1, state));
        CHECK_THROWS_AS((void)steered(p, c, script), InputError);
    }
    SteeringScript fine(jumping(1, good));
    CHECK_NOTHROW((void)steered(p, c, fine));
}

TEST_CASE("A state of fewer steps than the values say goes on by the values") {
    const PriorProblem p(28, 27);
    const Case c{"dds", {}, {}, {}};
    SteeringScript whole;
    (void)steered(p, c, whole);
    SteeringScript longer(jumping(0, whole.records[2].state));
    CHECK_FALSE(steered(p, c, longer, 9).stoppedEarly);
    REQUIRE(longer.records.size() == 6);
    const auto& levels = longer.records.back().state.levels;
    const auto coming = edmLevels(whole.records[2].state.levels[3], levels.back(), 6);
    CHECK(levels.back() == whole.records[2].state.levels.back());
    CHECK(std::vector<double>(levels.begin() + 3, levels.end()) == coming);
}
