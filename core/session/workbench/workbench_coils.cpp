// What is done to the coils of the open scan, and what may be compared with what since.

#include "core/base/io/load.h"
#include "core/session/request_scan.h"
#include "core/session/workbench/workbench.h"

namespace larmor::session {

void WorkbenchCoils::setMapParameters(ParamValues values) {
    m_bench.m_maps.parameters = std::move(values);
    m_bench.notify(kMapsChanged);
}

void WorkbenchCoils::setMapsFile(const std::string& path) {
    takeMapsFrom(path, {});
}

void WorkbenchCoils::setCalibrationFile(const std::string& path) {
    takeMapsFrom({}, path);
}

void WorkbenchCoils::takeMapsFrom(const std::string& file, const std::string& calibration) {
    m_bench.m_maps.file = file;
    m_bench.m_maps.calibration = calibration;
    m_bench.m_maps.problem.clear();
    m_bench.m_maps.estimated.reset();
    m_bench.notify(kMapsChanged | kPanesChanged);
    if (!file.empty() || !calibration.empty()) estimateMaps();
}

void WorkbenchCoils::estimateMaps() {
    if (!m_bench.m_acquisition) return;
    m_bench.m_maps.working = true;
    m_bench.m_maps.problem.clear();
    m_bench.notify(kMapsChanged);
    m_bench.m_background.run<CoilMaps>(
        "maps",
        [asked = m_bench.request(), slice = m_bench.slice()](const RunControl& run) {
            if (asked.mapsFile.empty()) return setsInARow(session::estimateMaps(*scanOf(asked), slice, asked.mask, asked.mapParameters, run));
            ComplexArray maps = io::readCoilMaps(asked.mapsFile);
            return setsInARow({maps.rank() > 3 ? maps.slice(std::min(slice, maps.extent(0) - 1)) : std::move(maps), {}});
        },
        [this, slice = m_bench.slice()](CoilMaps maps) {
            m_bench.m_maps.estimated = std::make_shared<const CoilMaps>(std::move(maps));
            m_bench.m_maps.slice = slice;
            m_bench.m_maps.working = false;
            m_bench.notify(kMapsChanged | kPanesChanged);
        },
        [this](const Problem& problem) {
            m_bench.m_maps.working = false;
            m_bench.m_maps.problem = problem.what;
            m_bench.m_maps.hint = problem.hint;
            m_bench.notify(kMapsChanged);
        },
        Background::Length::Long);
}

void WorkbenchCoils::prepare(const CoilPreparation& preparation) {
    m_bench.m_background.cancel("whiten");
    if (!m_bench.m_acquisition || preparation.whitening == m_preparation.whitening) return take(preparation);
    m_bench.m_background.run<Workbench::Opened>(
        "whiten",
        [acquisition = m_bench.m_acquisition, preparation, slice = m_bench.slice()](const RunControl&) { return Workbench::opened(scanOfReference(acquisition, preparation), slice); },
        [this, preparation](Workbench::Opened seen) {
            m_bench.m_store.reset(seen.acquisition, std::move(seen.first));
            m_bench.m_derived.clear();
            m_bench.m_measured.reset();
            m_bench.m_checks.clear();
            take(preparation);
            m_bench.resolveMaskNow();
            m_bench.wantSlices();
        },
        [this](const Problem& problem) {
            m_bench.notify(kMapsChanged);  // the form goes back to what holds
            m_bench.tell({Notice::Kind::Caution, Notice::Action::None, "The coils cannot be whitened: " + problem.what, problem.hint});
        },
        Background::Length::Long);
}

void WorkbenchCoils::take(const CoilPreparation& preparation) {
    if (preparation == m_preparation) return;
    m_preparation = preparation;
    m_bench.m_maps.estimated.reset();
    m_bench.m_preview.clear();
    m_bench.makePreview();
    m_bench.makeTransforms();
    m_bench.notify(kMapsChanged | kPanesChanged);
}

void WorkbenchCoils::forgetFile() {
    m_bench.m_background.cancel("whiten");
    m_bench.m_background.cancel("maps");
    m_bench.m_maps = {m_bench.m_maps.parameters, {}, {}, {}, 0, false, {}, {}};
    m_preparation = {};
}

Whitening WorkbenchCoils::whiteningIn(Pane pane) const {
    pane.content = PaneContent::Reconstruction;
    if (pane.branch != 0) {
        const auto entry = m_bench.steeredEntry();
        return entry ? entry->request.coils.whitening : m_preparation.whitening;
    }
    if (m_bench.lookedIn(pane)) return m_bench.m_looked.entry->request.coils.whitening;
    if (m_bench.liveIn(pane)) return m_bench.m_runInputs.at(m_bench.m_live.run).coils.whitening;
    const ResultEntry* entry = m_bench.entryOf(pane);
    return entry ? entry->result->protocol.coils.whitening : m_preparation.whitening;
}

const Reference* WorkbenchCoils::referenceFor(const Pane& pane) const {
    return isComparable(pane) ? m_bench.m_store.reference(pane.slice) : nullptr;
}

}  // namespace larmor::session
