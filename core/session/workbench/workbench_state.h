#pragma once
// The values that a Workbench holds and tells.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/base/data/tuning.h"
#include "core/session/bad_lines.h"
#include "core/session/reconstruct.h"
#include "core/session/workbench/ensemble_check.h"
#include "core/session/workbench/result_list.h"
#include "core/session/workbench/run_board.h"
#include "core/session/workbench/slice_store.h"

namespace larmor::session {

/// What changed; several together.
using Changes = unsigned;
enum Change : Changes {
    kDataChanged = 1,      ///< another file, or opening one began or failed
    kMaskChanged = 2,
    kMapsChanged = 4,
    kMethodChanged = 8,
    kPanesChanged = 16,    ///< anything that may show in a pane: slice, images, metrics
    kQueueChanged = 32,
    kResultsChanged = 64,
    kNoticeChanged = 128,
    kDevicesChanged = 256,
    kSteeringChanged = 512,  ///< steps, branches or state of the run that is steered, or which of them is looked at
    kSweepChanged = 1024,    ///< a sweep began or ended, or a cell of it is there
    kTuningChanged = 2048,   ///< tuning began or ended; its progress is told with kQueueChanged
    kProjectChanged = 4096,  ///< another project, or saving one began or ended
    kLinesChanged = 8192,    ///< a check of lines began or ended
};

/// One thing to tell a person where it happened: what, why, and the sensible next thing to do.
struct Notice {
    enum class Kind { Info, Caution, Failure };
    enum class Action { None, Retry, OpenLog, OpenAsArrays, OpenAnother, Undo, GoOn, FindSource, Reconstruct, StartSweep, LeaveLinesOut };
    Kind kind = Kind::Info;
    Action action = Action::None;
    std::string what, why;
    Action second = Action::None;  ///< offered beside the first
};

struct MaskState {
    MaskChoice choice;
    bool allSamples = false;  ///< no undersampling beyond the acquisition's own
    std::optional<ResolvedMask> resolved;
    std::shared_ptr<const SamplingMask> kept;  ///< that of `resolved`
    masks::PointSpread pointSpread;
    masks::CalibrationBlock calibration;
    std::string problem, hint;  ///< why there is none
};

struct MapsState {
    ParamValues parameters;
    std::string file;  ///< given maps; empty: estimated
    std::string calibration;  ///< k-space of a scan that they are estimated from; empty: the samples that the mask keeps
    std::shared_ptr<const CoilMaps> estimated;
    std::int64_t slice = 0;  ///< that `estimated` is of
    bool working = false;
    std::string problem, hint;
};

/// A parameter that is being chosen from held-out lines, or was. Neither working nor with a result or a problem: it was stopped.
struct TuningState {
    RunId run = 0;  ///< the row that tells its progress while it works; 0: nothing was tuned on the open file
    std::string method, parameter;
    std::string label;  ///< of the parameter, in words
    bool working = false;  ///< it waits or runs
    std::optional<Tuning> result;
    std::string problem, hint;  ///< why there is no result
};

/// What the lines of a slice say of each other.
struct LinesState {
    RunId run = 0;  ///< the row that tells its progress while it works
    bool working = false;  ///< it waits or runs
    std::int64_t slice = 0;
    std::optional<LineCheck> check;  ///< of the mask as it stands; nothing: not checked, or stopped
};

/// Which slices Reconstruct works on. The text counts from 1: "1-5, 8".
struct SliceChoice {
    enum class Kind { This, All, Listed } kind = Kind::This;
    std::string listed;
};

enum class PaneContent { Empty, Reference, Reconstruction, Error, CoilMaps, Deviation, PhaseSpread };
enum class PaneTransform { None, KSpace, Fourier };

struct Pane {
    PaneContent content = PaneContent::Reference;
    ResultId result = 0;  ///< of all but Reference and CoilMaps; 0: what is current (a run, the chosen result, the mask's preview)
    std::int64_t slice = 0;
    PaneTransform transform = PaneTransform::None;
    bool signedError = false;
    std::int64_t branch = 0;   ///< of the run that is steered, its last step; 0: none
    std::int64_t against = 0;  ///< Error: the branch it is compared with in place of the reference
    std::int64_t sample = -1;  ///< Reconstruction and Error: one posterior sample, where the result has several; -1: the result's image
    friend bool operator==(const Pane&, const Pane&) = default;
};

/// What a pane shows, ready to be painted.
struct PanePicture {
    enum class Map { None, Deviation, PhaseSpread };  ///< of posterior samples
    ImagePtr image;
    std::string title, subtitle, topRight, metrics, metricsProtocol, badge, caution, cautionReason, placeholder;
    std::string sample;  ///< which of the posterior samples: "3 / 8", "mean of 8"; empty where there are none, and on maps
    std::optional<PixelSize> pixel;
    bool isError = false, isSigned = false, isSpectrum = false;
    Map map = Map::None;
    bool hasPhase = true;  ///< false for root-sum-of-squares images: they are magnitudes
    double referencePeak = 0;  ///< largest magnitude of the reference: what error maps and deviations are scaled by; 0 if unknown
};

/// The posterior samples of the result that a pane shows, or that is current where it shows none.
struct PaneSamples {
    ResultId result = 0;     ///< 0: it has none
    std::int64_t count = 0;  ///< 0: none of this slice
    std::int64_t slice = 0;
    std::int64_t shown = -1;                ///< the sample that the pane shows; -1: none
    std::string name;                       ///< "DPS, mean of 8 samples"
    std::string reference;                  ///< that `check` is against
    std::shared_ptr<const EnsembleCheck> check;
    std::string noCheck;                    ///< why there is none, or not yet
};

/// How the window measures: the words for a tooltip beside NRMSE, PSNR and SSIM.
[[nodiscard]] std::string metricsProtocolText(metrics::Scale scale);

/// One image against a reference of the same shape, by that protocol. @param reference, image [readout, phase]
[[nodiscard]] metrics::SliceMetrics compareImages(const ComplexArray& reference, const ComplexArray& image, metrics::Scale scale);

inline constexpr std::size_t kMaximumPanes = 9;

}  // namespace larmor::session
