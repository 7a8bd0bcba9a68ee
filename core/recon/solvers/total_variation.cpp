#include "core/recon/solvers/total_variation.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <ATen/ATen.h>

#include "core/recon/solvers/cyclic_shift.h"

namespace larmor::recon {

namespace {
constexpr double kRelaxation = 1.6;       ///< within 1.5 to 1.8, as Boyd et al. recommend
constexpr double kInnerTolerance = 1e-3;  ///< of the right side, and
constexpr double kInnerGain = 0.1;        ///< of where an update starts, so that it goes on as the whole converges
constexpr double kRounding = 1e-7;        ///< of the right side: what single precision can tell
constexpr double kTiny = 1e-30;           ///< so that a length of 0 shrinks to 0

/// Of images [readout, phase] or [set, readout, phase]: the dimension that an axis, readout or phase, is.
std::int64_t dimOf(const at::Tensor& image, std::int64_t axis) {
    return image.dim() - 2 + axis;
}

/// [axis, ...]: x[i] - x[i - 1] along each.
at::Tensor differences(const at::Tensor& x) {
    at::Tensor both = at::stack({x, x});
    for (std::int64_t axis = 0; axis < 2; ++axis) {
        at::Tensor along = both[axis];
        addShifted(along, x, dimOf(x, axis), -1, -1);
    }
    return both;
}

/// sum += weight D^H v
void addDivergence(at::Tensor& sum, const at::Tensor& v, double weight) {
    for (std::int64_t axis = 0; axis < 2; ++axis) {
        sum.add_(v[axis], weight);
        addShifted(sum, v[axis], dimOf(sum, axis), 1, -weight);
    }
}

/// sum += weight D^H D x
void addLaplacian(at::Tensor& sum, const at::Tensor& x, double weight) {
    sum.add_(x, 4 * weight);
    for (std::int64_t axis = 0; axis < 2; ++axis)
        for (const int shift : {1, -1}) addShifted(sum, x, dimOf(x, axis), shift, -weight);
}

/// The lengths of the pairs, sets together, [readout, phase].
at::Tensor pairLengths(const at::Tensor& v) {
    const at::Tensor squares = at::view_as_real(v).square().sum(at::IntArrayRef{0, -1});
    return (squares.dim() == 3 ? squares.sum(0) : squares).sqrt_();
}

class Splitting {
public:
    Splitting(const NormalEquations& problem, const TotalVariationOptions& options, const StepHook& hook)
        : m_problem(problem),
          m_options(options),
          m_hook(hook),
          m_result{at::zeros_like(problem.AHy), 0, false},
          m_AHAx(at::zeros_like(problem.AHy)),
          m_z(differences(m_result.x)),
          m_u(at::zeros_like(m_z)) {}

    SolverResult go() {
        while (m_result.steps < m_options.iterations && !m_result.stopped) {
            const auto before = m_result.steps;
            updateImage();
            if (m_result.steps == before) break;  // the inner equations hold already, as for empty data
            updateDifferences();
        }
        return std::move(m_result);
    }

private:
    /// (A^H A + rho D^H D) x = A^H y + rho D^H (z - u), from where x is. A^H A x is kept along, so that starting again costs none.
    void updateImage() {
        const double rho = m_options.rho;
        at::Tensor r = m_problem.AHy.clone();
        addDivergence(r, m_z - m_u, rho);
        const double right = length(r);
        r.sub_(m_AHAx);
        addLaplacian(r, m_result.x, -rho);
        at::Tensor p = r.clone();
        double square = realInner(r, r);
        const double goal = std::max(kRounding * right, std::min(kInnerTolerance * right, kInnerGain * std::sqrt(square)));
        for (std::int64_t i = 0; i < m_options.innerIterations && m_result.steps < m_options.iterations && std::sqrt(square) > goal; ++i) {
            at::Tensor q = m_problem.AHA(p);
            const at::Tensor AHAp = q.clone();
            addLaplacian(q, p, rho);
            const double alpha = square / realInner(p, q);
            m_result.x.add_(p, alpha);
            m_AHAx.add_(AHAp, alpha);
            r.sub_(q, alpha);
            ++m_result.steps;
            if (!report()) return;
            const double next = realInner(r, r);
            p.mul_(next / square).add_(r);
            square = next;
        }
    }

    bool report() {
        if (!m_hook) return true;
        const double residual = relativeResidual(m_problem, m_result.x, m_AHAx);
        m_result.stopped = !m_hook({m_result.steps, m_options.iterations, m_result.x, residual});
        return !m_result.stopped;
    }

    /// z is what the lengths of relaxed D x + u shrink to, u what is cut off.
    void updateDifferences() {
        m_u.add_(differences(m_result.x), kRelaxation).add_(m_z, 1 - kRelaxation);
        const at::Tensor factor =
            pairLengths(m_u).clamp_min_(kTiny).reciprocal_().mul_(-m_options.lambda / m_options.rho).add_(1).clamp_min_(0);
        at::mul_out(m_z, m_u, factor);
        m_u.sub_(m_z);
    }

    const NormalEquations& m_problem;
    const TotalVariationOptions& m_options;
    const StepHook& m_hook;
    SolverResult m_result;
    at::Tensor m_AHAx;    ///< A^H A x
    at::Tensor m_z, m_u;  ///< differences()
};
}  // namespace

SolverResult totalVariation(const NormalEquations& problem, const TotalVariationOptions& options, const StepHook& hook) {
    return Splitting(problem, options, hook).go();
}

double totalVariationOf(const at::Tensor& x) {
    return pairLengths(differences(x)).sum(at::kDouble).item<double>();
}

}  // namespace larmor::recon
