#include "core/recon/coils/dominant_eigenvector.h"

#include <utility>

#include <ATen/ATen.h>

namespace larmor::recon {

namespace {
constexpr int kSquarings = 5;  ///< the 32nd power: eigenvalues below 0.8 of the largest fall under 1e-3
constexpr int kMultiplications = 2;

/// Complex numbers over real ones, by their parts: a division of complex numbers costs ten times as much.
at::Tensor over(const at::Tensor& complexes, const at::Tensor& reals) {
    return at::view_as_complex(at::view_as_real(complexes) * reals.reciprocal().unsqueeze(-1));
}

at::Tensor normalised(const at::Tensor& vectors) {
    return over(vectors.contiguous(), at::linalg_vector_norm(vectors, 2, {1}, true).clamp_min_(1e-30));
}

/// Scales each matrix by its trace, which keeps powers from vanishing.
void divideByTrace(at::Tensor& matrices) {
    const at::Tensor trace = at::real(matrices.diagonal(0, 1, 2)).sum(-1).clamp_min_(1e-30);
    at::view_as_real(matrices).mul_(trace.reciprocal_().reshape({-1, 1, 1, 1}));
}

/// The column that belongs to the largest diagonal element.
at::Tensor heaviestColumn(const at::Tensor& matrices) {
    const at::Tensor column = at::real(matrices.diagonal(0, 1, 2)).argmax(-1).reshape({-1, 1, 1}).expand({-1, matrices.size(1), 1});
    return matrices.gather(2, column).squeeze(2);
}

/// <a, b> of each point, [point].
at::Tensor innerOf(const at::Tensor& a, const at::Tensor& b) {
    return (a.conj() * b).sum(1);
}

/// (I - v v^H) G (I - v v^H)
at::Tensor withoutComponent(const at::Tensor& matrices, const at::Tensor& vectors) {
    const at::Tensor v = vectors.unsqueeze(2), vH = v.conj().transpose(1, 2);
    const at::Tensor left = matrices - at::bmm(v, at::bmm(vH, matrices));
    return left - at::bmm(at::bmm(left, v), vH);
}

at::Tensor multiplied(const at::Tensor& matrices, const at::Tensor& vectors) {
    return at::bmm(matrices, vectors.unsqueeze(2)).squeeze(2);
}
}  // namespace

Eigenpairs dominantEigenpairs(const at::Tensor& matrices) {
    at::Tensor power = matrices.contiguous().clone(), square = at::empty_like(power);  // two for all steps: new memory costs more than the work
    divideByTrace(power);
    for (int i = 0; i < kSquarings; ++i) {
        at::bmm_out(square, power, power);
        std::swap(power, square);
        divideByTrace(power);
    }
    at::Tensor vectors = normalised(heaviestColumn(power));
    for (int i = 0; i < kMultiplications; ++i) vectors = normalised(multiplied(power, vectors));
    const at::Tensor image = multiplied(matrices, vectors);
    const at::Tensor values = at::real(innerOf(vectors, image));
    return {vectors, values};
}

std::vector<Eigenpairs> twoDominantEigenpairs(const at::Tensor& matrices) {
    // Where both are equal the first vector is any of their space; what is left of it is the other, and the 2 x 2 problem turns both.
    const at::Tensor p = dominantEigenpairs(matrices).vectors;
    at::Tensor q = dominantEigenpairs(withoutComponent(matrices, p)).vectors;
    q = normalised(q - p * innerOf(p, q).unsqueeze(1));
    const at::Tensor Gq = multiplied(matrices, q);
    const at::Tensor a = at::real(innerOf(p, multiplied(matrices, p))), d = at::real(innerOf(q, Gq)), b = innerOf(p, Gq), length = at::abs(b);
    const at::Tensor angle = at::atan2(2 * length, a - d) / 2;
    const at::Tensor turn = at::where(length > 0, b / length.clamp_min(1e-30), at::ones_like(b));  // e^{i phi} of b
    const at::Tensor c = at::cos(angle).unsqueeze(1), s = (at::sin(angle) * turn).unsqueeze(1);
    const at::Tensor mean = (a + d) / 2, half = ((a - d).square() / 4 + length.square()).sqrt();
    return {{p * c + q * s.conj(), mean + half}, {q * c - p * s, mean - half}};
}

}  // namespace larmor::recon
