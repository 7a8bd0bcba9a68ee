#include "core/session/finetune_card.h"

#include <fmt/format.h>

#include "core/session/card_copy.h"

namespace larmor::session {

namespace {

using nlohmann::json;

json historyOf(const FinetunePlan& plan, const FinetuneChoice& choice, const std::vector<FinetuneScore>& grid) {
    json rows = json::array();
    for (const auto& score : grid)
        rows.push_back(
            {{"lr", score.rate}, {"images", score.images}, {"R", score.acceleration}, {"nrmse", score.nrmse}, {"scored", score.scored}});
    const auto& parent = plan.parent.card;
    return {{"command", plan.job.command},
            {"parent", {{"name", parent.name}, {"sha256", parent.weightsHash}, {"images_seen", parent.imagesSeen}}},
            {"contrast", plan.job.contrast},
            {"method", plan.job.method},
            {"mask", masks::toText(plan.job.mask)},
            {"acs", plan.job.acs},
            {"chosen", {{"lr", choice.rate}, {"images", choice.images}, {"nrmse", choice.nrmse}}},
            {"grid", rows}};
}

/// Both texts, once where they are the same.
std::string joined(const std::string& first, const std::string& second) {
    if (first.empty() || first == second) return second;
    return second.empty() ? first : first + "; " + second;
}

PriorCard chosenCard(const FinetunePlan& plan, const FinetuneChoice& choice, const std::vector<FinetuneScore>& grid,
                     const std::string& weights) {
    PriorCard card = readPriorCard(weights);
    const auto& parent = plan.parent.card;
    if (!card.history.is_object()) card.history = json::object();
    card.history["finetune"] = historyOf(plan, choice, grid);
    if (choice.isParent()) return card;
    card.licence = joined(parent.licence, card.licence);
    const bool isSamePack = card.trainingSet == parent.trainingSet;
    card.trainingSet =
        joined(parent.trainingSet, fmt::format("fine-tuned to {}{}", plan.job.contrast, isSamePack ? "" : ": " + card.trainingSet));
    auto attributions = parent.attributions;
    for (const auto& source : card.attributions)
        if (std::find(attributions.begin(), attributions.end(), source) == attributions.end()) attributions.push_back(source);
    card.attributions = attributions;
    return card;
}

}  // namespace

void writeChosen(const FinetunePlan& plan, const FinetuneChoice& choice, const std::vector<FinetuneScore>& grid, const std::string& path) {
    const auto weights = plan.weights(choice.rate, choice.images);
    copyWithCard(weights, chosenCard(plan, choice, grid, weights), path);
}

}  // namespace larmor::session
