#pragma once
// recon of many files: what is added to its options, and the work.

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/cli/common_options.h"
#include "app/cli/reconstruct_to.h"
#include "app/cli/verb.h"
#include "core/session/cohort.h"

namespace larmor::cli {

struct CohortOptions {
    std::vector<std::string> more;  ///< files beside the first one
    std::int64_t jobs = 1;
    std::string format = "h5";
    bool withoutMetrics = false;

    void addTo(CLI::App& command);
    /// Several files, a folder or an @list: the results go into a folder.
    [[nodiscard]] bool wanted(const std::string& file) const;
    /// Reconstructs all of them, tells of each, and says at the end what failed. @throws Error where any did; Cancelled
    void reconstruct(const InputOptions& input, const ResultOptions& result, const std::function<session::ReconstructionRequest(AcquisitionPtr)>& ask,
                     const Context& context) const;

private:
    [[nodiscard]] nlohmann::json settings() const;
    const CLI::App* m_command = nullptr;
};

}  // namespace larmor::cli
