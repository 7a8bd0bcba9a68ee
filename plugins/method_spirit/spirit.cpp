// The missing samples z for which all of k-space agrees best with its neighbours: min ||(G - I) (y + z)||^2 + lambda ||z||^2 by
// conjugate gradients. [Lustig & Pauly, Magn Reson Med 2010, eq. 8]
#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/recon/coils/calibration_region.h"
#include "core/recon/coils/combine.h"
#include "core/recon/fft/centred_fft.h"
#include "core/recon/mask_tensor.h"
#include "core/recon/method.h"
#include "core/recon/solvers/conjugate_gradient.h"
#include "core/recon/step_recorder.h"
#include "plugins/method_spirit/consistency.h"

namespace larmor::recon {

namespace {
constexpr std::int64_t kCalibration = 48;  ///< samples on a side, at most, that the weights are learnt from
constexpr std::int64_t kFewestPlaces = 3;  ///< at which a kernel must fit, along each side

at::Tensor kernelsOf(const MethodInput& in, const ParamValues& values) {
    const std::int64_t k = values.integer("kernel") / 2 * 2 + 1;
    const auto region = calibrationRegion(in.y, toMask(in.mask), kCalibration);
    const std::int64_t smallest = region ? std::min(region->rows, region->columns) : 0;
    if (smallest < k + kFewestPlaces - 1)
        throw InputError(fmt::format("SPIRiT learns its weights from the fully sampled middle of k-space, which is {} x {} samples.",
                                     region ? region->rows : 0, region ? region->columns : 0),
                         fmt::format("Take a mask with at least {} lines there, or a smaller kernel.", k + kFewestPlaces - 1));
    return spiritKernels(samplesIn(in.y, *region), k, values.real("calibration_lambda"));
}

class Spirit final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        run.throwIfStopped();
        const bool rss = values.choice("combination") == "rss" || !in.A;
        const auto combined = [&](const at::Tensor& missing) {
            const at::Tensor images = ifft2c(missing + in.y);
            return rss ? combineRss(images) : combineMvue(images, in.A->maps());
        };
        StepRecorder recorder("SPIRiT", in, 1, run);
        if (in.mask.min().item<float>() != 0) return complete(combined(at::zeros_like(in.y)), recorder, rss);
        const SelfConsistency consistency(kernelsOf(in, values), in.y.size(1), in.y.size(2));
        const at::Tensor missing = 1 - in.mask;
        NormalEquations equations;
        equations.AHA = [&](const at::Tensor& z) { return consistency.normal(z).mul_(missing); };
        const at::Tensor whole = consistency.normal(in.y);
        equations.AHy = (-whole).mul_(missing);
        equations.yNorm = std::sqrt(std::max(realInner(in.y, whole), 0.0));
        const auto hook = [&](const SolverStep& step) {
            const at::Tensor image = run.progress->wantsPreview() ? combined(step.x) : at::zeros_like(in.y[0]);
            return recorder({step.step, step.total, image, step.residual});
        };
        auto solved = conjugateGradient(equations, {values.real("lambda"), values.integer("iterations"), values.real("tolerance")}, hook);
        solved.x = combined(solved.x);
        return recorder.finish(solved, rss ? "rss" : "mvue");
    }

private:
    static MethodResult complete(const at::Tensor& image, StepRecorder& recorder, bool rss) {
        (void)recorder({1, 1, image, 0});
        return recorder.finish({image, 1, false}, rss ? "rss" : "mvue");
    }
};
}  // namespace

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::Spirit)
