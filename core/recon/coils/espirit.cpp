#include "core/recon/coils/espirit.h"

#include <algorithm>
#include <vector>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "core/base/log.h"
#include "core/base/masks/mask_generator.h"
#include "core/recon/coils/combine.h"
#include "core/recon/coils/dominant_eigenvector.h"
#include "core/recon/coils/espirit_kernels.h"
#include "core/recon/coils/fourier_series.h"
#include "core/recon/fft/centred_fft.h"

namespace larmor::recon {

namespace {
constexpr std::int64_t kPixelsAtOnce = 1 << 12;  ///< matrices of a chunk stay in the cache

constexpr std::int64_t kLargestAutomatic = 32;  ///< samples beyond add time, and hardly anything to maps

CalibrationRegion checkedRegion(const at::Tensor& kspace, const SamplingMask& mask, const EspiritOptions& options) {
    const std::int64_t size = options.calibrationSize == 0 ? kLargestAutomatic : options.calibrationSize;
    const auto region = calibrationRegion(kspace, mask, size);
    const std::int64_t least = options.kernelSize + 2;  // three windows a side
    const std::int64_t rows = region ? region->rows : 0, columns = region ? region->columns : 0;
    if (rows >= least && columns >= least) return *region;
    throw InputError(
        fmt::format(
            "Coil maps cannot be estimated: the fully sampled centre that the mask keeps, limited to {0} x {0}, is {1} x {2} samples "
            "(readout x phase); with a kernel of {3} it must be at least {4} x {4}.",
            size, rows, columns, options.kernelSize, least),
        "Choose a mask with more ACS lines, a larger calibration size, or give coil maps; zero-filled with combination=rss needs none.");
}

/// Principal component of the coils in the calibration data, [coil].
at::Tensor principalCoil(const at::Tensor& calibration) {
    const at::Tensor samples = calibration.reshape({calibration.size(0), -1});
    const auto [values, vectors] = at::linalg_eigh(at::matmul(samples, samples.conj().t()));
    return vectors.select(1, -1);
}

/// Turns the phase of each vector so that its projection on the principal component is real and positive.
at::Tensor rotated(const at::Tensor& vectors, const at::Tensor& principal) {
    const at::Tensor projection = at::matmul(vectors, principal.conj());
    const at::Tensor phase = projection.conj() / at::abs(projection).clamp_min_(1e-30);
    const at::Tensor turn = at::where(at::abs(projection) > 0, phase, at::ones_like(phase));
    return vectors * turn.unsqueeze(1);
}

/// 0 for an eigenvalue below the crop, rising smoothly to 1 at 1 when soft, else 1 at and above it.
at::Tensor support(const at::Tensor& eigenvalue, const EspiritOptions& options) {
    if (!options.softSense || options.crop >= 1) return (eigenvalue >= options.crop).to(eigenvalue.scalar_type());
    const at::Tensor s = (eigenvalue.clamp(0, 1).sqrt() - options.crop).div_(1 - options.crop).clamp_(-1, 1);
    return s / (s.square() + 1) + 0.5;
}

/// The matrices G at whole rows of pixels, [pixel, coil, coil], from the lag covariance.
class PixelMatrices {
public:
    PixelMatrices(const at::Tensor& lags, std::int64_t readout, std::int64_t phase) : m_coils(lags.size(0)), m_terms(lags.size(2)) {
        const std::int64_t first = -(m_terms / 2);
        m_rows = fourierSeries(readout, first, m_terms, lags.scalar_type(), lags.device(), readout / 2);
        const at::Tensor columns = fourierSeries(phase, first, m_terms, lags.scalar_type(), lags.device(), phase / 2);
        // Summed over the columns' series once: [term of rows, phase, coil * coil].
        const at::Tensor byTerm = lags.reshape({m_coils * m_coils, m_terms, m_terms}).permute({1, 2, 0});
        m_columns = at::matmul(columns, byTerm);
    }

