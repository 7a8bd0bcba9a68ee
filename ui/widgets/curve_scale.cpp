#include "ui/widgets/curve_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace larmor::ui {

namespace {

constexpr int kMostLines = 7;
constexpr int kIntervals = 2;  ///< that a linear axis has at least

/// The next of 1, 2, 2.5 and 5 times a power of ten that is not smaller.
double roundStep(double least) {
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double digit : {1.0, 2.0, 2.5, 5.0})
        if (digit * power >= least * (1 - 1e-9)) return digit * power;
    return 10 * power;
}

}  // namespace

CurveScale CurveScale::of(const std::vector<const std::vector<double>*>& curves, bool logarithmic, bool fromZero) {
    CurveScale scale;
    scale.m_logarithmic = logarithmic;
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const auto* values : curves)
        for (const double value : *values) {
            if (!scale.isShown(value)) continue;
            low = std::min(low, scale.onAxis(value));
            high = std::max(high, scale.onAxis(value));
        }
    if (low > high) return scale;
    if (!logarithmic && fromZero) {
        low = std::min(low, 0.0);
        high = std::max(high, 0.0);
    }
    const double span = high - low;
    scale.m_step = logarithmic ? std::max(1.0, std::ceil((span + 2) / kMostLines))
                               : roundStep((span > 0 ? span : std::max(std::abs(high), 1.0)) / kIntervals);
    scale.m_low = scale.m_step * std::floor(low / scale.m_step + 1e-9);
    scale.m_high = scale.m_step * std::ceil(high / scale.m_step - 1e-9);
    if (scale.m_high <= scale.m_low) scale.m_high = scale.m_low + scale.m_step;
    return scale;
}

double CurveScale::onAxis(double value) const { return m_logarithmic ? std::log10(value) : value; }

bool CurveScale::isShown(double value) const { return std::isfinite(value) && (!m_logarithmic || value > 0); }

double CurveScale::position(double value) const { return (onAxis(value) - m_low) / (m_high - m_low); }

double CurveScale::atPosition(double position) const {
    const double at = m_low + position * (m_high - m_low);
    return m_logarithmic ? std::pow(10.0, at) : at;
}

std::vector<double> CurveScale::lines() const {
    std::vector<double> lines;
    const int count = static_cast<int>(std::lround((m_high - m_low) / m_step));
    for (int i = 0; i <= count; ++i) {
        const double at = m_low + i * m_step;
        lines.push_back(m_logarithmic ? std::pow(10.0, at) : at);
    }
    return lines;
}

}  // namespace larmor::ui
