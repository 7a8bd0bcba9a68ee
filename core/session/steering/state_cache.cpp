#include "core/session/steering/state_cache.h"

#include <filesystem>

#include <fmt/format.h>

#include "core/base/log.h"

namespace larmor::session {

namespace fs = std::filesystem;

namespace {

constexpr const char* kCategory = "session";

void makeFolder(const std::string& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw IoError(folder, "", "a folder that can be made", error.message(), "Choose another folder for the kept steps.");
}

}  // namespace

StateCache::StateCache(StateCacheOptions options) : m_options(std::move(options)) {
    makeFolder(m_options.folder);
    if (m_options.lasting) takeOver();
}

StateCache::~StateCache() {
    if (m_options.lasting) return;
    std::error_code ignored;
    for (const auto& [key, entry] : m_entries)
        if (entry.fileBytes > 0) fs::remove(pathOf(key), ignored);
}

std::string StateCache::pathOf(const StepKey& key) const {
    return (fs::path(m_options.folder) / stepFileName(key)).string();
}

void StateCache::hold(Entry& entry, std::shared_ptr<const KeptStep> step) {
    release(entry);
    m_inMemory += step->bytes();
    entry.held = std::move(step);
    entry.used = m_used.insert(m_used.begin(), entry.summary->key);
}

void StateCache::release(Entry& entry) {
    if (!entry.held) return;
    m_inMemory -= entry.held->bytes();
    m_used.erase(entry.used);
    entry.held.reset();
}

void StateCache::noteFile(Entry& entry, std::uint64_t bytes) {
    m_onDisk += bytes - entry.fileBytes;
    entry.fileBytes = bytes;
}

void StateCache::put(KeptStep step) {
    const auto key = step.summary->key;
    const auto kept = std::make_shared<const KeptStep>(std::move(step));
    const std::lock_guard files(m_files);
    bool hadFile = false;
    {
        const std::lock_guard lock(m_mutex);
        Entry& entry = m_entries[key];
        entry.summary = kept->summary;
        hold(entry, kept);
        entry.age = ++m_age;
        entry.kept = true;
        hadFile = entry.fileBytes > 0;
        noteFile(entry, 0);  // a file of the same name holds an earlier one
    }
    if (m_options.lasting) {
        (void)write(key, *kept, true);
    } else if (hadFile) {
        std::error_code ignored;
        fs::remove(pathOf(key), ignored);
    }
    spill();
    thin();
}

std::shared_ptr<const KeptStep> StateCache::find(const StepKey& key) {
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_entries.find(key);
        if (found == m_entries.end() || !found->second.kept) return nullptr;
        if (found->second.held) {
            m_used.splice(m_used.begin(), m_used, found->second.used);
            return found->second.held;
        }
    }
    std::shared_ptr<const KeptStep> read;
    std::string problem;
    try {
        read = std::make_shared<const KeptStep>(readStep(pathOf(key)));
    } catch (const std::exception& error) {
        problem = error.what();
    }
    return takeRead(key, std::move(read), problem);
}

/// What was read of a file, held from now on unless something happened to the step meanwhile.
std::shared_ptr<const KeptStep> StateCache::takeRead(const StepKey& key, std::shared_ptr<const KeptStep> read, const std::string& problem) {
    const std::lock_guard files(m_files);
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_entries.find(key);
        if (found == m_entries.end() || !found->second.kept) return read;
        if (found->second.held) return found->second.held;
        if (read)
            hold(found->second, read);
        else
            found->second.kept = false;
    }
    if (!read) log(LogLevel::Warning, kCategory, fmt::format("A kept step is left out: {}", problem));
    spill();
    return read;
}

std::vector<StepView> StateCache::steps() const {
    const std::lock_guard lock(m_mutex);
    std::vector<StepView> all;
    all.reserve(m_entries.size());
    for (const auto& [key, entry] : m_entries) all.push_back({entry.summary, entry.kept});
    return all;
}

std::shared_ptr<const StepSummary> StateCache::summary(const StepKey& key) const {
    const std::lock_guard lock(m_mutex);
    const auto found = m_entries.find(key);
    return found == m_entries.end() ? nullptr : found->second.summary;
}

void StateCache::pin(const StepKey& key) {
    const std::lock_guard lock(m_mutex);
    m_pinned.insert(key);
}

void StateCache::drop(BranchId branch) {
    const std::lock_guard files(m_files);
    std::vector<std::string> paths;
    {
        const std::lock_guard lock(m_mutex);
        for (auto it = m_entries.begin(); it != m_entries.end();) {
            if (it->first.branch != branch) {
                ++it;
                continue;
            }
            release(it->second);
            noteFile(it->second, 0);
            paths.push_back(pathOf(it->first));
            it = m_entries.erase(it);
        }
    }
    std::error_code ignored;
    for (const auto& path : paths) fs::remove(path, ignored);
}

std::size_t StateCache::memoryBytes() const {
    const std::lock_guard lock(m_mutex);
    return m_inMemory;
}

std::uint64_t StateCache::diskBytes() const {
    const std::lock_guard lock(m_mutex);
    return m_onDisk;
}

}  // namespace larmor::session