    [[nodiscard]] at::Tensor atRows(std::int64_t first, std::int64_t count) const {
        const at::Tensor flat = at::matmul(m_rows.narrow(0, first, count), m_columns.reshape({m_terms, -1}));
        return flat.reshape({-1, m_coils, m_coils});
    }

private:
    std::int64_t m_coils, m_terms;
    at::Tensor m_rows, m_columns;
};

constexpr double kExplainedByGoodMaps = 0.9, kExplainedByNone = 0.01;

/// Maps that hold next to nothing would give a black image. @throws InputError
void checkMaps(const at::Tensor& calibration, const at::Tensor& maps) {
    const double explained = explainedSignal(calibration, maps);
    if (explained >= kExplainedByGoodMaps) return;
    if (explained < kExplainedByNone)
        throw InputError(fmt::format("Coil maps cannot be estimated: those of the {} x {} calibration samples hold none of the signal.", calibration.size(1), calibration.size(2)),
                         "Choose a mask with more ACS lines, a smaller kernel or a lower crop, or give coil maps.");
    log(LogLevel::Warning, "recon",
        fmt::format("The coil maps hold only {:.0f} % of the signal in the {} x {} calibration samples; parts of the image will be missing. Choose a "
                    "mask with more ACS lines, a smaller kernel, or give coil maps.",
                    100 * explained, calibration.size(1), calibration.size(2)));
}
}  // namespace

double explainedSignal(const at::Tensor& calibration, const at::Tensor& maps) {
    const std::int64_t rows = calibration.size(1), columns = calibration.size(2);
    const at::Tensor sets = maps.dim() == 4 ? maps : maps.unsqueeze(0);
    at::Tensor kspace = at::zeros_like(sets[0]);
    kspace.narrow(1, kspace.size(1) / 2 - rows / 2, rows).narrow(2, kspace.size(2) / 2 - columns / 2, columns).copy_(calibration);
    const at::Tensor images = ifft2c(kspace);
    const double all = at::abs(calibration).square().sum().item<double>();
    double held = 0;
    for (const at::Tensor& set : sets.unbind(0)) held += at::abs(combineMvue(images, set)).square().sum().item<double>();
    return all > 0 ? held / all : 1;
}

EspiritMaps espirit(const at::Tensor& kspace, const SamplingMask& mask, const EspiritOptions& options, const RunControl& run) {
    if (options.sets < 1 || options.sets > 2) throw ParamError("sets", "there are one or two");
    const CalibrationRegion region = checkedRegion(kspace, mask, options);
    run.throwIfStopped();
    const at::Tensor calibration = samplesIn(kspace, region);
    if (at::abs(calibration).max().item<double>() == 0)
        throw InputError("Coil maps cannot be estimated: the fully sampled centre of k-space holds zeros only.", "Give coil maps.");
    const at::Tensor lags = lagCovariance(signalKernels(calibration, options.kernelSize, options.threshold));
    const at::Tensor principal = principalCoil(calibration);
    const std::int64_t coils = kspace.size(0), readout = kspace.size(1), phase = kspace.size(2);
    const PixelMatrices matrices(lags, readout, phase);
    const std::int64_t rowsAtOnce = std::max<std::int64_t>(1, kPixelsAtOnce / phase), chunks = (readout + rowsAtOnce - 1) / rowsAtOnce;
    const std::int64_t sets = options.sets;
    EspiritMaps result{at::empty({sets, coils, readout, phase}, kspace.options()),
                       at::empty({sets, readout, phase}, kspace.options().dtype(at::kFloat))};
    for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
        run.throwIfStopped();
        const std::int64_t first = chunk * rowsAtOnce, rows = std::min(rowsAtOnce, readout - first);
        const at::Tensor G = matrices.atRows(first, rows);
        const auto pairs = sets == 1 ? std::vector{dominantEigenpairs(G)} : twoDominantEigenpairs(G);
        for (std::int64_t set = 0; set < sets; ++set) {
            const auto& [eigenvectors, eigenvalues] = pairs[static_cast<std::size_t>(set)];
            const at::Tensor eigenvalue = eigenvalues.reshape({rows, phase});
            const at::Tensor vectors = rotated(eigenvectors, principal).t().reshape({coils, rows, phase});
            result.maps[set].narrow(1, first, rows).copy_(vectors * support(eigenvalue, options));
            result.eigenvalue[set].narrow(0, first, rows).copy_(eigenvalue.clamp(0, 1));
        }
        run.progress->onStep({"coil maps", chunk + 1, chunks, std::nullopt});
    }
    if (sets == 1) result = {result.maps.squeeze(0), result.eigenvalue.squeeze(0)};
    checkMaps(calibration, result.maps);
    return result;
}

}  // namespace larmor::recon
