#pragma once
// The workbench without a window: what is open, chosen, running and shown, and each thing a person can do as a plain call. Owned and
// called by one thread. Whatever takes long runs elsewhere; its answers come back through `Post`. Changes are gathered and told in
// one call after control has returned to the owner's loop, so that a listener never sees half a change.

#include <string>

#include "core/session/workbench/background.h"
#include "core/session/workbench/run_board.h"
#include "core/session/workbench/workbench_coils.h"
#include "core/session/workbench/workbench_data.h"
#include "core/session/workbench/workbench_lines.h"
#include "core/session/workbench/workbench_project.h"

namespace larmor::session {

class Workbench : private WorkbenchData {
public:
    using WorkbenchData::Events;
    Workbench(Post post, Events events);
    ~Workbench();  ///< stops what runs and joins

    /// What is here as a folder, and the way back from one.
    [[nodiscard]] WorkbenchProject& project() { return m_project; }
    // Data
    /// K-space; a project; or a result, a picture of one or of a sweep, which bring back what they were made with.
    void open(const std::string& path, const std::string& dims = {}, const std::string& array = {});
    [[nodiscard]] bool opening() const { return m_opening; }
    [[nodiscard]] bool axesRemembered() const { return m_axesRemembered; }  ///< they were named for an earlier file of this kind
    void readAxesAs(const std::string& dims);  ///< reads the open file again, and remembers the axes for files of its kind if they fit
    void keepAxes(bool keep);                  ///< remembers them as they are; else forgets and guesses again
    [[nodiscard]] const AcquisitionPtr& acquisition() const { return m_acquisition; }
    [[nodiscard]] const std::string& path() const { return m_path; }
    [[nodiscard]] const std::string& refusedPath() const { return m_refusedPath; }  ///< the last file that was no k-space
    [[nodiscard]] std::int64_t slice() const { return m_panes[m_focused].slice; }
    void setSlice(std::int64_t slice);  ///< of the focused pane, and of all where slices are linked; clamped
    void setSlicesLinked(bool linked);
    [[nodiscard]] bool slicesLinked() const { return m_slicesLinked; }
    [[nodiscard]] const SliceStore& store() const { return m_store; }
    /// How the reference of fully sampled data combines the coils; metrics are measured again.
    void setReferenceCombination(Combination how);
    // Mask and coil maps
    void setMask(MaskChoice choice, bool allSamples = false);
    [[nodiscard]] const MaskState& mask() const { return m_mask; }
    /// Writes the samples that are kept, by the extension of `path`: .npy, .h5, .cfl, .png. The end is told as a notice.
    void saveMask(const std::string& path);
    [[nodiscard]] WorkbenchCoils& coils() { return m_coils; }
    [[nodiscard]] WorkbenchLines& lines() { return m_lines; }  ///< those that do not fit the others
    [[nodiscard]] const MapsState& maps() const { return m_maps; }
    // Method and device
    void setMethod(const std::string& id);  ///< with the values it had last
    void setParameters(ParamValues values);
    [[nodiscard]] const std::string& method() const { return m_method; }
    [[nodiscard]] const ParamValues& parameters() const;
    /// The methods that can run: those that need a diffusion prior only where one was found when the program started.
    [[nodiscard]] std::vector<const PluginManifest*> methods() const;
    [[nodiscard]] const std::vector<KnownPrior>& priors() const { return m_priors; }  ///< found when the program started
    /// The prior that methods use, the first one until another is chosen; null: there is none.
    [[nodiscard]] const KnownPrior* prior() const { return m_priors.empty() ? nullptr : &m_priors[m_prior]; }
    void setPrior(const std::string& name);  ///< of priors(); the contrast goes back to what the file says
    /// For the prior and method as they stand; nothing where no prior is used or no file is open.
    [[nodiscard]] std::optional<PriorAdvice> priorAdvice() const;
    void setContrast(const std::string& contrast);  ///< a class of the prior's, kNoContrast, or empty: as the file says
    [[nodiscard]] const std::string& contrast() const { return m_contrast; }
    void setSliceChoice(SliceChoice choice) { m_sliceChoice = std::move(choice); }
    [[nodiscard]] const SliceChoice& sliceChoice() const { return m_sliceChoice; }
    void setDevice(const std::string& id);
    [[nodiscard]] const std::string& device() const { return m_device; }
    [[nodiscard]] const std::vector<DeviceInfo>& devices() const { return m_devices; }
    // Running
    /// Puts a run into the queue; 0 and a notice where something is missing or wrong.
    RunId reconstruct();
    void stopCurrent();  ///< the run that works now
    [[nodiscard]] RunId longRun() const;  ///< the run that works now if a stop would throw away more than a minute's work, else 0
    /// Another clock than the system's, for tests of what depends on the age of a run.
    void setClock(std::function<std::chrono::steady_clock::time_point()> now) { m_now = std::move(now); }
    [[nodiscard]] RunBoard& runs() { return m_runs; }
    [[nodiscard]] const RunBoard& runs() const { return m_runs; }
    /// One residual a step, of the run that works now (NaN for the steps to come), else of the result that is shown.
    [[nodiscard]] std::vector<double> residualCurve() const;
    // Tuning: a run in the queue like others, so that it never works beside one on the same device.
    [[nodiscard]] std::vector<std::string> tunable() const;  ///< parameters of the method that values worth trying are known for
    /// Chooses a parameter of the method from held-out lines of the mask, and goes on to what reconstruct() would have made at the time of the
    /// call. Where the lines cannot tell, the value stays and a notice says why. Runs with the chosen value carry Protocol::tuned as long as
    /// file, method, mask, coils and prior are the same. 0 and a notice where something is missing or wrong, or while something is tuned.
    RunId startTuning(const std::string& parameter);
    void stopTuning();  ///< nothing is changed, and nothing reconstructed
    [[nodiscard]] const TuningState& tuning() const { return m_tuning; }

