#pragma once
// The main job without a window: what the command line and the window both call.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/api/engine.h"
#include "core/base/data/acquisition.h"
#include "core/base/data/reconstruction.h"
#include "core/base/masks/mask_generator.h"
#include "core/base/metrics/metrics.h"
#include "core/base/run_control.h"

namespace larmor::session {

/// What a protocol says of a mask that was edited by hand: the result itself holds it.
inline constexpr const char* kDrawnMask = "drawn";

/// How samples are left out. None of the members set: all acquired samples are used.
struct MaskChoice {
    std::optional<masks::MaskSpec> spec;
    std::string file;                    ///< used if spec is empty
    std::optional<SamplingMask> drawn;   ///< an edited mask from the window; wins over both
    /// From the command line's text: a mask text or a path.
    static MaskChoice fromText(const std::string& text);
    [[nodiscard]] std::string toText() const;
};

/// A diffusion prior as a person asks for it.
struct PriorRequest {
    std::string prior;     ///< a name of knownPriors(), or a path
    std::string contrast;  ///< a class of the prior's, "none", or empty: the one that the file speaks of
    std::string hash;      ///< SHA-256 that its weights must have; empty: any
};

struct ReconstructionRequest {
    AcquisitionPtr acquisition;
    std::string method = "zero-filled";
    ParamValues parameters;      ///< of the method; from plugins().method(id).params
    MaskChoice mask;
    std::string mapsFile;        ///< empty: estimated from the samples that the mask keeps
    ParamValues mapParameters;   ///< of espiritParameters()
    CoilPreparation coils;       ///< what is done to the coils first
    std::string calibrationFile; ///< k-space of a separate scan that maps are estimated from; empty: the acquisition's own
    std::optional<PriorRequest> prior;  ///< for methods that need one
    /// Parameters that a person chose, where the method uses a prior: the others follow the prior's recommendation for the contrast and
    /// the acceleration. nullopt: all stay as they are.
    std::optional<std::vector<std::string>> chosenParameters;
    /// What changes on the way, on each slice, and goes into the protocol. Where RunControl::steering is set, that one carries it out.
    std::vector<SteeringChange> steering;
    std::vector<std::int64_t> slices;  ///< flat indices; empty: all
    bool fullFov = false;        ///< keep readout oversampling and the encoded matrix
    /// Above 1: from the central 1/reduction of k-space along both axes, the same field of view in larger pixels (ReducedScan). The mask is
    /// that of the whole matrix, cut alike.
    std::int64_t reduction = 1;
    std::string device = "cpu";
    std::int64_t seed = 1;
    std::int64_t threads = 0;    ///< on the CPU; 0: defaultThreads()
    bool hashSource = true;      ///< false: the protocol names the source without its SHA-256, for images that are shown and never kept
    bool tellWarnings = true;    ///< false: warnings of masks and priors stay out of the log, for many reconstructions of the same scan
    std::optional<Tuning> tuned; ///< how one of the parameters was chosen: goes into the protocol
    /// Edited masks that differ by slice, one for each of `slices`: each stands in for mask.drawn. Empty: mask alone decides.
    std::vector<SamplingMask> drawnBySlice;
};

/// OMP_NUM_THREADS where it is set, else what the machine has.
[[nodiscard]] std::int64_t defaultThreads();

/// The mask a request uses on a slice: generated or read, restricted to what was acquired. R of a generated mask is relative to what
/// was acquired, be it everything, an accelerated scan, partial Fourier or an ellipse.
struct ResolvedMask {
    SamplingMask mask;
    /// Acceleration factors, relative to the columns that the scanner filled; total = acquired x extra is what the mask keeps of them.
    double acquired = 1, extra = 1, total = 1;
    std::vector<std::string> warnings;
};
/// @param slice  flat index: of series each frame may have its own mask, by a kt rule or from a file that holds one a frame
[[nodiscard]] ResolvedMask resolveMask(const MaskChoice& choice, const AcquisitionHeader& header, const SamplingMask& acquired,
                                       std::int64_t slice = 0);

/// What was acquired, from the header if it says so, else from the samples of the slice.
[[nodiscard]] SamplingMask acquiredMaskOf(const AcquisitionHeader& header, const ComplexArray& kspaceSlice);

/// Reconstructs slice after slice. Progress counts all slices: StepReport::step runs over slices x steps where the method iterates.
/// A method of series (PluginManifest::needsSeries) gets all asked frames of a place at once, and progress counts places; it needs two
/// frames at least. Where the mask changes from frame to frame, and for methods of series, the frames of a place share coil maps that are
/// estimated from the mean over time of all its samples.
/// On stop: returns what is done with stoppedEarly set if at least one slice (or an estimate of one) exists, else throws Cancelled.
[[nodiscard]] Reconstruction reconstruct(const ReconstructionRequest& request, const RunControl& run);

/// Names the reference honestly.
enum class ReferenceKind { Rss, Mvue, SenseOfAcquired };
struct ReferenceImage {
    ImageStack images;
    ReferenceKind kind = ReferenceKind::Rss;
    std::string name;      ///< "RSS of all samples", "MVUE of all samples", "SENSE of all acquired samples (R 8.1)"
};
/// From fully sampled data by RSS (or MVUE if asked for); from accelerated data by CG-SENSE of all acquired samples.
[[nodiscard]] ReferenceImage makeReference(const Acquisition& acquisition, const std::vector<std::int64_t>& slices,
                                           std::optional<Combination> how, bool fullFov, const RunControl& run);

/// Coil maps of one slice as a request would use them.
[[nodiscard]] CoilMaps estimateMaps(const Acquisition& acquisition, std::int64_t slice, const MaskChoice& mask,
                                    const ParamValues& mapParameters, const RunControl& run);

/// Crops or pads encoded images to the reconstructed matrix of the header (readout oversampling removed).
[[nodiscard]] ComplexArray cropToRecon(ComplexArray image, const AcquisitionHeader& header);

/// The command that gives the same bytes: "larmor-cli recon ...", quoted for a POSIX shell.
[[nodiscard]] std::string asCommandLine(const Protocol& protocol, const std::string& output);
/// BART's equivalent, followed by comment lines that say what it leaves out and where its image differs; empty where there is none.
/// @param encoded  matrix of the k-space, where known: odd sizes get a comment
[[nodiscard]] std::string asBartCommand(const Protocol& protocol, const std::optional<Matrix>& encoded = std::nullopt);

/// "0-9", "3", "0,4,7-9" -> indices, from 0. @throws UsageError if one is not below `count`.
[[nodiscard]] std::vector<std::int64_t> parseSlices(const std::string& text, std::int64_t count);

}  // namespace larmor::session
