#include "core/base/data/prior_card.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "core/base/io/safetensors.h"

namespace larmor {

namespace {
using nlohmann::json;
constexpr int kCardFormat = 1;

enum class Need { Always, MayLack };

/// Visits every plain field with its name in the JSON; one list for reading and writing. What sampling must know may not lack.
template <class Card, class Visit>
void forEachField(Card& card, Visit&& visit) {
    visit("name", card.name, Need::Always);
    visit("family", card.family, Need::Always);
    visit("network", card.network, Need::Always);
    visit("contrasts", card.contrasts, Need::Always);
    visit("normalisation", card.normalisation, Need::Always);
    visit("sigma_data", card.sigmaData, Need::Always);
    visit("log_sigma_mean", card.logSigmaMean, Need::Always);
    visit("log_sigma_std", card.logSigmaStd, Need::Always);
    visit("sigma_min", card.sigmaMin, Need::Always);
    visit("sigma_max", card.sigmaMax, Need::Always);
    visit("anatomy", card.anatomy, Need::MayLack);
    visit("matrix_range", card.matrixRange, Need::MayLack);
    visit("pixel_range_mm", card.pixelRangeMm, Need::MayLack);
    visit("training_set", card.trainingSet, Need::MayLack);
    visit("training_set_sha256", card.trainingSetHash, Need::MayLack);
    visit("attributions", card.attributions, Need::MayLack);
    visit("licence", card.licence, Need::MayLack);
    visit("images_seen", card.imagesSeen, Need::MayLack);
    visit("parent_sha256", card.parentHash, Need::MayLack);
    visit("trained_by", card.trainedBy, Need::MayLack);
    visit("history", card.history, Need::MayLack);
    visit("weights_sha256", card.weightsHash, Need::MayLack);
}

template <class Entry, class Visit>
void forEachRecommended(Entry& entry, Visit&& visit) {
    visit("method", entry.method, Need::Always);
    visit("contrast", entry.contrast, Need::MayLack);
    visit("acceleration", entry.acceleration, Need::MayLack);
    visit("parameters", entry.parameters, Need::Always);
    visit("nrmse", entry.nrmse, Need::MayLack);
    visit("without_centre", entry.withoutCentre, Need::MayLack);
}

/// The reader of forEachField: takes what is there, refuses what must be there and what has another type.
auto readerOf(const json& source, const std::string& where) {
    return [&source, where](const char* name, auto& field, Need need) {
        if (!source.contains(name)) {
            if (need == Need::MayLack) return;
            throw InputError(fmt::format("{} lacks '{}'.", where, name), "Convert or train the weights again.");
        }
        try {
            source.at(name).get_to(field);
        } catch (const json::exception&) {
            throw InputError(fmt::format("'{}' of {} is {}, which is of the wrong type.", name, where, source.at(name).dump()));
        }
    };
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

void require(bool holds, const char* field, const std::string& expected, const std::string& found) {
    if (!holds) throw InputError(fmt::format("'{}' of the prior is {}; it must be {}.", field, found, expected));
}

void checkContrasts(const std::vector<std::string>& contrasts) {
    require(contrasts.size() <= static_cast<std::size_t>(kContrastClasses), "contrasts", fmt::format("at most {} names", kContrastClasses),
            fmt::format("a list of {}", contrasts.size()));
    std::set<std::string> seen;
    for (const auto& contrast : contrasts)
        if (!contrast.empty())
            require(seen.insert(lower(contrast)).second, "contrasts", "every name once", "one with '" + contrast + "' twice");
}

void checkValues(const PriorCard& card) {
    const auto text = [](double value) { return fmt::format("{}", value); };
    require(!card.family.empty(), "family", "the name of a network", "empty");
    require(card.network.is_object(), "network", "an object of options", card.network.dump());
    require(card.normalisation == kNormalisationP99, "normalisation", fmt::format("'{}', the one rule there is", kNormalisationP99),
            "'" + card.normalisation + "'");
    require(card.sigmaData > 0 && std::isfinite(card.sigmaData), "sigma_data", "above 0", text(card.sigmaData));
    require(std::isfinite(card.logSigmaMean), "log_sigma_mean", "finite", text(card.logSigmaMean));
    require(card.logSigmaStd > 0 && std::isfinite(card.logSigmaStd), "log_sigma_std", "above 0", text(card.logSigmaStd));
    require(card.sigmaMin > 0 && std::isfinite(card.sigmaMin), "sigma_min", "above 0", text(card.sigmaMin));
    require(card.sigmaMax > card.sigmaMin && std::isfinite(card.sigmaMax), "sigma_max", "above sigma_min", text(card.sigmaMax));
    require(card.matrixRange.empty() || card.matrixRange.size() == 2, "matrix_range", "two numbers",
            fmt::format("{}", card.matrixRange.size()));
    require(card.pixelRangeMm.empty() || card.pixelRangeMm.size() == 2, "pixel_range_mm", "two numbers",
            fmt::format("{}", card.pixelRangeMm.size()));
    checkContrasts(card.contrasts);
}
}  // namespace

json PriorCard::toJson() const {
    json result{{"larmor_prior", kCardFormat}};
    forEachField(*this, [&](const char* key, const auto& field, Need) { result[key] = field; });
    result["recommendations"] = json::array();
    for (const auto& entry : recommendations) {
        json item;
        forEachRecommended(entry, [&](const char* key, const auto& field, Need) { item[key] = field; });
        result["recommendations"].push_back(std::move(item));
    }
    return result;
}

PriorCard PriorCard::fromJson(const json& source) {
    if (!source.is_object() || !source.contains("larmor_prior"))
        throw InputError("This is no description of a prior: 'larmor_prior' is missing.");
    if (source.at("larmor_prior") != kCardFormat)
        throw InputError(
            fmt::format("The prior is of format {}; this version reads format {}.", source.at("larmor_prior").dump(), kCardFormat));
    PriorCard card;
    forEachField(card, readerOf(source, "the prior"));
    const json entries = source.value("recommendations", json::array());
    if (!entries.is_array()) throw InputError("'recommendations' of the prior is no list.");
    for (const auto& entry : entries) {
        if (!entry.is_object()) throw InputError("'recommendations' of the prior holds something that is no object.");
        forEachRecommended(card.recommendations.emplace_back(), readerOf(entry, "a recommendation of the prior"));
    }
    checkValues(card);
    return card;
}

std::optional<std::int64_t> PriorCard::contrastIndex(const std::string& contrast) const {
    if (contrast.empty()) return std::nullopt;
    const auto found = std::find_if(contrasts.begin(), contrasts.end(), [&](const auto& known) { return lower(known) == lower(contrast); });
    return found == contrasts.end() ? std::nullopt : std::optional<std::int64_t>(found - contrasts.begin());
}

const PriorRecommendation* PriorCard::recommendation(const std::string& method, const std::string& contrast, const SamplingCase& sampling) const {
    // Smaller is better: another R than the one asked for beats none, the contrast's own beats the one for all.
    const double R = sampling.acceleration;
    const auto rank = [&](const PriorRecommendation& entry) {
        const bool isForAllR = entry.acceleration <= 0 || R <= 0;
        return std::tuple(entry.contrast.empty() && !contrast.empty(), entry.withoutCentre == sampling.keepsCentre, isForAllR,
                          isForAllR ? 0.0 : std::abs(std::log(entry.acceleration / R)));
    };
    const PriorRecommendation* best = nullptr;
    for (const auto& entry : recommendations) {
        if (entry.method != method || (!entry.contrast.empty() && lower(entry.contrast) != lower(contrast))) continue;
        if (entry.withoutCentre && sampling.keepsCentre) continue;
        if (!best || rank(entry) < rank(*best)) best = &entry;
    }
    return best;
}

PriorCard readPriorCard(const std::string& path) {
    const auto metadata = io::readSafeTensorsHeader(path).metadata;
    const auto found = metadata.find(kPriorCardKey);
    if (found == metadata.end())
        throw IoError(path, kPriorCardKey, "the description of a prior", "none: weights of another program",
                      "Convert them with resources/convert_prior.py.");
    try {
        return PriorCard::fromJson(json::parse(found->second));
    } catch (const json::exception& error) {
        throw IoError(path, kPriorCardKey, "JSON", error.what());
    } catch (const IoError&) {
        throw;
    } catch (const InputError& error) {
        throw IoError(path, kPriorCardKey, "a description of a prior that is complete", error.what(), error.hint());
    }
}

}  // namespace larmor
