#include "core/recon/training/learning_rate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace larmor::recon::training {

double learningRate(const larmor::training::LearningRateConfig& config, std::int64_t seen, std::int64_t images) {
    const double ramp = config.rampImages > 0 ? std::min(1.0, static_cast<double>(seen) / static_cast<double>(config.rampImages)) : 1;
    if (config.decay == "constant" || images <= config.decayFrom) return config.peak * ramp;
    const double part = std::clamp(static_cast<double>(seen - config.decayFrom) / static_cast<double>(images - config.decayFrom), 0.0, 1.0);
    const double left = config.decay == "linear" ? 1 - part : 0.5 * (1 + std::cos(std::numbers::pi * part));
    return config.peak * ramp * (config.final + (1 - config.final) * left);
}

double averageDecay(double halfLifeImages, double ramp, std::int64_t seen, std::int64_t batch) {
    double halfLife = halfLifeImages;
    if (ramp > 0) halfLife = std::min(halfLife, ramp * static_cast<double>(seen));
    return std::pow(0.5, static_cast<double>(batch) / std::max(halfLife, 1e-8));
}

}  // namespace larmor::recon::training
