#pragma once
// A reconstruction so small that its posterior can be written out: two coils, thirty pixels, A as a matrix by its columns.

#include <memory>

#include "core/recon/diffusion/gaussian_prior.h"
#include "core/recon/diffusion/sampler.h"
#include "core/recon/operators/operator_checks.h"
#include "tests/numeric/tensors.h"

namespace larmor::test {

inline PriorCard gaussianCard(double sigmaData) {
    PriorCard card;
    card.name = "small";
    card.family = recon::diffusion::kGaussianFamily;
    card.sigmaData = sigmaData;
    return card;
}

inline std::vector<std::uint64_t> consecutiveSeeds(std::int64_t count, std::uint64_t first = 1) {
    std::vector<std::uint64_t> seeds;
    for (std::int64_t i = 0; i < count; ++i) seeds.push_back(first + static_cast<std::uint64_t>(i));
    return seeds;
}

struct SmallPosterior {
    static constexpr double kSigmaData = 0.3, kSigmaY = 0.08;
    inline static const Shape kSize{6, 5};

    explicit SmallPosterior(at::ScalarType type = at::kComplexDouble, double sigmaY = kSigmaY) : noise(sigmaY) {
        const at::Tensor maps = recon::randomTensor({2, kSize[0], kSize[1]}, at::kComplexDouble, 31);
        const at::Tensor mask = (at::real(recon::randomTensor(kSize, at::kComplexDouble, 32)) > 0.1).to(at::kDouble);
        wide = std::make_shared<recon::SenseOperator>(maps / at::linalg_vector_norm(maps, 2, {0}, true), mask);
        A = std::make_shared<recon::SenseOperator>(wide->maps().to(type), mask);
        truth = recon::randomTensor(kSize, at::kComplexDouble, 33) * kSigmaData;
        y = wide->forward(truth) + recon::randomTensor(wide->codomain(), at::kComplexDouble, 34) * sigmaY * mask;
    }
    [[nodiscard]] recon::diffusion::SamplerInput input(const recon::diffusion::Prior& prior, std::vector<std::uint64_t> seeds) const {
        const at::Tensor samples = y.to(A->maps().scalar_type());
        return {prior, A, samples, at::zeros(kSize, samples.options()), noise, std::move(seeds), 3};
    }
    /// A as a matrix [samples, pixels], the rows of what the mask leaves out among them.
    [[nodiscard]] at::Tensor matrix() const {
        const std::int64_t n = kSize[0] * kSize[1];
        at::Tensor columns = at::empty({wide->maps().numel(), n}, at::kComplexDouble);
        for (std::int64_t j = 0; j < n; ++j) {
            at::Tensor unit = at::zeros(n, at::kComplexDouble);
            unit[j] = 1.0;
            columns.select(1, j).copy_(wide->forward(unit.reshape(kSize)).reshape(-1));
        }
        return columns;
    }
    /// Inverse covariance and mean of x given y for x ~ N(0, sigmaData^2): (A^H A / sigma_y^2 + 1 / sigmaData^2), of the real and of the
    /// imaginary part each.
    [[nodiscard]] at::Tensor precision() const {
        const at::Tensor a = matrix();
        return at::matmul(a.conj().t(), a) / (noise * noise) + at::eye(a.size(1), at::kComplexDouble) / (kSigmaData * kSigmaData);
    }
    [[nodiscard]] at::Tensor mean() const {
        return at::linalg_solve(precision(), at::matmul(matrix().conj().t(), y.reshape(-1)) / (noise * noise)).reshape(kSize);
    }

    double noise;
    std::shared_ptr<recon::SenseOperator> wide, A;  ///< in double precision, and in the precision that was asked for
    at::Tensor truth, y;
};

}  // namespace larmor::test
