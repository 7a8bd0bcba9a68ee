// Which samples a reconstruction may use: what was asked for, restricted to what was acquired.

#include <algorithm>

#include <fmt/format.h>

#include "core/base/data/series.h"
#include "core/base/io/load.h"
#include "core/session/acquired.h"
#include "core/session/reconstruct.h"

namespace larmor::session {

namespace {

constexpr double kTolerance = 0.02;  // of R, as masks promise

SamplingMask restricted(const SamplingMask& mask, const SamplingMask& acquired) {
    return SamplingMask(intersect(mask, acquired).samples(), mask.description());
}

SamplingMask fittingMask(const SamplingMask& drawn, const AcquisitionHeader& header) {
    checkShape(drawn.samples().shape(), {header.encoded.readout, header.encoded.phase}, "edited mask");
    return drawn;
}

/// The mask of a slice out of a file that holds one for all, one a frame, or one a slice.
SamplingMask maskOfFile(const std::string& path, const AcquisitionHeader& header, std::int64_t slice) {
    const auto masks = io::readMasks(path, header.encoded.readout, header.encoded.phase);
    const auto count = static_cast<std::int64_t>(masks.size());
    if (count == 1) return masks.front();
    if (count == frameCount(header)) return masks[static_cast<std::size_t>(frameOf(header, slice))];
    if (count == header.sliceCount()) return masks[static_cast<std::size_t>(slice)];
    throw InputError(fmt::format("{} holds {} masks; the scan has {} frames and {} images in all.", path, count, frameCount(header), header.sliceCount()),
                     "Give one mask, or one a frame.");
}

SamplingMask chosenMask(const MaskChoice& choice, const AcquisitionHeader& header, const SamplingMask& acquired, std::int64_t slice) {
    const auto [readout, phase, partition] = header.encoded;
    if (choice.drawn) return restricted(fittingMask(*choice.drawn, header), acquired);
    if (choice.spec) {
        const bool fullLines = acquired.keptCount() > 0 && acquired.isColumnwise() && !isAccelerated(acquired);
        const auto frame = frameOf(header, slice);
        if (choice.spec->kind != masks::Kind::Poisson || !fullLines) return masks::thin(acquired, *choice.spec, frame);
        // Thinning lines keeps whole lines; a disc can be drawn in two dimensions where every line was acquired.
        const auto [begin, end] = acquiredColumns(acquired);
        return restricted(masks::generate(*choice.spec, readout, phase, begin, end), acquired);
    }
    if (!choice.file.empty()) return restricted(maskOfFile(choice.file, header, slice), acquired);
    return acquired;
}

void warnOfAcceleration(const MaskChoice& choice, ResolvedMask& resolved) {
    if (!choice.spec || choice.drawn || !masks::countsAcs(choice.spec->kind)) return;
    const double asked = choice.spec->acceleration / (choice.spec->partialPhase * choice.spec->partialReadout);
    if (std::abs(resolved.extra - asked) <= kTolerance * asked) return;
    resolved.warnings.push_back(fmt::format("The mask reaches R {:.2f}, not {:g}: the matrix, the centre or what was acquired allow no closer value.",
                                            resolved.extra, asked));
}

}  // namespace

MaskChoice MaskChoice::fromText(const std::string& text) {
    MaskChoice choice;
    if (text.empty()) return choice;
    if (masks::looksLikeMaskSpec(text))
        choice.spec = masks::parseMaskSpec(text);
    else
        choice.file = text;
    return choice;
}

std::string MaskChoice::toText() const {
    if (drawn) return kDrawnMask;
    if (spec) return masks::toText(*spec);
    return file;
}

ResolvedMask resolveMask(const MaskChoice& choice, const AcquisitionHeader& header, const SamplingMask& acquired, std::int64_t slice) {
    ResolvedMask resolved;
    resolved.mask = chosenMask(choice, header, acquired, slice);
    if (resolved.mask.keptCount() == 0)
        throw InputError("The mask keeps no sample that was acquired.", "Choose another mask, or look at the acquired samples with larmor-cli info.");
    resolved.acquired = accelerationOf(acquired, header);
    resolved.total = accelerationOf(resolved.mask, header);
    resolved.extra = resolved.total / resolved.acquired;
    resolved.warnings = masks::maskWarnings(resolved.mask);
    warnOfAcceleration(choice, resolved);
    return resolved;
}

}  // namespace larmor::session