    // Steering: of the run that works now, else of the shown result, else the last one; of one slice, with a prior. Refusals are notices.
    [[nodiscard]] std::shared_ptr<const RunSnapshot> steering() const;  ///< null: there is none, or it has not begun
    [[nodiscard]] const ReconstructionRequest* steeredRequest() const;
    [[nodiscard]] bool steeringRuns() const;  ///< steps are being made
    [[nodiscard]] bool steeringRests() const;  ///< steps are to come, and it was paused or wound back
    void pauseSteering();
    void resumeSteering();
    void stepOnce();
    void steer(const nlohmann::json& changes);  ///< values by name, from the next step on
    /// Pauses after `step` steps of a branch and shows that estimate; with other values the run leaves from there by a new branch.
    void rewindTo(BranchId branch, std::int64_t step);
    void branchFrom(BranchId branch, std::int64_t step, const nlohmann::json& changes = nlohmann::json::object());
    void renameBranch(BranchId branch, const std::string& name);
    void deleteBranch(BranchId branch);
    void promoteBranch(BranchId branch);  ///< its last step becomes a result
    /// Shows the estimate after a step in place of what is newest.
    void lookAt(BranchId branch, std::int64_t step);
    void lookAtNewest();
    [[nodiscard]] std::optional<std::pair<BranchId, std::int64_t>> lookedAt() const;
    /// The last steps of two branches in the first panes, their difference in the third.
    void compareBranches(BranchId first, BranchId second);
    [[nodiscard]] std::string branchChange(BranchId branch) const;  ///< "Data weight ζ 1 → 2.1 from step 31"; empty: nothing
    [[nodiscard]] std::string branchText(BranchId branch) const;  ///< as a person called it, else what it changed, else BranchTree::nameOf()
    /// Tells of a steered run whose program was killed, if there is one; reopenInterrupted() opens its file and stands where it stood.
    void offerInterrupted();
    void reopenInterrupted();
    void saveRecipe(ResultId id, const std::string& path);
    /// What made a result, with its steering, on all slices of the open file with the mask as it stands.
    RunId applyToAll(ResultId id);

