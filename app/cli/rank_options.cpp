#include "app/cli/rank_options.h"

#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#include "app/cli/duration.h"

namespace larmor::cli {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

std::int64_t numberFrom(const std::string& text, const std::string& what) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) throw UsageError(fmt::format("'{}' is not a number for {}.", text, what));
    return number;
}

std::int64_t chosenNumber(const std::optional<std::int64_t>& given, const char* variable, std::int64_t otherwise) {
    if (given) return *given;
    const auto text = environment(variable);
    return text.empty() ? otherwise : numberFrom(text, variable);
}

}  // namespace

void RankOptions::addTo(CLI::App& command) {
    command.add_option("--ranks", ranks,
                       "Processes that share the training, all started alike; torchrun's environment does for these four");
    command.add_option("--rank", rank, "Which of them this one is, from 0; rank 0 alone writes and reports");
    command.add_option("--rendezvous", rendezvous, "HOST:PORT at which they meet: the host of rank 0 and a free port there");
    command.add_option("--rank-timeout", timeout, "A rank that is silent for so long ends the training of all")->capture_default_str();
}

TrainingRanks RankOptions::chosen() const {
    TrainingRanks chosen;
    chosen.count = chosenNumber(ranks, "WORLD_SIZE", 1);
    chosen.rank = chosenNumber(rank, "RANK", 0);
    if (chosen.count == 1 && chosen.rank == 0) return chosen;
    const auto colon = rendezvous.rfind(':');
    if (!rendezvous.empty() && (colon == std::string::npos || colon == 0))
        throw UsageError(fmt::format("'{}' is not HOST:PORT.", rendezvous), "Write --rendezvous node1:29500.");
    chosen.host = rendezvous.empty() ? environment("MASTER_ADDR") : rendezvous.substr(0, colon);
    const auto port = rendezvous.empty() ? environment("MASTER_PORT") : rendezvous.substr(colon + 1);
    if (!port.empty()) chosen.port = static_cast<int>(numberFrom(port, "the port at which ranks meet"));
    chosen.timeoutSeconds = secondsOf(timeout);
    chosen.isServed = rendezvous.empty() && environment("TORCHELASTIC_USE_AGENT_STORE") == "True";
    if (rendezvous.empty()) chosen.prefix = environment("TORCHELASTIC_RESTART_COUNT");
    return chosen;
}

std::string deviceOfRank(const std::string& device) {
    const auto local = environment("LOCAL_RANK");
    return device == "cuda" && !local.empty() ? "cuda:" + local : device;
}

}  // namespace larmor::cli
