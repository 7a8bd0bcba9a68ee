// What is done with lines that do not fit: they leave the mask.

#include <fmt/format.h>

#include "core/session/bad_lines.h"
#include "core/session/slice_source.h"
#include "core/session/slices_text.h"

namespace larmor::session {

namespace {

std::string noteOf(std::int64_t slice, const std::vector<std::int64_t>& lines, const std::vector<Spike>& spikes) {
    std::string text = fmt::format("slice {}: left out", slice);
    if (!lines.empty()) text += fmt::format(" {} {}", lines.size() == 1 ? "line" : "lines", slicesText(lines));
    if (!spikes.empty())
        text += fmt::format("{} {} {}", lines.empty() ? "" : " and", spikes.size(), spikes.size() == 1 ? "spike" : "spikes");
    return text + ".";
}

}  // namespace

std::vector<std::int64_t> LineCheck::badLines() const {
    std::vector<std::int64_t> bad;
    for (const auto& line : lines)
        if (line.bad) bad.push_back(line.line);
    return bad;
}

SamplingMask without(const SamplingMask& mask, const std::vector<std::int64_t>& lines, const std::vector<Spike>& spikes) {
    ByteArray samples = mask.samples();
    for (const auto line : lines)
        for (std::int64_t r = 0; r < mask.readout(); ++r) samples(r, line) = 0;
    for (const auto& spike : spikes) samples(spike.readout, spike.line) = 0;
    SamplingMask left(std::move(samples), mask.description());
    if (left.keptCount() == 0) throw UsageError("Without these lines no sample is left.", "Leave out less.");
    return left;
}

LinesLeftOut withoutLines(ReconstructionRequest request, const std::string& text, const RunControl& run) {
    if (!request.acquisition) throw UsageError("There is no k-space to check.", "Open a file first.");
    const auto& header = request.acquisition->header();
    std::vector<std::int64_t> lines;
    if (text != "auto") lines = parseSlices(text, header.encoded.phase);
    LinesLeftOut result;
    std::vector<SamplingMask> masks;
    const auto slices = chosenSlices(request.slices, header);
    for (std::size_t i = 0; i < slices.size(); ++i) {
        MaskChoice choice = request.mask;
        if (!request.drawnBySlice.empty()) choice.drawn = request.drawnBySlice.at(i);
        std::vector<Spike> spikes;
        if (text == "auto") {
            auto check = checkLines(*request.acquisition, slices[i], choice, run);
            lines = check.badLines();
            spikes = std::move(check.spikes);
        }
        masks.push_back(without(readMaskedSlice(*request.acquisition, slices[i], choice).mask.mask, lines, spikes));
        if (!lines.empty() || !spikes.empty()) result.notes.push_back(noteOf(slices[i], lines, spikes));
    }
    result.request = std::move(request);
    if (result.notes.empty()) return result;
    result.request.mask = MaskChoice{};
    result.request.mask.drawn = masks.front();
    result.request.drawnBySlice = std::move(masks);
    return result;
}

}  // namespace larmor::session
