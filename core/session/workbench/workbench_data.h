#pragma once
// What a Workbench holds, apart from what it runs.

#include <array>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/session/axis_memory.h"
#include "core/session/prior_text.h"
#include "core/session/reconstruct.h"
#include "core/session/state_folder.h"
#include "core/session/workbench/ensemble_slice.h"
#include "core/session/workbench/result_list.h"
#include "core/session/workbench/run_board.h"
#include "core/session/workbench/slice_store.h"
#include "core/session/workbench/steered_runs.h"
#include "core/session/workbench/sweep_state.h"
#include "core/session/workbench/workbench_state.h"

namespace larmor::session {

/// Outlives what the Workbench runs: jobs and background work are joined before it goes.
struct WorkbenchData {
    struct Events {
        std::function<void(Changes)> changed;
        std::function<void(RunId, const Outcome&)> runEnded;
    };
    struct Opened {
        AcquisitionPtr acquisition;
        KspaceSlice first;
        bool axesRemembered = false;
    };
    struct ScoredAgainst;
    struct Looked {
        SteeredEntryPtr entry;
        BranchId branch = 0;
        std::int64_t step = 0;
        ImagePtr image;
    };
    /// What is asked of the queue, and how it is called there.
    struct Asked {
        std::string name;
        ReconstructionRequest request;
    };
    struct TuningJob;
    struct Live {
        RunId run = 0;
        std::int64_t slice = 0;
        ImagePtr image;
    };
    struct Measured {
        ImagePtr image;
        metrics::SliceMetrics values;
    };
    struct MetricsAnswer {
        std::map<std::int64_t, metrics::SliceMetrics> metrics;
        std::map<std::int64_t, Reference> references;
        std::string name;
    };
    /// An image made from others: found again while its sources are the same objects.
    struct Derived {
        enum class Kind { Error, SignedError, KSpace, Fourier, MapTiles, Sample, Deviation, PhaseSpread } kind = Kind::Error;
        std::shared_ptr<const void> from, with;
        ImagePtr image;
        std::int64_t index = 0;  ///< of a slice's sample, or of a slice, within its ensemble
    };
    struct Transformed {
        Pane pane;
        ImagePtr image;
    };

    std::shared_ptr<bool> m_alive = std::make_shared<bool>(true);
    Changes m_pending = 0;
    std::function<std::chrono::steady_clock::time_point()> m_now = std::chrono::steady_clock::now;

    bool m_opening = false;
    std::string m_path, m_refusedPath;
    AxisMemory m_axisMemory{stateFolder() + "/axes.json"};
    bool m_axesRemembered = false;
    AcquisitionPtr m_acquisition;
    bool m_slicesLinked = true;

    MaskState m_mask;
    MapsState m_maps;
    std::string m_method;
    std::map<std::string, ParamValues> m_parameters;  ///< by method
    /// Of a result that was opened: its seed, and what was changed on the way, hold for as long as file, method and values stay as it had them.
    struct Brought {
        AcquisitionPtr acquisition;
        std::string method;
        nlohmann::json parameters;
        std::int64_t seed = 1;
        std::vector<SteeringChange> steering;
    };
    std::optional<Brought> m_brought;
    std::vector<KnownPrior> m_priors;
    std::size_t m_prior = 0;
    std::string m_contrast;
    SliceChoice m_sliceChoice;
    std::string m_device = "cpu";
    std::vector<DeviceInfo> m_devices;

    std::map<RunId, ReconstructionRequest> m_runInputs;  ///< of the runs that have not ended
    ResultList m_results;
    ResultId m_shown = 0, m_measuring = 0;
    metrics::Scale m_scale = metrics::Scale::None;
    Live m_live;
    std::optional<Measured> m_measured;                    ///< of the live image or the preview
    std::map<std::int64_t, ImagePtr> m_preview;            ///< zero-filled images of the mask as it stands, by slice
    std::map<std::pair<ResultId, std::int64_t>, std::shared_ptr<const EnsembleCheck>> m_checks;  ///< by result and slice
    mutable std::list<Derived> m_derived;                  ///< a cache, newest first
    std::array<Transformed, kMaximumPanes> m_transformed;  ///< what a pane showed last: stands until the next one is there

    TuningState m_tuning;
    std::shared_ptr<TuningJob> m_tuningJob;               ///< while it waits or runs
    std::optional<ReconstructionRequest> m_tunedRequest;  ///< that m_tuning.result was chosen for

    std::optional<SweepState> m_sweep;
    SweepPlan m_sweepPlan;
    std::int64_t m_broughtPlans = 0;
    std::set<RunId> m_sweepJobs;  ///< also of sweeps that were forgotten
    std::int64_t m_sweepCount = 0;
    Looked m_looked;
    std::map<BranchId, ImagePtr> m_branchImages;  ///< of the branches that are compared
    std::pair<std::weak_ptr<SteeredEntry>, std::vector<Branch>> m_removedBranches;
    std::string m_interrupted;                                                    ///< folder of the run that is offered
    std::vector<std::pair<std::int64_t, std::weak_ptr<ScoredAgainst>>> m_scored;  ///< by slice

    std::array<Pane, kMaximumPanes> m_panes;
    std::size_t m_paneCount = 3, m_focused = 1;
    std::optional<Notice> m_notice;
    std::function<void()> m_retry;

    [[nodiscard]] bool previewIsCheap() const;
    [[nodiscard]] const ResultEntry* entryOf(const Pane& pane) const;
    [[nodiscard]] std::optional<EnsembleSlice> ensembleOf(const Pane& pane) const;
    [[nodiscard]] std::shared_ptr<const SamplingMask> maskOf(const Pane& pane) const;
    [[nodiscard]] ImagePtr find(const Derived& wanted) const;
    ImagePtr keep(Derived made) const;
};

}  // namespace larmor::session
