#include "core/recon/solvers/fista.h"

#include <cmath>

#include <ATen/ATen.h>

namespace larmor::recon {

SolverResult fista(const NormalEquations& problem, const ProximalMap& prox, const FistaOptions& options, const StepHook& hook) {
    SolverResult result{at::zeros_like(problem.AHy), 0, false};
    at::Tensor z = result.x;
    double t = 1;
    while (result.steps < options.iterations) {
        const at::Tensor AHAz = problem.AHA(z);
        const double residual = relativeResidual(problem, z, AHAz);
        ++result.steps;
        at::Tensor x = prox(z + (problem.AHy - AHAz).mul_(options.stepSize), result.steps);
        const double next = (1 + std::sqrt(1 + 4 * t * t)) / 2;
        z = x + (x - result.x).mul_((t - 1) / next);
        t = next;
        result.x = std::move(x);
        if (hook && !hook({result.steps, options.iterations, result.x, residual})) {
            result.stopped = true;
            break;
        }
    }
    return result;
}

}  // namespace larmor::recon