    // Sweep: many reconstructions of the slice that is shown, as one job in the queue of the device.
    /// What is not given stays as it stands. 0 and a notice where something is missing or wrong.
    RunId startSweep(const SweepPlan& plan);
    [[nodiscard]] const SweepPlan& sweepPlan() const { return m_sweepPlan; }  ///< of the one started last, or brought by a project or a picture
    [[nodiscard]] std::int64_t broughtPlans() const { return m_broughtPlans; }  ///< how many were brought: the form follows them
    void saveSweepPicture(const std::string& path);  ///< the sheet with how it was made, as SVG; the end is told as a notice
    void stopSweep();                                                                      ///< cells that are there stay
    [[nodiscard]] const std::optional<SweepState>& sweepState() const { return m_sweep; }  ///< the last one of the open file
    /// The cell's image as a result, beside the reference and, at full size, its error; nothing runs again.
    void openSweepCell(std::size_t index);
    /// The cell's reconstruction at full size on the chosen slices, or on its own for "this slice"; 0 and a notice where it has no image.
    RunId promoteSweepCell(std::size_t index);

    // Results
    [[nodiscard]] const ResultList& results() const { return m_results; }
    [[nodiscard]] ResultId shownResult() const { return m_shown; }  ///< 0: the mask's zero-filled preview
    void showResult(ResultId id);
    void deleteResult(ResultId id);
    void undo();  ///< what was deleted or left out last
    void exportResult(ResultId id, const std::string& path);
    [[nodiscard]] std::string commandLineOf(ResultId id) const;
    [[nodiscard]] std::string bartCommandOf(ResultId id) const;
    void setScale(metrics::Scale scale);
    [[nodiscard]] metrics::Scale scale() const { return m_scale; }

    // Panes
    void setPaneCount(std::size_t count);
    [[nodiscard]] std::size_t paneCount() const { return m_paneCount; }
    void setFocusedPane(std::size_t pane);
    [[nodiscard]] std::size_t focusedPane() const { return m_focused; }
    void setPaneContent(std::size_t pane, PaneContent content, ResultId result = 0, std::int64_t sample = -1);
    void setPaneTransform(std::size_t pane, PaneTransform transform);
    void toggleError(std::size_t pane);  ///< to its error map and back; an error pane between absolute and signed
    [[nodiscard]] const Pane& pane(std::size_t index) const { return m_panes.at(index); }
    [[nodiscard]] PanePicture picture(std::size_t index) const;
    // Posterior samples
    [[nodiscard]] PaneSamples samples(std::size_t pane) const;
    /// Round and round, from the mean to the first or the last. Panes on other things stay. `linked`: all on samples of the same result go.
    void stepSample(std::size_t pane, int steps, bool linked);
    void turnSamples(std::size_t pane);  ///< mean, sample, standard deviation, phase spread, mean ...
    void laySamplesOut();                ///< mean, first sample, standard deviation side by side; with a fourth pane the phase spread
    [[nodiscard]] std::optional<ScatterAt> scatterAt(std::size_t pane, std::int64_t row, std::int64_t column) const;

    // Notices
    [[nodiscard]] const std::optional<Notice>& notice() const { return m_notice; }
    void tell(Notice notice);
    void dismissNotice();
    void retry();  ///< what failed last

