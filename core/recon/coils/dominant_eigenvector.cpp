#include "core/recon/coils/dominant_eigenvector.h"

#include <ATen/ATen.h>

namespace larmor::recon {

namespace {
constexpr int kSquarings = 5;  ///< the 32nd power: eigenvalues below 0.8 of the largest fall under 1e-3
constexpr int kMultiplications = 2;

at::Tensor normalised(const at::Tensor& vectors) {
    return vectors / at::linalg_vector_norm(vectors, 2, {1}, true).clamp_min_(1e-30);
}

/// Scales each matrix by its trace, which keeps powers from vanishing.
at::Tensor byTrace(const at::Tensor& matrices) {
    const at::Tensor trace = at::real(matrices.diagonal(0, 1, 2)).sum(-1).clamp_min_(1e-30);
    return matrices / trace.reshape({-1, 1, 1});
}

/// The column that belongs to the largest diagonal element.
at::Tensor heaviestColumn(const at::Tensor& matrices) {
    const at::Tensor column = at::real(matrices.diagonal(0, 1, 2)).argmax(-1).reshape({-1, 1, 1}).expand({-1, matrices.size(1), 1});
    return matrices.gather(2, column).squeeze(2);
}

at::Tensor multiplied(const at::Tensor& matrices, const at::Tensor& vectors) {
    return at::bmm(matrices, vectors.unsqueeze(2)).squeeze(2);
}
}  // namespace

Eigenpairs dominantEigenpairs(const at::Tensor& matrices) {
    at::Tensor power = byTrace(matrices);
    for (int i = 0; i < kSquarings; ++i) power = byTrace(at::bmm(power, power));
    at::Tensor vectors = normalised(heaviestColumn(power));
    for (int i = 0; i < kMultiplications; ++i) vectors = normalised(multiplied(power, vectors));
    const at::Tensor image = multiplied(matrices, vectors);
    const at::Tensor values = at::real((vectors.conj() * image).sum(1));
    return {vectors, values};
}

}  // namespace larmor::recon
