#include "core/recon/solvers/conjugate_gradient.h"

#include <cmath>

#include <ATen/ATen.h>

namespace larmor::recon {

SolverResult conjugateGradient(const NormalEquations& problem, const ConjugateGradientOptions& options, const StepHook& hook) {
    const at::Tensor& b = problem.AHy;
    SolverResult result{at::zeros_like(b), 0, false};
    at::Tensor& x = result.x;
    at::Tensor r = b.clone(), p = b.clone();
    double rho = realInner(r, r);
    const double goal = options.tolerance * std::sqrt(rho);
    while (result.steps < options.iterations && rho > 0) {
        at::Tensor q = problem.AHA(p);
        if (options.lambda != 0) q.add_(p, options.lambda);
        const double curvature = realInner(p, q);
        if (curvature <= 0) break;  // p lies in the null space: nothing left to gain
        const double alpha = rho / curvature;
        x.add_(p, alpha);
        r.sub_(q, alpha);
        const double next = realInner(r, r);
        ++result.steps;
        // A^H A x = b - r - lambda x gives the data residual without a transform.
        const auto residual = [&] { return relativeResidual(problem, x, b - r - x * options.lambda); };
        if (hook && !hook({result.steps, options.iterations, x, residual()})) {
            result.stopped = true;
            break;
        }
        if (std::sqrt(next) <= goal) break;
        p.mul_(next / rho).add_(r);
        rho = next;
    }
    return result;
}

}  // namespace larmor::recon
