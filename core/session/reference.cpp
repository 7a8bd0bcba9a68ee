// The image that others are compared with, named for what it is.

#include <fmt/format.h>

#include "core/session/acquired.h"
#include "core/session/engine_host.h"
#include "core/session/image_builder.h"
#include "core/session/reconstruct.h"
#include "core/session/slice_progress.h"
#include "core/session/slice_source.h"

namespace larmor::session {

namespace {

constexpr const char* kSenseMethod = "cg-sense";

ComplexArray combined(const ComplexArray& kspace, const SamplingMask& acquired, ReferenceKind kind, const RunControl& run) {
    if (kind == ReferenceKind::Rss) return engine().combine(kspace, Combination::Rss, nullptr);
    const auto maps = engine().estimateMaps(kspace, acquired, EspiritOptions{}, run);
    if (kind == ReferenceKind::Mvue) return engine().combine(kspace, Combination::Mvue, &maps.maps);
    const auto& method = plugins().method(kSenseMethod);
    SliceProblem problem;
    problem.kspace = kspace;
    problem.mask = acquired;
    problem.maps = maps;
    auto solution = engine().reconstruct(method, ParamValues(method.params), problem, run);
    if (solution.stoppedEarly) throw Cancelled();
    return std::move(solution.image);
}

std::string nameOf(ReferenceKind kind, double acceleration) {
    if (kind == ReferenceKind::Rss) return "RSS of all samples";
    if (kind == ReferenceKind::Mvue) return "MVUE of all samples";
    return fmt::format("SENSE of all acquired samples (R {:.1f})", acceleration);
}

ReferenceKind kindFor(const SamplingMask& acquired, std::optional<Combination> how) {
    if (isAccelerated(acquired)) return ReferenceKind::SenseOfAcquired;
    return how == Combination::Mvue ? ReferenceKind::Mvue : ReferenceKind::Rss;
}

}  // namespace

ReferenceImage makeReference(const Acquisition& acquisition, const std::vector<std::int64_t>& slices, std::optional<Combination> how, bool fullFov,
                             const RunControl& run) {
    const auto& header = acquisition.header();
    const auto chosen = chosenSlices(slices, header);
    const auto count = static_cast<std::int64_t>(chosen.size());
    ImageBuilder images(count, finishedMatrix(header, fullFov));
    ReferenceImage reference;
    SliceProgress progress(*run.progress, count, 1, [&](ComplexArray image) { return finished(std::move(image), header, fullFov); });
    const RunControl inner{run.stop, &progress};
    for (std::int64_t i = 0; i < count; ++i) {
        run.throwIfStopped();
        progress.begin(i, "reference", false);
        const auto kspace = readFiniteSlice(acquisition, chosen[static_cast<std::size_t>(i)]);
        const auto acquired = acquiredMaskOf(header, kspace);
        if (i == 0) {
            reference.kind = kindFor(acquired, how);
            reference.name = nameOf(reference.kind, accelerationOf(acquired, header));
        }
        images.add(finished(combined(kspace, acquired, reference.kind, inner), header, fullFov));
        progress.endSlice();
    }
    reference.images = {images.take(), finishedGeometry(header, fullFov), reference.name, reference.kind == ReferenceKind::Rss,
                        header.provenance.simulated};
    return reference;
}

}  // namespace larmor::session
