// Partial Fourier: the image that has the smooth phase of the middle of k-space and agrees with the samples. Projections onto both in
// turn [Haacke et al., J Magn Reson 1991], with Nesterov's momentum; A^H A in place of the samples' mask where there are coil maps.
#include <functional>

#include <ATen/ATen.h>

#include "core/recon/coils/combine.h"
#include "core/recon/fft/centred_fft.h"
#include "core/recon/method.h"
#include "core/recon/partial_fourier.h"
#include "core/recon/scaled_problem.h"
#include "core/recon/solvers/fista.h"
#include "core/recon/step_recorder.h"

namespace larmor::recon {

namespace {
/// Of each coil by itself: A = P F.
ScaledProblem coilProblem(const MethodInput& in) {
    const auto AHA = [mask = in.mask](const at::Tensor& x) { return ifft2c(fft2c(x).mul_(mask)); };
    return {{AHA, ifft2c(in.y), length(in.y)}, 1};
}

class Pocs final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        run.throwIfStopped();
        const bool rss = values.choice("combination") == "rss" || !in.A;
        const auto problem = rss ? coilProblem(in) : scaledProblem(in);
        const NormalEquations& equations = problem.equations;
        const auto axes = partialAxes(in.mask);
        const at::Tensor phase = smoothPhase(fft2c(equations.AHy), axes);
        const auto prox = [&](const at::Tensor& z, std::int64_t) { return axes.empty() ? z : withPhase(z, phase); };
        const auto image = [&](const at::Tensor& x) { return rss ? combineRss(x) : x; };
        StepRecorder recorder("POCS", in, problem.scale, run);
        const auto hook = [&](const SolverStep& step) { return recorder({step.step, step.total, image(step.x), step.residual}); };
        auto solved = fista(equations, prox, {1, values.integer("iterations")}, hook);
        // The last projection is the one onto the samples.
        if (solved.steps > 0) solved.x = image(solved.x + equations.AHy - equations.AHA(solved.x));
        return recorder.finish(solved, rss ? "rss" : "sense");
    }
};
}  // namespace

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::Pocs)
