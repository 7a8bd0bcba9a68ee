#pragma once
// What is done with each kind of file: everything that Larmor can do with it before it computes.

#include <string>

#include "tests/fuzz/guarded_run.h"

namespace larmor::fuzz {

/// Refused: the kind's own reader threw a larmor::Error. Anything else that is thrown goes through.
[[nodiscard]] Outcome readArrays(const std::string& path);   ///< the arrays of a file, and images made of them
[[nodiscard]] Outcome readKspace(const std::string& path);   ///< the same, and k-space, noise and calibration
[[nodiscard]] Outcome readCmrxInfo(const std::string& path); ///< k-space with the table that lies beside it
[[nodiscard]] Outcome readSiemens(const std::string& path);
[[nodiscard]] Outcome readMasks(const std::string& path);    ///< for k-space of 12 x 10
[[nodiscard]] Outcome readMaps(const std::string& path);
[[nodiscard]] Outcome readPrior(const std::string& path);    ///< card, header and all tensors
[[nodiscard]] Outcome readPack(const std::string& path);
[[nodiscard]] Outcome readResult(const std::string& path);
[[nodiscard]] Outcome readProject(const std::string& path);  ///< project.json
[[nodiscard]] Outcome readSweep(const std::string& path);
[[nodiscard]] Outcome readRecipe(const std::string& path);
[[nodiscard]] Outcome readCohort(const std::string& path);   ///< summary.json
[[nodiscard]] Outcome readStep(const std::string& path);     ///< of a steered run

}  // namespace larmor::fuzz
