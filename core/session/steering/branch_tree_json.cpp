// Branches as JSON: {"next": 4, "branches": [{"id": 2, "parent": 1, "fork": 30, "name": "", "changes": {...}, "last": 80, "finished":
// true}]}

#include <fmt/format.h>

#include "core/session/steering/branch_tree.h"

namespace larmor::session {

using nlohmann::json;

namespace {

[[noreturn]] void refuse(const std::string& reason) {
    throw InputError("The branches of the run are damaged: " + reason);
}

Branch branchFromJson(const json& source) {
    Branch branch;
    try {
        source.at("id").get_to(branch.id);
        source.at("parent").get_to(branch.parent);
        source.at("fork").get_to(branch.fork);
        source.at("name").get_to(branch.name);
        source.at("last").get_to(branch.last);
        source.at("finished").get_to(branch.finished);
        for (const auto& change : steeringFromJson(source.at("changes"), "branch")) branch.changes[change.step] = change.values;
    } catch (const json::exception& error) {
        refuse(error.what());
    }
    return branch;
}

}  // namespace

json BranchTree::toJson() const {
    json list = json::array();
    for (const auto& [id, branch] : m_branches) {
        std::vector<SteeringChange> changes;
        for (const auto& [step, values] : branch.changes) changes.push_back({step, values});
        list.push_back({{"id", id},
                        {"parent", branch.parent},
                        {"fork", branch.fork},
                        {"name", branch.name},
                        {"changes", steeringToJson(changes)},
                        {"last", branch.last},
                        {"finished", branch.finished}});
    }
    return {{"next", m_next}, {"branches", std::move(list)}};
}

BranchTree BranchTree::fromJson(const json& source) {
    BranchTree tree;
    if (!source.is_object() || !source.contains("branches") || !source.at("branches").is_array()) refuse("there is no list of branches.");
    if (!source.contains("next") || !source.at("next").is_number_integer()) refuse("'next' is missing.");
    tree.m_branches.clear();
    for (const auto& item : source.at("branches")) {
        const Branch branch = branchFromJson(item);
        if (!tree.m_branches.emplace(branch.id, branch).second) refuse(fmt::format("branch {} stands twice.", branch.id));
    }
    source.at("next").get_to(tree.m_next);
    tree.check();
    return tree;
}

/// A parent always has the smaller number, so that no circle is possible.
void BranchTree::check() const {
    if (!has(kRoot) || at(kRoot).parent != 0) refuse("the first branch is missing.");
    for (const auto& [id, branch] : m_branches) {
        if (id >= m_next) refuse(fmt::format("branch {} has a number that was not given yet.", id));
        if (id == kRoot) continue;
        if (branch.parent >= id || !has(branch.parent)) refuse(fmt::format("branch {} leaves one that is not there.", id));
        if (branch.fork < 0 || branch.last < branch.fork) refuse(fmt::format("branch {} ends before it begins.", id));
    }
}

}  // namespace larmor::session
