#pragma once
// What the author of a reconstruction method includes and implements. A method is a plugin: a sidecar JSON that declares its
// parameters (core/base/api/plugin_manifest.h) and a shared object with one class:
//
//   class ZeroFilled final : public larmor::recon::Method {
//       MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override { ... }
//   };
//   LARMOR_METHOD_PLUGIN(ZeroFilled)

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/api/engine.h"
#include "core/recon/device.h"
#include "core/recon/operators/sense_operator.h"

namespace larmor::recon {

namespace diffusion {
class Prior;
}

/// One slice as a method sees it; tensors are on the device.
struct MethodInput {
    at::Tensor y;                            ///< k-space [coil, readout, phase] complex64, zero where the mask is
    at::Tensor mask;                         ///< [readout, phase] float32, 0 or 1
    std::shared_ptr<const SenseOperator> A;  ///< mask, Fourier, coils; null unless PluginManifest::needsMaps(values)
    double scale = 1;                        ///< cpu::picsScale of the samples where A is given, without a prior
    std::shared_ptr<const diffusion::Prior> prior;  ///< null unless the manifest says that it needs one
    std::int64_t seed = 0, slice = 0;
    Device device;
};

struct MethodResult {
    at::Tensor image;  ///< [readout, phase] complex64, in the units of y
    std::vector<TracePoint> trace;
    std::string combination;
    bool stoppedEarly = false;
    std::optional<Posterior> posterior = std::nullopt;  ///< of methods that use a prior
};

/// All frames of one place, for methods whose manifest says "series".
struct SeriesInput {
    at::Tensor y;                            ///< k-space [frame, coil, readout, phase] complex64, zero where the masks are
    at::Tensor masks;                        ///< [frame, readout, phase] float32, 0 or 1
    at::Tensor maps;                         ///< [coil, readout, phase]; undefined unless PluginManifest::needsMaps(values)
    std::int64_t seed = 0, series = 0;
    Device device;
};

struct SeriesResult {
    at::Tensor images;  ///< [frame, readout, phase] complex64, in the units of y
    std::vector<TracePoint> trace;
    std::string combination;
    bool stoppedEarly = false;
};

class LARMOR_RECON_EXPORT Method {
public:
    virtual ~Method();
    /// Blocks; reports steps and previews to `run.progress`; looks at `run.stop` at least once a step.
    /// @throws UsageError for a method of series.
    [[nodiscard]] virtual MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const;
    /// True for a method that takes MethodInput::A as it is: its images have a dimension for sets of maps where A has several, and the
    /// coils may hold different samples. Others are never given such problems.
    [[nodiscard]] virtual bool takesAnyOperator() const;
    /// The same for a series. @throws UsageError for a method of single slices.
    [[nodiscard]] virtual SeriesResult runSeries(const SeriesInput& in, const ParamValues& values, const RunControl& run) const;
};

}  // namespace larmor::recon

/// Exports what the plugin host asks for.
#define LARMOR_METHOD_PLUGIN(Class)                                        \
    extern "C" LARMOR_EXPORT int larmorPluginApi() {                       \
        return larmor::kPluginApi;                                         \
    }                                                                      \
    extern "C" LARMOR_EXPORT larmor::recon::Method* larmorCreateMethod() { \
        return new Class();                                                \
    }
