#include "core/recon/solvers/fista.h"

#include <cmath>

#include <ATen/ATen.h>

namespace larmor::recon {

SolverResult fista(const NormalEquations& problem, const ProximalMap& prox, const FistaOptions& options, const StepHook& hook) {
    SolverResult result{at::zeros_like(problem.AHy), 0, false};
    at::Tensor z = result.x;
    at::Tensor AHAz = at::zeros_like(z), AHAx = AHAz;  // of z = x = 0
    double t = 1;
    while (result.steps < options.iterations) {
        ++result.steps;
        at::Tensor x = prox(z + (problem.AHy - AHAz).mul_(options.stepSize), result.steps);
        const double next = (1 + std::sqrt(1 + 4 * t * t)) / 2, momentum = (t - 1) / next;
        z = x + (x - result.x).mul_(momentum);
        t = next;
        result.x = std::move(x);
        // z = (1 + momentum) x - momentum (last x): the gradient at z, which the next step needs, gives A^H A x without another transform.
        AHAz = problem.AHA(z);
        AHAx = (AHAz + AHAx * momentum).div_(1 + momentum);
        const double residual = relativeResidual(problem, result.x, AHAx);
        if (hook && !hook({result.steps, options.iterations, result.x, residual})) {
            result.stopped = true;
            break;
        }
    }
    return result;
}

}  // namespace larmor::recon
