#pragma once
// The sweep of a workbench: what is asked, and its cells as they come.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/session/sweep.h"
#include "core/session/sweep_record.h"
#include "core/session/workbench/result_list.h"
#include "core/session/workbench/run_board.h"

namespace larmor::session {

struct SweepPlan {
    SweepAxis columns;                 ///< a parameter that every method of the plan has
    std::optional<SweepAxis> rows;     ///< another one
    std::vector<MaskChoice> masks;     ///< empty: the mask as it stands
    std::vector<std::string> methods;  ///< empty: the method as it stands
    std::vector<std::string> priors;   ///< names; empty: the prior as it stands; methods that use none run once
    std::int64_t reduction = 1;        ///< above 1: a quick look, as in SweepRequest
    std::int64_t jobs = 0;             ///< cells at a time, as in SweepRequest

    [[nodiscard]] nlohmann::json toJson() const;
    /// @throws nlohmann's exceptions, Error for masks that cannot be read
    [[nodiscard]] static SweepPlan fromJson(const nlohmann::json& source);
};

struct SweptCell {
    std::optional<SweepCell> scored;  ///< with its numbers, or why it failed; nullopt: not there yet
    ReconstructionRequest request;    ///< that made it
    ReconstructionPtr result;         ///< of one slice; null: not there
    ResultId opened = 0;              ///< in the list of results

    [[nodiscard]] bool done() const { return result != nullptr; }
    /// |image|, [readout, phase]; only of a cell that is done.
    [[nodiscard]] RealArray picture() const;
};

struct SweepState {
    SweepPlan plan;
    std::int64_t number = 0, slice = 0;
    std::int64_t reduction = 1;       ///< above 1: of all cells; what is run in full is not reduced
    std::string rowName, columnName;  ///< parameters; no row name where more than one thing differs between rows
    std::vector<std::string> rows, columns;
    std::vector<SweptCell> cells;  ///< row by row, in the order in which they are made
    RunId job = 0;                 ///< 0: it has ended
    std::int64_t atOnce = 1;       ///< cells that are worked on at a time
    std::optional<SweepRecord> record;  ///< how it was made; a moment after it began

    [[nodiscard]] bool running() const { return job != 0; }
};

/// Headers of the rows and columns of what a request makes, without cells. @param columns  the last axis of every method
[[nodiscard]] SweepState sheetOf(const SweepRequest& request, const SweepPlan& plan);

}  // namespace larmor::session
