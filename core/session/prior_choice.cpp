#include "core/session/prior_choice.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/masks/mask_generator.h"
#include "core/session/protocol_builder.h"

namespace larmor::session {

namespace {

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

bool speaksOf(const std::string& text, std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(), [&](const char* word) { return text.find(word) != std::string::npos; });
}

std::vector<std::string> namedClasses(const PriorCard& card) {
    std::vector<std::string> names;
    std::copy_if(card.contrasts.begin(), card.contrasts.end(), std::back_inserter(names), [](const std::string& name) { return !name.empty(); });
    return names;
}

std::string rangeText(double low, double high) { return fmt::format("{:.3g} to {:.3g}", low, high); }

/// Anatomy that the name of a file or its protocol speaks of; empty where neither does.
std::string anatomyOf(const AcquisitionHeader& header) {
    struct Word { const char* text; const char* anatomy; };
    constexpr std::array<Word, 10> kWords{{{"KNEE", "knee"}, {"CORPD", "knee"}, {"CARDIAC", "heart"}, {"HEART", "heart"}, {"CINE", "heart"},
                                           {"PROSTATE", "prostate"}, {"BREAST", "breast"}, {"LIVER", "abdomen"}, {"BRAIN", "brain"}, {"HEAD", "brain"}}};
    const auto& path = header.provenance.path;
    const std::string text = upper(header.contrast + " " + path.substr(path.find_last_of('/') + 1));
    for (const auto& word : kWords)
        if (text.find(word.text) != std::string::npos) return word.anatomy;
    return {};
}

}  // namespace

PriorUse PriorInUse::use(const ReconstructionRequest& request, const AcquisitionHeader& header, const Matrix& matrix) const {
    PriorUse use;
    use.name = known.card.name;
    const bool byPath = request.prior && request.prior->prior != known.card.name;
    if (byPath) use.file = absolutePath(known.file);
    use.hash = known.card.weightsHash;
    use.contrast = contrast;
    use.outside = outsideOf(known.card, header, matrix);
    return use;
}

std::optional<PriorInUse> priorOf(const ReconstructionRequest& request, const PluginManifest& method) {
    if (!method.needsPrior()) {
        if (request.prior) throw UsageError(fmt::format("The method '{}' uses no diffusion prior.", method.id), "Leave the prior out.");
        return std::nullopt;
    }
    const PriorRequest asked = request.prior.value_or(PriorRequest{});
    PriorInUse prior{asked.hash.empty() ? findPrior(asked.prior) : findPrior(asked.prior, asked.hash), {}};
    prior.contrast = chooseContrast(prior.known.card, asked.contrast, request.acquisition->header().contrast);
    return prior;
}

PriorRequest requestOf(const PriorUse& prior) {
    return {prior.file.empty() ? prior.name : prior.file, prior.contrast.empty() ? kNoContrast : prior.contrast, prior.hash};
}

std::optional<std::string> contrastOf(const std::string& text) {
    const std::string name = upper(text);
    if (speaksOf(name, {"FLAIR"})) return "FLAIR";
    if (speaksOf(name, {"T1"})) return speaksOf(name, {"POST", "CE", "GD", "+C", "C+"}) ? "T1CE" : "T1";
    if (speaksOf(name, {"MPRAGE", "MP-RAGE", "SPGR"})) return "T1";
    if (speaksOf(name, {"T2*", "T2STAR", "SWI", "SWAN"})) return std::nullopt;
    if (speaksOf(name, {"T2"})) return "T2";
    if (speaksOf(name, {"PD"})) return "PD";
    return std::nullopt;
}

std::string chooseContrast(const PriorCard& card, const std::string& asked, const std::string& fileContrast) {
    const auto classes = namedClasses(card);
    if (asked == kNoContrast || (classes.empty() && asked.empty())) return {};
    const auto known = [&](const std::string& name) -> std::optional<std::string> {
        const auto index = card.contrastIndex(name);
        return index ? std::optional(card.contrasts[static_cast<std::size_t>(*index)]) : std::nullopt;
    };
    if (!asked.empty()) {
        if (const auto name = known(asked)) return *name;
        throw UsageError(fmt::format("The prior '{}' knows no contrast '{}'.", card.name, asked),
                         classes.empty() ? "It has no contrast classes: leave the contrast out." : fmt::format("It knows: {}.", fmt::join(classes, ", ")));
    }
    if (const auto name = known(fileContrast)) return *name;
    const auto spoken = contrastOf(fileContrast);
    if (spoken)
        if (const auto name = known(*spoken)) return *name;
    const std::string reason = fileContrast.empty() ? "The file does not say its contrast" : fmt::format("The contrast '{}' of the file is not one of its classes", fileContrast);
    throw UsageError(fmt::format("{}, which the prior '{}' must know.", reason, card.name),
                     fmt::format("Choose a contrast: {}, or none to leave it open (on the command line by --contrast).", fmt::join(classes, ", ")));
}

