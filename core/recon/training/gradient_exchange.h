#pragma once
// What the processes ("ranks") that share a training tell each other: gradients, and whether they can and shall go on. Everything else,
// bfloat16 arithmetic too, is each one's own; as all begin with the same numbers and make the same steps, they stay the same.

#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "core/base/api/prior_lab.h"
#include "core/recon/training/gradient_workers.h"

namespace larmor::recon::training {

/// All ranks call the same functions in the same order. Each of them waits for the others.
class LARMOR_RECON_EXPORT GradientExchange {
public:
    virtual ~GradientExchange();
    [[nodiscard]] virtual std::int64_t ranks() const = 0;
    [[nodiscard]] virtual std::int64_t rank() const = 0;
    /// The one rank that writes files, validates and reports.
    [[nodiscard]] bool isFirst() const { return rank() == 0; }
    /// Replaces the numbers by their mean over the ranks: the same bits on each. @throws Error naming a rank that ended or fell silent
    virtual void mean(std::span<float> numbers) = 0;
    /// @throws Error on all ranks, naming `what` and the rank whose text differs from the first one's
    virtual void requireEqual(const std::string& what, const std::string& text) = 0;
    /// While what it returns lives, the others wait for this rank however long it takes.
    [[nodiscard]] virtual std::shared_ptr<void> busy() = 0;
};

/// Gradients and loss become their mean over the ranks, in one message.
LARMOR_RECON_EXPORT void averageOverRanks(GradientExchange& exchange, Gradients& gradients);

/// Waits until all ranks are there. For one rank nothing is opened.
/// @throws UsageError for ranks that make no sense; Error if the others do not come in time, or do not fit; Cancelled
[[nodiscard]] LARMOR_RECON_EXPORT std::unique_ptr<GradientExchange> openExchange(const TrainingRanks& ranks, const std::stop_token& stop);

}  // namespace larmor::recon::training
