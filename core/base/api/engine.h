#pragma once
// The interface behind which reconstruction lives. larmor_cpu does the classical methods of single slices on the CPU; larmor_session loads
// larmor_recon (and with it LibTorch) when something else is first computed.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/api/plugin_manifest.h"
#include "core/base/array.h"
#include "core/base/data/posterior.h"
#include "core/base/data/reconstruction.h"
#include "core/base/data/sampling_mask.h"
#include "core/base/run_control.h"

namespace larmor {

struct DeviceInfo {
    std::string id;    ///< "cpu", "cuda:0"
    std::string name;  ///< "CPU, 2 threads, bf16", "NVIDIA H200"
    std::int64_t memoryBytes = 0;  ///< 0 if not known
};

/// Coil-sensitivity estimation by ESPIRiT [Uecker 2014], with the options of BART's ecalib that people use.
struct EspiritOptions {
    std::int64_t calibrationSize = 24;  ///< edge of the calibration region taken from the fully sampled centre (-r)
    std::int64_t kernelSize = 6;        ///< edge of the calibration kernel (-k)
    double threshold = 0.001;           ///< keeps kernels with (singular value ratio)^2 above it (-t)
    double crop = 0.8;                  ///< maps are zero where the eigenvalue is below it (-c)
    bool softSense = false;             ///< weights the maps smoothly by the eigenvalue instead (-S)
    std::int64_t sets = 1;              ///< sets of maps: a second one where a pixel holds two places of the object (-m)
};

/// As parameters for forms, flags and protocols.
[[nodiscard]] LARMOR_BASE_EXPORT ParamList espiritParameters();
[[nodiscard]] LARMOR_BASE_EXPORT EspiritOptions espiritOptionsFrom(const ParamValues& values);

struct CoilMaps {
    /// [coil, readout, phase], sum |S|^2 = 1 inside the support, 0 outside; [set, coil, readout, phase] where there are several sets.
    ComplexArray maps;
    RealArray eigenvalue;   ///< [readout, phase] or [set, readout, phase], confidence in 0..1; empty for given maps
};

/// The diffusion prior that a method is to use.
struct PriorChoice {
    std::string file;      ///< weights (safetensors)
    std::string hash;      ///< PriorCard::weightsHash that it must have
    std::string contrast;  ///< a class of its card; empty: unconditional
    friend bool operator==(const PriorChoice&, const PriorChoice&) = default;
};

/// One slice to reconstruct.
struct SliceProblem {
    ComplexArray kspace;                ///< [coil, readout, phase], masked samples may still be there: the mask decides
    SamplingMask mask;                  ///< [readout, phase]
    std::optional<CoilMaps> maps;       ///< absent: estimated from the samples that the mask keeps, if the method needs them
    EspiritOptions espirit;
    std::optional<PriorChoice> prior;   ///< for methods that need one
    std::int64_t sliceIndex = 0;        ///< separates random streams
    std::int64_t seed = 0;
    std::string device = "cpu";
};

struct SliceSolution {
    ComplexArray image;                 ///< [readout, phase], full encoded field of view
    std::optional<CoilMaps> maps;       ///< those that were estimated; absent where they were given
    std::vector<TracePoint> trace;
    std::string combination;            ///< "rss", "mvue", "sense"
    std::optional<Posterior> posterior; ///< of methods that use a prior
    bool stoppedEarly = false;          ///< an iterative method was stopped: this is its last estimate
};

/// Images of one place that belong together: the frames of a cine, the weightings of a mapping scan.
struct SeriesProblem {
    ComplexArray kspace;                ///< [frame, coil, readout, phase]; the masks decide
    std::vector<SamplingMask> masks;    ///< one a frame
    std::optional<CoilMaps> maps;       ///< the same for all frames; absent: from the samples of all frames together, if needed
    EspiritOptions espirit;
    std::int64_t seriesIndex = 0;       ///< separates random streams
    std::int64_t seed = 0;
    std::string device = "cpu";
};

struct SeriesSolution {
    ComplexArray images;                ///< [frame, readout, phase], full encoded field of view
    std::optional<CoilMaps> maps;       ///< those that were used
    std::vector<TracePoint> trace;
    std::string combination;            ///< as of a slice
    bool stoppedEarly = false;
};

enum class Combination { Rss, Mvue };

class LARMOR_BASE_EXPORT Engine {
public:
    virtual ~Engine();
    [[nodiscard]] virtual std::vector<DeviceInfo> devices() const = 0;
    [[nodiscard]] virtual std::string torchVersion() const = 0;
    /// CPU threads for the calling thread's work; 0: all.
    virtual void setThreads(int count) = 0;

    /// @throws InputError if the mask keeps no calibration region that is large enough (says how large it is and must be).
    [[nodiscard]] virtual CoilMaps estimateMaps(const ComplexArray& kspace, const SamplingMask& mask, const EspiritOptions& options,
                                                const RunControl& run) = 0;
    /// Runs a method. When `run.stop` is requested, an iterative method returns its last estimate with stoppedEarly set if it
    /// has one; otherwise Cancelled is thrown. @throws PluginError, ParamError, ShapeError, DeviceError
    [[nodiscard]] virtual SliceSolution reconstruct(const PluginManifest& method, const ParamValues& values, const SliceProblem& problem,
                                                    const RunControl& run) = 0;
    /// The same for a method whose manifest says that it needs a series.
    [[nodiscard]] virtual SeriesSolution reconstructSeries(const PluginManifest& method, const ParamValues& values,
                                                           const SeriesProblem& problem, const RunControl& run) = 0;
    /// Coil images of all samples there are, combined. Mvue: sum conj(S) x; needs maps.
    [[nodiscard]] virtual ComplexArray combine(const ComplexArray& kspace, Combination how, const ComplexArray* maps) = 0;
    /// Centred orthonormal 2D transform over the last two dimensions, any leading ones.
    [[nodiscard]] virtual ComplexArray fft2c(const ComplexArray& image) = 0;
    [[nodiscard]] virtual ComplexArray ifft2c(const ComplexArray& kspace) = 0;
};

/// @throws ShapeError if k-space [coil, readout, phase] and mask do not fit; InputError if it holds values that are not finite
LARMOR_BASE_EXPORT void checkKspace(const ComplexArray& kspace, const SamplingMask& mask);
/// @throws InputError if k-space holds values that are not finite
LARMOR_BASE_EXPORT void checkSamples(const ComplexArray& kspace);

/// The one symbol that larmor_recon exports in C.
inline constexpr const char* kEngineFactory = "larmorCreateEngine";
using EngineFactory = Engine* (*)();

}  // namespace larmor
