// Running, results and their metrics.

#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "core/base/io/save.h"
#include "core/base/log.h"
#include "core/session/engine_host.h"
#include "core/session/prior_choice.h"
#include "core/session/request_scan.h"
#include "core/session/series_places.h"
#include "core/session/workbench/workbench.h"

namespace larmor::session {

namespace {

/// One value a step; steps that were not reported lie on the line between their neighbours, those to come are NaN.
std::vector<double> curveOf(const std::vector<TracePoint>& trace, std::int64_t slice, std::int64_t steps) {
    std::vector<double> curve;
    for (const TracePoint& point : trace) {
        if (point.slice != slice || point.step <= static_cast<std::int64_t>(curve.size())) continue;
        const double from = curve.empty() ? point.residual : curve.back();
        const auto gap = static_cast<double>(point.step - static_cast<std::int64_t>(curve.size()));
        for (int i = 1; static_cast<std::int64_t>(curve.size()) < point.step; ++i) curve.push_back(from + (point.residual - from) * i / gap);
    }
    if (!curve.empty() && static_cast<std::int64_t>(curve.size()) < steps)
        curve.resize(static_cast<std::size_t>(steps), std::numeric_limits<double>::quiet_NaN());
    return curve;
}

}  // namespace

metrics::SliceMetrics compareImages(const ComplexArray& reference, const ComplexArray& image, metrics::Scale scale) {
    const auto asStack = [](const ComplexArray& one) { return magnitude(one).reshaped({1, one.extent(0), one.extent(1)}); };
    metrics::Options options;
    options.scale = scale;
    return metrics::compare(asStack(reference), asStack(image), options).mean;
}

std::vector<std::int64_t> Workbench::chosenSlices() const {
    const std::int64_t count = m_acquisition->header().sliceCount();
    if (m_sliceChoice.kind == SliceChoice::Kind::This) return {slice()};
    if (m_sliceChoice.kind == SliceChoice::Kind::Listed) {
        std::string listed = m_sliceChoice.listed;
        std::erase(listed, ' ');
        std::vector<std::int64_t> slices = parseSlices(listed, count + 1);  // people count from 1
        for (std::int64_t& index : slices)
            if (--index < 0) throw UsageError("Slices count from 1 here.", "Write them as 1-5, 8.");
        if (slices.empty()) throw UsageError("No slices are chosen.", "Write them as 1-5, 8.");
        return slices;
    }
    std::vector<std::int64_t> all(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
    return all;
}

ReconstructionRequest Workbench::request() const {
    ReconstructionRequest asked;
    asked.acquisition = m_acquisition;
    asked.method = m_method;
    asked.parameters = parameters();
    asked.mask = m_mask.choice;
    asked.mapsFile = m_maps.file;
    asked.mapParameters = m_maps.parameters;
    asked.calibrationFile = m_maps.calibration;
    asked.coils = m_coils.preparation();
    asked.device = m_device;
    if (m_brought && m_brought->acquisition == m_acquisition && m_brought->method == m_method && m_brought->parameters == asked.parameters.toJson()) {
        asked.seed = m_brought->seed;
        asked.steering = m_brought->steering;
    }
    if (prior() && plugins().method(m_method).needsPrior()) {
        asked.prior = PriorRequest{prior()->card.name, m_contrast, {}};
        asked.chosenParameters = changedParameters(parameters());
    }
    return asked;
}

bool Workbench::ready(bool needsMask) {
    const auto refuse = [this](std::string what, std::string why) {
        tell({Notice::Kind::Caution, Notice::Action::None, std::move(what), std::move(why)});
        return false;
    };
    if (!m_acquisition) return refuse("There is nothing to reconstruct yet.", "Open a k-space file, or drop one here.");
    if (m_method.empty()) return refuse("No reconstruction method was found.", "The log lists the plugins that could not be loaded.");
    const bool noMask = needsMask && !m_mask.problem.empty() && !m_background.busy("mask");
    return noMask ? refuse("The mask cannot be made: " + m_mask.problem, m_mask.hint) : true;
}

std::optional<Workbench::Asked> Workbench::ask() {
    if (!ready(true)) return std::nullopt;
    try {
        ReconstructionRequest asked = withTuned(request());
        asked.slices = chosenSlices();
        if (const auto& method = plugins().method(asked.method); method.needsSeries()) asked.slices = withAllFrames(method, m_acquisition->header(), asked.slices);
        checkSampleMemory(asked);
        const double acceleration = m_mask.resolved && !m_background.busy("mask") ? m_mask.resolved->total : 0;
        std::string name = runName(asked, acceleration);
        return Asked{std::move(name), std::move(asked)};
    } catch (const Error& error) {
        tell({Notice::Kind::Caution, Notice::Action::None, error.what(), error.hint()});
        return std::nullopt;
    }
}

RunId Workbench::reconstruct() {
    auto asked = ask();
    return asked ? submitAsked(std::move(*asked)) : 0;
}

RunId Workbench::submitAsked(Asked asked) {
    const bool steerable = asked.request.prior && asked.request.slices.size() == 1;
    return steerable ? submitSteered(asked.name, std::move(asked.request)) : submit(asked.name, std::move(asked.request));
}

RunId Workbench::submit(const std::string& name, ReconstructionRequest asked) {
    // Steps of a method of series count places.
    const bool isSeries = plugins().method(asked.method).needsSeries();
    const auto counted = isSeries ? middleFrames(asked.acquisition->header(), asked.slices) : asked.slices;
    const RunId id = m_runs.submit(name, asked.device, counted, [asked](const RunControl& run) { return session::reconstruct(asked, run); });
    m_runInputs[id] = std::move(asked);
    if (m_notice) dismissNotice();
    log(LogLevel::Info, "recon", "queued " + name);
    return id;
}

void Workbench::stopCurrent() {
    if (const RunRow* row = m_runs.running()) return m_runs.stop(row->id);
    for (const RunRow& row : m_runs.rows())
        if (!row.ended()) return m_runs.stop(row.id);
}

RunId Workbench::longRun() const {
    constexpr auto kMuchWork = std::chrono::seconds(60);
    const RunRow* row = m_runs.running();
    const bool stopping = row && row->progress.state == JobState::Stopping;
    return row && !stopping && m_now() - row->started >= kMuchWork ? row->id : 0;
}

void Workbench::onPreview(RunId run, std::int64_t slice, ComplexArray image) {
    const auto asked = m_runInputs.find(run);
    if (asked == m_runInputs.end() || asked->second.acquisition != m_acquisition || image.rank() != 2) return;
    m_live = {run, slice, std::make_shared<const ComplexArray>(cropToRecon(std::move(image), m_acquisition->header()))};
    measureLive();
    makeTransforms();
    notify(kPanesChanged);
}

void Workbench::onEnded(const RunRow& row, const Outcome& outcome) {
    if (m_sweepJobs.erase(row.id) != 0) return onSweepEnded(row);
    if (endTuning(row) || m_lines.end(row)) {
        if (m_events.runEnded) m_events.runEnded(row.id, outcome);
        return;
    }
    const ReconstructionRequest asked = m_runInputs[row.id];
    const AcquisitionPtr& acquisition = asked.acquisition;
    m_runInputs.erase(row.id);
    if (m_live.run == row.id) m_live = {};
    const auto steered = m_steered.ofJob(row.id);
    if (steered) steered->job = 0;
    ReconstructionPtr result;
    if (const auto* completed = std::get_if<Completed>(&outcome)) result = completed->result;
    if (const auto* stopped = std::get_if<Stopped>(&outcome)) result = stopped->result;
    if (result) {
        const ResultId id = m_results.add(plugins().method(result->protocol.method).name, result, acquisition);
        if (acquisition == m_acquisition && m_results.entry(id)->images.contains(slice())) m_shown = id;
        log(LogLevel::Info, "recon", fmt::format("{} {} after {:.1f} s", row.name, result->stoppedEarly ? "was stopped" : "is done", result->seconds));
        if (steered) steered->result = id;
        measureResults();
    } else if (row.failed) {
        log(LogLevel::Error, "recon", row.name + " failed: " + row.problem);
        m_retry = [this, name = row.name, asked, isSteered = steered != nullptr] { isSteered ? submitSteered(name, asked) : submit(name, asked); };
        tell({Notice::Kind::Failure, Notice::Action::Retry, row.problem, row.hint, Notice::Action::OpenLog});
    } else {
        log(LogLevel::Info, "recon", row.name + " was cancelled");
    }
    if (steered && !result && !steered->run) m_steered.forget(steered);
    makePreview();
    makeTransforms();
    notify(kResultsChanged | kPanesChanged | kQueueChanged | kSteeringChanged);
    m_project.save();
    if (m_events.runEnded) m_events.runEnded(row.id, outcome);
}

std::vector<double> Workbench::residualCurve() const {
    const std::vector<TracePoint>* trace = nullptr;
    std::int64_t wanted = 0, steps = 0;
    if (const RunRow* row = m_runs.running(); row && !(m_tuning.working && row->id == m_tuning.run)) {
        trace = &row->trace;
        steps = row->stepsASlice();
        if (!trace->empty()) wanted = trace->back().slice;
    } else if (const ResultEntry* entry = m_results.entry(m_shown)) {
        trace = &entry->result->trace;
        wanted = slice();
    }
    return trace ? curveOf(*trace, wanted, steps) : std::vector<double>{};
}

void Workbench::measureResults() {
    const ResultEntry* entry = m_results.firstWithoutMetrics();
    if (!entry || m_measuring != 0) return;
    m_measuring = entry->id;
    const CoilPreparation coils = entry->result->protocol.coils;
    const bool openOne = entry->acquisition == m_acquisition && coils.whitening == m_coils.preparation().whitening;
    m_background.run<MetricsAnswer>(
        "metrics",
        [acquisition = entry->acquisition, coils, images = entry->images, scale = m_scale, how = m_store.combination(),
         known = openOne ? m_store.references() : std::map<std::int64_t, Reference>{}](const RunControl& run) {
            MetricsAnswer answer;
            const auto scan = scanOfReference(acquisition, coils);
            for (const auto& [slice, image] : images) {
                run.throwIfStopped();
                const auto held = known.find(slice);
                const Reference reference = held != known.end() ? held->second : makeSliceReference(*scan, slice, how, run);
                answer.metrics[slice] = compareImages(*reference.image, *image, scale);
                answer.metrics[slice].slice = slice;
                answer.name = reference.name;
                if (held == known.end()) answer.references[slice] = reference;
            }
            return answer;
        },
        [this, id = entry->id, acquisition = entry->acquisition, coils](MetricsAnswer answer) {
            m_measuring = 0;
            m_results.setMetrics(id, std::move(answer.metrics), answer.name, {});
            if (acquisition == m_acquisition && coils.whitening == m_coils.preparation().whitening)
                for (auto& [slice, reference] : answer.references) m_store.addReference(slice, std::move(reference));
            notify(kResultsChanged | kPanesChanged);
            measureResults();
        },
        [this, id = entry->id](const Problem& problem) {
            m_measuring = 0;
            m_results.setMetrics(id, {}, {}, problem.what);
            notify(kResultsChanged | kPanesChanged);
            measureResults();
        },
        Background::Length::Long);
}

void Workbench::measureLive() {
    if (!m_acquisition || m_background.busy("measure")) return;
    Pane current = m_panes[m_focused];
    current.content = PaneContent::Reconstruction;
    current.result = 0;
    current.sample = -1;
    const ImagePtr image = (liveIn(current) || lookedIn(current) || m_shown == 0) ? imageOf(current) : nullptr;
    const Reference* reference = m_coils.referenceFor(current);
    if (!image || !reference || (m_measured && m_measured->image == image)) return;
    m_background.run<Measured>(
        "measure",
        [image, reference = reference->image, slice = current.slice, scale = m_scale](const RunControl&) {
            Measured measured{image, compareImages(*reference, *image, scale)};
            measured.values.slice = slice;
            return measured;
        },
        [this](Measured measured) {
            m_measured = std::move(measured);
            notify(kPanesChanged);
            measureLive();
        },
        [this](const Problem& problem) { log(LogLevel::Warning, "metrics", problem.what); });
}

void Workbench::setScale(metrics::Scale scale) {
    if (m_scale == scale) return;
    m_scale = scale;
    measureAgain();
}

void Workbench::setReferenceCombination(Combination how) {
    if (m_store.combination() == how) return;
    m_store.setCombination(how);
    measureAgain();
    notify(kDataChanged);
}

void Workbench::measureAgain() {
    m_results.forgetMetrics();
    m_measured.reset();
    m_background.cancel("metrics");
    m_background.cancel("measure");
    m_background.cancel("calibration");
    m_checks.clear();
    m_measuring = 0;
    m_derived.clear();
    measureResults();
    measureLive();
    notify(kResultsChanged | kPanesChanged);
}

void Workbench::showResult(ResultId id) {
    if (id != 0 && !m_results.entry(id)) return;
    m_shown = id;
    m_looked = {};
    makePreview();
    measureLive();
    makeTransforms();
    notify(kResultsChanged | kPanesChanged | kMethodChanged | kSteeringChanged);
}

void Workbench::deleteResult(ResultId id) {
    const ResultEntry* entry = m_results.entry(id);
    if (!entry || entry->deleted) return;
    m_results.remove(id);
    m_lines.keepLeftOut();
    forgetDeletedBranches();
    const auto left = m_results.visible();
    if (m_shown == id) m_shown = left.empty() ? 0 : left.back()->id;
    for (Pane& pane : m_panes)
        if (pane.result == id) pane.result = 0;
    tell({Notice::Kind::Info, Notice::Action::Undo, fmt::format("{} ({}) was deleted.", entry->method, entry->maskText()), {}});
    makePreview();
    notify(kResultsChanged | kPanesChanged);
}

void Workbench::undo() {
    if (m_lines.undo() || undoDeleteBranch()) return dismissNotice();
    const ResultId id = m_results.undoRemove();
    if (id == 0) return;
    m_shown = id;
    if (m_notice && m_notice->action == Notice::Action::Undo) dismissNotice();
    notify(kResultsChanged | kPanesChanged);
}

void Workbench::exportResult(ResultId id, const std::string& path) {
    const ResultEntry* entry = m_results.entry(id);
    if (!entry) return;
    m_background.run<std::string>(
        "export " + path,
        [held = *entry, path](const RunControl&) {
            io::saveReconstruction(path, held.whole());
            return path;
        },
        [this](const std::string& saved) { tellSaved(saved); },
        [this, id, path](const Problem& problem) {
            m_retry = [this, id, path] { exportResult(id, path); };
            tell({Notice::Kind::Failure, Notice::Action::Retry, problem.what, problem.hint});
        });
}

void Workbench::saveMask(const std::string& path) {
    if (!m_mask.kept) return;
    m_background.run<std::string>(
        "export " + path,
        [kept = m_mask.kept, path](const RunControl&) {
            io::saveMask(path, *kept);
            return path;
        },
        [this](const std::string& saved) { tellSaved(saved); },
        [this, path](const Problem& problem) {
            m_retry = [this, path] { saveMask(path); };
            tell({Notice::Kind::Failure, Notice::Action::Retry, problem.what, problem.hint});
        });
}

void Workbench::tellSaved(const std::string& path) {
    log(LogLevel::Info, "io", "saved " + std::filesystem::path(path).filename().string());
    tell({Notice::Kind::Info, Notice::Action::None, "Saved " + path, {}});
}

std::string Workbench::commandLineOf(ResultId id) const {
    const ResultEntry* entry = m_results.entry(id);
    return entry ? asCommandLine(entry->result->protocol, entry->result->protocol.method + ".h5") : std::string{};
}

std::string Workbench::bartCommandOf(ResultId id) const {
    const ResultEntry* entry = m_results.entry(id);
    return entry ? asBartCommand(entry->result->protocol, entry->acquisition->header().encoded) : std::string{};
}

}  // namespace larmor::session
