#include "core/session/steering/branch_tree.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace larmor::session {

using nlohmann::json;

ParamValues withChanges(const ParamValues& values, const json& changes) {
    json merged = values.toJson();
    merged.update(changes);
    return ParamValues::fromJson(values.specs(), merged);
}

json differences(const ParamValues& from, const ParamValues& to) {
    const json before = from.toJson(), after = to.toJson();
    json changes = json::object();
    for (const auto& [name, value] : after.items())
        if (!before.contains(name) || before.at(name) != value) changes[name] = value;
    return changes;
}

BranchTree::BranchTree() {
    m_branches[kRoot].id = kRoot;
}

const Branch& BranchTree::at(BranchId id) const {
    const auto found = m_branches.find(id);
    if (found == m_branches.end()) throw UsageError(fmt::format("There is no branch {}.", id), "It may have been deleted.");
    return found->second;
}

Branch& BranchTree::edit(BranchId id) {
    return const_cast<Branch&>(std::as_const(*this).at(id));
}

std::vector<const Branch*> BranchTree::branches() const {
    std::vector<const Branch*> all;
    for (const auto& [id, branch] : m_branches) all.push_back(&branch);
    return all;
}

std::vector<BranchId> BranchTree::children(BranchId id) const {
    std::vector<BranchId> found;
    for (const auto& [child, branch] : m_branches)
        if (branch.parent == id) found.push_back(child);
    return found;
}

std::vector<BranchId> BranchTree::path(BranchId id) const {
    std::vector<BranchId> way;
    for (; id != 0; id = at(id).parent) way.push_back(id);
    std::reverse(way.begin(), way.end());
    return way;
}

BranchId BranchTree::ownerOf(BranchId id, std::int64_t step) const {
    while (at(id).parent != 0 && step <= at(id).fork) id = at(id).parent;
    return id;
}

bool BranchTree::isFork(BranchId id, std::int64_t step) const {
    return std::any_of(m_branches.begin(), m_branches.end(),
                       [&](const auto& entry) { return entry.second.parent == id && entry.second.fork == step; });
}

BranchId BranchTree::fork(BranchId from, std::int64_t step, json changes, std::string name) {
    if (step < 0 || step > at(from).last)
        throw UsageError(fmt::format("Branch {} has no step {}.", from, step), fmt::format("It has done {}.", at(from).last));
    Branch branch;
    branch.id = m_next++;
    branch.parent = ownerOf(from, step);
    branch.fork = branch.last = step;
    branch.name = std::move(name);
    if (!changes.empty()) branch.changes[step] = std::move(changes);
    return m_branches.emplace(branch.id, std::move(branch)).first->first;
}

void BranchTree::rename(BranchId id, std::string name) {
    edit(id).name = std::move(name);
}

void BranchTree::change(BranchId id, std::int64_t step, json changes) {
    Branch& branch = edit(id);
    if (step < branch.last)
        throw UsageError(fmt::format("Branch {} has done step {} already.", id, step + 1), "Leave it by another branch.");
    if (changes.empty())
        branch.changes.erase(step);
    else
        branch.changes[step] = std::move(changes);
}

void BranchTree::overrule(BranchId id, std::int64_t step, const json& changes) {
    auto& planned = edit(id).changes;
    for (auto later = planned.upper_bound(step); later != planned.end();) {
        for (const auto& [name, value] : changes.items()) later->second.erase(name);
        later = later->second.empty() ? planned.erase(later) : std::next(later);
    }
}

void BranchTree::reached(BranchId id, std::int64_t step, bool finished) {
    Branch& branch = edit(id);
    branch.last = std::max(branch.last, step);
    branch.finished = branch.finished || finished;
}

std::vector<Branch> BranchTree::remove(BranchId id) {
    if (id == kRoot) throw UsageError("The first branch cannot be deleted: all others leave it.", "Close the run instead.");
    std::vector<Branch> removed{at(id)};
    for (std::size_t i = 0; i < removed.size(); ++i)
        for (const auto child : children(removed[i].id)) removed.push_back(at(child));
    for (const auto& branch : removed) m_branches.erase(branch.id);
    return removed;
}

void BranchTree::restore(const std::vector<Branch>& removed) {
    if (removed.empty()) return;
    if (!has(removed.front().parent))
        throw UsageError("The branch cannot come back: the one that it left is gone.", "Bring that one back first.");
    for (const auto& branch : removed) m_branches[branch.id] = branch;
}

std::vector<SteeringChange> BranchTree::changesOf(BranchId id) const {
    std::vector<SteeringChange> all;
    const auto way = path(id);
    for (std::size_t i = 0; i < way.size(); ++i) {
        const auto until = i + 1 < way.size() ? at(way[i + 1]).fork : std::numeric_limits<std::int64_t>::max();
        for (const auto& [step, values] : at(way[i]).changes)
            if (step < until) all.push_back({step, values});
    }
    return all;
}

ParamValues BranchTree::valuesAt(BranchId id, std::int64_t step, const ParamValues& start) const {
    json merged = json::object();
    for (const auto& change : changesOf(id))
        if (change.step <= step) merged.update(change.values);
    return withChanges(start, merged);
}

std::string BranchTree::nameOf(BranchId id) const {
    const auto& name = at(id).name;
    return !name.empty() ? name : id == kRoot ? "first branch" : fmt::format("branch {}", id);
}

std::string BranchTree::describe(BranchId id, const ParamValues& start) const {
    std::vector<std::string> parts;
    for (const auto& [step, values] : at(id).changes) {
        // Before a branch's first change the parent's values hold, those that its own change at the fork is measured against.
        ParamValues before = start;
        for (const auto& change : changesOf(id))
            if (change.step < step) before = withChanges(before, change.values);
        const ParamValues after = withChanges(before, values);
        for (const auto& spec : start.specs())
            if (values.contains(spec.name)) {
                const auto& label = spec.label.empty() ? spec.name : spec.label;
                parts.push_back(fmt::format("{} {} → {} from step {}", label, before.text(spec.name), after.text(spec.name), step + 1));
            }
    }
    return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace larmor::session
