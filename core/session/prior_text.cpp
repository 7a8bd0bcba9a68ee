#include "core/session/prior_text.h"

#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/session/prior_choice.h"

namespace larmor::session {

namespace {

constexpr std::size_t kShownHash = 10;
constexpr double kMegabyte = 1e6;

std::string classesOf(const PriorCard& card) {
    std::vector<std::string> names;
    for (const auto& name : card.contrasts)
        if (!name.empty()) names.push_back(name);
    return names.empty() ? "without contrast classes" : fmt::format("contrasts {}", fmt::join(names, ", "));
}

}  // namespace

std::string weightsText(const KnownPrior& prior) {
    std::vector<std::string> parts;
    if (prior.card.imagesSeen > 0) parts.push_back(fmt::format("{} images seen", prior.card.imagesSeen));
    std::error_code missing;
    if (const auto bytes = std::filesystem::file_size(prior.file, missing); !missing) parts.push_back(fmt::format("{:.1f} MB", static_cast<double>(bytes) / kMegabyte));
    if (!prior.card.weightsHash.empty()) parts.push_back("weights " + prior.card.weightsHash.substr(0, kShownHash));
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<std::string> factsOf(const KnownPrior& prior) {
    const PriorCard& card = prior.card;
    std::vector<std::string> lines{fmt::format("{}{}{}", card.anatomy, card.anatomy.empty() ? "" : ", ", classesOf(card))};
    if (!card.trainingSet.empty()) lines.push_back("trained on: " + card.trainingSet);
    std::vector<std::string> ranges;
    if (card.matrixRange.size() == 2) ranges.push_back(fmt::format("matrix {} to {}", card.matrixRange[0], card.matrixRange[1]));
    if (card.pixelRangeMm.size() == 2) ranges.push_back(fmt::format("pixels {:g} to {:g} mm", card.pixelRangeMm[0], card.pixelRangeMm[1]));
    if (!ranges.empty()) lines.push_back(fmt::format("{}", fmt::join(ranges, ", ")));
    lines.push_back(weightsText(prior));
    if (!card.licence.empty()) lines.push_back("licence: " + card.licence);
    return lines;
}

std::string recommendationText(const PriorRecommendation& recommendation) {
    std::vector<std::string> values;
    for (const auto& [name, value] : recommendation.parameters.items())
        values.push_back(fmt::format("{} {}", name, value.is_string() ? value.get<std::string>() : value.dump()));
    return fmt::format("{}{}{}{}: {}", recommendation.method, recommendation.contrast.empty() ? "" : ", " + recommendation.contrast,
                       recommendation.acceleration > 0 ? fmt::format(", R {:.3g}", recommendation.acceleration) : "",
                       recommendation.withoutCentre ? " without ACS" : "", fmt::join(values, ", "));
}

PriorAdvice adviseOn(const PriorCard& card, const PluginManifest& method, const AcquisitionHeader& header, const std::string& asked,
                      const SamplingCase& sampling) {
    PriorAdvice advice;
    advice.outside = outsideOf(card, header, header.recon);
    try {
        advice.contrast = chooseContrast(card, asked, header.contrast);
    } catch (const UsageError&) {
        advice.contrastMissing = true;
        return advice;
    }
    if (const auto* found = card.recommendation(method.id, advice.contrast, sampling)) advice.recommended = recommendationText(*found);
    return advice;
}

}  // namespace larmor::session
