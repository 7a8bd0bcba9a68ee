#pragma once
// The verbs under "prior".

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/cli/verb.h"
#include "core/base/api/prior_lab.h"

namespace larmor::cli {

[[nodiscard]] Verb addPriorPack(CLI::App& prior);
[[nodiscard]] Verb addPriorTrain(CLI::App& prior);
[[nodiscard]] Verb addPriorFinetune(CLI::App& prior);
[[nodiscard]] Verb addPriorEvaluate(CLI::App& prior);
[[nodiscard]] Verb addPriorSamples(CLI::App& prior);
[[nodiscard]] Verb addPriorRecommend(CLI::App& prior);
[[nodiscard]] Verb addPriorInfo(CLI::App& prior);

/// The yardstick as a table: a line a contrast, a column a noise level, gain over wavelets in dB.
void printYardstick(const std::vector<YardstickRow>& rows);
[[nodiscard]] nlohmann::json toJson(const std::vector<YardstickRow>& rows);

}  // namespace larmor::cli
