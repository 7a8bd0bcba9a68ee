#include "core/session/workbench/steered_runs.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/session/state_folder.h"
#include "core/session/steering/run_folder.h"
#include "core/session/whole_folder.h"

namespace larmor::session {

namespace {

namespace fs = std::filesystem;
constexpr std::size_t kKeptRuns = 4;
constexpr auto kKeptFor = std::chrono::days(14);  // runs that nobody went on with

/// What is there is worth keeping over a crash, not over a clean end.
fs::path runsFolder() {
    return fs::path(stateFolder()) / "runs";
}

/// "4711-2": the process first, so that another one can tell whether it still runs.
std::string newFolder(std::int64_t number) {
    return (runsFolder() / fmt::format("{}-{}", getpid(), number)).string();
}

std::atomic<std::int64_t> copies{0};

bool isAbandoned(const std::string& name) {
    long process = 0;
    const auto end = std::from_chars(name.data(), name.data() + name.size(), process).ptr;
    if (end == name.data() || *end != '-' || process <= 0) return false;
    return kill(static_cast<pid_t>(process), 0) != 0 && errno == ESRCH;
}

void removeFolder(const std::string& folder) {
    std::error_code failed;
    fs::remove_all(folder, failed);
    if (failed) log(LogLevel::Warning, "steering", fmt::format("the steps of a run were not removed: {}", failed.message()));
}

}  // namespace

void copyRun(const std::string& from, const std::string& to) { copyWholeFolder(from, to, "a copy of the steps of a run"); }

std::string newRunFolder() {
    return (runsFolder() / fmt::format("{}-copy-{}", getpid(), ++copies)).string();
}

std::vector<std::string> interruptedRuns() {
    std::vector<std::pair<fs::file_time_type, std::string>> found;
    std::error_code failed;
    const auto now = fs::file_time_type::clock::now();
    for (const auto& each : fs::directory_iterator(runsFolder(), failed)) {
        if (!isAbandoned(each.path().filename().string())) continue;
        const auto changed = fs::last_write_time(each.path() / "run.json", failed);
        if (failed || now - changed > kKeptFor)
            removeFolder(each.path().string());
        else
            found.emplace_back(changed, each.path().string());
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> folders;
    for (auto& [time, folder] : found) folders.push_back(std::move(folder));
    return folders;
}

SteeredRuns::SteeredRuns(Post post, std::function<void()> changed) : m_post(std::move(post)), m_changed(std::move(changed)) {}

SteeredRuns::~SteeredRuns() {
    m_alive.reset();
    while (!m_entries.empty()) forget(m_entries.back());
}

SteeredEntryPtr SteeredRuns::begin(std::string name, ReconstructionRequest request) {
    makeRoom();
    auto entry = std::make_shared<SteeredEntry>();
    entry->number = ++m_last;
    entry->name = std::move(name);
    entry->request = std::move(request);
    entry->folder = newFolder(entry->number);
    m_entries.push_back(entry);
    return entry;
}

SteeredEntryPtr SteeredRuns::adopt(const std::string& folder, ReconstructionRequest request, std::string name, Score score) {
    auto entry = begin(std::move(name), std::move(request));
    fs::create_directories(runsFolder());
    fs::rename(folder, entry->folder);
    entry->run = RunFolder::open(entry->folder).run(eventsOf(entry, std::move(score)));
    entry->run->pause();
    refresh(entry);
    return entry;
}

SteeredRunEvents SteeredRuns::eventsOf(const SteeredEntryPtr& entry, Score score) {
    SteeredRunEvents events;
    events.score = std::move(score);
    // Many calls become one: the next one is sent when the last was taken in.
    events.changed = [this, post = m_post, alive = std::weak_ptr<bool>(m_alive), weak = std::weak_ptr<SteeredEntry>(entry),
                      onItsWay = std::make_shared<std::atomic<bool>>(false)] {
        if (onItsWay->exchange(true)) return;
        post([this, alive, weak, onItsWay] {
            onItsWay->store(false);
            const auto changed = weak.lock();
            if (!alive.expired() && changed) refresh(changed);
        });
    };
    return events;
}

JobWork SteeredRuns::work(const SteeredEntryPtr& entry, Score score) {
    const auto steps = [request = entry->request](const RunControl& run) { return reconstruct(request, run); };
    if (entry->run) return [run = entry->run, steps](const RunControl& control) { return run->drive(steps, control); };
    return [entry, steps, request = entry->request, folder = entry->folder, events = eventsOf(entry, std::move(score)), post = m_post](const RunControl& control) {
        auto run = RunFolder::create(folder, request, {}, control.stop).run(events);
        post([weak = std::weak_ptr<SteeredEntry>(entry), run] {
            if (const auto begun = weak.lock()) begun->run = run;
        });
        return run->drive(steps, control);
    };
}

void SteeredRuns::refresh(const SteeredEntryPtr& entry) {
    if (!entry->run) return;
    entry->snapshot = std::make_shared<const RunSnapshot>(entry->run->snapshot());
    m_changed();
}

void SteeredRuns::makeRoom() {
    while (m_entries.size() >= kKeptRuns) {
        const auto idle = std::find_if(m_entries.begin(), m_entries.end(), [](const SteeredEntryPtr& entry) { return entry->job == 0; });
        if (idle == m_entries.end()) return;
        forget(*idle);
    }
}

void SteeredRuns::forget(const SteeredEntryPtr& entry) {
    const auto leaving = entry;
    std::erase(m_entries, leaving);
    leaving->snapshot.reset();
    leaving->run.reset();
    removeFolder(leaving->folder);
}

SteeredEntryPtr SteeredRuns::ofJob(RunId job) const {
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [job](const SteeredEntryPtr& entry) { return entry->job == job; });
    return job == 0 || found == m_entries.end() ? nullptr : *found;
}

SteeredEntryPtr SteeredRuns::ofResult(ResultId result) const {
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [result](const SteeredEntryPtr& entry) { return entry->result == result; });
    return result == 0 || found == m_entries.end() ? nullptr : *found;
}

}  // namespace larmor::session
