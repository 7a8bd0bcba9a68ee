// Saving a project, and what it looks like as it stands.

#include <filesystem>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/io/save.h"
#include "core/base/log.h"
#include "core/session/project/protocol_state.h"
#include "core/session/protocol_builder.h"
#include "core/session/whole_folder.h"
#include "core/session/workbench/project_words.h"
#include "core/session/workbench/workbench.h"

namespace larmor::session {

namespace fs = std::filesystem;

namespace {

constexpr const char* kLane = "project";

ProjectSource sourceOf(const Provenance& origin) {
    ProjectSource source;
    source.path = absolutePath(origin.path);
    source.format = origin.format;
    source.array = origin.array;
    source.dims = origin.dims;
    return source;
}

/// Index of the source, which is added where it is new. The same file with a hash and without one is one source.
std::int64_t indexOf(std::vector<ProjectSource>& sources, const ProjectSource& wanted) {
    const auto isSame = [&](const ProjectSource& held) {
        const bool hashFits = held.hash.empty() || wanted.hash.empty() || held.hash == wanted.hash;
        return hashFits && held.path == wanted.path && held.array == wanted.array && held.dims == wanted.dims;
    };
    const auto found = std::find_if(sources.begin(), sources.end(), isSame);
    if (found != sources.end()) {
        if (found->hash.empty()) found->hash = wanted.hash;
        return found - sources.begin();
    }
    sources.push_back(wanted);
    return static_cast<std::int64_t>(sources.size()) - 1;
}

}  // namespace

bool WorkbenchProject::saving() const {
    return m_bench.m_background.busy(kLane);
}

bool WorkbenchProject::unsaved() const {
    if (m_place.folder.empty()) return false;
    for (const ResultEntry* entry : m_bench.m_results.visible())
        if (!m_place.files.contains(entry->id)) return true;
    return now(m_place).toJson() != m_place.saved;
}

void WorkbenchProject::addSources(Project& project, const Place& place) const {
    for (const ResultEntry* entry : m_bench.m_results.visible()) indexOf(project.sources, session::sourceOf(entry->result->protocol));
    for (const ProjectSource& left : place.leftSources) indexOf(project.sources, left);
    if (m_bench.m_acquisition) project.open = indexOf(project.sources, sourceOf(m_bench.m_acquisition->header().provenance));
}

Project WorkbenchProject::now(const Place& place) const {
    Project project;
    addSources(project, place);
    const MaskState& mask = m_bench.m_mask;
    project.mask.drawn = mask.choice.drawn.has_value();
    if (mask.choice.drawn) project.mask.copy = sha256(mask.choice.drawn->samples().values());  // a file of that name comes when it is saved
    if (!project.mask.drawn) project.mask.text = mask.choice.spec ? mask.choice.toText() : mask.choice.file;
    project.mask.allSamples = mask.allSamples;
    project.mapsFile = m_bench.m_maps.file;
    project.calibrationFile = m_bench.m_maps.calibration;
    project.coils = m_bench.m_coils.preparation();
    project.mapParameters = m_bench.m_maps.parameters.toJson();
    project.method = m_bench.m_method;
    for (const auto& [id, values] : m_bench.m_parameters) project.parameters[id] = values.toJson();
    if (const KnownPrior* prior = m_bench.prior()) {
        project.prior = prior->card.name;
        project.priorHash = prior->card.weightsHash;
    }
    project.contrast = m_bench.m_contrast;
    project.slices = words(m_bench.m_sliceChoice.kind);
    project.listed = m_bench.m_sliceChoice.listed;
    project.device = m_bench.m_device;
    for (const ResultEntry* entry : m_bench.m_results.visible())
        if (const auto file = place.files.find(entry->id); file != place.files.end())
            project.results.push_back({file->second, entry->method});
    project.results.insert(project.results.end(), place.left.begin(), place.left.end());
    project.runs = runsNow(place);
    project.sweep = sweepNow();
    if (project.sweep.empty()) project.sweep = place.leftSweep;
    if (const auto shown = place.files.find(m_bench.m_shown); shown != place.files.end()) project.shown = shown->second;
    project.view = viewNow(place);
    project.window = m_window;
    project.notes = m_notes;
    return project;
}

/// Steered runs that no job drives: those are on their way. What a run holds is in its name, so that one that went on is written anew.
std::vector<ProjectRun> WorkbenchProject::runsNow(const Place& place) const {
    std::vector<ProjectRun> runs;
    for (const SteeredEntryPtr& entry : m_bench.m_steered.entries()) {
        if (entry->job != 0 || !entry->snapshot) continue;
        const std::string state = fmt::format("{} {} {}", entry->folder, entry->snapshot->tree.toJson().dump(), entry->snapshot->step);
        const auto result = place.files.find(entry->result);
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(state.data());
        runs.push_back({fmt::format("runs/{}-{}", entry->number, sha256({bytes, state.size()}).substr(0, 8)), entry->name,
                        result == place.files.end() ? "" : result->second});
    }
    return runs;
}

/// Of one that has ended: cells of the others are on their way. Empty: there is none.
std::string WorkbenchProject::sweepNow() const {
    const auto& sheet = m_bench.m_sweep;
    if (!sheet || sheet->running()) return {};
    if (m_sweepNamed != sheet->number) {  // once: every change of the window asks, and a sheet that has ended stays as it is
        m_sweepName = sweepFolderName(*sheet);
        m_sweepNamed = sheet->number;
    }
    return m_sweepName;
}

ProjectView WorkbenchProject::viewNow(const Place& place) const {
    ProjectView view;
    for (std::size_t i = 0; i < m_bench.m_paneCount; ++i) {
        const Pane& pane = m_bench.m_panes[i];
        const auto file = place.files.find(pane.result);
        view.panes.push_back(
            {words(pane.content), file == place.files.end() ? "" : file->second, words(pane.transform), pane.slice, pane.signedError, pane.sample});
    }
    view.focused = static_cast<std::int64_t>(m_bench.m_focused);
    view.slice = m_bench.slice();
    view.linked = m_bench.m_slicesLinked;
    view.scale = words(m_bench.m_scale);
    view.combination = words(m_bench.m_store.combination());
    return view;
}

/// Numbers are never used twice in a folder: a name always means the same result.
void WorkbenchProject::nameResults(Place& place) const {
    for (const ResultEntry* entry : m_bench.m_results.visible())
        if (!place.files.contains(entry->id))
            place.files[entry->id] = fmt::format("results/{:04}-{}.h5", ++place.lastNumber, entry->result->protocol.method);
}

std::vector<ProjectFolder::Item> WorkbenchProject::itemsOf(const Place& place) const {
    std::vector<ProjectFolder::Item> items;
    for (const ResultEntry* entry : m_bench.m_results.visible())
        items.push_back(
            {place.files.at(entry->id), [held = *entry](const std::string& path) { io::saveReconstruction(path, held.whole()); }});
    const auto runs = runsNow(place);
    for (std::size_t i = 0, next = 0; i < m_bench.m_steered.entries().size() && next < runs.size(); ++i) {
        const auto& entry = m_bench.m_steered.entries()[i];
        if (entry->job != 0 || !entry->snapshot) continue;
        items.push_back({runs[next++].folder, [from = entry->folder](const std::string& path) { copyRun(from, path); }});
    }
    if (const auto sweep = sweepNow(); !sweep.empty())
        items.push_back({sweep, [stored = *m_bench.m_sweep](const std::string& path) { saveSweep(path, stored); }});
    if (place.leftIn == place.folder) return items;
    for (const ProjectResult& left : place.left) {
        const auto from = (fs::path(place.leftIn) / left.file).string();
        if (!fs::is_regular_file(from)) continue;
        items.push_back({left.file, [from](const std::string& path) { io::copyWhole(from, path); }});
    }
    const auto sheet = (fs::path(place.leftIn) / place.leftSweep).string();
    if (!place.leftSweep.empty() && fs::is_directory(sheet))
        items.push_back({place.leftSweep, [sheet](const std::string& path) { copyWholeFolder(sheet, path, "a copy of a sweep"); }});
    return items;
}

void WorkbenchProject::save(const std::string& folder) {
    const std::string target = folder.empty() ? m_place.folder : fs::path(absolutePath(folder)).string();
    if (target.empty()) return;
    if (saving()) {
        m_waiting = target;
        return;
    }
    Place place = m_place;
    if (target != m_place.folder) {
        place = {target, std::make_shared<ProjectFolder>(target), {}, m_place.lastNumber, m_place.left, m_place.leftSources, m_place.leftSweep, m_place.leftIn,
                 {}};
    }
    nameResults(place);
    if (target == m_place.folder) m_place = place;
    const Project project = now(place);
    place.saved = project.toJson();
    m_bench.m_background.run<Place>(
        kLane,
        [place, project, items = itemsOf(place), drawn = m_bench.m_mask.choice.drawn](const RunControl& run) {
            place.disk->save(project, items, drawn ? &*drawn : nullptr, run);
            return place;
        },
        [this](Place saved) {
            m_saveFailed = false;
            m_place = std::move(saved);
            m_place.leftIn = m_place.folder;
            log(LogLevel::Info, "io", "saved the project " + name());
            m_bench.notify(kProjectChanged);
            if (m_waiting) return save(*std::exchange(m_waiting, std::nullopt));
            if (m_next) std::exchange(m_next, nullptr)();
        },
        [this, target](const Problem& problem) {
            m_saveFailed = true;
            m_waiting.reset();
            m_next = nullptr;
            m_bench.m_retry = [this, target] { save(target); };
            m_bench.tell({Notice::Kind::Failure, Notice::Action::Retry, "The project was not saved: " + problem.what, problem.hint});
            m_bench.notify(kProjectChanged);
        });
    m_bench.notify(kProjectChanged);
}

/// Calls `next` once nothing is unsaved; not at all where saving fails.
void WorkbenchProject::afterSaving(std::function<void()> next) {
    if (!unsaved() && !saving()) return next();
    m_next = std::move(next);
    save();
}

}  // namespace larmor::session
