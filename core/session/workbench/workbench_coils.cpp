// What is done to the coils of the open scan, and what may be compared with what since.

#include "core/session/request_scan.h"
#include "core/session/workbench/workbench.h"

namespace larmor::session {

void Workbench::setCalibrationFile(const std::string& path) {
    m_maps.file.clear();
    m_maps.calibration = path;
    m_maps.problem.clear();
    m_maps.estimated.reset();
    notify(kMapsChanged | kPanesChanged);
    if (!path.empty()) estimateMapsNow();
}

void Workbench::setCoils(const CoilPreparation& coils) {
    m_background.cancel("whiten");
    if (!m_acquisition || coils.whitening == m_coils.whitening) return takeCoils(coils);
    m_background.run<Opened>(
        "whiten",
        [acquisition = m_acquisition, coils, slice = slice()](const RunControl&) { return opened(scanOfReference(acquisition, coils), slice); },
        [this, coils](Opened seen) {
            m_store.reset(seen.acquisition, std::move(seen.first));
            m_derived.clear();
            m_measured.reset();
            m_checks.clear();
            takeCoils(coils);
            resolveMaskNow();
            wantSlices();
        },
        [this](const Problem& problem) {
            notify(kMapsChanged);  // the form goes back to what holds
            tell({Notice::Kind::Caution, Notice::Action::None, "The coils cannot be whitened: " + problem.what, problem.hint});
        },
        Background::Length::Long);
}

void Workbench::takeCoils(const CoilPreparation& coils) {
    if (coils == m_coils) return;
    m_coils = coils;
    m_maps.estimated.reset();
    m_preview.clear();
    makePreview();
    makeTransforms();
    notify(kMapsChanged | kPanesChanged);
}

Whitening Workbench::whiteningIn(Pane pane) const {
    pane.content = PaneContent::Reconstruction;
    if (pane.branch != 0) {
        const auto entry = steeredEntry();
        return entry ? entry->request.coils.whitening : m_coils.whitening;
    }
    if (lookedIn(pane)) return m_looked.entry->request.coils.whitening;
    if (liveIn(pane)) return m_runInputs.at(m_live.run).coils.whitening;
    const ResultEntry* entry = entryOf(pane);
    return entry ? entry->result->protocol.coils.whitening : m_coils.whitening;
}

const Reference* Workbench::referenceFor(const Pane& pane) const {
    return whiteningIn(pane) == m_coils.whitening ? m_store.reference(pane.slice) : nullptr;
}

}  // namespace larmor::session
