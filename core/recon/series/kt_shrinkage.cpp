#include "core/recon/series/kt_shrinkage.h"

#include <ATen/ATen.h>

#include "core/recon/series/temporal_fourier.h"

namespace larmor::recon {

KtShrinkage::KtShrinkage(std::int64_t readout, std::int64_t phase, const Options& options, NoiseSource shifts)
    : m_transform(readout, phase), m_options(options), m_shifts(shifts) {}

at::Tensor KtShrinkage::operator()(const at::Tensor& images) {
    at::Tensor coefficients = temporalFourier(images);
    if (!m_options.wavelets) {
        softThreshold(coefficients, m_options.weight);
        return inverseTemporalFourier(coefficients);
    }
    const std::int64_t period = m_options.randomShift ? std::int64_t{1} << m_transform.levels() : 1;
    const std::int64_t rows = m_shifts.below(period), columns = m_shifts.below(period);
    for (std::int64_t frequency = 0; frequency < coefficients.size(0); ++frequency) {
        at::Tensor image = m_transform.framed(coefficients[frequency], rows, columns);
        m_transform.analyse(image);
        softThreshold(image, m_options.weight);
        m_transform.synthesise(image);
        coefficients[frequency].copy_(m_transform.unframed(image, rows, columns));
    }
    return inverseTemporalFourier(coefficients);
}

}  // namespace larmor::recon
