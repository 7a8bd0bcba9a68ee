#pragma once
// The kept steps of a steered run: in memory as far as a budget goes, the least recently used in files. Thread-safe.

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "core/session/steering/kept_step.h"

namespace larmor::session {

struct StateCacheOptions {
    std::string folder;                      ///< of the files; made where it is missing
    std::size_t memoryBytes = 256ULL << 20;  ///< of arrays; thumbnails and figures come on top
    std::uint64_t diskBytes = 4ULL << 30;    ///< of files
    /// Every step is written at once and stays: a run that is killed loses the step in progress alone. false: only what does not fit in
    /// memory is written, and goes when the cache goes.
    bool lasting = false;
};

/// A step for drawing.
struct StepView {
    std::shared_ptr<const StepSummary> summary;
    bool kept = false;  ///< the run can go on from it
};

/// Above the disk limit, old steps are thinned out: of the oldest first every 2nd stays, then every 4th, and so on; never the first or
/// the last of a branch, nor one that is pinned. Their summaries stay. A file that cannot be written is logged, and its step is
/// given up when memory runs out: a run does not fail for it.
class StateCache {
public:
    /// Takes over what the folder of a lasting cache holds; a damaged file is logged and left out. @throws IoError
    explicit StateCache(StateCacheOptions options);
    ~StateCache();
    StateCache(const StateCache&) = delete;
    StateCache& operator=(const StateCache&) = delete;

    /// In place of an earlier one of the same key.
    void put(KeptStep step);
    /// The step with its arrays; null where it was thinned out, given up or damaged (which is logged), or never there.
    [[nodiscard]] std::shared_ptr<const KeptStep> find(const StepKey& key);
    [[nodiscard]] std::vector<StepView> steps() const;                                   ///< of all branches, by key
    [[nodiscard]] std::shared_ptr<const StepSummary> summary(const StepKey& key) const;  ///< null: never there
    /// From now on it is never thinned out: another branch leaves here.
    void pin(const StepKey& key);
    /// Forgets a branch and removes its files.
    void drop(BranchId branch);

    [[nodiscard]] std::size_t memoryBytes() const;  ///< of arrays that are held
    [[nodiscard]] std::uint64_t diskBytes() const;  ///< of files

private:
    struct Entry {
        std::shared_ptr<const StepSummary> summary;
        std::shared_ptr<const KeptStep> held;  ///< null: on disk, or gone
        std::uint64_t age = 0;                 ///< rises with each put
        std::uint64_t fileBytes = 0;           ///< 0: no file
        bool kept = false;
        std::list<StepKey>::iterator used{};  ///< valid while held
    };
    using Entries = std::map<StepKey, Entry>;

    [[nodiscard]] std::string pathOf(const StepKey& key) const;
    void takeOver();
    void hold(Entry& entry, std::shared_ptr<const KeptStep> step);
    void release(Entry& entry);
    void noteFile(Entry& entry, std::uint64_t bytes);
    bool write(const StepKey& key, const KeptStep& step, bool whole);
    [[nodiscard]] std::shared_ptr<const KeptStep> takeRead(const StepKey& key, std::shared_ptr<const KeptStep> read,
                                                           const std::string& problem);
    void spill();
    void thin();
    [[nodiscard]] std::optional<StepKey> toThin() const;
    [[nodiscard]] bool stays(Entries::const_iterator entry) const;
    void giveUp(const StepKey& key);

    const StateCacheOptions m_options;
    std::mutex m_files;          ///< held while files are written or removed; taken before m_mutex
    mutable std::mutex m_mutex;  ///< guards what follows; never held while a file is read or written
    Entries m_entries;
    std::list<StepKey> m_used;  ///< those that are held, the most recently used first
    std::set<StepKey> m_pinned;
    std::uint64_t m_age = 0, m_onDisk = 0;
    std::size_t m_inMemory = 0;
    std::int64_t m_stride = 2;  ///< multiples of it are not thinned out yet
};

}  // namespace larmor::session
