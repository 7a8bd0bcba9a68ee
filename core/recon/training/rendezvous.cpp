#include "core/recon/training/rendezvous.h"

#include <thread>

#include <fmt/format.h>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "core/recon/training/socket.h"

namespace larmor::recon::training {

namespace {

constexpr auto kLookPause = std::chrono::milliseconds(50);

c10::intrusive_ptr<c10d::Store> openStore(const TrainingRanks& ranks, bool serves) {
    c10d::TCPStoreOptions options;
    options.port = static_cast<std::uint16_t>(ranks.port);
    options.isServer = serves;
    options.waitWorkers = false;
    options.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(1000 * ranks.timeoutSeconds));
    try {
        return c10::make_intrusive<c10d::TCPStore>(ranks.host, options);
    } catch (const c10::Error& error) {
        const std::string reason = error.what_without_backtrace();
        throw Error(fmt::format("The ranks cannot meet at {}:{}: {}", ranks.host, ranks.port, reason.substr(0, reason.find('\n'))),
                    "Take a port that no other program uses.");
    }
}

}  // namespace

struct Rendezvous::Store {
    c10::intrusive_ptr<c10d::Store> store;
};

Rendezvous::Rendezvous(const TrainingRanks& ranks, const std::stop_token& stop) : m_ranks(ranks), m_stop(stop) {
    const bool serves = ranks.rank == 0 && !ranks.isServed;
    // The store itself would complain of each attempt, and could not be stopped.
    if (!serves) (void)connectTo(ranks.host, ranks.port, Deadline(ranks.timeoutSeconds), stop);
    m_store = std::make_unique<Store>(openStore(ranks, serves));
}

Rendezvous::~Rendezvous() = default;

void Rendezvous::publish(const std::string& key, const std::string& value) {
    m_store->store->set(m_ranks.prefix + key, value);
}

std::string Rendezvous::waitFor(const std::string& key) {
    const Deadline deadline(m_ranks.timeoutSeconds);
    while (!m_store->store->check({m_ranks.prefix + key})) {
        if (m_stop.stop_requested()) throw Cancelled();
        if (deadline.isOver())
            throw Error(fmt::format("Rank 0 did not come to {}:{} within {:g} s.", m_ranks.host, m_ranks.port, m_ranks.timeoutSeconds),
                        "Start it too, or correct --rendezvous.");
        std::this_thread::sleep_for(kLookPause);
    }
    return m_store->store->get_to_str(m_ranks.prefix + key);
}

}  // namespace larmor::recon::training
