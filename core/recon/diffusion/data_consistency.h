#pragma once
// The measured samples in a sampler: what pulls an image towards them. Everything here works on [S, readout, phase], one image an item,
// and never on a network; on the CPU the bytes of an item do not depend on the others.

#include <cstdint>
#include <functional>

#include <ATen/core/Tensor.h>

#include "core/recon/diffusion/step_noise.h"
#include "core/recon/operators/sense_operator.h"

namespace larmor::recon::diffusion {

struct InnerCg {
    std::int64_t iterations = 10;
    double tolerance = 1e-6;  ///< an item rests when ||r|| / ||b|| is below it
};

/// Solves M x = b for each item by conjugate gradients from x, M Hermitian and positive semidefinite [Hestenes & Stiefel 1952]. Inner
/// products are complex, Re <a, b>, summed in double precision, one step length an item; items that have converged rest.
/// @param b, x [S, readout, phase]; @throws Cancelled where checkInterrupt() does, between iterations
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor conjugateGradientItems(const std::function<at::Tensor(const at::Tensor&)>& M,
                                                                    const at::Tensor& b, const at::Tensor& x, const InnerCg& options);

class LARMOR_RECON_EXPORT DataConsistency {
public:
    /// @param y [coil, readout, phase], zero where the mask is; both must outlive this
    DataConsistency(const SenseOperator& A, const at::Tensor& y);

    /// argmin_x |A x - y|^2 + ratio |x - z|^2, that is (A^H A + ratio) x = A^H y + ratio z, from x = z. With ratio = sigma_y^2 / sigma_x^2
    /// it is the most likely image for noise sigma_y in the samples and sigma_x in z. With ratio 0, and as few iterations as one likes,
    /// the correction of z within the Krylov space of the data [Chung 2024, DDS].
    [[nodiscard]] at::Tensor proximal(const at::Tensor& z, double ratio, const InnerCg& options) const;
    /// A draw from p(x) ~ exp(-|A x - y|^2 / (2 sigmaY^2) - |x - z|^2 / (2 sigmaX^2)): the same with both y and z perturbed by their own
    /// noise [Papandreou & Yuille 2010], exact but for the end of the iteration.
    [[nodiscard]] at::Tensor draw(const at::Tensor& z, double sigmaY, double sigmaX, const StepNoise& noise, std::int64_t step,
                                  const InnerCg& options) const;

    struct Residual {
        at::Tensor gradient;  ///< A^H (A x - y) [S, readout, phase]
        at::Tensor norm;      ///< |A x - y| [S], double
        double relative = 0;  ///< root mean square of norm over the items / |y|; 0 for y = 0
    };
    [[nodiscard]] Residual residual(const at::Tensor& x) const;
    [[nodiscard]] double relativeResidual(const at::Tensor& x) const { return residual(x).relative; }
    /// |A x - y| / (sigmaY sqrt(2 N)) over the N samples that were kept, from |A x - y| / |y|: 1 where x differs from them as much as noise
    /// does. 0 without noise or samples.
    [[nodiscard]] double inNoise(double relative, double sigmaY) const;

private:
    [[nodiscard]] at::Tensor solve(const at::Tensor& b, const at::Tensor& x, double ratio, const InnerCg& options) const;

    const SenseOperator& m_A;
    const at::Tensor m_y, m_AHy;
    double m_yNorm;
    at::Tensor m_sampled;  ///< flat indices into [coil, readout, phase] of the samples that were kept
};

}  // namespace larmor::recon::diffusion
