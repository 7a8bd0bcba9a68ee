#pragma once
// A folder that holds a steered run as it goes: run.json (what was asked for, the branches, where the run stands), mask.npy where the mask
// was drawn by hand, states/ with a file for each step. What is there survives the process: a run that was killed goes on from its newest
// step.

#include "core/session/reconstruct.h"
#include "core/session/steering/steered_run.h"

namespace larmor::session {

class RunFolder {
public:
    /// For a request of one slice; what its steering plans is on the first branch from the start.
    /// @param limits  of the kept steps; folder and lifetime are chosen here
    /// @throws UsageError if the folder holds a run already, or the request is not of one slice; IoError, Cancelled
    [[nodiscard]] static RunFolder create(const std::string& folder, const ReconstructionRequest& request, StateCacheOptions limits = {},
                                          const std::stop_token& stop = {});
    /// One that is there. Steps that are damaged are left out with a line in the log. @throws IoError, InputError
    [[nodiscard]] static RunFolder open(const std::string& folder, StateCacheOptions limits = {});

    [[nodiscard]] const std::string& path() const { return m_path; }
    /// What the run was asked for, for the job that goes on with it. @throws IoError, InputError if the source is not the file it was;
    /// Cancelled
    [[nodiscard]] ReconstructionRequest request(const std::stop_token& stop = {}) const;
    /// The run, standing where it stood; it writes itself into the folder. @param events  whose `save` is replaced
    [[nodiscard]] std::shared_ptr<SteeredRun> run(SteeredRunEvents events = {}) const;

private:
    RunFolder(std::string path, Protocol protocol, RunRecord record, StateCacheOptions limits);
    void meetSteps();
    [[nodiscard]] nlohmann::json asked() const;

    std::string m_path;
    Protocol m_protocol;
    RunRecord m_record;
    /// Of the request, until the first step has fixed the values at the start.
    std::optional<std::vector<std::string>> m_chosenParameters;
    std::shared_ptr<StateCache> m_states;
};

}  // namespace larmor::session
