// The run that is steered: its commands, the step that is looked at, its branches beside each other.

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "core/base/log.h"
#include "core/session/engine_host.h"
#include "core/session/steering/promotion.h"
#include "core/session/steering/recipe.h"
#include "core/session/steering/run_folder.h"
#include "core/session/workbench/workbench.h"

namespace larmor::session {

namespace {

/// A queue of their own: a run that is paused keeps its device's queue.
constexpr const char* kPromotions = "promotions";

ImagePtr finishedImage(ComplexArray estimate, const AcquisitionHeader& header) {
    if (estimate.rank() != 2) return nullptr;
    return std::make_shared<const ComplexArray>(cropToRecon(std::move(estimate), header));
}

/// What may change in mid-run, as the next step of the run has it: what was typed before the run was wound back holds no more.
void takeValuesOfRun(Workbench& workbench) {
    const auto* request = workbench.steeredRequest();
    const auto snapshot = workbench.steering();
    if (!request || !snapshot || request->method != workbench.method() || !snapshot->values.is_object()) return;
    auto changes = nlohmann::json::object();
    for (const auto& [name, value] : snapshot->values.items())
        if (changesInMidRun(name)) changes[name] = value;
    workbench.setParameters(withChanges(workbench.parameters(), changes));
}

}  // namespace

/// The reference that estimates are scored against; it may come while the run is on its way.
struct WorkbenchData::ScoredAgainst {
    explicit ScoredAgainst(Whitening of) : whitening(of) {}
    const Whitening whitening;  ///< of the run
    std::mutex mutex;
    ImagePtr image;
    [[nodiscard]] ImagePtr get() {
        const std::lock_guard lock(mutex);
        return image;
    }
    void set(ImagePtr next) {
        const std::lock_guard lock(mutex);
        image = std::move(next);
    }
};

SteeredRuns::Score Workbench::scoreFor(const ReconstructionRequest& request) {
    auto against = std::make_shared<ScoredAgainst>(request.coils.whitening);
    const auto slice = request.slices.front();
    const Reference* made = against->whitening == m_coils.preparation().whitening ? m_store.reference(slice) : nullptr;
    if (made) against->set(made->image);
    std::erase_if(m_scored, [](const auto& each) { return each.second.expired(); });
    m_scored.emplace_back(slice, against);
    return [against, acquisition = request.acquisition, scale = m_scale](const ComplexArray& estimate) -> Scores {
        const auto reference = against->get();
        const auto image = reference ? finishedImage(estimate, acquisition->header()) : nullptr;
        if (!image || image->shape() != reference->shape()) return {};
        const auto measured = compareImages(*reference, *image, scale);
        return {measured.nrmse, measured.ssim};
    };
}

void Workbench::giveReferenceToRuns(std::int64_t slice) {
    const Reference* reference = m_store.reference(slice);
    if (!reference) return;
    for (const auto& [of, weak] : m_scored)
        if (const auto against = weak.lock(); against && of == slice && against->whitening == m_coils.preparation().whitening) against->set(reference->image);
}

RunId Workbench::submitSteered(const std::string& name, ReconstructionRequest asked) {
    const auto entry = m_steered.begin(name, asked);
    return drive(entry, scoreFor(asked));
}

RunId Workbench::drive(const SteeredEntryPtr& entry, SteeredRuns::Score score) {
    m_looked = {};
    entry->job = m_runs.submit(entry->name, entry->request.device, entry->request.slices, m_steered.work(entry, std::move(score)));
    m_runInputs[entry->job] = entry->request;
    if (m_notice) dismissNotice();
    log(LogLevel::Info, "recon", "queued " + entry->name);
    notify(kSteeringChanged | kQueueChanged | kPanesChanged);
    return entry->job;
}

SteeredEntryPtr Workbench::steeredEntry() const {
    if (const RunRow* row = m_runs.running())
        if (auto driven = m_steered.ofJob(row->id)) return driven;
    if (auto shown = m_steered.ofResult(m_shown)) return shown;
    const auto& entries = m_steered.entries();
    return entries.empty() || entries.back()->request.acquisition != m_acquisition ? nullptr : entries.back();
}

std::shared_ptr<const RunSnapshot> Workbench::steering() const {
    const auto entry = steeredEntry();
    return entry ? entry->snapshot : nullptr;
}

const ReconstructionRequest* Workbench::steeredRequest() const {
    const auto entry = steeredEntry();
    return entry ? &entry->request : nullptr;
}

/// Runs a command on the run that is steered; what it refuses is told.
void Workbench::command(const std::function<void(const SteeredEntryPtr&)>& call) {
    const auto entry = steeredEntry();
    if (!entry || !entry->run) return;
    try {
        call(entry);
    } catch (const Error& error) {
        tell({Notice::Kind::Caution, Notice::Action::None, error.what(), error.hint()});
    }
    m_steered.refresh(entry);
}

void Workbench::pauseSteering() {
    command([](const SteeredEntryPtr& entry) { entry->run->pause(); });
}

/// A run whose job has ended needs another one to make steps.
void Workbench::driveAgain(const SteeredEntryPtr& entry) {
    if (entry->job == 0) (void)drive(entry, {});
}

void Workbench::resumeSteering() {
    command([this](const SteeredEntryPtr& entry) {
        m_looked = {};
        entry->run->resume();
        driveAgain(entry);
    });
}

void Workbench::stepOnce() {
    command([this](const SteeredEntryPtr& entry) {
        m_looked = {};
        entry->run->stepOnce();
        driveAgain(entry);
    });
}

void Workbench::steer(const nlohmann::json& changes) {
    command([&](const SteeredEntryPtr& entry) { entry->run->setValues(changes); });
}

void Workbench::rewindTo(BranchId branch, std::int64_t step) {
    command([&](const SteeredEntryPtr& entry) {
        entry->run->pause();
        entry->run->rewindTo(branch, step);
        lookAt(branch, step);
    });
    takeValuesOfRun(*this);
}

void Workbench::branchFrom(BranchId branch, std::int64_t step, const nlohmann::json& changes) {
    command([&](const SteeredEntryPtr& entry) {
        entry->run->pause();
        (void)entry->run->branchFrom(branch, step, changes);
        lookAt(branch, step);
    });
    takeValuesOfRun(*this);
}

void Workbench::renameBranch(BranchId branch, const std::string& name) {
    command([&](const SteeredEntryPtr& entry) { entry->run->rename(branch, name); });
}

void Workbench::deleteBranch(BranchId branch) {
    command([&](const SteeredEntryPtr& entry) {
        auto removed = entry->run->remove(branch);
        forgetDeletedBranches();
        m_lines.keepLeftOut();
        m_removedBranches = {entry, std::move(removed)};
        m_looked = {};
        for (Pane& pane : m_panes)
            if (pane.branch != 0) pane.branch = pane.against = 0;
        tell({Notice::Kind::Info, Notice::Action::Undo, "A branch was deleted.", {}});
    });
}

/// Nobody can bring them back any more.
void Workbench::forgetDeletedBranches() {
    if (const auto entry = m_removedBranches.first.lock(); entry && entry->run) entry->run->forget(m_removedBranches.second);
    m_removedBranches = {};
}

bool Workbench::undoDeleteBranch() {
    const auto entry = m_removedBranches.first.lock();
    if (!entry || !entry->run || m_removedBranches.second.empty()) return false;
    entry->run->restore(std::exchange(m_removedBranches.second, {}));
    m_steered.refresh(entry);
    return true;
}

void Workbench::promoteBranch(BranchId branch) {
    command([&](const SteeredEntryPtr& entry) {
        const auto promotion = entry->run->promote(branch);
        const auto name = fmt::format("{} · branch {}", entry->name, branch);
        const RunId id = m_runs.submit(name, kPromotions, entry->request.slices,
                                       [promotion, request = entry->request](const RunControl& run) { return resultOf(promotion, request, run); });
        m_runInputs[id] = entry->request;
    });
}

void Workbench::lookAt(BranchId branch, std::int64_t step) {
    const auto entry = steeredEntry();
    if (!entry || !entry->run) return;
    if (m_looked.entry == entry && m_looked.branch == branch && m_looked.step == step) return;
    m_looked.entry = entry;
    m_looked.branch = branch;
    m_looked.step = step;
    notify(kSteeringChanged);
    m_background.run<ImagePtr>(
        "step",
        [run = entry->run, branch, step, acquisition = entry->request.acquisition](const RunControl&) {
            return finishedImage(run->estimate(branch, step), acquisition->header());
        },
        [this](ImagePtr image) {
            m_looked.image = std::move(image);
            measureLive();
            makeTransforms();
            notify(kPanesChanged);
        },
        [this, branch](const Problem& problem) {
            const auto run = steering();
            if (run && run->tree.has(branch)) log(LogLevel::Warning, "steering", problem.what);  // else it was deleted meanwhile
        });
}

void Workbench::lookAtNewest() {
    if (!m_looked.entry) return;
    m_looked = {};
    m_background.cancel("step");
    measureLive();
    makeTransforms();
    notify(kPanesChanged | kSteeringChanged);
}

std::optional<std::pair<BranchId, std::int64_t>> Workbench::lookedAt() const {
    if (!m_looked.entry || m_looked.entry != steeredEntry()) return std::nullopt;
    return std::pair{m_looked.branch, m_looked.step};
}

bool Workbench::lookedIn(const Pane& pane) const {
    return pane.result == 0 && pane.branch == 0 && m_looked.image && m_looked.entry == steeredEntry() && m_looked.entry->slice() == pane.slice &&
           m_looked.entry->request.acquisition == m_acquisition;
}

void Workbench::compareBranches(BranchId first, BranchId second) {
    const auto entry = steeredEntry();
    if (!entry || !entry->run) return;
    if (m_paneCount < 3) setPaneCount(3);
    const auto put = [&](std::size_t index, PaneContent content, BranchId branch, BranchId against) {
        m_panes[index] = Pane();
        m_panes[index].content = content;
        m_panes[index].slice = entry->slice();
        m_panes[index].branch = branch;
        m_panes[index].against = against;
        m_panes[index].signedError = content == PaneContent::Error;
    };
    put(0, PaneContent::Reconstruction, first, 0);
    put(1, PaneContent::Reconstruction, second, 0);
    put(2, PaneContent::Error, second, first);
    using Images = std::map<BranchId, ImagePtr>;
    m_background.run<Images>(
        "branches",
        [run = entry->run, first, second, tree = entry->snapshot->tree, acquisition = entry->request.acquisition](const RunControl&) {
            Images images;
            for (const auto branch : {first, second}) images[branch] = finishedImage(run->estimate(branch, tree.at(branch).last), acquisition->header());
            return images;
        },
        [this](Images images) {
            m_branchImages = std::move(images);
            notify(kPanesChanged);
        },
        [this](const Problem& problem) { tell({Notice::Kind::Failure, Notice::Action::None, problem.what, problem.hint}); });
    notify(kPanesChanged | kSteeringChanged);
}

std::string Workbench::branchChange(BranchId branch) const {
    const auto snapshot = steering();
    const auto request = steeredRequest();
    if (!snapshot || !request || !snapshot->tree.has(branch)) return {};
    return snapshot->tree.describe(branch, ParamValues::fromJson(plugins().method(request->method).params, snapshot->start));
}

std::string Workbench::branchText(BranchId branch) const {
    const auto snapshot = steering();
    if (!snapshot || !snapshot->tree.has(branch)) return {};
    const auto change = snapshot->tree.at(branch).name.empty() ? branchChange(branch) : std::string();
    return change.empty() ? snapshot->tree.nameOf(branch) : change;
}

bool Workbench::steeringRuns() const {
    const auto snapshot = steering();
    return snapshot && snapshot->makesSteps();
}

bool Workbench::steeringRests() const {
    const auto snapshot = steering();
    if (!snapshot || snapshot->step >= snapshot->steps) return false;
    return snapshot->state == SteeredState::Paused || (snapshot->state == SteeredState::Idle && m_looked.entry != nullptr);
}

void Workbench::offerInterrupted() {
    m_background.run<std::string>(
        "interrupted", [](const RunControl&) { auto folders = interruptedRuns(); return folders.empty() ? std::string() : folders.back(); },
        [this](const std::string& folder) {
            if (folder.empty()) return;
            m_interrupted = folder;
            tell({Notice::Kind::Info, Notice::Action::GoOn, "A reconstruction was cut short when the program ended.", "Its steps were kept: it can go on where it stood."});
        },
        [](const Problem& problem) { log(LogLevel::Warning, "steering", problem.what); });
}

void Workbench::reopenInterrupted() {
    if (m_interrupted.empty()) return;
    m_opening = true;
    notify(kDataChanged);
    using Reopened = std::pair<Opened, ReconstructionRequest>;
    m_background.run<Reopened>(
        "open",
        [folder = m_interrupted](const RunControl& run) {
            auto request = RunFolder::open(folder).request(run.stop);
            return Reopened{opened(request.acquisition, request.slices.front()), request};
        },
        [this](Reopened reopened) { onReopened(std::move(reopened.first), std::move(reopened.second)); },
        [this](const Problem& problem) {
            m_opening = false;
            notify(kDataChanged);
            tell({Notice::Kind::Failure, Notice::Action::OpenAnother, problem.what, problem.hint});
        });
}

void Workbench::onReopened(Opened reopened, ReconstructionRequest request) {
    const auto& from = request.acquisition->header().provenance;
    m_path = from.path;
    onOpened(std::move(reopened));
    m_notice.reset();
    setMask(request.mask, request.mask.toText().empty() && !request.mask.drawn);
    m_maps.file = request.mapsFile;
    m_maps.parameters = request.mapParameters;
    if (request.prior) {
        setPrior(request.prior->prior);
        m_contrast = request.prior->contrast;
    }
    setMethod(request.method);
    setParameters(request.parameters);
    const auto name = runName(request);
    try {
        const auto score = scoreFor(request);
        const auto entry = m_steered.adopt(std::exchange(m_interrupted, {}), std::move(request), name, score);
        lookAt(entry->snapshot->branch, entry->snapshot->step);
    } catch (const std::exception& error) {
        tell({Notice::Kind::Failure, Notice::Action::None, "The steps of the run could not be taken over.", error.what()});
    }
    notify(kSteeringChanged | kMethodChanged | kNoticeChanged);
}

void Workbench::saveRecipe(ResultId id, const std::string& path) {
    const ResultEntry* entry = m_results.entry(id);
    if (!entry) return;
    try {
        writeRecipe(path, recipeOf(entry->result->protocol));
        tellSaved(path);
    } catch (const Error& error) {
        tell({Notice::Kind::Failure, Notice::Action::None, error.what(), error.hint()});
    }
}

RunId Workbench::applyToAll(ResultId id) {
    const ResultEntry* entry = m_results.entry(id);
    if (!entry || !m_acquisition) {
        tell({Notice::Kind::Info, Notice::Action::None, "There is no result yet whose values could be applied.", "Reconstruct a slice first."});
        return 0;
    }
    try {
        auto asked = request();
        asked.prior.reset();
        asked.mask = m_mask.choice;
        apply(recipeOf(entry->result->protocol), asked);
        asked.slices.clear();
        for (std::int64_t i = 0; i < m_acquisition->header().sliceCount(); ++i) asked.slices.push_back(i);
        return submit(fmt::format("{} · {} · all slices", entry->method, entry->maskText()), std::move(asked));
    } catch (const Error& error) {
        tell({Notice::Kind::Caution, Notice::Action::None, error.what(), error.hint()});
        return 0;
    }
}

}  // namespace larmor::session
