// The way back: a project, or the state that a result was made with, from the disk into the workbench.

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/io/load.h"
#include "core/base/log.h"
#include "core/session/engine_host.h"
#include "core/session/project/find_source.h"
#include "core/session/protocol_builder.h"
#include "core/session/slices_text.h"
#include "core/session/sweep_picture.h"
#include "core/session/workbench/project_words.h"
#include "core/session/workbench/workbench.h"

namespace larmor::session {

namespace fs = std::filesystem;

namespace {

/// The number in "results/0012-pnp.h5"; 0: none.
std::int64_t numberOf(const std::string& file) {
    const auto name = fs::path(file).filename().string();
    std::int64_t number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    return number;
}

/// Results outlive methods: one that is not installed here is called by its id.
std::string methodName(const std::string& id) {
    for (const PluginManifest* manifest : plugins().methods())
        if (manifest->id == id) return manifest->name;
    return id;
}

bool isSame(const Provenance& a, const Provenance& b) {
    return absolutePath(a.path) == absolutePath(b.path) && a.array == b.array && a.dims == b.dims;
}

}  // namespace

bool WorkbenchProject::refusesWhileRunning() {
    if (!m_bench.m_runs.busy()) return false;
    m_bench.tell({Notice::Kind::Caution, Notice::Action::None, "A reconstruction is running.",
                  "Stop it or wait for its end, then open or close a project."});
    return true;
}

void WorkbenchProject::close() {
    if (refusesWhileRunning()) return;
    afterSaving([this] {
        clear();
        m_place = {};
        m_bench.m_notice.reset();
        m_bench.notify(kProjectChanged);
    });
}

void WorkbenchProject::open(const std::string& folder) {
    if (refusesWhileRunning()) return;
    afterSaving([this, folder] { read(folder, {}); });
}

/// Of a project, a result or a picture. @param found  where sources lie that were asked for
void WorkbenchProject::read(const std::string& path, FoundPaths found) {
    m_bench.m_opening = true;
    m_bench.notify(kDataChanged);
    m_bench.m_background.run<Loaded>(
        "open",
        [path, found, current = m_bench.m_acquisition](const RunControl& run) {
            const auto folder = projectFolderOf(path);
            if (!folder.empty()) return complete(loadProject(folder, found, run), folder, nullptr);
            if (looksLikeSvg(path)) {
                const auto open = current ? current->header().provenance.path : std::string();
                return complete(loadSweepPicture(readSweepPicture(path), path, found, open, run), path, current);
            }
            auto result = io::readStoredResult(path);
            if (!result) throw IoError(path, "", "a result with its protocol", "something else");
            return complete(loadResult(std::move(*result), path, found, run), path, current);
        },
        [this](Loaded loaded) { take(std::move(loaded)); },
        [this, path, found](const Problem& problem) {
            m_bench.m_opening = false;
            m_bench.m_retry = [this, path, found] { read(path, found); };
            log(LogLevel::Error, "io", problem.what);
            m_bench.notify(kDataChanged);
            m_bench.tell({Notice::Kind::Failure, Notice::Action::Retry, problem.what, problem.hint});
        });
}

/// Reads the slice to begin with. @param current  the acquisition that is open: kept where it is the same file
WorkbenchProject::Loaded WorkbenchProject::complete(LoadedProject content, std::string path, const AcquisitionPtr& current) {
    Loaded loaded;
    loaded.path = std::move(path);
    if (!content.missing && content.project.open >= 0) {
        auto& opened = content.sources[static_cast<std::size_t>(content.project.open)];
        if (current && isSame(current->header().provenance, opened->header().provenance)) {
            for (LoadedResult& each : content.results)
                if (each.acquisition == opened) each.acquisition = current;
            opened = current;
        }
        const auto last = opened->header().sliceCount() - 1;
        auto first = Workbench::opened(opened, std::clamp<std::int64_t>(content.project.view.slice, 0, last));
        loaded.acquisition = std::move(first.acquisition);
        loaded.first = std::move(first.first);
    }
    loaded.content = std::move(content);
    return loaded;
}

void WorkbenchProject::take(Loaded loaded) {
    const bool isProject = !loaded.content.folder.empty();
    if (isProject && (unsaved() || saving())) return afterSaving([this, loaded] { take(loaded); });
    m_bench.m_opening = false;
    m_bench.notify(kDataChanged);
    if (isProject && refusesWhileRunning()) return;
    if (loaded.content.missing) {
        takePlan(loaded.content);
        return ask(loaded);
    }
    m_asked.reset();
    if (m_bench.m_notice && m_bench.m_notice->action != Notice::Action::GoOn) m_bench.m_notice.reset();
    if (isProject) takePlace(loaded);
    takeSource(loaded);
    takeChoices(loaded);
    if (loaded.content.seed != 0)
        m_bench.m_brought = {m_bench.m_acquisition, m_bench.m_method, m_bench.parameters().toJson(), loaded.content.seed, loaded.content.steering};
    takeResults(loaded);
    takeRuns(loaded);
    takeSweep(loaded);
    takeView(loaded.content.project);
    takePlan(loaded.content);
    tellTaken(loaded);
    if (isProject) m_place.saved = now(m_place).toJson();
    log(LogLevel::Info, "io", "opened " + loaded.path);
    m_bench.notify(~Changes{0});
}

void WorkbenchProject::ask(const Loaded& loaded) {
    m_asked = loaded.content.missing;
    m_askedFor = loaded.path;
    const auto name = fs::path(loaded.path).filename().string();
    const auto missing = fs::path(m_asked->path).filename().string();
    m_bench.tell({Notice::Kind::Caution, Notice::Action::FindSource,
                  fmt::format("{} was made from {}, which is not where it was. Where is it now?", name, missing), loaded.content.reason});
}

void WorkbenchProject::find(const std::string& path) {
    if (!m_asked) return;
    m_bench.m_background.run<bool>(
        "find",
        [source = *m_asked, path](const RunControl& run) {
            checkSource(source, path, run.stop);
            return true;
        },
        [this, path](bool) {
            if (!m_asked) return;
            m_found[m_asked->hash] = path;
            read(m_askedFor, m_found);
        },
        [this](const Problem& problem) {
            m_bench.tell({Notice::Kind::Caution, Notice::Action::FindSource, problem.what, problem.hint});
        });
}

/// As in a workbench that is new, but for the values of the methods.
void WorkbenchProject::clear() {
    for (const char* lane : {"mask", "preview", "maps", "metrics", "measure", "step", "branches"}) m_bench.m_background.cancel(lane);
    while (!m_bench.m_steered.entries().empty()) m_bench.m_steered.forget(m_bench.m_steered.entries().back());
    m_bench.m_results = {};
    m_bench.m_measuring = 0;
    m_bench.m_path.clear();
    m_bench.forgetFile();
    m_bench.m_acquisition.reset();
    m_bench.m_store.reset(nullptr, std::nullopt);
    m_window = nlohmann::json::object();
    m_notes.clear();
    m_found.clear();
    m_asked.reset();
    m_bench.notify(~Changes{0});
}

void WorkbenchProject::takePlace(const Loaded& loaded) {
    clear();
    const LoadedProject& content = loaded.content;
    m_place = {};
    m_place.folder = m_place.leftIn = content.folder;
    m_place.disk = std::make_shared<ProjectFolder>(content.folder, content.files, content.project.sources);
    m_place.left = content.left;
    if (!content.sweep) m_place.leftSweep = content.project.sweep;
    for (std::size_t i = 0; i < content.sources.size(); ++i)
        if (!content.sources[i]) m_place.leftSources.push_back(content.project.sources[i]);
    for (const ProjectResult& each : content.project.results) m_place.lastNumber = std::max(m_place.lastNumber, numberOf(each.file));
    m_window = content.project.window;
    m_notes = content.project.notes;
}

void WorkbenchProject::takeSource(Loaded& loaded) {
    if (!loaded.acquisition) return;
    if (loaded.acquisition == m_bench.m_acquisition) return m_bench.setSlice(loaded.first.slice);
    const Provenance& from = loaded.acquisition->header().provenance;
    m_bench.m_path = from.path;
    m_bench.onOpened({std::move(loaded.acquisition), std::move(loaded.first)});
}

void WorkbenchProject::takeChoices(Loaded& loaded) {
    const Project& project = loaded.content.project;
    auto& problems = loaded.content.problems;
    MaskChoice mask;
    try {
        mask = MaskChoice::fromText(project.mask.text);
    } catch (const Error& error) {
        problems.push_back(fmt::format("The mask {}: {}", project.mask.text, error.what()));
    }
    if (loaded.content.drawn) mask.drawn = loaded.content.drawn;
    m_bench.setMask(std::move(mask), project.mask.allSamples);
    m_bench.m_maps.file = project.mapsFile;
    m_bench.m_maps.calibration = project.calibrationFile;
    m_bench.m_coils.prepare(project.coils);
    takeValues(project, problems);
    takePrior(project, problems);
    const auto count = m_bench.m_acquisition ? m_bench.m_acquisition->header().sliceCount() : 0;
    const bool all = project.slices == "listed" && project.listed == slicesText(allSlices(count), 1, ", ");
    m_bench.m_sliceChoice = {all ? SliceChoice::Kind::All : sliceChoiceFrom(project.slices), all ? std::string() : project.listed};
    const auto& devices = m_bench.m_devices;
    const bool isKnown =
        devices.empty() || std::any_of(devices.begin(), devices.end(), [&](const DeviceInfo& each) { return each.id == project.device; });
    if (isKnown)
        m_bench.m_device = project.device;
    else
        problems.push_back(fmt::format("There is no device {} here: {} is used.", project.device, m_bench.m_device));
}

/// Values that this version does not know, or not any more, stay as they are.
void WorkbenchProject::takeValues(const Project& project, std::vector<std::string>& problems) {
    const auto tryTo = [&](const std::string& what, auto&& call) {
        try {
            call();
        } catch (const Error& error) {
            problems.push_back(what + ": " + error.what());
        }
    };
    tryTo("Coil maps", [&] { m_bench.m_maps.parameters = ParamValues::fromJson(espiritParameters(), project.mapParameters); });
    for (const auto& [id, values] : project.parameters.items()) {
        const auto held = m_bench.m_parameters.find(id);
        if (held != m_bench.m_parameters.end())
            tryTo(id, [&] { held->second = ParamValues::fromJson(ParamList(held->second.specs()), values); });
    }
    if (m_bench.m_parameters.contains(project.method))
        m_bench.m_method = project.method;
    else if (!project.method.empty())
        problems.push_back(fmt::format("There is no method '{}' here.", project.method));
}

/// By its weights: a prior of the same name may be another one.
void WorkbenchProject::takePrior(const Project& project, std::vector<std::string>& problems) {
    if (project.prior.empty()) return;
    const auto& priors = m_bench.m_priors;
    const auto found =
        std::find_if(priors.begin(), priors.end(), [&](const KnownPrior& known) { return known.card.weightsHash == project.priorHash; });
    if (found == priors.end()) {
        const auto named =
            std::find_if(priors.begin(), priors.end(), [&](const KnownPrior& known) { return known.card.name == project.prior; });
        const std::string other =
            named == priors.end() ? "" : fmt::format("; the one of that name here is {}…", shortHash(named->card.weightsHash));
        problems.push_back(fmt::format("The prior {} ({}…) is not here{}.", project.prior, shortHash(project.priorHash), other));
        return;
    }
    m_bench.m_prior = static_cast<std::size_t>(found - priors.begin());
    m_bench.m_contrast = project.contrast;
}

void WorkbenchProject::takeResults(Loaded& loaded) {
    for (const LoadedResult& each : loaded.content.results) {
        const auto& method = each.result->protocol.method;
        const auto id = m_bench.m_results.add(each.name.empty() ? methodName(method) : each.name, each.result, each.acquisition);
        if (!each.file.empty()) m_place.files[id] = each.file;
        if (each.file.empty() || each.file == loaded.content.project.shown) m_bench.m_shown = id;
    }
    m_bench.measureResults();
}

void WorkbenchProject::takeRuns(Loaded& loaded) {
    for (LoadedRun& each : loaded.content.runs) {
        try {
            const auto score = m_bench.scoreFor(each.request);
            const auto entry = m_bench.m_steered.adopt(each.folder, std::move(each.request), each.name, score);
            for (const auto& [id, file] : m_place.files)
                if (file == each.result) entry->result = id;
        } catch (const std::exception& error) {
            loaded.content.problems.push_back(fmt::format("{}: {}", each.name, error.what()));
        }
    }
}

/// After the source: a sweep belongs to the file that is open.
void WorkbenchProject::takeSweep(Loaded& loaded) {
    if (!loaded.content.sweep) return;
    m_bench.m_sweep = std::move(*loaded.content.sweep);
    m_bench.m_sweep->number = ++m_bench.m_sweepCount;
    m_bench.m_sweepPlan = m_bench.m_sweep->plan;
    ++m_bench.m_broughtPlans;
    m_bench.notify(kSweepChanged);
}

void WorkbenchProject::takePlan(const LoadedProject& content) {
    if (!content.plan) return;
    m_bench.m_sweepPlan = *content.plan;
    ++m_bench.m_broughtPlans;
    m_bench.notify(kSweepChanged);
}

void WorkbenchProject::takeView(const Project& project) {
    const ProjectView& view = project.view;
    if (!view.scale.empty()) m_bench.setScale(scaleFrom(view.scale));
    if (!view.combination.empty()) m_bench.setReferenceCombination(combinationFrom(view.combination));
    if (!view.panes.empty() && view.panes.size() <= kMaximumPanes) {
        const auto last = m_bench.m_acquisition ? m_bench.m_acquisition->header().sliceCount() - 1 : 0;
        m_bench.setPaneCount(view.panes.size());
        for (std::size_t i = 0; i < view.panes.size(); ++i) {
            const ProjectPane& from = view.panes[i];
            Pane& pane = m_bench.m_panes[i];
            pane = Pane();
            pane.content = paneContentFrom(from.content);
            pane.transform = paneTransformFrom(from.transform);
            pane.slice = std::clamp<std::int64_t>(from.slice, 0, last);
            pane.signedError = from.signedError;
            pane.sample = std::max<std::int64_t>(from.sample, -1);
            for (const auto& [id, file] : m_place.files)
                if (file == from.result) pane.result = id;
        }
        m_bench.m_focused =
            static_cast<std::size_t>(std::clamp<std::int64_t>(view.focused, 0, static_cast<std::int64_t>(view.panes.size()) - 1));
        m_bench.m_slicesLinked = view.linked;
    }
    m_bench.wantSlices();
    m_bench.resolveMaskNow();
    m_bench.measureLive();
    m_bench.makeTransforms();
}

void WorkbenchProject::tellTaken(const Loaded& loaded) {
    const auto& problems = loaded.content.problems;
    const auto name = fs::path(loaded.path).filename().string();
    const bool sweep = loaded.content.plan.has_value() && m_bench.m_acquisition;
    const bool figure = loaded.content.folder.empty() && loaded.content.results.empty() && !loaded.content.plan;
    const auto action = figure ? Notice::Action::Reconstruct : sweep ? Notice::Action::StartSweep : Notice::Action::None;
    for (const std::string& problem : problems) log(LogLevel::Info, "io", problem);
    if (!problems.empty())
        m_bench.tell({Notice::Kind::Caution, action, name + " was opened, but not whole.", fmt::format("{}", fmt::join(problems, " "))});
    else if (figure)
        m_bench.tell({Notice::Kind::Info, action, "All is set as when " + name + " was made.",
                      "A picture does not hold the image itself: reconstruct it again."});
    else if (loaded.content.plan)
        m_bench.tell({Notice::Kind::Info, action, "The sweep of " + name + " is set as it was made.",
                      sweep ? "A picture does not hold the images themselves: start the sweep again." : "Open the k-space to start it."});
}

}  // namespace larmor::session
