#include "core/session/workbench/workbench.h"

#include <algorithm>

#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "core/base/log.h"
#include "core/session/engine_host.h"
#include "core/session/prior_choice.h"
#include "core/session/request_scan.h"

namespace larmor::session {

Workbench::Workbench(Post post, Events events)
    : m_post(std::move(post)),
      m_events(std::move(events)),
      m_steered(m_post, [this] { notify(kSteeringChanged | kPanesChanged); }),
      m_background(m_post),
      m_store(m_background, {[this](std::int64_t) { resolveMaskNow(); makeTransforms(); notify(kPanesChanged); },
                             [this](std::int64_t slice) {
                                 giveReferenceToRuns(slice);
                                 measureResults();
                                 measureLive();
                                 makeTransforms();
                                 notify(kPanesChanged);
                             },
                             [this](std::int64_t slice, const Problem& problem) {
                                 m_retry = [this] { m_store.forgetFailures(); };
                                 tell({Notice::Kind::Failure, Notice::Action::Retry,
                                       "Slice " + std::to_string(slice + 1) + ": " + problem.what, problem.hint});
                             }}),
      m_runs(m_post, {[this] { notify(kQueueChanged | kPanesChanged); },
                      [this](RunId run, std::int64_t slice, ComplexArray image) { onPreview(run, slice, std::move(image)); },
                      [this](const RunRow& row, const Outcome& outcome) { onEnded(row, outcome); }}) {
    setPaneCount(3);
    m_maps.parameters = ParamValues(espiritParameters());
    m_priors = knownPriors().priors;
    const auto methods = this->methods();
    for (const PluginManifest* manifest : methods) m_parameters[manifest->id] = ParamValues(manifest->params);
    const auto cg = std::find_if(methods.begin(), methods.end(), [](const auto* manifest) { return manifest->id == "cg-sense"; });
    if (!methods.empty()) m_method = cg != methods.end() ? (*cg)->id : methods.front()->id;
    for (const PluginFailure& failure : plugins().failures)
        log(LogLevel::Warning, "plugins", failure.path + " was not loaded: " + failure.reason);
    loadDevices();
}

Workbench::~Workbench() { m_alive.reset(); }

void Workbench::notify(Changes changes) {
    const bool alreadyOnTheWay = m_pending != 0;
    m_pending |= changes;
    if (alreadyOnTheWay) return;
    m_post([this, weak = std::weak_ptr<bool>(m_alive)] {
        if (weak.expired()) return;
        const Changes told = std::exchange(m_pending, 0);
        if (told & (kPanesChanged | kResultsChanged)) checkSamples();
        m_events.changed(told);
    });
}

void Workbench::setSlice(std::int64_t slice) {
    if (!m_acquisition) return;
    slice = std::clamp<std::int64_t>(slice, 0, m_acquisition->header().sliceCount() - 1);
    if (slice == this->slice()) return;
    if (m_slicesLinked)
        for (Pane& pane : m_panes) pane.slice = slice;
    else
        m_panes[m_focused].slice = slice;
    wantSlices();
    makePreview();
    measureLive();
    makeTransforms();
    notify(kPanesChanged | kMethodChanged);
}

void Workbench::setSlicesLinked(bool linked) {
    m_slicesLinked = linked;
    if (!linked) return;
    const std::int64_t slice = this->slice();
    for (Pane& pane : m_panes) pane.slice = slice;
    wantSlices();
    notify(kPanesChanged);
}

void Workbench::wantSlices() {
    if (!m_acquisition) return;
    std::vector<std::int64_t> wanted{slice()};
    for (std::size_t i = 0; i < m_paneCount; ++i)
        if (std::find(wanted.begin(), wanted.end(), m_panes[i].slice) == wanted.end()) wanted.push_back(m_panes[i].slice);
    m_store.want(std::move(wanted));
}

void Workbench::setMask(MaskChoice choice, bool allSamples) {
    m_mask.choice = std::move(choice);
    m_mask.allSamples = allSamples;
    m_lines.forget();
    m_shown = 0;
    resolveMaskNow();
    notify(kMaskChanged | kPanesChanged | kResultsChanged);
}

void Workbench::resolveMaskNow() {
    const KspaceSlice* held = m_acquisition ? m_store.kspace(slice()) : nullptr;
    if (!held) return;
    m_background.run<MaskState>(
        "mask",
        [choice = m_mask.choice, allSamples = m_mask.allSamples, acquisition = m_acquisition, acquired = held->acquired, slice = slice()](const RunControl&) {
            MaskState state;
            state.choice = choice;
            state.allSamples = allSamples;
            state.resolved = resolveMask(choice, acquisition->header(), acquired, slice);
            state.kept = std::make_shared<const SamplingMask>(state.resolved->mask);
            state.pointSpread = masks::pointSpread(state.resolved->mask);
            state.calibration = masks::calibrationBlock(state.resolved->mask);
            return state;
        },
        [this](MaskState state) {
            const bool same = m_mask.kept && *m_mask.kept == *state.kept;
            if (same) state.kept = m_mask.kept;
            m_mask = std::move(state);
            if (!same) m_preview.clear();
            makePreview();
            makeTransforms();
            notify(kMaskChanged | kPanesChanged);
        },
        [this](const Problem& problem) {
            m_mask.resolved.reset();
            m_mask.kept.reset();
            m_mask.problem = problem.what;
            m_mask.hint = problem.hint;
            m_preview.clear();
            notify(kMaskChanged | kPanesChanged);
        });
}

bool WorkbenchData::previewIsCheap() const {
    constexpr std::int64_t kSamplesInATenthOfASecond = 16'000'000;
    const AcquisitionHeader& header = m_acquisition->header();
    return header.coils * header.encoded.readout * header.encoded.phase <= kSamplesInATenthOfASecond;
}

void Workbench::makePreview() {
    if (!m_acquisition || m_shown != 0 || !m_mask.resolved || m_preview.contains(slice()) || !previewIsCheap()) return;
    if (!m_parameters.contains("zero-filled")) return;
    ReconstructionRequest asked = request();
    asked.method = "zero-filled";
    asked.prior.reset();
    asked.calibrationFile.clear();
    asked.parameters = ParamValues(m_parameters.at("zero-filled").specs());
    asked.parameters.set("combination", std::string("rss"));  // needs no coil maps
    asked.slices = {slice()};
    asked.hashSource = false;
    m_background.run<ImagePtr>(
        "preview",
        [asked](const RunControl& run) { return std::make_shared<const ComplexArray>(session::reconstruct(asked, run).images.pixels.slice(0)); },
        [this, slice = slice()](ImagePtr image) {
            m_preview[slice] = std::move(image);
            measureLive();
            makeTransforms();
            notify(kPanesChanged);
        },
        [](const Problem& problem) { log(LogLevel::Warning, "recon", "no zero-filled preview: " + problem.what); });
}

std::vector<const PluginManifest*> Workbench::methods() const {
    auto methods = plugins().methods();
    if (!prior()) std::erase_if(methods, [](const auto* manifest) { return manifest->needsPrior(); });
    return methods;
}

void Workbench::setPrior(const std::string& name) {
    const auto found = std::find_if(m_priors.begin(), m_priors.end(), [&](const KnownPrior& known) { return known.card.name == name; });
    if (found == m_priors.end() || found == m_priors.begin() + static_cast<std::ptrdiff_t>(m_prior)) return;
    m_prior = static_cast<std::size_t>(found - m_priors.begin());
    m_contrast.clear();
    notify(kMethodChanged);
}

std::optional<PriorAdvice> Workbench::priorAdvice() const {
    if (!prior() || !m_acquisition || m_method.empty()) return std::nullopt;
    const auto& manifest = plugins().method(m_method);
    if (!manifest.needsPrior()) return std::nullopt;
    return adviseOn(prior()->card, manifest, m_acquisition->header(), m_contrast, m_mask.resolved ? samplingCaseOf(*m_mask.resolved) : SamplingCase{1});
}

void Workbench::setContrast(const std::string& contrast) {
    if (m_contrast == contrast) return;
    m_contrast = contrast;
    notify(kMethodChanged);
}

void Workbench::setMethod(const std::string& id) {
    if (m_method == id || !m_parameters.contains(id)) return;
    m_method = id;
    notify(kMethodChanged);
}

void Workbench::setParameters(ParamValues values) {
    m_parameters[m_method] = std::move(values);
    notify(kMethodChanged);
}

const ParamValues& Workbench::parameters() const {
    static const ParamValues none;
    const auto it = m_parameters.find(m_method);
    return it == m_parameters.end() ? none : it->second;
}

void Workbench::setDevice(const std::string& id) {
    m_device = id;
    notify(kDevicesChanged);
}

void Workbench::loadDevices() {
    m_background.run<std::vector<DeviceInfo>>(
        "devices", [](const RunControl&) { return engine().devices(); },
        [this](std::vector<DeviceInfo> devices) {
            m_devices = std::move(devices);
            notify(kDevicesChanged);
        },
        [this](const Problem& problem) {
            log(LogLevel::Error, "recon", problem.what);
            m_retry = [this] { loadDevices(); };
            tell({Notice::Kind::Failure, Notice::Action::Retry, "The reconstruction engine could not be loaded: " + problem.what,
                  problem.hint, Notice::Action::OpenLog});
        });
}

void Workbench::tell(Notice notice) {
    m_notice = std::move(notice);
    notify(kNoticeChanged);
}

void Workbench::dismissNotice() {
    m_notice.reset();
    notify(kNoticeChanged);
}

void Workbench::retry() {
    m_notice.reset();
    notify(kNoticeChanged);
    if (m_retry) m_retry();
}

}  // namespace larmor::session
