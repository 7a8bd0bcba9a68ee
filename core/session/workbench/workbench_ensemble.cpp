// Results with several posterior samples: one by one, how they scatter, and whether that is as much as they err.

#include <algorithm>

#include <fmt/format.h>

#include "core/session/workbench/workbench.h"

namespace larmor::session {

namespace {

bool showsImage(const Pane& pane) {
    return pane.content == PaneContent::Reconstruction || pane.content == PaneContent::Error;
}

/// Round and round; from no sample forwards to the first, backwards to the last.
std::int64_t stepped(std::int64_t sample, int steps, std::int64_t count) {
    if (sample < 0 && steps > 0) --steps;
    return ((std::max<std::int64_t>(sample, 0) + steps) % count + count) % count;
}

/// A person who compares with a reference that is itself noisy and folded learns nothing of the samples.
bool tellsTruth(const Reference& reference) {
    return reference.kind != ReferenceKind::SenseOfAcquired;
}

}  // namespace

std::optional<EnsembleSlice> WorkbenchData::ensembleOf(const Pane& pane) const {
    const ResultEntry* entry = pane.branch == 0 ? entryOf(pane) : nullptr;
    return entry ? ensembleSlice(*entry, pane.slice) : std::nullopt;
}

std::int64_t Workbench::sampleOf(const Pane& pane) const {
    if (pane.sample < 0 || !showsImage(pane)) return -1;
    Pane source = pane;
    source.content = PaneContent::Reconstruction;
    const auto ensemble = isForming(source) ? std::nullopt : ensembleOf(pane);
    return ensemble ? std::min(pane.sample, ensemble->count() - 1) : -1;
}

ImagePtr Workbench::spreadOf(const Pane& pane) const {
    const auto ensemble = liveIn(pane) ? std::nullopt : ensembleOf(pane);
    if (!ensemble) return nullptr;
    using Kind = Derived::Kind;
    const Kind kind = pane.content == PaneContent::Deviation     ? Kind::Deviation
                      : pane.content == PaneContent::PhaseSpread ? Kind::PhaseSpread
                                                                 : Kind::Sample;
    const std::int64_t sample = kind == Kind::Sample ? sampleOf(pane) : 0;
    Derived wanted{kind, ensemble->result(), nullptr, nullptr, ensemble->position() * ensemble->count() + sample};
    if (ImagePtr held = find(wanted)) return held;
    wanted.image = std::make_shared<const ComplexArray>(kind == Kind::Deviation     ? ensemble->deviation()
                                                        : kind == Kind::PhaseSpread ? ensemble->phaseSpread()
                                                                                    : ensemble->sample(sample));
    return keep(std::move(wanted));
}

void Workbench::describeSpread(const Pane& pane, PanePicture& picture) const {
    const bool phase = pane.content == PaneContent::PhaseSpread;
    picture.map = phase ? PanePicture::Map::PhaseSpread : PanePicture::Map::Deviation;
    const std::string what = phase ? "Phase spread" : "Std. deviation";
    const auto ensemble = ensembleOf(pane);
    picture.title = ensemble ? fmt::format("{} of {} samples", what, ensemble->count()) : what;
    if (!ensemble || !picture.image) return;
    const ResultEntry& entry = *entryOf(pane);
    picture.topRight = pane.result != 0 ? entry.method + " · " + entry.maskText() : std::string{};
    if (picture.referencePeak > 0) return;  // the scale of error maps; without a reference that of the image itself
    for (const cfloat& value : entry.images.at(pane.slice)->values())
        picture.referencePeak = std::max(picture.referencePeak, double{std::abs(value)});
}

void Workbench::stepSample(std::size_t index, int steps, bool linked) {
    if (index >= m_paneCount || steps == 0) return;
    const ResultEntry* entry = entryOf(m_panes[index]);
    const auto ensemble = ensembleOf(m_panes[index]);
    if (!ensemble) return;
    for (std::size_t i = 0; i < m_paneCount; ++i) {
        Pane& pane = m_panes[i];
        const bool follows = i == index || (linked && pane.sample >= 0 && pane.branch == 0 && entryOf(pane) == entry);
        if (follows && showsImage(pane)) pane.sample = stepped(std::min(pane.sample, ensemble->count() - 1), steps, ensemble->count());
    }
    makeTransforms();
    notify(kPanesChanged);
}

void Workbench::turnSamples(std::size_t index) {
    if (index >= m_paneCount || !ensembleOf(m_panes[index])) return;
    const Pane& pane = m_panes[index];
    if (pane.content == PaneContent::Reference || pane.content == PaneContent::CoilMaps || pane.content == PaneContent::Empty) return;
    if (pane.content == PaneContent::Reconstruction && pane.sample < 0)
        return setPaneContent(index, PaneContent::Reconstruction, pane.result, 0);
    const PaneContent next = showsImage(pane)                         ? PaneContent::Deviation
                             : pane.content == PaneContent::Deviation ? PaneContent::PhaseSpread
                                                                      : PaneContent::Reconstruction;
    setPaneContent(index, next, pane.result);
}

void Workbench::laySamplesOut() {
    const Pane asked = m_panes[m_focused];
    if (!ensembleOf(asked)) return;
    if (m_paneCount < 3) setPaneCount(3);
    const std::pair<PaneContent, std::int64_t> shown[] = {
        {PaneContent::Reconstruction, -1}, {PaneContent::Reconstruction, 0}, {PaneContent::Deviation, -1}, {PaneContent::PhaseSpread, -1}};
    for (std::size_t i = 0; i < std::min(m_paneCount, std::size(shown)); ++i) {
        m_panes[i] = Pane();
        m_panes[i].slice = asked.slice;
        setPaneContent(i, shown[i].first, asked.result, shown[i].second);
    }
    setFocusedPane(1);
}

std::optional<ScatterAt> Workbench::scatterAt(std::size_t index, std::int64_t row, std::int64_t column) const {
    const Pane& pane = m_panes.at(index);
    const bool shows = showsImage(pane) || pane.content == PaneContent::Deviation || pane.content == PaneContent::PhaseSpread;
    const bool forms = showsImage(pane) ? isForming(pane) : liveIn(pane);
    if (!shows || forms || pane.content == PaneContent::Error || pane.transform != PaneTransform::None) return std::nullopt;
    const auto ensemble = ensembleOf(pane);
    return ensemble ? ensemble->at(row, column) : std::nullopt;
}

PaneSamples Workbench::samples(std::size_t index) const {
    const Pane& pane = m_panes.at(index);
    const ResultEntry* held = pane.branch == 0 ? entryOf(pane) : nullptr;
    PaneSamples told;
    if (!held || held->result->ensemble.samples.empty()) return told;
    const ResultEntry& entry = *held;
    told.result = entry.id;
    told.slice = pane.slice;
    told.name = entry.method;
    if (const auto& prior = entry.result->protocol.prior) told.name += ", " + prior->nature;
    const auto ensemble = ensembleOf(pane);
    if (!ensemble) {
        told.noCheck = fmt::format("Slice {} is not in this result: press Space.", pane.slice + 1);
        return told;
    }
    told.count = ensemble->count();
    told.shown = sampleOf(pane);
    const Reference* reference = entry.acquisition == m_acquisition ? m_coils.referenceFor(pane) : nullptr;
    if (reference) told.reference = reference->name;
    const auto check = m_checks.find({entry.id, pane.slice});
    if (check != m_checks.end() && check->second->problem.empty()) told.check = check->second;
    if (told.check) return told;
    if (check != m_checks.end())
        told.noCheck = check->second->problem;
    else if (entry.acquisition != m_acquisition)
        told.noCheck = "The scan of this result is not open: there is no reference to check the samples against.";
    else if (!m_coils.isComparable(pane))
        told.noCheck = "This result was whitened in another way than the reference.";
    else if (m_store.failedFor(pane.slice))
        told.noCheck = "The reference of this slice could not be made.";
    else if (!reference)
        told.noCheck = "The reference is being made …";
    else if (!tellsTruth(*reference))
        told.noCheck = "No reference: the scan itself was accelerated, so that nothing says how far the samples err.";
    else
        told.noCheck = "Checking the samples against the reference …";
    return told;
}

void Workbench::checkSamples() {
    const Pane& pane = m_panes[m_focused];
    const ResultEntry* entry = entryOf(pane);
    const auto ensemble = ensembleOf(pane);
    const Reference* reference = m_coils.referenceFor(pane);
    if (!ensemble || !reference || !tellsTruth(*reference) || entry->acquisition != m_acquisition) return;
    const std::pair key{entry->id, pane.slice};
    if (m_checks.contains(key) || m_background.busy("calibration")) return;
    const auto take = [this, key](EnsembleCheck check) {
        m_checks[key] = std::make_shared<const EnsembleCheck>(std::move(check));
        notify(kResultsChanged | kPanesChanged);
    };
    m_background.run<EnsembleCheck>(
        "calibration",
        [slice = *ensemble, reference = reference->image, scale = m_scale](const RunControl& run) {
            return checkEnsemble(slice.samples(), *reference, scale, run);
        },
        take,
        [take](const Problem& problem) {
            EnsembleCheck failed;
            failed.problem = problem.what;
            take(std::move(failed));
        },
        Background::Length::Long);
}

}  // namespace larmor::session
