// A file is opened in a workbench, and what was made of the one before is let go.

#include <algorithm>

#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "core/base/log.h"
#include "core/session/acquired.h"
#include "core/session/sweep_picture.h"
#include "core/session/workbench/workbench.h"

namespace larmor::session {

namespace {

/// R = 4 with an ACS that leaves lines to choose: 24 on clinical matrices, fewer on small ones.
MaskChoice initialMask(const AcquisitionHeader& header) {
    masks::MaskSpec spec;
    const std::int64_t columns = (header.phaseEnd > 0 ? header.phaseEnd : header.encoded.phase) - header.phaseBegin;
    spec.acs = std::clamp<std::int64_t>(columns * 3 / 16, 2, 24);
    MaskChoice choice;
    choice.spec = spec;
    return choice;
}

/// True where the scanner left out more than stray samples: a further mask is then not what a person wants first.
bool wasAccelerated(const AcquisitionHeader& header, const SamplingMask& acquired) {
    const std::int64_t columns = (header.phaseEnd > 0 ? header.phaseEnd : header.encoded.phase) - header.phaseBegin;
    return acquired.keptCount() < acquired.readout() * columns * 9 / 10;
}

}  // namespace

void Workbench::open(const std::string& path, const std::string& dims, const std::string& array) {
    if (const auto folder = projectFolderOf(path); !folder.empty()) return m_project.open(folder);
    openAs(path, dims, array, false);
}

void Workbench::openAs(const std::string& path, const std::string& dims, const std::string& array, bool remember) {
    m_opening = true;
    notify(kDataChanged);
    m_retry = [this, path, dims, array, remember] { openAs(path, dims, array, remember); };
    m_background.run<std::optional<Opened>>(
        "open",
        [path, dims, array, remember, memory = m_axisMemory](const RunControl& run) -> std::optional<Opened> {
            if (dims.empty() && array.empty() && (io::carriesProtocol(path) || looksLikeSvg(path))) return std::nullopt;
            io::LoadOptions options;
            options.array = array;
            if (!dims.empty()) options.dims = io::parseDims(dims);
            const auto [acquisition, remembered] = openRemembered(path, options, memory, run);
            run.throwIfStopped();
            auto file = opened(acquisition, acquisition->header().sliceCount() / 2);
            if (remember) memory.remember(acquisition->header().provenance);
            file.axesRemembered = remembered || remember;
            return file;
        },
        [this, path](std::optional<Opened> opened) {
            if (!opened) return m_project.read(path, {});
            m_path = path;
            onOpened(std::move(*opened));
        },
        [this, path](const Problem& problem) {
            m_opening = false;
            log(LogLevel::Error, "io", problem.what);
            notify(kDataChanged);
            tellNotKspace(path, problem);
        });
}

void Workbench::readAxesAs(const std::string& dims) {
    if (m_acquisition) openAs(m_path, dims, m_acquisition->header().provenance.array, true);
}

void Workbench::keepAxes(bool keep) {
    if (!m_acquisition) return;
    const Provenance& origin = m_acquisition->header().provenance;
    try {
        keep ? m_axisMemory.remember(origin) : m_axisMemory.forget(origin);
    } catch (const Error& error) {
        return tell({Notice::Kind::Failure, Notice::Action::None, error.what(), error.hint()});
    }
    if (!keep) return openAs(m_path, {}, origin.array, false);
    m_axesRemembered = true;
    notify(kDataChanged);
}

Workbench::Opened Workbench::opened(AcquisitionPtr acquisition, std::int64_t slice) {
    Opened opened;
    opened.acquisition = std::move(acquisition);
    opened.first.slice = slice;
    opened.first.samples = std::make_shared<const ComplexArray>(opened.acquisition->readSlice(slice));
    opened.first.acquired = acquiredMaskOf(opened.acquisition->header(), *opened.first.samples);
    return opened;
}

/// Offers to look at the arrays where the file has some, though none that can be reconstructed.
void Workbench::tellNotKspace(const std::string& path, const Problem& problem) {
    m_refusedPath = path;
    const auto offer = [this, problem](Notice::Action action) { tell({Notice::Kind::Failure, action, problem.what, problem.hint}); };
    m_background.run<bool>(
        "open", [path](const RunControl&) { return !io::openArrayFile(path)->entries().empty(); },
        [offer](bool hasArrays) { offer(hasArrays ? Notice::Action::OpenAsArrays : Notice::Action::OpenAnother); },
        [offer](const Problem&) { offer(Notice::Action::OpenAnother); });
}

void Workbench::onOpened(Opened opened) {
    m_opening = false;
    const std::int64_t slice = opened.first.slice;
    m_acquisition = opened.acquisition;
    m_axesRemembered = opened.axesRemembered;
    const AcquisitionHeader& header = m_acquisition->header();
    log(LogLevel::Info, "io",
        "opened " + header.provenance.format + " with " + std::to_string(header.sliceCount()) + " slices, " +
            std::to_string(header.coils) + " coils");
    for (const std::string& note : header.provenance.notes) log(LogLevel::Info, "io", note);
    const bool accelerated = wasAccelerated(header, opened.first.acquired);
    m_store.reset(m_acquisition, std::move(opened.first));
    forgetFile();
    for (Pane& pane : m_panes) pane.slice = slice;
    if (m_notice && m_notice->action != Notice::Action::GoOn) m_notice.reset();
    setMask(accelerated ? MaskChoice{} : initialMask(header), accelerated);
    wantSlices();
    notify(kDataChanged | kMaskChanged | kMapsChanged | kPanesChanged | kNoticeChanged | kResultsChanged | kSteeringChanged | kTuningChanged);
}

/// What was made of the file that was open.
void Workbench::forgetFile() {
    m_derived.clear();
    m_transformed = {};
    m_preview.clear();
    m_measured.reset();
    m_live = {};
    m_looked = {};
    m_branchImages.clear();
    forgetSweep();
    m_shown = 0;
    m_coils.forgetFile();
    for (Pane& pane : m_panes) {
        pane.result = pane.branch = pane.against = 0;
        pane.sample = -1;
    }
    forgetTuning();
    m_lines.forgetFile();
    m_mask.resolved.reset();
    m_mask.kept.reset();
}

}  // namespace larmor::session
