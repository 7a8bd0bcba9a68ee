// Partial Fourier in one pass: what is missing is the mirror of what is there once the smooth phase is taken away.
// [Noll et al., IEEE Trans Med Imaging 1991]
#include <functional>

#include <ATen/ATen.h>

#include "core/recon/coils/combine.h"
#include "core/recon/fft/centred_fft.h"
#include "core/recon/method.h"
#include "core/recon/partial_fourier.h"
#include "core/recon/scaled_problem.h"
#include "core/recon/solvers/conjugate_gradient.h"
#include "core/recon/step_recorder.h"

namespace larmor::recon {

namespace {
/// @param kspace [..., readout, phase]; @return images of the same shape
at::Tensor homodyne(const at::Tensor& kspace, const std::vector<PartialAxis>& axes) {
    if (axes.empty()) return ifft2c(kspace);
    const auto& axis = axes.front();
    const at::Tensor weights = homodyneWeights(axis, kspace.size(axis.axis - 2)).to(kspace.device());
    return withPhase(ifft2c(kspace * (axis.axis == 0 ? weights.unsqueeze(1) : weights)), smoothPhase(kspace, axes));
}

class Homodyne final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        run.throwIfStopped();
        const auto axes = partialAxes(in.mask);
        if (axes.size() > 1)
            throw InputError("Homodyne fills one missing side of k-space; here samples are missing at an end of both axes.",
                             "Take the method 'pocs'.");
        if (values.choice("combination") == "rss" || !in.A) {
            const at::Tensor image = combineRss(homodyne(in.y, axes));
            run.progress->onStep({"Homodyne", 1, 1, std::nullopt});
            return {image, {}, "rss"};
        }
        const auto problem = scaledProblem(in);
        StepRecorder recorder("Homodyne", in, problem.scale, run);
        const ConjugateGradientOptions options{values.real("lambda"), values.integer("iterations"), values.real("tolerance")};
        auto solved = conjugateGradient(problem.equations, options, std::ref(recorder));
        solved.x = homodyne(fft2c(solved.x), axes);
        return recorder.finish(solved, "sense");
    }
};
}  // namespace

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::Homodyne)
