// A parameter that is chosen from held-out lines, and the run that follows.

#include <algorithm>

#include <fmt/format.h>

#include "core/base/log.h"
#include "core/session/auto_tune.h"
#include "core/session/engine_host.h"
#include "core/session/tuning_curve.h"
#include "core/session/workbench/workbench.h"

namespace larmor::session {

struct WorkbenchData::TuningJob {
    RunId run = 0;
    std::string name;  ///< of the reconstruction that follows
    ReconstructionRequest request;
    std::optional<Tuning> result;  ///< written by the worker before the run ends
};

namespace {

/// Whether a value that was chosen for one is chosen for the other too. Slices may differ.
bool isSameProblem(const ReconstructionRequest& a, const ReconstructionRequest& b) {
    const auto priorOfRequest = [](const ReconstructionRequest& request) {
        return request.prior ? request.prior->prior + '\n' + request.prior->contrast : std::string{};
    };
    return a.acquisition == b.acquisition && a.method == b.method && a.mask.toText() == b.mask.toText() && a.mask.drawn == b.mask.drawn && a.coils == b.coils &&
           priorOfRequest(a) == priorOfRequest(b);
}

std::string labelOf(const ParamList& specs, const std::string& parameter) {
    const auto found = std::find_if(specs.begin(), specs.end(), [&](const ParamSpec& spec) { return spec.name == parameter; });
    return found == specs.end() || found->label.empty() ? parameter : found->label;
}

}  // namespace

std::vector<std::string> Workbench::tunable() const {
    return usuallyTuned(m_method);
}

RunId Workbench::startTuning(const std::string& parameter) {
    if (m_tuningJob) {
        tell({Notice::Kind::Caution, Notice::Action::None, "A parameter is being tuned already.", "Wait until it is done, or stop it."});
        return 0;
    }
    auto asked = ask();
    if (!asked) return 0;
    auto job = std::make_shared<TuningJob>();
    job->name = std::move(asked->name);
    job->request = std::move(asked->request);
    job->request.tuned.reset();
    TuneOptions options;
    options.parameter = parameter;
    options.holdOut.seed = job->request.seed;
    const auto& slices = job->request.slices;
    if (std::find(slices.begin(), slices.end(), slice()) != slices.end()) options.slice = slice();
    const auto find = [job, options](const RunControl& run) { return autoTune(job->request, options, run); };
    const auto take = [job](Tuning found) { job->result = std::move(found); };
    job->run = m_runs.submit(fmt::format("Auto {} · {}", parameter, job->name), job->request.device,
                             {options.slice.value_or(slices.front())}, workWithoutImage(find, take));
    m_tuning = {job->run, job->request.method, parameter, labelOf(plugins().method(job->request.method).params, parameter), true, {}, {},
                {}};
    m_tunedRequest.reset();
    m_tuningJob = std::move(job);
    if (m_notice) dismissNotice();
    notify(kTuningChanged | kQueueChanged);
    return m_tuning.run;
}

void Workbench::stopTuning() {
    if (m_tuningJob) m_runs.stop(m_tuningJob->run);
}

bool Workbench::endTuning(const RunRow& row) {
    if (!m_tuningJob || m_tuningJob->run != row.id) return false;
    const auto job = std::exchange(m_tuningJob, nullptr);
    if (row.failed) m_runs.remove(row.id);  // the notice and the state say it
    notify(kTuningChanged | kQueueChanged | kPanesChanged);
    if (job->request.acquisition != m_acquisition) return true;
    m_tuning.working = false;
    if (row.failed) {
        m_tuning.problem = row.problem;
        m_tuning.hint = row.hint;
        log(LogLevel::Info, "recon", row.name + " is not possible: " + row.problem);
        tell({Notice::Kind::Caution, Notice::Action::None, fmt::format("{} cannot be tuned: {}", m_tuning.label, row.problem), row.hint});
    } else if (job->result) {
        takeTuning(*job);
    } else {
        log(LogLevel::Info, "recon", row.name + " was stopped");
    }
    return true;
}

void Workbench::takeTuning(const TuningJob& job) {
    const Tuning& tuning = *job.result;
    m_tuning.result = tuning;
    if (!tuning.doubt.empty()) {
        log(LogLevel::Info, "recon", fmt::format("{} cannot be told: {}", tuning.parameter, tuning.doubt));
        return tell({Notice::Kind::Caution, Notice::Action::None,
                     fmt::format("{} cannot be told from held-out {}s: it stays as it is.", m_tuning.label, tuning.unit), tuning.doubt});
    }
    log(LogLevel::Info, "recon",
        fmt::format("{} = {:.4g} predicts {} held-out {}s best", tuning.parameter, tuning.value, tuning.heldOut, tuning.unit));
    setNumber(m_parameters.at(job.request.method), tuning.parameter, tuning.value);
    notify(kMethodChanged);
    m_tunedRequest = job.request;
    submitAsked({job.name, withTuning(job.request, tuning)});
}

/// The request with the record of how its value was chosen, where it was chosen for it.
ReconstructionRequest Workbench::withTuned(ReconstructionRequest asked) const {
    if (!m_tunedRequest || !isSameProblem(*m_tunedRequest, asked)) return asked;
    const Tuning& tuning = *m_tuning.result;
    return numberOf(asked.parameters, tuning.parameter) == tuning.value ? withTuning(std::move(asked), tuning) : asked;
}

void Workbench::forgetTuning() {
    stopTuning();
    m_tuning = {};
    m_tunedRequest.reset();
}

}  // namespace larmor::session
