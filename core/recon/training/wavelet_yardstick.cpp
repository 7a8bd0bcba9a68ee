#include "core/recon/training/wavelet_yardstick.h"

#include <algorithm>

#include <ATen/ATen.h>

#include "core/recon/solvers/wavelet.h"

namespace larmor::recon::training {

namespace {

constexpr std::array<double, 7> kThresholds{0.7, 1.0, 1.3, 1.6, 2.0, 2.5, 3.2};  // in units of sigma
constexpr std::int64_t kShifts = 8;
using ThresholdErrors = std::array<double, kThresholds.size()>;

/// Every threshold on one noisy image; the analysis of each shift is shared.
ThresholdErrors errorsOf(const at::Tensor& clean, const at::Tensor& noisy, double sigma) {
    const WaveletTransform transform(clean.size(0), clean.size(1));
    const auto coarseRows = transform.codomain()[0] >> transform.levels(), coarseColumns = transform.codomain()[1] >> transform.levels();
    std::array<at::Tensor, kThresholds.size()> sums;
    for (auto& sum : sums) sum = at::zeros_like(clean);
    for (std::int64_t shift = 0; shift < kShifts; ++shift) {
        // A diagonal walk with odd steps meets every position of the finest grids.
        const auto rows = shift, columns = 3 * shift % kShifts;
        at::Tensor coefficients = transform.framed(noisy, rows, columns);
        transform.analyse(coefficients);
        const at::Tensor coarse = coefficients.narrow(0, 0, coarseRows).narrow(1, 0, coarseColumns).clone();
        for (std::size_t t = 0; t < kThresholds.size(); ++t) {
            at::Tensor kept = coefficients.clone();
            softThreshold(kept, kThresholds[t] * sigma);
            kept.narrow(0, 0, coarseRows).narrow(1, 0, coarseColumns).copy_(coarse);
            transform.synthesise(kept);
            sums[t].add_(transform.unframed(kept, rows, columns));
        }
    }
    ThresholdErrors errors{};
    for (std::size_t t = 0; t < kThresholds.size(); ++t)
        errors[t] = at::view_as_real(sums[t].div_(kShifts).sub_(clean)).square().mean().item<double>();
    return errors;
}

}  // namespace

std::vector<LevelErrors> waveletErrors(const std::vector<ValidationImage>& images, const RunControl& run) {
    std::vector<LevelErrors> best(images.size());
    std::int64_t done = 0;
    for (std::size_t level = 0; level < kYardstickLevels; ++level) {
        std::vector<ThresholdErrors> all(images.size());
        std::map<std::string, ThresholdErrors> sums;
        for (std::size_t i = 0; i < images.size(); ++i) {
            run.throwIfStopped();
            all[i] = errorsOf(images[i].clean, images[i].noisy(level), kYardstickSigmas[level]);
            auto& sum = sums[images[i].contrast];
            for (std::size_t t = 0; t < sum.size(); ++t) sum[t] += all[i][t];
            run.progress->onStep({"wavelet yardstick", ++done, static_cast<std::int64_t>(images.size() * kYardstickLevels), {}});
        }
        for (std::size_t i = 0; i < images.size(); ++i) {
            const auto& sum = sums[images[i].contrast];
            best[i][level] = all[i][static_cast<std::size_t>(std::min_element(sum.begin(), sum.end()) - sum.begin())];
        }
    }
    return best;
}

}  // namespace larmor::recon::training
