#pragma once
#include <algorithm>
#include <utility>

#include "core/base/solvers/solver_step.h"

namespace larmor::solvers {

struct TotalVariationOptions {
    double lambda = 0;                 ///< weight of the total variation
    double rho = 0.1;                  ///< penalty of the splitting z = D x: changes how fast it converges, not where to
    std::int64_t iterations = 100;     ///< steps of conjugate gradients in all, which is one A^H A each
    std::int64_t innerIterations = 2;  ///< at most so many before z and its multiplier are updated
};

/// What the differences D of images of a kind are; each kind specialises it. Of x [..., readout, phase], D x is [axis, ..., readout, phase]: along
/// each of the two axes x[i] - x[i - 1], cyclically.
///   static V of(const V& x);                                            D x
///   static void addDivergence(V& sum, const V& v, double weight);       sum += weight D^H v
///   static void addLaplacian(V& sum, const V& x, double weight);        sum += weight D^H D x
///   static void shrink(V& z, const V& u, double threshold);             z = u, the length at each pixel shortened by the threshold, to 0 at
///                                                                       least; sets of images count together
template <class V>
struct Differences;

/// The state of totalVariation(): the alternating direction method of multipliers with over-relaxation [Boyd et al. 2011, 3.4.3].
template <class V>
class TotalVariationSplitting {
public:
    TotalVariationSplitting(const NormalEquations<V>& problem, const TotalVariationOptions& options, const StepHook<V>& hook)
        : m_problem(problem),
          m_options(options),
          m_hook(hook),
          m_result{Space::zerosLike(problem.AHy), 0, false},
          m_AHAx(Space::zerosLike(problem.AHy)),
          m_z(Differences<V>::of(m_result.x)),
          m_u(Space::zerosLike(m_z)) {}

    SolverResult<V> go() {
        while (m_result.steps < m_options.iterations && !m_result.stopped) {
            const auto before = m_result.steps;
            updateImage();
            if (m_result.steps == before) break;  // the inner equations hold already, as for empty data
            updateDifferences();
        }
        return std::move(m_result);
    }

private:
    using Space = VectorSpace<V>;
    static constexpr double kRelaxation = 1.6;       ///< within 1.5 to 1.8, as Boyd et al. recommend
    static constexpr double kInnerTolerance = 1e-3;  ///< of the right side, and
    static constexpr double kInnerGain = 0.1;        ///< of where an update starts, so that it goes on as the whole converges
    static constexpr double kRounding = 1e-7;        ///< of the right side: what single precision can tell

    /// (A^H A + rho D^H D) x = A^H y + rho D^H (z - u), from where x is. A^H A x is kept along, so that starting again costs none.
    void updateImage() {
        const double rho = m_options.rho;
        V r = Space::copy(m_problem.AHy);
        Differences<V>::addDivergence(r, m_z, rho);
        Differences<V>::addDivergence(r, m_u, -rho);
        const double right = length(r);
        Space::add(r, m_AHAx, -1);
        Differences<V>::addLaplacian(r, m_result.x, -rho);
        V p = Space::copy(r);
        double square = Space::realInner(r, r);
        const double goal = std::max(kRounding * right, std::min(kInnerTolerance * right, kInnerGain * std::sqrt(square)));
        for (std::int64_t i = 0; i < m_options.innerIterations && m_result.steps < m_options.iterations && std::sqrt(square) > goal; ++i) {
            const V AHAp = m_problem.AHA(p);
            V q = Space::copy(AHAp);
            Differences<V>::addLaplacian(q, p, rho);
            const double alpha = square / Space::realInner(p, q);
            Space::add(m_result.x, p, alpha);
            Space::add(m_AHAx, AHAp, alpha);
            Space::add(r, q, -alpha);
            ++m_result.steps;
            if (!report()) return;
            const double next = Space::realInner(r, r);
            Space::scale(p, next / square);
            Space::add(p, r, 1);
            square = next;
        }
    }

    bool report() {
        if (!m_hook) return true;
        m_result.stopped = !m_hook({m_result.steps, m_options.iterations, m_result.x, relativeResidual(m_problem, m_result.x, m_AHAx)});
        return !m_result.stopped;
    }

    /// z is what the lengths of relaxed D x + u shrink to, u what is cut off.
    void updateDifferences() {
        Space::add(m_u, Differences<V>::of(m_result.x), kRelaxation);
        Space::add(m_u, m_z, 1 - kRelaxation);
        Differences<V>::shrink(m_z, m_u, m_options.lambda / m_options.rho);
        Space::add(m_u, m_z, -1);
    }

    const NormalEquations<V>& m_problem;
    const TotalVariationOptions& m_options;
    const StepHook<V>& m_hook;
    SolverResult<V> m_result;
    V m_AHAx;    ///< A^H A x
    V m_z, m_u;  ///< as D x
};

/// min 1/2 ||A x - y||^2 + lambda sum |(D x)_i| from x = 0, |.| the length of the pair of differences, so that edges cost the same in every
/// direction [Rudin, Osher & Fatemi 1992], over all sets of maps where there are several, by splitting [Afonso et al. 2011]. The hook is called
/// after each step of conjugate gradients.
template <class V>
[[nodiscard]] SolverResult<V> totalVariation(const NormalEquations<V>& problem, const TotalVariationOptions& options, const StepHook<V>& hook) {
    return TotalVariationSplitting<V>(problem, options, hook).go();
}

}  // namespace larmor::solvers
