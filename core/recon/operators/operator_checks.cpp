#include "core/recon/operators/operator_checks.h"

#include <cmath>

#include <ATen/ATen.h>

#include "core/base/rng.h"

namespace larmor::recon {

namespace {
constexpr std::uint64_t kDomainStream = 0, kCodomainStream = 1;

at::Tensor random(const Shape& shape, at::ScalarType type, std::int64_t seed, std::uint64_t stream) {
    NoiseSource noise(static_cast<std::uint64_t>(seed), stream);
    at::Tensor values = at::empty(shape, at::kComplexDouble);
    auto* element = values.mutable_data_ptr<c10::complex<double>>();
    for (std::int64_t i = 0; i < values.numel(); ++i) {
        const double re = noise.normal(), im = noise.normal();
        element[i] = c10::complex<double>(re, im) * std::sqrt(0.5);
    }
    return values.to(type);
}

c10::complex<double> innerProduct(const at::Tensor& a, const at::Tensor& b) {
    return at::vdot(a.reshape(-1).to(at::kComplexDouble), b.reshape(-1).to(at::kComplexDouble)).item().toComplexDouble();
}

double length(const at::Tensor& a) {
    return std::sqrt(innerProduct(a, a).real());
}
}  // namespace

at::Tensor randomTensor(const Shape& shape, at::ScalarType type, std::int64_t seed) {
    return random(shape, type, seed, kDomainStream);
}

double adjointError(const LinearOperator& A, at::ScalarType type, std::int64_t seed) {
    const at::Tensor x = random(A.domain(), type, seed, kDomainStream);
    const at::Tensor y = random(A.codomain(), type, seed, kCodomainStream);
    const at::Tensor Ax = A.forward(x);
    const auto difference = innerProduct(Ax, y) - innerProduct(x, A.adjoint(y));
    return std::abs(std::complex<double>(difference.real(), difference.imag())) / (length(Ax) * length(y));
}

double normalError(const LinearOperator& A, at::ScalarType type, std::int64_t seed) {
    const at::Tensor x = random(A.domain(), type, seed, kDomainStream);
    const at::Tensor expected = A.adjoint(A.forward(x));
    return length(A.normal(x) - expected) / length(expected);
}

double isometryError(const LinearOperator& A, at::ScalarType type, std::int64_t seed) {
    const at::Tensor x = random(A.domain(), type, seed, kDomainStream);
    return std::abs(length(A.forward(x)) / length(x) - 1);
}

}  // namespace larmor::recon
