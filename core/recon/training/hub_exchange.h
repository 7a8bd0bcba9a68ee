#pragma once
#include <map>
#include <thread>
#include <vector>

#include "core/recon/training/gradient_exchange.h"
#include "core/recon/training/message_link.h"

namespace larmor::recon::training {

/// Ranks of several processes, on one machine or on many, over TCP. Rank 0 is the hub: it adds up what the others send, in the order of
/// their numbers, and sends the mean back, so that a sum never depends on who was first. Each rank sends and receives the gradients once
/// a step; the hub does so once for each of the others, which suits a handful of ranks.
class HubExchange final : public GradientExchange {
public:
    /// @throws as openExchange
    HubExchange(const TrainingRanks& ranks, const std::stop_token& stop);
    ~HubExchange() override;
    [[nodiscard]] std::int64_t ranks() const override { return m_ranks.count; }
    [[nodiscard]] std::int64_t rank() const override { return m_ranks.rank; }
    void mean(std::span<float> numbers) override;
    void requireEqual(const std::string& what, const std::string& text) override;
    [[nodiscard]] std::shared_ptr<void> busy() override;

private:
    void gather(const std::stop_token& stop);
    void admit(Socket visitor);
    void join(const std::stop_token& stop);
    [[nodiscard]] MessageLink& hub() { return m_links.at(0); }
    /// Does the work with each of the others. Where it fails, all are told why.
    template <class Work>
    void withEach(Work&& work);
    void refuseAll(const Error& error);

    TrainingRanks m_ranks;
    std::map<std::int64_t, MessageLink> m_links;  // by rank: the hub's to all others, theirs to the hub
    std::vector<float> m_received;
};

}  // namespace larmor::recon::training
