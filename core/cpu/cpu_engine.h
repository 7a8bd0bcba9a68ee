#pragma once
#include "core/base/api/engine.h"
#include "core/base/export.h"

namespace larmor::cpu {

/// What every engine does on the CPU alone: coil maps, combinations and transforms. @throws DeviceError where memory runs out
class LARMOR_CPU_EXPORT CpuEngine : public Engine {
public:
    [[nodiscard]] CoilMaps estimateMaps(const ComplexArray& kspace, const SamplingMask& mask, const EspiritOptions& options, const RunControl& run) override;
    [[nodiscard]] ComplexArray combine(const ComplexArray& kspace, Combination how, const ComplexArray* maps) override;
    [[nodiscard]] ComplexArray fft2c(const ComplexArray& image) override;
    [[nodiscard]] ComplexArray ifft2c(const ComplexArray& kspace) override;
};

}  // namespace larmor::cpu
