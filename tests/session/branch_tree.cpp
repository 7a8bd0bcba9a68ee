#include <doctest/doctest.h>

#include "core/session/steering/branch_tree.h"
#include "tests/session/stepwise_run.h"

using namespace larmor;
using namespace larmor::session;
using nlohmann::json;

namespace {

/// Root of 80 steps with zeta 1.5 from step 11; A leaves it after 30 with 2.1 and changes again after 50; B leaves A after 60.
struct ThreeBranches {
    BranchTree tree;
    BranchId root = BranchTree::kRoot, a = 0, b = 0;
    ParamValues start = test::stepwiseValues(80);

    ThreeBranches() {
        tree.reached(root, 10, false);
        tree.change(root, 10, {{"zeta", "1.5"}});
        tree.reached(root, 80, true);
        a = tree.fork(root, 30, {{"zeta", "2.1"}}, "more data");
        tree.reached(a, 50, false);
        tree.change(a, 50, {{"zeta", "0.5"}, {"noise", 0.25}});
        tree.reached(a, 80, true);
        b = tree.fork(a, 60, {{"zeta", "3"}});
    }
    [[nodiscard]] std::string zeta(BranchId branch, std::int64_t step) const { return tree.valuesAt(branch, step, start).text("zeta"); }
};

}  // namespace

TEST_CASE("a branch has its parent's values up to where it leaves, its own from there") {
    const ThreeBranches three;
    CHECK(three.tree.path(three.b) == std::vector<BranchId>{three.root, three.a, three.b});
    CHECK(three.zeta(three.root, 9) == "1");
    CHECK(three.zeta(three.root, 10) == "1.5");
    CHECK(three.zeta(three.root, 79) == "1.5");
    CHECK(three.zeta(three.a, 29) == "1.5");
    CHECK(three.zeta(three.a, 30) == "2.1");
    CHECK(three.zeta(three.b, 59) == "0.5");
    CHECK(three.zeta(three.b, 60) == "3");
    CHECK(three.tree.valuesAt(three.b, 60, three.start).real("noise") == 0.25);
    const std::vector<SteeringChange> flattened{
        {10, {{"zeta", "1.5"}}}, {30, {{"zeta", "2.1"}}}, {50, {{"zeta", "0.5"}, {"noise", 0.25}}}, {60, {{"zeta", "3"}}}};
    CHECK(three.tree.changesOf(three.b) == flattened);
}

TEST_CASE("states belong to the branch that made them, and a shared step forks the parent") {
    ThreeBranches three;
    CHECK(three.tree.ownerOf(three.b, 61) == three.b);
    CHECK(three.tree.ownerOf(three.b, 60) == three.a);
    CHECK(three.tree.ownerOf(three.b, 30) == three.root);
    CHECK(three.tree.isFork(three.root, 30));
    CHECK_FALSE(three.tree.isFork(three.root, 31));
    const auto early = three.tree.fork(three.b, 20, {{"zeta", "9"}});
    CHECK(three.tree.at(early).parent == three.root);
    const auto beside = three.tree.fork(three.a, 30, {{"zeta", "4"}});
    CHECK(three.tree.at(beside).parent == three.root);
    CHECK(three.zeta(beside, 30) == "4");
    CHECK_THROWS_AS(three.tree.fork(three.b, 61, {}), UsageError);
    CHECK_THROWS_AS(three.tree.change(three.root, 40, {{"zeta", "2"}}), UsageError);
}

TEST_CASE("what a branch changed, in words") {
    const ThreeBranches three;
    CHECK(three.tree.describe(three.root, three.start) == "Data weight ζ 1 → 1.5 from step 11");
    CHECK(three.tree.describe(three.b, three.start) == "Data weight ζ 0.5 → 3 from step 61");
    const auto text = three.tree.describe(three.a, three.start);
    CHECK(text.find("Data weight ζ 1.5 → 2.1 from step 31; ") == 0);
    CHECK(text.find("Data weight ζ 2.1 → 0.5 from step 51") != std::string::npos);
    CHECK(BranchTree().describe(BranchTree::kRoot, three.start).empty());
}

TEST_CASE("a branch goes with its children and comes back whole; its number is not given again") {
    ThreeBranches three;
    const auto before = three.tree;
    const auto removed = three.tree.remove(three.a);
    CHECK(removed.size() == 2);
    CHECK(three.tree.branches().size() == 1);
    three.tree.restore(removed);
    CHECK(three.tree == before);
    (void)three.tree.remove(three.b);
    CHECK(three.tree.fork(three.root, 5, {}) > three.b);
    CHECK_THROWS_AS((void)three.tree.remove(three.root), UsageError);
    const auto inner = three.tree.fork(three.a, 40, {});
    const auto child = three.tree.remove(inner);
    (void)three.tree.remove(three.a);
    CHECK_THROWS_AS(three.tree.restore(child), UsageError);
}

TEST_CASE("branches survive JSON, and damage is named") {
    const ThreeBranches three;
    const auto text = three.tree.toJson().dump();
    CHECK(BranchTree::fromJson(json::parse(text)) == three.tree);
    const auto refused = [&](const std::function<void(json&)>& damage) {
        auto damaged = json::parse(text);
        damage(damaged);
        CHECK_THROWS_AS((void)BranchTree::fromJson(damaged), InputError);
    };
    refused([](json& all) { all["branches"].erase(0); });
    refused([](json& all) { all["branches"][1]["parent"] = 3; });
    refused([](json& all) { all["branches"][2]["parent"] = 7; });
    refused([](json& all) { all["branches"][1].erase("last"); });
    refused([](json& all) { all["branches"][1]["last"] = 3; });
    refused([](json& all) { all["next"] = 2; });
    refused([](json& all) { all["branches"][1]["id"] = 1; });
    refused([](json& all) { all = json::array(); });
}