    /// True while anything runs, waits or is being read: what shows is not final yet.
    [[nodiscard]] bool working() const { return m_background.busy() || m_runs.busy() || m_pending != 0; }

private:
    friend class WorkbenchCoils;
    friend class WorkbenchLines;
    friend class WorkbenchProject;
    void notify(Changes changes);
    void openAs(const std::string& path, const std::string& dims, const std::string& array, bool remember);
    [[nodiscard]] static Opened opened(AcquisitionPtr acquisition, std::int64_t slice);
    void onOpened(Opened opened);
    void forgetFile();
    void onReopened(Opened opened, ReconstructionRequest request);
    void tellNotKspace(const std::string& path, const Problem& problem);
    void resolveMaskNow();
    void makePreview();
    void wantSlices();
    [[nodiscard]] bool ready(bool needsMask);  ///< false and a notice where there is nothing that could be reconstructed
    [[nodiscard]] std::optional<Asked> ask();  ///< nothing and a notice where something is missing or wrong
    RunId submitAsked(Asked asked);
    RunId submit(const std::string& name, ReconstructionRequest asked);
    [[nodiscard]] SweepRequest sweepRequest(const SweepPlan& plan) const;
    [[nodiscard]] JobWork sweepWork(SweepRequest request, std::int64_t number);
    void onSweepBegun(std::int64_t number, SweepRecord record);
    void onSwept(std::int64_t number, std::size_t index, SweptCell cell);
    void onSweepEnded(const RunRow& row);
    SweptCell* sweptCell(std::size_t index);
    void forgetSweep();
    RunId submitSteered(const std::string& name, ReconstructionRequest asked);
    RunId drive(const SteeredEntryPtr& entry, SteeredRuns::Score score);
    void driveAgain(const SteeredEntryPtr& entry);
    [[nodiscard]] SteeredRuns::Score scoreFor(const ReconstructionRequest& request);
    void giveReferenceToRuns(std::int64_t slice);
    [[nodiscard]] SteeredEntryPtr steeredEntry() const;
    void command(const std::function<void(const SteeredEntryPtr&)>& call);
    bool undoDeleteBranch();
    void forgetDeletedBranches();
    [[nodiscard]] bool lookedIn(const Pane& pane) const;
    [[nodiscard]] bool isForming(const Pane& pane) const;  ///< it shows an image of the run itself, not of a result
    void describeStep(const Pane& pane, PanePicture& picture) const;
    bool endTuning(const RunRow& row);  ///< false: the run was no tuning
    void takeTuning(const TuningJob& job);
    [[nodiscard]] ReconstructionRequest withTuned(ReconstructionRequest asked) const;
    void forgetTuning();
    [[nodiscard]] std::int64_t sampleOf(const Pane& pane) const;  ///< that shows now; -1: none
    [[nodiscard]] ImagePtr spreadOf(const Pane& pane) const;      ///< a sample or a map
    void describeSpread(const Pane& pane, PanePicture& picture) const;
    void checkSamples();
    void measureResults();
    void measureAgain();  ///< all results, after the reference or the scale changed
    void measureLive();
    void makeTransforms();
    void loadDevices();
    void onPreview(RunId run, std::int64_t slice, ComplexArray image);
    void tellSaved(const std::string& path);
    void onEnded(const RunRow& row, const Outcome& outcome);
    [[nodiscard]] std::vector<std::int64_t> chosenSlices() const;
    [[nodiscard]] ReconstructionRequest request() const;
    [[nodiscard]] ImagePtr imageOf(const Pane& pane) const;
    [[nodiscard]] ImagePtr errorOf(const Pane& pane) const;
    [[nodiscard]] ImagePtr mapTiles() const;
    [[nodiscard]] Derived transformOf(const Pane& pane) const;
    [[nodiscard]] bool liveIn(const Pane& pane) const;
    [[nodiscard]] const RunRow* runFor(const Pane& pane) const;
    void describeReference(const Pane& pane, PanePicture& picture) const;
    void describeReconstruction(const Pane& pane, PanePicture& picture) const;
    [[nodiscard]] std::string metricsText(const Pane& pane) const;
    [[nodiscard]] std::string placeholderOf(const Pane& pane) const;

    Post m_post;
    Events m_events;
    SteeredRuns m_steered;
    WorkbenchProject m_project{*this};
    WorkbenchCoils m_coils{*this};
    WorkbenchLines m_lines{*this};
    // Last, so that they are joined before what they answer to goes away.
    Background m_background;
    SliceStore m_store;
    RunBoard m_runs;
};

}  // namespace larmor::session
