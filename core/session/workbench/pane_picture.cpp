// The words around the panes' images.

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "core/session/engine_host.h"
#include "core/session/reduced_scan.h"
#include "core/session/workbench/workbench.h"

namespace larmor::session {

namespace {

/// "step 37 / 100", or "slice 3 · step 37 / 100" where the run works on several.
std::string stepText(const RunRow& row) {
    const StepReport& step = row.progress.step;
    const std::int64_t each = row.stepsASlice();
    if (row.slices.size() < 2 || each < 1) return fmt::format("step {} / {}", step.step, step.total);
    const std::int64_t within = (std::max<std::int64_t>(step.step, 1) - 1) % each + 1;
    return each == 1 ? fmt::format("slice {} running", row.sliceNow() + 1)
                     : fmt::format("slice {} · step {} / {}", row.sliceNow() + 1, within, each);
}

/// "slice 3/20", of a series "frame 5/8", or "frame 5/8, slice 1/3".
std::string placeText(const AcquisitionHeader& header, std::int64_t index) {
    const auto& dims = header.imageDims;
    const bool isSeries = std::any_of(dims.begin(), dims.end(), [](const NamedDim& dim) { return dim.dim != Dim::Slice && dim.size > 1; });
    std::string text;
    for (auto dim = dims.rbegin(); dim != dims.rend(); ++dim) {
        const auto place = index % dim->size + 1;
        index /= dim->size;
        if (dim->size == 1 && (isSeries || dim->dim != Dim::Slice)) continue;
        text = fmt::format("{} {}/{}{}{}", toText(dim->dim), place, dim->size, text.empty() ? "" : ", ", text);
    }
    return text;
}

}  // namespace

std::string metricsProtocolText(metrics::Scale scale) {
    const std::string protocol =
        "Protocol \"" + metrics::toText(metrics::Options{}.protocol) +
        "\": each slice on its own, on magnitudes, over the whole image. NRMSE: norm of the error / norm of the reference. "
        "PSNR and SSIM: range = largest value of the reference slice. SSIM: uniform window of 7 x 7 pixels.";
    return protocol + (scale == metrics::Scale::LeastSquares ? " Each image is scaled to the reference by least squares first."
                                                             : " Images are not scaled to the reference.");
}

PanePicture Workbench::picture(std::size_t index) const {
    const Pane& pane = m_panes.at(index);
    PanePicture picture;
    picture.image = imageOf(pane);
    picture.isError = pane.content == PaneContent::Error;
    picture.isSigned = picture.isError && pane.signedError;
    picture.isSpectrum = pane.transform != PaneTransform::None;
    if (m_acquisition && pane.content != PaneContent::Empty) {
        picture.subtitle = placeText(m_acquisition->header(), pane.slice);
        if (!picture.isSpectrum && pane.content != PaneContent::CoilMaps) picture.pixel = m_acquisition->header().geometry.pixel;
    }
    if (const Reference* reference = m_store.reference(pane.slice)) picture.referencePeak = reference->peak;
    if (pane.content == PaneContent::Reference) describeReference(pane, picture);
    if (pane.content == PaneContent::Reconstruction || picture.isError) describeReconstruction(pane, picture);
    if (pane.content == PaneContent::Deviation || pane.content == PaneContent::PhaseSpread) describeSpread(pane, picture);
    if (pane.content == PaneContent::CoilMaps) {
        picture.title = m_maps.file.empty() ? "Coil maps · ESPIRiT" : "Coil maps · " + std::filesystem::path(m_maps.file).filename().string();
        picture.subtitle = m_maps.estimated ? fmt::format("slice {}", m_maps.slice + 1) : "";
    }
    if (picture.isSpectrum) {
        const Transformed& held = m_transformed.at(index);
        if (pane.transform == PaneTransform::Fourier) picture.title += " · Fourier transform";
        else picture.title = maskOf(pane) ? "k-space, kept samples" : "k-space, all samples";
        picture.hasPhase = true;
        picture.image = held.pane == pane ? held.image : nullptr;
        picture.metrics.clear();
        picture.metricsProtocol.clear();
        picture.isError = picture.isSigned = false;
        picture.sample.clear();
        picture.map = PanePicture::Map::None;
    }
    if (!picture.image) picture.placeholder = placeholderOf(pane);
    return picture;
}

void Workbench::describeReference(const Pane& pane, PanePicture& picture) const {
    const Reference* reference = m_store.reference(pane.slice);
    picture.title = reference ? "Reference · " + reference->name : "Reference";
    picture.hasPhase = !reference || reference->kind != ReferenceKind::Rss;
    if (!m_acquisition) return;
    const Provenance& origin = m_acquisition->header().provenance;
    if (origin.simulated) {
        picture.caution = "simulated";
        picture.cautionReason = origin.simulation.empty() ? "This data was simulated, not acquired." : origin.simulation;
    } else if (!m_acquisition->header().geometry.pixel) {
        picture.caution = "pixel size unknown";
        picture.cautionReason = "The file does not say how large a pixel is: pixels are drawn square, and there is no scale bar.";
    }
}

/// A branch, or the step that is looked at.
void Workbench::describeStep(const Pane& pane, PanePicture& picture) const {
    const auto snapshot = steering();
    const auto request = steeredRequest();
    if (!snapshot || !request) return;
    const auto branch = pane.branch != 0 ? pane.branch : m_looked.branch;
    if (!snapshot->tree.has(branch)) return;
    const auto step = pane.branch != 0 ? snapshot->tree.at(branch).last : m_looked.step;
    const auto nameOf = [&tree = snapshot->tree](BranchId id) { return tree.has(id) ? tree.nameOf(id) : std::string(); };
    picture.title = pane.against != 0 ? fmt::format("{} minus {}", nameOf(branch), nameOf(pane.against))
                                      : fmt::format("{} · {}", plugins().method(request->method).name, nameOf(branch));
    if (picture.isError && pane.against == 0) picture.title = pane.signedError ? "error" : "|error|";
    if (!picture.isError) picture.badge = fmt::format("step {} / {}{}", step, snapshot->steps, pane.branch == 0 ? ", kept" : "");
    if (picture.isError) return;
    if (const StepView* view = snapshot->viewOf(branch, step)) {
        if (view->summary->nrmse) picture.metrics = fmt::format("NRMSE {:.4f}", *view->summary->nrmse);
        if (view->summary->ssim) picture.metrics += fmt::format("\nSSIM {:.4f}", *view->summary->ssim);
    }
    if (!picture.metrics.empty()) picture.metricsProtocol = metricsProtocolText(m_scale);
}

void Workbench::describeReconstruction(const Pane& pane, PanePicture& picture) const {
    Pane source = pane;
    source.content = PaneContent::Reconstruction;
    if (pane.branch != 0 || lookedIn(source)) return describeStep(pane, picture);
    const RunRow* row = runFor(pane);
    const ResultEntry* entry = liveIn(pane) ? nullptr : entryOf(pane);
    std::string what;
    if (liveIn(pane)) {
        what = row->name.substr(0, row->name.find(" · "));
        if (const auto run = m_runInputs.find(row->id); run != m_runInputs.end())
            if (const auto count = samplesAsked(run->second); count > 1) what += fmt::format(", mean of the {} estimates", count);
        if (m_mask.resolved) picture.topRight = row->name.substr(row->name.find(" · ") + 4, row->name.rfind(" · ") - row->name.find(" · ") - 4);
    } else if (entry) {
        what = entry->method;
        const auto ensemble = ensembleOf(pane);
        const auto sample = sampleOf(pane);
        const auto& prior = entry->result->protocol.prior;
        if (sample >= 0) what += fmt::format(", sample {} of {}, seed {}", sample + 1, ensemble->count(), ensemble->seed(sample));
        else if (prior) what += ", " + prior->nature;
        if (ensemble) picture.sample = sample >= 0 ? fmt::format("{} / {}", sample + 1, ensemble->count()) : fmt::format("mean of {}", ensemble->count());
        picture.hasPhase = entry->result->protocol.combination != "rss";
        picture.topRight = entry->maskText();
        if (const auto size = entry->result->protocol.reduction; size > 1)
            what += " · " + sizeText(size);
        else if (entry->acquisition != m_acquisition)
            what += " · " + std::filesystem::path(entry->result->protocol.source).filename().string();
    } else if (m_acquisition) {
        what = "Zero-filled preview";
        picture.hasPhase = false;
        if (m_mask.resolved)
            picture.topRight = fmt::format("{} R {:.2f}", m_mask.allSamples ? "all samples" : maskName(m_mask.choice.toText()), m_mask.resolved->total);
    }
    picture.title = what;
    if (picture.isError) {
        picture.title = pane.signedError ? "error" : "|error|";
        if (const auto sample = sampleOf(pane); sample >= 0) picture.title += fmt::format(" of sample {}", sample + 1);
        picture.topRight = pane.result != 0 ? what : std::string{};
        return;
    }
    picture.metrics = metricsText(pane);
    if (!picture.metrics.empty()) picture.metricsProtocol = metricsProtocolText(m_scale);
    if (row) {
        const StepReport& step = row->progress.step;
        picture.badge = row->progress.state == JobState::Stopping ? "stopping"
                        : step.total > 0                           ? stepText(*row)
                        : step.stage.empty()                       ? "starting"
                                                                   : step.stage;
    }
    if (entry && entry->result->stoppedEarly) {
        picture.caution = stoppedText(*entry->result);
        picture.cautionReason = "The run was stopped: this is its last estimate, not its end.";
    } else if (entry && entry->result->protocol.prior && !entry->result->protocol.prior->outside.empty()) {
        picture.caution = "outside the prior";
        picture.cautionReason = fmt::format("{}", fmt::join(entry->result->protocol.prior->outside, " "));
    } else if (m_acquisition && m_acquisition->header().provenance.simulated) {
        picture.caution = "simulated";
        picture.cautionReason = m_acquisition->header().provenance.simulation;
    }
}

std::string Workbench::metricsText(const Pane& pane) const {
    Pane source = pane;
    source.content = PaneContent::Reconstruction;
    std::optional<metrics::SliceMetrics> measured;
    const ResultEntry* entry = isForming(source) ? nullptr : entryOf(source);
    if (const auto sample = entry ? sampleOf(source) : -1; sample >= 0) {
        const auto check = m_checks.find({entry->id, pane.slice});
        if (check != m_checks.end() && check->second->problem.empty()) measured = check->second->samples.at(static_cast<std::size_t>(sample));
    } else if (entry) {
        if (const auto it = entry->metrics.find(pane.slice); it != entry->metrics.end()) measured = it->second;
    } else if (m_measured && imageOf(source) && m_measured->values.slice == pane.slice) {
        measured = m_measured->values;  // while an image forms: of the newest frame that was measured
    }
    if (!measured) return {};
    std::string text = fmt::format("NRMSE {:.4f}\n", measured->nrmse);
    text += std::isinf(measured->psnr) ? "PSNR ∞\n" : fmt::format("PSNR {:.1f} dB\n", measured->psnr);
    text += fmt::format("SSIM {:.4f}", measured->ssim);
    if (m_scale == metrics::Scale::LeastSquares) text += fmt::format("\nscaled × {:.4g}", measured->scale);
    return text;
}

std::string Workbench::placeholderOf(const Pane& pane) const {
    if (!m_acquisition) return {};
    if (pane.content == PaneContent::Empty) return "Right-click to choose what this pane shows";
    if (pane.content == PaneContent::CoilMaps) return "No coil maps yet — press Estimate in the Coils section";
    if (pane.transform != PaneTransform::None) return "Transforming …";
    if (pane.content == PaneContent::Reference)
        return m_store.failedFor(pane.slice) ? "The reference of this slice could not be made" : "Making the reference …";
    const ResultEntry* entry = entryOf(pane);
    if (pane.content == PaneContent::Deviation || pane.content == PaneContent::PhaseSpread)
        return runFor(pane) ? "How the samples scatter is known when the run has ended" : "This needs a result with several samples: set Samples above 1";
    if (runFor(pane)) return "The image appears here as it forms";
    if (entry && !entry->images.contains(pane.slice)) return fmt::format("Slice {} is not in this result — press Space", pane.slice + 1);
    if (entry && entry->result->protocol.reduction > 1) return "No error map at reduced size: reconstruct at full size";
    if (entry && entry->acquisition != m_acquisition) return "This result belongs to a file that is not open";
    if (pane.content == PaneContent::Error && entry && !m_coils.isComparable(pane))
        return "No error map: this result was whitened in another way than the reference";
    if (!entry && !m_mask.problem.empty()) return "The mask cannot be made as asked";
    if (!entry && !previewIsCheap()) return "No reconstruction yet — press Space";
    return pane.content == PaneContent::Error ? "The error map needs a reconstruction and a reference" : "Making the zero-filled image …";
}

}  // namespace larmor::session
