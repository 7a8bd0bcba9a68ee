#include "core/recon/training/gradient_workers.h"

#include <algorithm>
#include <exception>
#include <thread>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/recon/training/denoising_gain.h"
#include "core/recon/training/edm_loss.h"

namespace larmor::recon::training {

namespace {

TrainingBatch partOf(const TrainingBatch& batch, std::int64_t first, std::int64_t count, c10::Device device) {
    const auto part = [&](const at::Tensor& tensor) { return tensor.narrow(0, first, count).to(device); };
    return {part(batch.clean), part(batch.noise), part(batch.sigma), part(batch.labels)};
}

/// @param share  of the batch: parts add up to the mean over all
Gradients gradientsOf(const networks::Network& network, const TrainingBatch& batch, double sigmaData, double share) {
    const auto parameters = network.parameters().trained();
    for (const auto& parameter : parameters) parameter.mutable_grad().reset();
    const at::Tensor loss = edmLoss(denoiserOf(network, sigmaData), batch, sigmaData).mean() * share;
    torch::autograd::backward({loss});
    Gradients result;
    for (const auto& parameter : parameters)
        result.values.push_back(parameter.grad().defined() ? parameter.grad() : at::zeros_like(parameter.detach()));
    result.loss = loss.item<double>();
    return result;
}

std::size_t workersFor(std::size_t most, std::int64_t images) {
    auto workers = std::min(most, static_cast<std::size_t>(images));
    while (static_cast<std::size_t>(images) % workers != 0) --workers;
    return workers;
}

}  // namespace

GradientWorkers::GradientWorkers(const networks::Network& network, const std::string& family, const nlohmann::json& config, int workers)
    : m_network(network) {
    for (int i = 1; i < workers; ++i) {
        auto twin = networks::makeNetwork(family, config, 1, networks::Fill::Nothing);
        for (const auto& entry : twin->parameters().entries()) entry.value.set_data(network.parameters().find(entry.name)->detach());
        twin->training = true;
        twin->checkpointing = network.checkpointing;
        twin->arithmetic = network.arithmetic;
        m_twins.push_back(std::move(twin));
    }
}

Gradients GradientWorkers::operator()(const TrainingBatch& batch, double sigmaData) const {
    const auto images = batch.clean.size(0);
    const auto device = m_network.parameters().entries().front().value.device();
    const auto workers = workersFor(m_twins.size() + 1, images);
    if (workers == 1) return gradientsOf(m_network, partOf(batch, 0, images, device), sigmaData, 1);
    const auto each = images / static_cast<std::int64_t>(workers);
    const int threads = std::max(1, at::get_num_threads() / static_cast<int>(workers));
    std::vector<Gradients> parts(workers);
    std::vector<std::exception_ptr> failures(workers);
    {
        std::vector<std::jthread> running;
        for (std::size_t w = 0; w < workers; ++w)
            running.emplace_back([&, w] {
                try {
                    at::set_num_threads(threads);
                    const auto part = partOf(batch, static_cast<std::int64_t>(w) * each, each, device);
                    parts[w] = gradientsOf(networkOf(w), part, sigmaData, 1.0 / static_cast<double>(workers));
                } catch (...) {
                    failures[w] = std::current_exception();
                }
            });
    }
    for (const auto& failure : failures)
        if (failure) std::rethrow_exception(failure);
    const c10::NoGradGuard noAutograd;
    for (std::size_t w = 1; w < workers; ++w) {
        at::_foreach_add_(parts[0].values, parts[w].values);
        parts[0].loss += parts[w].loss;
    }
    return std::move(parts[0]);
}

}  // namespace larmor::recon::training
