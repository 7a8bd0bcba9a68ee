#pragma once
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "core/base/api/prior_lab.h"

namespace larmor::cli {

/// --ranks, --rank, --rendezvous, --rank-timeout. What is not given is taken from the environment, as torchrun sets it: WORLD_SIZE, RANK,
/// MASTER_ADDR and MASTER_PORT.
struct RankOptions {
    std::optional<std::int64_t> ranks, rank;
    std::string rendezvous, timeout = "5m";
    void addTo(CLI::App& command);
    /// @throws UsageError
    [[nodiscard]] TrainingRanks chosen() const;
};

/// "cuda" is the GPU that torchrun meant for this process (LOCAL_RANK); other names stay.
[[nodiscard]] std::string deviceOfRank(const std::string& device);

}  // namespace larmor::cli
