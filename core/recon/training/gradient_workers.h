#pragma once
#include <memory>
#include <vector>

#include "core/recon/networks/network.h"
#include "core/recon/training/batch_source.h"

namespace larmor::recon::training {

struct Gradients {
    std::vector<at::Tensor> values;  ///< in the order of the trained parameters
    double loss = 0;                 ///< mean over the images
};

/// Gradients of the mean EDM loss of a batch. On the CPU the images are dealt out to several threads, each of which takes its share alone:
/// convolutions on one thread need no barriers, in which the kernels' own threads spin while other programs have the core.
class LARMOR_RECON_EXPORT GradientWorkers {
public:
    /// @param network must outlive this; its parameters are shared @param workers at most; as many as divide a batch are used
    GradientWorkers(const networks::Network& network, const std::string& family, const nlohmann::json& config, int workers);
    [[nodiscard]] Gradients operator()(const TrainingBatch& batch, double sigmaData) const;

private:
    [[nodiscard]] const networks::Network& networkOf(std::size_t worker) const { return worker == 0 ? m_network : *m_twins[worker - 1]; }

    const networks::Network& m_network;
    std::vector<std::unique_ptr<networks::Network>> m_twins;  // the same storage, gradients of their own
};

}  // namespace larmor::recon::training
