#pragma once
#include <memory>
#include <stop_token>
#include <string>

#include "core/base/api/prior_lab.h"

namespace larmor::recon::training {

/// The key-value store in which ranks find each other: c10d's TCPStore at the host and port that all were given, the same that torchrun
/// opens. Rank 0 serves it, unless whoever started the ranks does.
class LARMOR_RECON_EXPORT Rendezvous {
public:
    /// @throws Error if nobody serves it in time, or the port cannot be opened; Cancelled
    Rendezvous(const TrainingRanks& ranks, const std::stop_token& stop);
    ~Rendezvous();
    Rendezvous(const Rendezvous&) = delete;
    Rendezvous& operator=(const Rendezvous&) = delete;
    void publish(const std::string& key, const std::string& value);
    /// Waits until somebody published it. @throws Error after the ranks' timeout, Cancelled
    [[nodiscard]] std::string waitFor(const std::string& key);

private:
    struct Store;
    TrainingRanks m_ranks;
    std::stop_token m_stop;
    std::unique_ptr<Store> m_store;
};

}  // namespace larmor::recon::training
