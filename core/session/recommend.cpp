#include "core/session/recommend.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/session/card_copy.h"

namespace larmor::session {

namespace {

std::string onlyPrior(const std::vector<SweepCell>& cells) {
    std::set<std::string> names;
    for (const auto& cell : cells)
        if (!cell.prior.empty()) names.insert(cell.prior);
    if (names.size() > 1)
        throw UsageError(fmt::format("The table holds {} priors: {}.", names.size(), fmt::join(names, ", ")), "Name one of them with --prior.");
    return names.empty() ? std::string() : *names.begin();
}

}  // namespace

std::vector<PriorRecommendation> recommendationsFrom(const std::vector<SweepCell>& cells, const std::string& prior) {
    const auto name = prior.empty() ? onlyPrior(cells) : prior;
    std::vector<SweepCell> own;
    std::copy_if(cells.begin(), cells.end(), std::back_inserter(own), [&](const SweepCell& cell) { return !cell.prior.empty() && cell.prior == name && !cell.varied.empty(); });
    std::vector<PriorRecommendation> result;
    const auto groupOf = [](const SweepCell& cell) {
        return std::vector<std::string>{cell.method, cell.contrast, fmt::format("{:.3f}", nominalR(cell.mask, cell.acceleration)), cell.keepsCentre ? "" : "no centre"};
    };
    for (const auto& best : bestOf(own, groupOf))
        result.push_back({best.method, best.contrast, nominalR(best.mask, best.acceleration), best.varied, best.whole.nrmse, !best.keepsCentre});
    if (result.empty()) throw UsageError("The table holds nothing that a prior could recommend.", "Sweep a method that uses a prior, with --vary.");
    return result;
}

void writeRecommendations(const std::string& weights, const std::vector<PriorRecommendation>& recommendations, const std::string& output) {
    auto card = readPriorCard(weights);
    const auto isReplaced = [&](const PriorRecommendation& old) {
        return std::any_of(recommendations.begin(), recommendations.end(),
                           [&](const PriorRecommendation& entry) { return entry.method == old.method && entry.withoutCentre == old.withoutCentre; });
    };
    std::erase_if(card.recommendations, isReplaced);
    card.recommendations.insert(card.recommendations.end(), recommendations.begin(), recommendations.end());
    copyWithCard(weights, card, output);
}

}  // namespace larmor::session
