#include "core/cpu/cpu_engine.h"

#include "core/cpu/combine.h"
#include "core/cpu/espirit.h"
#include "core/cpu/fft.h"
#include "core/cpu/within_memory.h"

namespace larmor::cpu {

CoilMaps CpuEngine::estimateMaps(const ComplexArray& kspace, const SamplingMask& mask, const EspiritOptions& options, const RunControl& run) {
    checkKspace(kspace, mask);
    return withinMemory("the coil maps", [&] { return espirit(kspace, mask, options, run); });
}

ComplexArray CpuEngine::combine(const ComplexArray& kspace, Combination how, const ComplexArray* maps) {
    if (how == Combination::Mvue && !maps) throw UsageError("The MVUE combination needs coil maps.", "Give maps, or combine by RSS.");
    return withinMemory("the coil combination",
                        [&] { return how == Combination::Rss ? combineRss(kspace, nullptr) : combineMvue(kspace, nullptr, *maps); });
}

ComplexArray CpuEngine::fft2c(const ComplexArray& image) {
    return withinMemory("a transform", [&] { return centredTransform(image, Direction::Forward); });
}

ComplexArray CpuEngine::ifft2c(const ComplexArray& kspace) {
    return withinMemory("a transform", [&] { return centredTransform(kspace, Direction::Inverse); });
}

}  // namespace larmor::cpu
