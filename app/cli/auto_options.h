#pragma once
#include <string>

#include <CLI/CLI.hpp>

#include "app/cli/verb.h"
#include "core/session/auto_tune.h"

namespace larmor::cli {

/// --auto, --auto-by, --auto-plot, --auto-slice, --auto-folds: a parameter chosen from the samples alone.
struct AutoOptions {
    std::string text, plot, by = "held-out";
    std::int64_t slice = -1;
    session::HoldOutOptions holdOut;
    void addTo(CLI::App& command);
    [[nodiscard]] bool wanted() const { return !text.empty(); }
    /// @throws UsageError, IoError for a plot that cannot be written, or a plot without --auto
    void check(const std::string& input) const;
    /// Tunes, says on standard error what was found, writes the plot; @returns the request with the chosen value. @throws Error, Cancelled
    [[nodiscard]] session::ReconstructionRequest apply(session::ReconstructionRequest request, bool quiet, const Context& context) const;
};

}  // namespace larmor::cli
