// What the panes show.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/log.h"
#include "core/session/engine_host.h"
#include "core/session/workbench/workbench.h"

namespace larmor::session {

namespace {

constexpr std::size_t kKeptDerivedImages = 32;

/// |scale * image| - |reference|, signed or not, as a complex array with no imaginary part.
ComplexArray errorImage(const ComplexArray& reference, const ComplexArray& image, bool isSigned, metrics::Scale scale) {
    const RealArray ref = magnitude(reference), mag = magnitude(image);
    const double factor = scale == metrics::Scale::LeastSquares ? metrics::leastSquaresScale(ref, mag) : 1.0;
    ComplexArray error = toComplex(metrics::errorMap(ref, mag, factor));
    if (!isSigned)
        for (cfloat& value : error.values()) value = std::abs(value.real());
    return error;
}

/// Root-sum-of-squares over coils of the samples that the mask keeps.
ComplexArray kspaceMagnitude(const ComplexArray& samples, const SamplingMask* mask) {
    const std::int64_t rows = samples.extent(1), columns = samples.extent(2), size = rows * columns;
    std::vector<float> power(static_cast<std::size_t>(size), 0.0F);
    for (std::int64_t coil = 0; coil < samples.extent(0); ++coil) {
        const auto block = samples.block(coil);
        for (std::size_t i = 0; i < power.size(); ++i) power[i] += std::norm(block[i]);
    }
    ComplexArray shown(Shape{rows, columns});
    const bool masked = mask && mask->readout() == rows && mask->phase() == columns;
    for (std::int64_t i = 0; i < size; ++i)
        shown[i] = masked && mask->samples()[i] == 0 ? 0.0F : std::sqrt(power[static_cast<std::size_t>(i)]);
    return shown;
}

/// [n, rows, columns] side by side on a grid that is about square.
ComplexArray tiles(const ComplexArray& stack) {
    const std::int64_t n = stack.extent(0), rows = stack.extent(1), columns = stack.extent(2);
    const auto across = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(n))));
    const std::int64_t down = (n + across - 1) / across;
    ComplexArray grid(Shape{down * rows, across * columns});
    for (std::int64_t i = 0; i < n; ++i) {
        const auto block = stack.block(i);
        for (std::int64_t r = 0; r < rows; ++r)
            std::copy_n(block.begin() + r * columns, columns, &grid((i / across) * rows + r, (i % across) * columns));
    }
    return grid;
}

}  // namespace

void Workbench::setPaneCount(std::size_t count) {
    m_paneCount = std::clamp<std::size_t>(count, 1, kMaximumPanes);
    const std::int64_t now = slice();
    const auto past = m_results.visible();
    const auto older = [&](std::size_t back) { return past.size() > back ? past[past.size() - 1 - back]->id : ResultId{0}; };
    Pane empty;
    empty.content = PaneContent::Empty;
    empty.slice = now;
    m_panes.fill(empty);
    const auto put = [this](std::size_t index, PaneContent content, ResultId result = 0, PaneTransform transform = PaneTransform::None) {
        if (index >= m_paneCount) return;
        m_panes[index].content = content;
        m_panes[index].result = result;
        m_panes[index].transform = transform;
    };
    if (m_paneCount == 1) {
        put(0, PaneContent::Reconstruction);
    } else {
        put(0, PaneContent::Reference);
        put(1, PaneContent::Reconstruction);
        put(2, PaneContent::Error);
        if (m_paneCount == 4) put(3, PaneContent::Reconstruction, 0, PaneTransform::KSpace);
        for (std::size_t row = 1; row < 3 && m_paneCount > 4; ++row) {
            put(3 * row, row == 1 ? PaneContent::CoilMaps : PaneContent::Empty);
            if (older(row) == 0) continue;
            put(3 * row + 1, PaneContent::Reconstruction, older(row));
            put(3 * row + 2, PaneContent::Error, older(row));
        }
    }
    m_focused = m_paneCount == 1 ? 0 : 1;
    wantSlices();
    makeTransforms();
    notify(kPanesChanged);
}

