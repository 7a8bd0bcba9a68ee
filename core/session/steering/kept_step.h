#pragma once
// A step of a steered run as it is kept, in memory and as a file.

#include <memory>
#include <optional>
#include <string>

#include "core/base/steering.h"
#include "core/session/steering/branch_tree.h"

namespace larmor::session {

struct StepKey {
    BranchId branch = BranchTree::kRoot;
    std::int64_t slice = 0;
    std::int64_t step = 0;  ///< steps done
    auto operator<=>(const StepKey&) const = default;
};

/// What stays of a step in any case: the strip and the curves are drawn from it.
struct StepSummary {
    StepKey key;
    nlohmann::json values = nlohmann::json::object();   ///< that the step used, by name; empty before the first
    double sigma = 0, residual = 0, noiseResidual = 0;  ///< as in StepRecord; NaN before the first step
    std::optional<double> nrmse, ssim;                  ///< where a reference was known
    bool finished = false;                              ///< the last step there is
    RealArray thumbnail;                                ///< magnitude, [readout, phase] shrunk; empty before the first step

    friend bool operator==(const StepSummary&, const StepSummary&) = default;
};

struct KeptStep {
    std::shared_ptr<const StepSummary> summary;
    StepState state;        ///< without arrays where only the summary is left
    ComplexArray estimate;  ///< [readout, phase]; empty before the first step

    [[nodiscard]] std::size_t bytes() const;  ///< of the arrays
};

/// Name of the file of a step: "b2_s0_k00031.safetensors".
[[nodiscard]] std::string stepFileName(const StepKey& key);
/// Writes whole or not at all, with SHA-256 of everything. @param whole  false: the summary alone
/// @throws IoError
void writeStep(const std::string& path, const KeptStep& step, bool whole);

/// What a file of a step holds, without reading its arrays.
struct StepFileFacts {
    StepSummary summary;
    bool whole = false;
};
/// @throws IoError if the file is cut short, changed or none of these
[[nodiscard]] StepFileFacts readStepFacts(const std::string& path);
/// The step with its arrays, checked against their SHA-256. @throws IoError as above, and if only the summary was left
[[nodiscard]] KeptStep readStep(const std::string& path);

}  // namespace larmor::session
