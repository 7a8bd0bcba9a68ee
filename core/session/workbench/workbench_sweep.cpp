// The sweep of a workbench: it starts, its cells come one by one, a cell is opened or run in full.

#include <filesystem>

#include <fmt/format.h>

#include "core/base/log.h"
#include "core/session/engine_host.h"
#include "core/session/prior_choice.h"
#include "core/session/reduced_scan.h"
#include "core/session/sweep_picture.h"
#include "core/session/workbench/workbench.h"

namespace larmor::session {

namespace {

/// Values that no method takes are told before anything runs. @throws ParamError, UsageError
void check(const SweepPlan& plan, const SweepRequest& request) {
    if (plan.rows && plan.rows->parameter == plan.columns.parameter)
        throw UsageError(fmt::format("'{}' is named for the rows and for the columns.", plan.columns.parameter),
                         "Choose two different ones.");
    checkScans(request);
    for (const auto& asked : request.methods)
        for (const auto& axis : asked.axes) {
            if (axis.values.empty()) throw ParamError(axis.parameter, "the sweep names no value", "Write them as 0.5/1/2.");
            ParamValues values(plugins().method(asked.method).params);
            for (const auto& value : axis.values) values.setFromText(axis.parameter, value);
        }
}

}  // namespace

SweepRequest Workbench::sweepRequest(const SweepPlan& plan) const {
    SweepScan scan;
    scan.name = std::filesystem::path(m_path).filename().string();
    scan.acquisition = m_acquisition;
    scan.slices = {slice()};
    scan.mapsFile = m_maps.file;
    scan.calibrationFile = m_maps.calibration;
    scan.contrast = m_contrast;
    const bool isTruth = plan.reduction == 1 && m_coils.preparation().whitening == Whitening::None;  // else the sweep makes references of its own
    if (const Reference* reference = isTruth ? m_store.reference(slice()) : nullptr) {
        const auto& image = *reference->image;
        scan.truth = magnitude(image).reshaped({1, image.extent(0), image.extent(1)});
    }
    SweepRequest asked;
    asked.scans = {std::move(scan)};
    asked.masks = plan.masks.empty() ? std::vector{m_mask.choice} : plan.masks;
    std::vector<SweepAxis> axes;
    if (plan.rows) axes.push_back(*plan.rows);
    axes.push_back(plan.columns);
    for (const auto& id : plan.methods.empty() ? std::vector{m_method} : plan.methods) {
        const auto& values = m_parameters.at(id);
        if (!plugins().method(id).needsPrior())
            asked.methods.push_back({id, {}, axes, values});
        else
            for (const auto& name : plan.priors.empty() ? std::vector{prior()->card.name} : plan.priors)
                asked.methods.push_back({id, name, axes, values});
    }
    asked.mapParameters = m_maps.parameters;
    asked.coils = m_coils.preparation();
    asked.scale = m_scale;
    asked.reference = m_store.combination();
    asked.reduction = plan.reduction;
    asked.jobs = plan.jobs;
    asked.device = m_device;
    asked.hashSource = true;
    return asked;
}

JobWork Workbench::sweepWork(SweepRequest request, std::int64_t number) {
    return [this, post = m_post, weak = std::weak_ptr<bool>(m_alive), request = std::move(request), number](const RunControl& run) {
        post([this, weak, number, record = recordOf(request, run.stop)] {
            if (!weak.expired()) onSweepBegun(number, record);
        });
        SweptCell made;
        const auto onMade = [&made](const SweepMade& one) {
            made.request = one.request;
            made.result = std::make_shared<const Reconstruction>(one.result);
        };
        const auto onCell = [&](const SweepTable& table) {
            made.scored = table.cells.back();
            post([this, weak, number, index = table.cells.size() - 1, cell = std::exchange(made, {})] {
                if (!weak.expired()) onSwept(number, index, cell);
            });
        };
        (void)session::sweep(request, run, {}, onCell, onMade);
        return Reconstruction();
    };
}

RunId Workbench::startSweep(const SweepPlan& plan) {
    const auto refuse = [this](std::string what, std::string why) -> RunId {
        tell({Notice::Kind::Caution, Notice::Action::None, std::move(what), std::move(why)});
        return 0;
    };
    if (!ready(plan.masks.empty())) return 0;
    if (m_sweep && m_sweep->running()) return refuse("A sweep is on its way.", "Stop it, or wait for its end.");
    try {
        for (const auto& id : plan.methods)
            if (!m_parameters.contains(id))
                return refuse(fmt::format("There is no method '{}' that can run.", id), "Choose one of the method list.");
        auto request = sweepRequest(plan);
        check(plan, request);
        SweepState sheet = sheetOf(request, plan);
        request.jobs = sheet.atOnce = cellsAtATime(request, static_cast<std::int64_t>(sheet.cells.size()));
        sheet.number = ++m_sweepCount;
        sheet.slice = slice();
        const auto name =
            fmt::format("Sweep · {} · {} cells · {}{}", plugins().method(request.methods.front().method).name, sheet.cells.size(),
                        sliceListText({slice()}), sheet.reduction > 1 ? ", " + sizeText(sheet.reduction) : "");
        sheet.job = m_runs.submit(name, request.device, {}, sweepWork(request, sheet.number));
        m_sweepJobs.insert(sheet.job);
        m_sweep = std::move(sheet);
        m_sweepPlan = plan;
        if (m_notice) dismissNotice();
        log(LogLevel::Info, "recon", "queued " + name);
        notify(kSweepChanged | kQueueChanged);
        return m_sweep->job;
    } catch (const Error& error) {
        return refuse(error.what(), error.hint());
    }
}

void Workbench::stopSweep() {
    if (m_sweep && m_sweep->running()) m_runs.stop(m_sweep->job);
}

void Workbench::forgetSweep() {
    stopSweep();
    m_sweep.reset();
    notify(kSweepChanged);
}

void Workbench::onSweepBegun(std::int64_t number, SweepRecord record) {
    if (m_sweep && m_sweep->number == number) m_sweep->record = std::move(record);
}

void Workbench::saveSweepPicture(const std::string& path) {
    if (!m_sweep || !m_sweep->record) {
        const bool begins = m_sweep && m_sweep->running();
        return tell({Notice::Kind::Caution, Notice::Action::None, "There is no sheet to save yet.", begins ? "Wait for the first cell." : "Start a sweep."});
    }
    m_background.run<std::string>(
        "export " + path,
        [cells = m_sweep->cells, record = *m_sweep->record, path](const RunControl&) {
            SweepPicture picture;
            std::vector<SweepCell> scored;
            for (const SweptCell& cell : cells) {
                if (cell.done()) picture.add({*cell.scored, cell.request, *cell.result});
                if (cell.scored) scored.push_back(*cell.scored);
            }
            picture.save(path, scored, record);
            return path;
        },
        [this](const std::string& saved) { tellSaved(saved); },
        [this, path](const Problem& problem) {
            m_retry = [this, path] { saveSweepPicture(path); };
            tell({Notice::Kind::Failure, Notice::Action::Retry, problem.what, problem.hint});
        });
}

void Workbench::onSwept(std::int64_t number, std::size_t index, SweptCell cell) {
    if (!m_sweep || m_sweep->number != number) return;
    if (!cell.scored->failure.empty()) log(LogLevel::Warning, "recon", "a cell of the sweep failed: " + cell.scored->failure);
    m_sweep->cells.at(index) = std::move(cell);
    notify(kSweepChanged);
}

void Workbench::onSweepEnded(const RunRow& row) {
    if (m_sweep && m_sweep->job == row.id) m_sweep->job = 0;
    if (row.failed) {
        log(LogLevel::Error, "recon", row.name + " failed: " + row.problem);
        m_retry = [this, plan = m_sweepPlan] { startSweep(plan); };
        tell({Notice::Kind::Failure, Notice::Action::Retry, row.problem, row.hint, Notice::Action::OpenLog});
    } else {
        log(LogLevel::Info, "recon", row.name + " has ended");
    }
    m_project.save();
    notify(kSweepChanged | kQueueChanged | kPanesChanged);
}

/// A cell that is done, else null and the reason as a notice.
SweptCell* Workbench::sweptCell(std::size_t index) {
    const bool there = m_sweep && index < m_sweep->cells.size();
    if (there && m_sweep->cells[index].done()) return &m_sweep->cells[index];
    Notice notice{Notice::Kind::Caution, Notice::Action::None, "This cell was not made: the sweep was stopped before it.",
                  "Start the sweep again."};
    if (!there)
        notice.what = "There is no such cell.";
    else if (const auto& scored = m_sweep->cells[index].scored)
        notice = {Notice::Kind::Caution, Notice::Action::OpenLog, "This cell has no image, for it failed: " + scored->failure,
                  "Choose another one, or other values."};
    else if (m_sweep->running())
        notice = {Notice::Kind::Caution, Notice::Action::None, "This cell is not there yet.", "Wait for it, or choose one that is."};
    tell(std::move(notice));
    return nullptr;
}

void Workbench::openSweepCell(std::size_t index) {
    SweptCell* cell = sweptCell(index);
    if (!cell) return;
    const ResultEntry* held = m_results.entry(cell->opened);
    if (!held || held->deleted) {
        const bool isWhole = cell->request.reduction == 1;  // a reduced one is measured against the reference of the reduced scan
        cell->opened = m_results.add(plugins().method(cell->request.method).name, cell->result,
                                     isWhole ? m_acquisition : std::make_shared<const ReducedScan>(m_acquisition, cell->request.reduction));
    }
    measureResults();
    setSlice(m_sweep->slice);
    if (m_paneCount < 3) setPaneCount(3);
    constexpr PaneContent kShown[] = {PaneContent::Reference, PaneContent::Reconstruction, PaneContent::Error};
    for (std::size_t i = 0; i < std::size(kShown); ++i) {
        m_panes[i] = Pane();
        m_panes[i].content = kShown[i];
        m_panes[i].slice = m_sweep->slice;
    }
    showResult(cell->opened);
}

RunId Workbench::promoteSweepCell(std::size_t index) {
    const SweptCell* cell = sweptCell(index);
    if (!cell) return 0;
    try {
        ReconstructionRequest asked = cell->request;
        if (m_sliceChoice.kind != SliceChoice::Kind::This) asked.slices = chosenSlices();
        asked.reduction = 1;
        asked.tellWarnings = true;
        if (!asked.prior) asked.chosenParameters.reset();
        const double acceleration = m_sweep->reduction == 1 ? cell->scored->acceleration : 0;  // the middle of k-space has another one
        auto name = runName(asked, acceleration);
        return submitAsked({std::move(name), std::move(asked)});
    } catch (const Error& error) {
        tell({Notice::Kind::Caution, Notice::Action::None, error.what(), error.hint()});
        return 0;
    }
}

}  // namespace larmor::session
