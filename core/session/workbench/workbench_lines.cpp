// Lines that do not fit the others: looked for in the queue, told, left out.

#include <algorithm>

#include <fmt/format.h>

#include "core/base/log.h"
#include "core/session/slice_source.h"
#include "core/session/slices_text.h"
#include "core/session/time_mean.h"
#include "core/session/workbench/workbench.h"

namespace larmor::session {

struct WorkbenchLines::Job {
    RunId run = 0;
    AcquisitionPtr acquisition;
    MaskChoice choice;
    std::int64_t slice = 0;
    bool isOld = false;               ///< the mask was changed meanwhile
    SamplingMask mask;                ///< that was checked; written by the worker before the run ends, as is:
    std::optional<LineCheck> result;
};

namespace {

/// "3 of 64 lines" or "line 12" and "2 spikes", as a sentence's subject.
std::string foundText(const LineCheck& check, const std::vector<std::int64_t>& bad) {
    const auto spikes = check.spikes.size();
    std::string text = bad.empty() ? "" : fmt::format("{} of {} lines", bad.size(), check.lines.size());
    if (spikes > 0) text += fmt::format("{}{} {}", bad.empty() ? "" : " and ", spikes, spikes == 1 ? "spike" : "spikes");
    return text;
}

std::string reasonText(const LineCheck& check, const std::vector<std::int64_t>& bad) {
    if (bad.empty()) return "A spike is a sample that nothing beside it explains.";
    const auto worst = std::max_element(check.lines.begin(), check.lines.end(),
                                        [](const LineScore& a, const LineScore& b) { return a.bad == b.bad ? a.score < b.score : b.bad; });
    return fmt::format("{} {}, counted from 1. The worst is {:.1f} times as far off what the others predict as those around it.",
                       bad.size() == 1 ? "Line" : "Lines", slicesText(bad, 1, ", "), worst->score);
}

}  // namespace

RunId WorkbenchLines::start() {
    if (m_job) {
        m_bench.tell({Notice::Kind::Caution, Notice::Action::None, "Lines are being checked already.", "Wait until that is done, or stop it."});
        return 0;
    }
    if (!m_bench.ready(true)) return 0;
    auto job = std::make_shared<Job>();
    job->acquisition = m_bench.m_acquisition;
    job->choice = m_bench.m_mask.choice;
    job->slice = m_bench.slice();
    const auto find = [job](const RunControl& run) {
        job->mask = readMaskedSlice(*job->acquisition, job->slice, job->choice).mask.mask;
        return checkLines(*job->acquisition, job->slice, job->choice, run);
    };
    const auto take = [job](LineCheck found) { job->result = std::move(found); };
    job->run = m_bench.m_runs.submit(fmt::format("Check lines · slice {}", job->slice + 1), "cpu", {job->slice}, workWithoutImage(find, take));
    m_state = {job->run, true, job->slice, {}};
    m_job = std::move(job);
    if (m_bench.m_notice) m_bench.dismissNotice();
    m_bench.notify(kLinesChanged | kQueueChanged);
    return m_state.run;
}

void WorkbenchLines::stop() {
    if (m_job) m_bench.m_runs.stop(m_job->run);
}

bool WorkbenchLines::end(const RunRow& row) {
    if (!m_job || m_job->run != row.id) return false;
    const auto job = std::exchange(m_job, nullptr);
    if (row.failed) m_bench.m_runs.remove(row.id);  // the notice says it
    m_bench.notify(kLinesChanged | kQueueChanged | kPanesChanged);
    if (job->acquisition != m_bench.m_acquisition) return true;
    m_state.working = false;
    if (row.failed) {
        log(LogLevel::Info, "recon", row.name + " is not possible: " + row.problem);
        m_bench.tell({Notice::Kind::Caution, Notice::Action::None, "The lines cannot be checked: " + row.problem, row.hint});
    } else if (job->result && !job->isOld) {
        take(*job);
    } else {
        log(LogLevel::Info, "recon", row.name + " was stopped");
    }
    return true;
}

void WorkbenchLines::forget() {
    m_state.check.reset();
    m_whole.reset();
    if (!m_job) return;
    m_job->isOld = true;
    stop();
}

void WorkbenchLines::take(const Job& job) {
    m_state.check = job.result;
    m_checked = job.mask;
    const auto bad = job.result->badLines();
    const auto count = bad.size() + job.result->spikes.size();
    log(LogLevel::Info, "recon", fmt::format("slice {}: {} lines and {} spikes do not fit", job.slice + 1, bad.size(), job.result->spikes.size()));
    if (count == 0)
        return m_bench.tell({Notice::Kind::Info, Notice::Action::None,
                     fmt::format("All {} lines of slice {} fit together, and no sample is a spike.", job.result->lines.size(), job.slice + 1), {}});
    m_bench.tell({Notice::Kind::Caution, Notice::Action::LeaveLinesOut,
          fmt::format("{} of slice {} {} not fit the rest.", foundText(*job.result, bad), job.slice + 1, count == 1 ? "does" : "do"),
          reasonText(*job.result, bad)});
}

void WorkbenchLines::leaveOut() {
    const auto refuse = [this](std::string what, std::string why) {
        m_bench.tell({Notice::Kind::Caution, Notice::Action::None, std::move(what), std::move(why)});
    };
    const auto check = m_state.check.value_or(LineCheck{});
    const auto bad = check.badLines();
    const auto count = bad.size() + check.spikes.size();
    if (count == 0) return refuse("There is nothing to leave out.", "Check the lines of a slice first: the mask may have changed since.");
    if (changesInTime(m_bench.m_mask.choice, m_bench.m_acquisition->header()))
        return refuse("The mask changes from frame to frame, and one without these lines would not.",
                      "larmor-cli recon --without-lines auto does it frame by frame.");
    try {
        const auto left = without(*m_checked, bad, check.spikes);
        const auto found = foundText(check, bad);
        MaskChoice edited;
        edited.drawn = SamplingMask(left.samples(), bad.empty() ? "without " + found : fmt::format("without {} {}", bad.size() == 1 ? "line" : "lines", slicesText(bad, 1, ", ")));
        auto before = std::pair(m_bench.m_mask.choice, m_bench.m_mask.allSamples);
        m_bench.setMask(std::move(edited));
        m_whole = std::move(before);
        m_bench.tell({Notice::Kind::Info, Notice::Action::Undo, fmt::format("{} {} left out, of all slices.", found, count == 1 ? "is" : "are"),
              "Reconstruct to see the image without them."});
    } catch (const Error& error) {
        refuse(error.what(), error.hint());
    }
}

void WorkbenchLines::forgetFile() {
    forget();
    m_state = {};
}

bool WorkbenchLines::undo() {
    if (!m_whole) return false;
    const auto [choice, allSamples] = *std::exchange(m_whole, std::nullopt);
    m_bench.setMask(choice, allSamples);
    return true;
}

}  // namespace larmor::session
