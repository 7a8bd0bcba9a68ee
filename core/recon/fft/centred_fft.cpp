#include "core/recon/fft/centred_fft.h"

#include <ATen/ATen.h>

#include "core/base/array.h"
#include "core/recon/fft/cufft_plans.h"

namespace larmor::recon {

namespace {
enum class Direction { Forward, Inverse };

void checkPlanes(const at::Tensor& x) {
    if (x.dim() < 2) throw ShapeError("transform input", "at least two dimensions", toText(x.sizes().vec()));
}

at::Tensor uncentred(const at::Tensor& x, Direction direction) {
    if (x.is_cuda() && x.scalar_type() == at::kComplexFloat)
        if (auto result = cufftTransform(x, direction == Direction::Inverse)) return *result;
    constexpr std::array<std::int64_t, 2> kPlane{-2, -1};
    return direction == Direction::Forward ? at::fft_fft2(x, std::nullopt, kPlane, "ortho")
                                           : at::fft_ifft2(x, std::nullopt, kPlane, "ortho");
}

/// +1 and -1 in turn, as pairs for the real and the imaginary part: [rows, columns, 2]. Multiplying with it before and after a transform
/// of even size is the same as the two shifts, in one pass over memory each.
at::Tensor checkerboard(const at::Tensor& like) {
    const auto options = like.options().dtype(c10::toRealValueType(like.scalar_type()));
    const auto signs = [&](std::int64_t n) { return at::arange(n, options).remainder_(2).mul_(-2).add_(1); };
    return at::outer(signs(like.size(-2)), signs(like.size(-1))).unsqueeze(-1).expand({-1, -1, 2}).contiguous();
}

at::Tensor transformEven(const at::Tensor& x, Direction direction) {
    const at::Tensor board = checkerboard(x);
    const bool negative = (x.size(-2) / 2 + x.size(-1) / 2) % 2 != 0;
    const at::Tensor input = at::view_as_complex(at::view_as_real(x.resolve_conj()) * board);
    at::Tensor output = uncentred(input, direction);
    at::view_as_real(output).mul_(negative ? -board : board);
    return output;
}

at::Tensor transform(const at::Tensor& x, Direction direction) {
    checkPlanes(x);
    if (x.size(-2) % 2 == 0 && x.size(-1) % 2 == 0 && x.is_complex()) return transformEven(x, direction);
    return fftshift2(uncentred(ifftshift2(x), direction));
}

at::Tensor rolled(const at::Tensor& x, std::int64_t rows, std::int64_t columns) {
    return at::roll(x, {rows, columns}, {-2, -1});
}
}  // namespace

at::Tensor fft2c(const at::Tensor& x) {
    return transform(x, Direction::Forward);
}
at::Tensor ifft2c(const at::Tensor& k) {
    return transform(k, Direction::Inverse);
}

at::Tensor fft2(const at::Tensor& x) {
    checkPlanes(x);
    return uncentred(x, Direction::Forward);
}

at::Tensor ifft2(const at::Tensor& k) {
    checkPlanes(k);
    return uncentred(k, Direction::Inverse);
}

at::Tensor fftLines(const at::Tensor& x) {
    return at::fft_fft(x, std::nullopt, -1, "ortho");
}

at::Tensor ifftLines(const at::Tensor& k) {
    return at::fft_ifft(k, std::nullopt, -1, "ortho");
}

at::Tensor ifftshift2(const at::Tensor& x) {
    return rolled(x, -(x.size(-2) / 2), -(x.size(-1) / 2));
}
at::Tensor fftshift2(const at::Tensor& x) {
    return rolled(x, x.size(-2) / 2, x.size(-1) / 2);
}

}  // namespace larmor::recon