void Workbench::setFocusedPane(std::size_t pane) {
    if (pane >= m_paneCount || pane == m_focused) return;
    m_focused = pane;
    notify(kPanesChanged);
}

void Workbench::setPaneContent(std::size_t pane, PaneContent content, ResultId result, std::int64_t sample) {
    if (pane >= m_paneCount) return;
    m_panes[pane].content = content;
    m_panes[pane].result = result;
    m_panes[pane].branch = m_panes[pane].against = 0;
    m_panes[pane].sample = sample;
    m_panes[pane].transform = PaneTransform::None;
    notify(kPanesChanged);
}

void Workbench::setPaneTransform(std::size_t pane, PaneTransform transform) {
    if (pane >= m_paneCount || m_panes[pane].transform == transform) return;
    m_panes[pane].transform = transform;
    makeTransforms();
    notify(kPanesChanged);
}

void Workbench::toggleError(std::size_t index) {
    if (index >= m_paneCount) return;
    Pane& pane = m_panes[index];
    pane.transform = PaneTransform::None;
    if (pane.content == PaneContent::Reconstruction) {
        pane.content = PaneContent::Error;
    } else if (pane.content == PaneContent::Error && !pane.signedError) {
        pane.signedError = true;
    } else if (pane.content == PaneContent::Error) {
        pane.signedError = false;
        if (index != 2) pane.content = PaneContent::Reconstruction;  // the third pane is the error map's own place
    }
    notify(kPanesChanged);
}

const ResultEntry* WorkbenchData::entryOf(const Pane& pane) const { return m_results.entry(pane.result != 0 ? pane.result : m_shown); }

const RunRow* Workbench::runFor(const Pane& pane) const {
    const RunRow* row = m_runs.running();
    if (pane.branch != 0) return nullptr;
    const bool shown = pane.content != PaneContent::Reference && pane.content != PaneContent::CoilMaps && pane.content != PaneContent::Empty;
    if (!row || pane.result != 0 || !shown) return nullptr;
    const auto input = m_runInputs.find(row->id);
    const bool mine = input != m_runInputs.end() && input->second.acquisition == m_acquisition;
    return mine && std::find(row->slices.begin(), row->slices.end(), pane.slice) != row->slices.end() ? row : nullptr;
}

bool Workbench::liveIn(const Pane& pane) const {
    const RunRow* row = runFor(pane);
    return row && m_live.image && m_live.run == row->id && m_live.slice == pane.slice;
}

bool Workbench::isForming(const Pane& pane) const { return pane.branch != 0 || lookedIn(pane) || liveIn(pane); }

ImagePtr Workbench::imageOf(const Pane& pane) const {
    if (pane.content == PaneContent::Reference) {
        const Reference* reference = m_store.reference(pane.slice);
        return reference ? reference->image : nullptr;
    }
    if (pane.content == PaneContent::CoilMaps) return mapTiles();
    if (pane.content == PaneContent::Error) return errorOf(pane);
    if (pane.content == PaneContent::Deviation || pane.content == PaneContent::PhaseSpread) return spreadOf(pane);
    if (pane.content == PaneContent::Empty) return nullptr;
    if (pane.branch != 0) {
        const auto branch = m_branchImages.find(pane.branch);
        return branch == m_branchImages.end() ? nullptr : branch->second;
    }
    if (lookedIn(pane)) return m_looked.image;
    if (liveIn(pane)) return m_live.image;
    if (sampleOf(pane) >= 0) return spreadOf(pane);
    if (const ResultEntry* entry = entryOf(pane)) {
        const auto it = entry->images.find(pane.slice);
        return it == entry->images.end() ? nullptr : it->second;
    }
    const auto it = m_preview.find(pane.slice);
    return it == m_preview.end() ? nullptr : it->second;
}

