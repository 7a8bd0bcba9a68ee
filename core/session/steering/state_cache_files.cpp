// The files of a state cache: taking over what is there, spilling, thinning out.

#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "core/base/log.h"
#include "core/session/steering/state_cache.h"

namespace larmor::session {

namespace fs = std::filesystem;

namespace {

constexpr const char* kCategory = "session";

std::uint64_t sizeOf(const std::string& path) {
    std::error_code error;
    const auto bytes = fs::file_size(path, error);
    return error ? 0 : bytes;
}

}  // namespace

void StateCache::takeOver() {
    std::map<fs::file_time_type, std::vector<StepKey>> byTime;
    for (const auto& file : fs::directory_iterator(m_options.folder)) {
        const auto path = file.path().string();
        if (file.path().filename().string().starts_with(".")) {  // was on its way when a process ended
            std::error_code ignored;
            fs::remove(file.path(), ignored);
            continue;
        }
        try {
            auto facts = readStepFacts(path);
            if (path != pathOf(facts.summary.key)) throw IoError(path, "", stepFileName(facts.summary.key), "another name");
            Entry& entry = m_entries[facts.summary.key];
            entry.summary = std::make_shared<const StepSummary>(std::move(facts.summary));
            entry.kept = facts.whole;
            noteFile(entry, sizeOf(path));
            byTime[file.last_write_time()].push_back(entry.summary->key);
        } catch (const std::exception& error) {
            log(LogLevel::Warning, kCategory, fmt::format("A kept step is left out: {}", error.what()));
        }
    }
    for (const auto& [time, keys] : byTime)
        for (const auto& key : keys) m_entries[key].age = ++m_age;
}

/// @returns false where it cannot be written
bool StateCache::write(const StepKey& key, const KeptStep& step, bool whole) {
    try {
        writeStep(pathOf(key), step, whole);
    } catch (const Error& error) {
        log(LogLevel::Error, kCategory, fmt::format("Step {} cannot be kept on disk: {}", key.step, error.what()));
        return false;
    }
    const std::lock_guard lock(m_mutex);
    noteFile(m_entries.at(key), sizeOf(pathOf(key)));
    return true;
}

/// Lets the least recently used go until the rest fits in memory.
void StateCache::spill() {
    for (;;) {
        StepKey key;
        std::shared_ptr<const KeptStep> victim;
        {
            const std::lock_guard lock(m_mutex);
            if (m_inMemory <= m_options.memoryBytes || m_used.empty()) return;
            key = m_used.back();
            Entry& entry = m_entries.at(key);
            if (entry.fileBytes > 0) {
                release(entry);
                continue;
            }
            victim = entry.held;
        }
        const bool written = write(key, *victim, true);
        const std::lock_guard lock(m_mutex);
        Entry& entry = m_entries.at(key);
        entry.kept = written;
        release(entry);
    }
}

/// The first and the last of a branch on a slice, and the pinned ones.
bool StateCache::stays(Entries::const_iterator entry) const {
    const auto& key = entry->first;
    const auto sameLine = [&](Entries::const_iterator other) {
        return other->first.branch == key.branch && other->first.slice == key.slice;
    };
    if (entry == m_entries.begin() || !sameLine(std::prev(entry))) return true;
    if (std::next(entry) == m_entries.end() || !sameLine(std::next(entry))) return true;
    return m_pinned.count(key) > 0;
}

std::optional<StepKey> StateCache::toThin() const {
    std::optional<StepKey> oldest;
    std::uint64_t age = std::numeric_limits<std::uint64_t>::max();
    for (auto it = m_entries.begin(); it != m_entries.end(); ++it)
        if (it->second.kept && it->second.fileBytes > 0 && it->first.step % m_stride != 0 && it->second.age < age && !stays(it)) {
            oldest = it->first;
            age = it->second.age;
        }
    return oldest;
}

void StateCache::thin() {
    constexpr std::int64_t kSparsest = 1 << 12;
    for (;;) {
        std::optional<StepKey> key;
        {
            const std::lock_guard lock(m_mutex);
            if (m_onDisk <= m_options.diskBytes) return;
            for (key = toThin(); !key && m_stride < kSparsest; key = toThin()) m_stride *= 2;
        }
        if (!key) return;
        giveUp(*key);
    }
}

/// Leaves the summary of a step alone.
void StateCache::giveUp(const StepKey& key) {
    KeptStep rest;
    {
        const std::lock_guard lock(m_mutex);
        Entry& entry = m_entries.at(key);
        entry.kept = false;
        release(entry);
        rest.summary = entry.summary;
        noteFile(entry, 0);
    }
    if (m_options.lasting && write(key, rest, false)) return;
    std::error_code ignored;
    fs::remove(pathOf(key), ignored);
}

}  // namespace larmor::session
