#include "core/recon/diffusion/data_consistency.h"

#include <cmath>

#include <ATen/ATen.h>

#include "core/recon/interrupt.h"
#include "core/recon/solvers/solver_step.h"

namespace larmor::recon::diffusion {

namespace {
/// Re <a, b> of each item, [S] double
at::Tensor innerItems(const at::Tensor& a, const at::Tensor& b) {
    return at::sum((at::view_as_real(a) * at::view_as_real(b)).flatten(1), {1}, false, at::kDouble);
}

/// x += p * factor, one factor an item
void addItems(at::Tensor& x, const at::Tensor& p, const at::Tensor& factor) {
    const at::Tensor real = factor.to(c10::toRealValueType(x.scalar_type())).view({-1, 1, 1, 1});
    at::view_as_real(x).add_(at::view_as_real(p) * real);
}

at::Tensor quotientWhere(const at::Tensor& condition, const at::Tensor& a, const at::Tensor& b) {
    return at::where(condition, a / b, at::zeros_like(a));
}

/// Runs `work` item by item on the CPU, where a reduction over many items may add up in another order than over one.
template <class Work>
at::Tensor itemByItem(const at::Tensor& b, const at::Tensor& x, const Work& work) {
    if (b.is_cuda() || b.size(0) == 1) return work(b, x);
    std::vector<at::Tensor> items;
    for (std::int64_t i = 0; i < b.size(0); ++i) items.push_back(work(b.narrow(0, i, 1), x.narrow(0, i, 1)));
    return at::cat(items);
}

at::Tensor iterate(const std::function<at::Tensor(const at::Tensor&)>& M, const at::Tensor& b, const at::Tensor& start,
                   const InnerCg& options) {
    at::Tensor x = start.clone();
    at::Tensor r = b - M(x), p = r.clone();
    at::Tensor rho = innerItems(r, r);
    const at::Tensor goal = innerItems(b, b) * (options.tolerance * options.tolerance);
    for (std::int64_t step = 0; step < options.iterations; ++step) {
        at::Tensor active = rho.gt(goal);
        if (!active.any().item<bool>()) break;
        checkInterrupt();
        const at::Tensor q = M(p);
        const at::Tensor curvature = innerItems(p, q);
        active = active.logical_and(curvature.gt(0));  // else p lies in the null space: nothing left to gain
        const at::Tensor alpha = quotientWhere(active, rho, curvature);
        addItems(x, p, alpha);
        addItems(r, q, -alpha);
        const at::Tensor next = innerItems(r, r);
        at::Tensor direction = r.clone();
        addItems(direction, p, quotientWhere(active, next, rho));
        p = direction;
        rho = at::where(active, next, at::zeros_like(next));
    }
    return x;
}
}  // namespace

at::Tensor conjugateGradientItems(const std::function<at::Tensor(const at::Tensor&)>& M, const at::Tensor& b, const at::Tensor& x,
                                  const InnerCg& options) {
    return itemByItem(b, x, [&](const at::Tensor& right, const at::Tensor& start) { return iterate(M, right, start, options); });
}

DataConsistency::DataConsistency(const SenseOperator& A, const at::Tensor& y) : m_A(A), m_y(y), m_AHy(A.adjoint(y)), m_yNorm(length(y)) {
    m_sampled = at::nonzero(A.mask().expand(y.sizes()).reshape(-1)).select(1, 0);
}

at::Tensor DataConsistency::solve(const at::Tensor& b, const at::Tensor& x, double ratio, const InnerCg& options) const {
    const auto M = [&](const at::Tensor& image) {
        const at::Tensor normal = m_A.normal(image);
        return ratio == 0 ? normal : normal + image * ratio;
    };
    return conjugateGradientItems(M, b, x, options);
}

at::Tensor DataConsistency::proximal(const at::Tensor& z, double ratio, const InnerCg& options) const {
    return solve(z * ratio + m_AHy, z, ratio, options);
}

at::Tensor DataConsistency::draw(const at::Tensor& z, double sigmaY, double sigmaX, const StepNoise& noise, std::int64_t step,
                                 const InnerCg& options) const {
    const double ratio = sigmaY * sigmaY / (sigmaX * sigmaX);
    const at::Tensor perturbed = z + noise.draw(m_A.domain(), step, NoisePurpose::Image) * sigmaX;
    at::Tensor samples = at::zeros({z.size(0), m_y.numel()}, m_y.options());
    samples.index_copy_(1, m_sampled, noise.draw({m_sampled.numel()}, step, NoisePurpose::Data));
    Shape shape = m_y.sizes().vec();
    shape.insert(shape.begin(), z.size(0));
    const at::Tensor right = m_A.adjoint(samples.view(shape)) * sigmaY + m_AHy;
    return solve(perturbed * ratio + right, perturbed, ratio, options);
}

DataConsistency::Residual DataConsistency::residual(const at::Tensor& x) const {
    Residual result;
    std::vector<at::Tensor> gradients, norms;
    for (const at::Tensor& image : x.unbind(0)) {
        const at::Tensor difference = m_A.forward(image) - m_y;
        gradients.push_back(m_A.adjoint(difference));
        norms.push_back(at::sum(at::view_as_real(difference).square(), at::kDouble).sqrt());
    }
    result.gradient = at::stack(gradients);
    result.norm = at::stack(norms);
    if (m_yNorm > 0) result.relative = std::sqrt(result.norm.square().mean().item<double>()) / m_yNorm;
    return result;
}

double DataConsistency::inNoise(double relative, double sigmaY) const {
    const double expected = sigmaY * std::sqrt(2 * static_cast<double>(m_sampled.numel()));
    return expected > 0 ? relative * m_yNorm / expected : 0;
}

}  // namespace larmor::recon::diffusion
