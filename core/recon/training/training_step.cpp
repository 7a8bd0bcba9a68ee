#include "core/recon/training/training_step.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "core/recon/training/learning_rate.h"

namespace larmor::recon::training {

namespace {

constexpr std::int64_t kMostBadSteps = 50;
constexpr double kLossMemory = 400;  // steps over which the loss is averaged

bool areFinite(const std::vector<at::Tensor>& tensors) {
    at::Tensor sum = at::zeros({}, tensors.front().options().requires_grad(false));
    for (const auto& norm : at::_foreach_norm(tensors)) sum.add_(norm);
    return std::isfinite(sum.item<double>());
}

}  // namespace

TrainingStep::TrainingStep(TrainingState& state, int workers, GradientExchange& exchange)
    : m_state(state), m_gradients(*state.network, state.config.family, state.config.network, workers), m_exchange(exchange) {}

void TrainingStep::moveAverage(std::int64_t images) {
    const auto& config = m_state.config;
    const double decay = averageDecay(config.emaImages, config.emaRamp, m_state.images, images);
    std::vector<at::Tensor> average, weights;
    for (const auto& tensor : m_state.average->parameters().trained()) average.push_back(tensor.detach());
    for (const auto& tensor : m_state.network->parameters().trained()) weights.push_back(tensor.detach());
    at::_foreach_lerp_(average, weights, 1 - decay);
}

double TrainingStep::operator()(const TrainingBatch& batch, std::int64_t images) {
    const auto& config = m_state.config;
    auto gradients = m_gradients(batch, config.sigmaData);
    const c10::NoGradGuard noAutograd;
    averageOverRanks(m_exchange, gradients);
    auto& slopes = gradients.values;
    const bool isGood = areFinite(slopes);
    m_badInARow = isGood ? 0 : m_badInARow + 1;
    if (m_badInARow >= kMostBadSteps)
        throw Error(fmt::format("The gradients were not finite in {} steps in a row, after {} images.", m_badInARow, m_state.images),
                    "Go on from an older state with a lower learning rate, or with float32.");
    if (!isGood)
        for (auto& slope : slopes) slope.nan_to_num_(0, 0, 0);
    m_state.optimiser->step(slopes, learningRate(config.learningRate, m_state.images, config.images));
    m_state.images += images;
    ++m_state.steps;
    moveAverage(images);
    if (std::isfinite(gradients.loss))
        m_state.loss += (gradients.loss - m_state.loss) / std::min(static_cast<double>(m_state.steps), kLossMemory);
    return gradients.loss;
}

}  // namespace larmor::recon::training