std::vector<std::string> changedParameters(const ParamValues& values) {
    std::vector<std::string> names;
    const ParamValues initial(values.specs());
    for (const auto& spec : values.specs())
        if (values.value(spec.name) != initial.value(spec.name)) names.push_back(spec.name);
    return names;
}

SamplingCase samplingCaseOf(const ResolvedMask& mask) {
    return {mask.total, masks::keepsCentre(mask.mask)};
}

ParamValues withRecommendation(ParamValues values, const std::vector<std::string>& chosen, const PriorRecommendation* recommended) {
    if (!recommended || !recommended->parameters.is_object()) return values;
    nlohmann::json merged = values.toJson();
    for (const auto& [name, value] : recommended->parameters.items())
        if (merged.contains(name) && std::find(chosen.begin(), chosen.end(), name) == chosen.end()) merged[name] = value;
    return ParamValues::fromJson(values.specs(), merged);
}

std::string dividedRecommendation(const ParamValues& values, const std::vector<std::string>& chosen, const PriorRecommendation* recommended) {
    if (!recommended || !recommended->parameters.is_object()) return {};
    const auto used = values.toJson();
    std::vector<std::string> taken, others;
    for (const auto& [name, value] : recommended->parameters.items()) {
        if (!used.contains(name)) continue;
        const bool isOwn = std::find(chosen.begin(), chosen.end(), name) != chosen.end();
        const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
        if (!isOwn) taken.push_back(fmt::format("{} {}", name, text));
        else if (used.at(name) != value) others.push_back(fmt::format("{} {}", name, text));
    }
    if (taken.empty() || others.empty()) return {};
    return fmt::format("{} is recommended together with {}: with another value the best one may differ.", fmt::join(taken, ", "),
                       fmt::join(others, ", "));
}

std::vector<std::string> outsideOf(const PriorCard& card, const AcquisitionHeader& header, const Matrix& matrix) {
    constexpr double kPixelSlack = 1.05;  // a pixel size is rounded in many headers
    std::vector<std::string> outside;
    if (card.matrixRange.size() == 2 && (std::min(matrix.readout, matrix.phase) < card.matrixRange[0] || std::max(matrix.readout, matrix.phase) > card.matrixRange[1]))
        outside.push_back(fmt::format("The matrix {} x {} lies outside of the {} to {} pixels that the prior '{}' was trained on.", matrix.readout, matrix.phase,
                                      card.matrixRange[0], card.matrixRange[1], card.name));
    if (const auto& pixel = header.geometry.pixel; pixel && card.pixelRangeMm.size() == 2) {
        const auto [small, large] = std::minmax(pixel->readoutMm, pixel->phaseMm);
        if (small * kPixelSlack < card.pixelRangeMm[0] || large > card.pixelRangeMm[1] * kPixelSlack)
            outside.push_back(fmt::format("Pixels of {:.3g} x {:.3g} mm lie outside of the {} mm that the prior '{}' was trained on.", pixel->readoutMm,
                                          pixel->phaseMm, rangeText(card.pixelRangeMm[0], card.pixelRangeMm[1]), card.name));
    }
    if (const std::string anatomy = anatomyOf(header); !card.anatomy.empty() && !anatomy.empty() && anatomy != card.anatomy)
        outside.push_back(fmt::format("The file speaks of the {}; the prior '{}' was trained on the {}.", anatomy, card.name, card.anatomy));
    return outside;
}

std::optional<std::string> noiseOutsideOf(const PriorCard& card, double noise) {
    const double median = std::exp(card.logSigmaMean);
    if (noise <= median) return std::nullopt;
    return fmt::format("The noise of the samples ({:.2g} of the image's 99th percentile) is above the median noise level of the prior's training ({:.2g}).",
                       noise, median);
}

}  // namespace larmor::session
