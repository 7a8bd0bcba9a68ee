#include "core/recon/scaled_problem.h"

#include <ATen/ATen.h>

namespace larmor::recon {

ScaledProblem scaledProblem(const MethodInput& in) {
    if (!in.A) throw PluginError("The method works with coil maps, but its manifest does not say that it needs \"maps\".");
    ScaledProblem problem;
    problem.scale = in.scale;
    problem.equations.AHA = [A = in.A](const at::Tensor& x) { return A->normal(x); };
    problem.equations.AHy = in.A->adjoint(in.y).div_(problem.scale);
    problem.equations.yNorm = length(in.y) / problem.scale;
    return problem;
}

}  // namespace larmor::recon