ImagePtr Workbench::errorOf(const Pane& pane) const {
    Pane source = pane;
    source.content = PaneContent::Reconstruction;
    const ImagePtr image = imageOf(source);
    const Reference* held = m_coils.referenceFor(source);
    const auto other = m_branchImages.find(pane.against);
    const ImagePtr against = pane.against != 0 ? (other == m_branchImages.end() ? nullptr : other->second) : held ? held->image : nullptr;
    const ResultEntry* entry = isForming(source) ? nullptr : entryOf(source);
    if (!image || !against || (entry && entry->acquisition != m_acquisition)) return nullptr;
    if (image->shape() != against->shape()) return nullptr;
    Derived wanted{pane.signedError ? Derived::Kind::SignedError : Derived::Kind::Error, against, image, nullptr};
    if (ImagePtr made = find(wanted)) return made;
    wanted.image = std::make_shared<const ComplexArray>(errorImage(*against, *image, pane.signedError, pane.against != 0 ? metrics::Scale::None : m_scale));
    return keep(std::move(wanted));
}

ImagePtr Workbench::mapTiles() const {
    if (!m_maps.estimated) return nullptr;
    Derived wanted{Derived::Kind::MapTiles, m_maps.estimated, nullptr, nullptr};
    if (ImagePtr held = find(wanted)) return held;
    wanted.image = std::make_shared<const ComplexArray>(tiles(m_maps.estimated->maps));
    return keep(std::move(wanted));
}

ImagePtr WorkbenchData::find(const Derived& wanted) const {
    for (const Derived& held : m_derived)
        if (held.kind == wanted.kind && held.from == wanted.from && held.with == wanted.with && held.index == wanted.index) return held.image;
    return nullptr;
}

ImagePtr WorkbenchData::keep(Derived made) const {
    m_derived.push_front(std::move(made));
    while (m_derived.size() > kKeptDerivedImages) m_derived.pop_back();
    return m_derived.front().image;
}

std::shared_ptr<const SamplingMask> WorkbenchData::maskOf(const Pane& pane) const {
    if (pane.content == PaneContent::Reference || pane.content == PaneContent::CoilMaps || pane.content == PaneContent::Empty) return nullptr;
    const ResultEntry* entry = entryOf(pane);
    if (!entry) return m_mask.kept;
    if (entry->result->masks.empty()) return nullptr;
    const auto& slices = entry->result->protocol.slices;
    const auto at = static_cast<std::size_t>(std::find(slices.begin(), slices.end(), pane.slice) - slices.begin());
    const auto& masks = entry->result->masks;
    return {entry->result, &masks[at < masks.size() ? at : 0]};
}

/// The sources of a pane's transform; `from` is empty while they are not there.
Workbench::Derived Workbench::transformOf(const Pane& pane) const {
    if (pane.transform == PaneTransform::KSpace) {
        const KspaceSlice* held = m_acquisition ? m_store.kspace(pane.slice) : nullptr;
        return {Derived::Kind::KSpace, held ? held->samples : nullptr, maskOf(pane), nullptr};
    }
    return {Derived::Kind::Fourier, imageOf(pane), nullptr, nullptr};
}

void Workbench::makeTransforms() {
    for (std::size_t i = 0; i < m_paneCount; ++i) {
        const Pane& pane = m_panes[i];
        if (pane.transform == PaneTransform::None) continue;
        Derived wanted = transformOf(pane);
        if (!wanted.from) continue;
        if (ImagePtr held = find(wanted)) {
            m_transformed[i] = {pane, held};
            continue;
        }
        if (m_background.busy("transform")) return;  // it comes back here when it is done
        m_background.run<Derived>(
            "transform",
            [wanted](const RunControl&) mutable {
                const auto& source = *static_cast<const ComplexArray*>(wanted.from.get());
                const auto* mask = static_cast<const SamplingMask*>(wanted.with.get());
                const bool kspace = wanted.kind == Derived::Kind::KSpace;
                wanted.image = std::make_shared<const ComplexArray>(kspace ? kspaceMagnitude(source, mask) : engine().fft2c(source));
                return wanted;
            },
            [this](Derived made) {
                keep(std::move(made));
                makeTransforms();
                notify(kPanesChanged);
            },
            [](const Problem& problem) { log(LogLevel::Warning, "recon", problem.what); });
        return;
    }
}

}  // namespace larmor::session
