#include "core/recon/training/gradient_exchange.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "core/recon/training/hub_exchange.h"
#include "core/recon/training/local_exchange.h"

namespace larmor::recon::training {

namespace {

constexpr int kLastPort = 65535;

void check(const TrainingRanks& ranks) {
    if (ranks.count < 1 || ranks.rank < 0 || ranks.rank >= ranks.count)
        throw UsageError(fmt::format("There is no rank {} of {}.", ranks.rank, ranks.count), "Ranks are numbered from 0.");
    if (ranks.count == 1) return;
    if (ranks.host.empty() || ranks.port < 1 || ranks.port > kLastPort)
        throw UsageError("The ranks need a place to meet.",
                         "Give all of them --rendezvous HOST:PORT, the host of rank 0 and a free port there.");
    if (!(ranks.timeoutSeconds > 0)) throw UsageError("The time after which a silent rank counts as dead is not above 0.");
}

}  // namespace

GradientExchange::~GradientExchange() = default;

void averageOverRanks(GradientExchange& exchange, Gradients& gradients) {
    if (exchange.ranks() == 1) return;
    const c10::NoGradGuard noAutograd;
    std::vector<at::Tensor> parts;
    for (const auto& value : gradients.values) parts.push_back(value.reshape(-1));
    parts.push_back(at::full({1}, gradients.loss, parts.front().options()));
    const at::Tensor flat = at::cat(parts).to(at::kCPU, at::kFloat);
    exchange.mean({flat.data_ptr<float>(), static_cast<std::size_t>(flat.numel())});
    std::int64_t first = 0;
    for (auto& value : gradients.values) {
        value.copy_(flat.narrow(0, first, value.numel()).view(value.sizes()));
        first += value.numel();
    }
    gradients.loss = flat[first].item<double>();
}

std::unique_ptr<GradientExchange> openExchange(const TrainingRanks& ranks, const std::stop_token& stop) {
    check(ranks);
    if (ranks.count == 1) return std::make_unique<LocalExchange>();
    return std::make_unique<HubExchange>(ranks, stop);
}

}  // namespace larmor::recon::training
