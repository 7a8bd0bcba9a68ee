#pragma once
// What was tried in a steered run: branches that leave each other at a step, and what each changed. Pure data.

#include <map>
#include <string>
#include <vector>

#include "core/base/data/steering_change.h"
#include "core/base/param_spec.h"

namespace larmor::session {

using BranchId = std::int64_t;

struct Branch {
    BranchId id = 0;
    BranchId parent = 0;    ///< 0: the root
    std::int64_t fork = 0;  ///< steps that it shares with its parent
    std::string name;       ///< as a person calls it; may be empty
    /// By the steps done before: parameters that get another value from the next step on, by name. On a branch no step is below `fork`.
    std::map<std::int64_t, nlohmann::json> changes;
    std::int64_t last = 0;  ///< steps done on it, those that it shares counted
    bool finished = false;  ///< `last` is the last step there is

    friend bool operator==(const Branch&, const Branch&) = default;
};

/// `values` with some of them changed. @throws ParamError
[[nodiscard]] ParamValues withChanges(const ParamValues& values, const nlohmann::json& changes);
/// The values of `to` that are not those of `from`, by name.
[[nodiscard]] nlohmann::json differences(const ParamValues& from, const ParamValues& to);

class BranchTree {
public:
    static constexpr BranchId kRoot = 1;

    BranchTree();  ///< the root alone, without a change

    [[nodiscard]] bool has(BranchId id) const { return m_branches.count(id) > 0; }
    [[nodiscard]] const Branch& at(BranchId id) const;          ///< @throws UsageError if there is none of that number
    [[nodiscard]] std::vector<const Branch*> branches() const;  ///< by number
    [[nodiscard]] std::vector<BranchId> children(BranchId id) const;
    [[nodiscard]] std::vector<BranchId> path(BranchId id) const;  ///< from the root to the branch itself
    /// The branch on the path of `id` that the state after `step` steps belongs to.
    [[nodiscard]] BranchId ownerOf(BranchId id, std::int64_t step) const;
    /// Steps of the path at which another branch leaves it.
    [[nodiscard]] bool isFork(BranchId id, std::int64_t step) const;

    /// A branch that leaves `from` after `step` steps, there with other values than those of the steps before. A step that `from` shares
    /// with its parent forks the parent. @throws UsageError for a step that was not reached
    BranchId fork(BranchId from, std::int64_t step, nlohmann::json changes, std::string name = {});
    void rename(BranchId id, std::string name);
    /// What changes on the branch itself from the next step on; empty: nothing. @throws UsageError if steps after it were done
    void change(BranchId id, std::int64_t step, nlohmann::json changes);
    /// What was planned for later steps of the branch no longer changes these parameters: a person gave them another value.
    void overrule(BranchId id, std::int64_t step, const nlohmann::json& changes);
    /// A step was done. @param finished  it was the last
    void reached(BranchId id, std::int64_t step, bool finished);

    /// Takes a branch and all that leave it out; restore() undoes it. @throws UsageError for the root
    [[nodiscard]] std::vector<Branch> remove(BranchId id);
    void restore(const std::vector<Branch>& removed);  ///< @throws UsageError if the branch that they left is gone

    /// All changes on the way to the end of a branch: what a run from scratch is told to end in the same state.
    [[nodiscard]] std::vector<SteeringChange> changesOf(BranchId id) const;
    /// The same that act before step `step` (counted from 0): the values it runs with.
    [[nodiscard]] ParamValues valuesAt(BranchId id, std::int64_t step, const ParamValues& start) const;
    [[nodiscard]] std::string nameOf(BranchId id) const;  ///< as a person called it, else "first branch", "branch 2"
    /// "Data weight ζ 1 → 2.1 from step 31; ..." of the branch itself, steps counted from 1; empty if it changed nothing.
    [[nodiscard]] std::string describe(BranchId id, const ParamValues& start) const;

    [[nodiscard]] nlohmann::json toJson() const;
    /// @throws InputError naming what is missing or wrong
    [[nodiscard]] static BranchTree fromJson(const nlohmann::json& json);

    friend bool operator==(const BranchTree&, const BranchTree&) = default;

private:
    [[nodiscard]] Branch& edit(BranchId id);
    void check() const;

    std::map<BranchId, Branch> m_branches;
    BranchId m_next = kRoot + 1;  ///< numbers are never given twice: files carry them
};

}  // namespace larmor::session
