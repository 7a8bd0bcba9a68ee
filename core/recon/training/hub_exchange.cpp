#include "core/recon/training/hub_exchange.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/log.h"
#include "core/recon/training/rendezvous.h"

namespace larmor::recon::training {

namespace {

constexpr const char* kHubKey = "larmor/hub";
constexpr const char* kGreeting = "larmor-rank-1";  // with the version of what is said
constexpr double kHelloSeconds = 10;
constexpr double kLookSeconds = 0.2;
// The others wait longer for the hub than it for them: then it still can tell them which one is to blame.
constexpr double kPatience = 1.2;
constexpr double kShortestBeat = 0.05, kLongestBeat = 5;

std::string nameOf(std::int64_t rank) {
    return fmt::format("Rank {}", rank);
}

std::string helloOf(const TrainingRanks& ranks) {
    return fmt::format("{} {} {}", kGreeting, ranks.rank, ranks.count);
}

/// Tells all links that this process lives, until it is destroyed.
class Heartbeat {
public:
    Heartbeat(std::map<std::int64_t, MessageLink>& links, double seconds) {
        const std::chrono::duration<double> pause(std::clamp(seconds / 4, kShortestBeat, kLongestBeat));
        m_thread = std::jthread([this, &links, pause](const std::stop_token& stop) {
            std::unique_lock lock(m_mutex);
            while (!m_wake.wait_for(lock, stop, pause, [&stop] { return stop.stop_requested(); }))
                for (auto& [rank, link] : links) link.beat();
        });
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::jthread m_thread;
};

}  // namespace

HubExchange::HubExchange(const TrainingRanks& ranks, const std::stop_token& stop) : m_ranks(ranks) {
    try {
        m_ranks.rank == 0 ? gather(stop) : join(stop);
    } catch (const Error& error) {
        refuseAll(error);
        throw;
    }
}

HubExchange::~HubExchange() = default;

void HubExchange::gather(const std::stop_token& stop) {
    const Socket door = listenFor(m_ranks.host);
    Rendezvous meeting(m_ranks, stop);
    meeting.publish(kHubKey, std::to_string(portOf(door)));
    const Deadline deadline(m_ranks.timeoutSeconds);
    while (static_cast<std::int64_t>(m_links.size()) + 1 < m_ranks.count) {
        if (stop.stop_requested()) throw Cancelled();
        if (deadline.isOver())
            throw Error(fmt::format("Only {} of {} ranks came within {:g} s.", m_links.size() + 1, m_ranks.count, m_ranks.timeoutSeconds),
                        "Start all of them with the same --rendezvous, or give them longer by --rank-timeout.");
        if (Socket visitor = acceptFrom(door, kLookSeconds); visitor.isOpen()) admit(std::move(visitor));
    }
    withEach([](MessageLink& link) { link.sendText(kGreeting); });
}

void HubExchange::admit(Socket visitor) {
    MessageLink link(std::move(visitor), "A visitor", kHelloSeconds);
    std::string hello;
    try {
        hello = link.receiveText();
    } catch (const Error& error) {
        return log(LogLevel::Warning, "training", "Somebody else called at the port of the ranks: " + error.fullText());
    }
    for (std::int64_t rank = 1; rank < m_ranks.count; ++rank) {
        auto expected = m_ranks;
        expected.rank = rank;
        if (hello != helloOf(expected)) continue;
        if (m_links.contains(rank)) {
            const auto reason = fmt::format("Two processes call themselves rank {}.", rank);
            link.refuse(reason);
            throw Error(reason, "Give each a --rank of its own.");
        }
        link.setPeer(nameOf(rank), m_ranks.timeoutSeconds);
        m_links.emplace(rank, std::move(link));
        return;
    }
    const auto reason = fmt::format("Rank 0 of {} cannot use a process that says '{}'.", m_ranks.count, hello);
    link.refuse(reason);
    throw Error(reason, "Start all ranks with the same --ranks and the same version.");
}

void HubExchange::join(const std::stop_token& stop) {
    const Deadline deadline(m_ranks.timeoutSeconds);
    Rendezvous meeting(m_ranks, stop);
    const auto text = meeting.waitFor(kHubKey);
    int port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    MessageLink link(connectTo(m_ranks.host, port, deadline, stop), nameOf(0), kPatience * m_ranks.timeoutSeconds);
    link.sendText(helloOf(m_ranks));
    (void)link.receiveText();
    m_links.emplace(0, std::move(link));
}

template <class Work>
void HubExchange::withEach(Work&& work) {
    try {
        for (auto& [rank, link] : m_links) work(link);
    } catch (const Error& error) {
        refuseAll(error);
        throw;
    }
}

void HubExchange::refuseAll(const Error& error) {
    for (auto& [rank, link] : m_links) link.refuse(error.what());
}

void HubExchange::mean(std::span<float> numbers) {
    if (!isFirst()) {
        hub().sendNumbers(numbers);
        return hub().receiveNumbers(numbers);
    }
    m_received.resize(numbers.size());
    withEach([&](MessageLink& link) {
        link.receiveNumbers(m_received);
        for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] += m_received[i];
    });
    const auto count = static_cast<float>(m_ranks.count);
    for (auto& number : numbers) number /= count;
    withEach([&](MessageLink& link) { link.sendNumbers(numbers); });
}

void HubExchange::requireEqual(const std::string& what, const std::string& text) {
    if (!isFirst()) {
        hub().sendText(text);
        return (void)hub().receiveText();
    }
    withEach([&](MessageLink& link) {
        if (link.receiveText() != text)
            throw InputError(fmt::format("{} has another {} than rank 0.", link.peer(), what),
                             "Start all ranks with the same files and settings.");
    });
    withEach([](MessageLink& link) { link.sendText(kGreeting); });
}

std::shared_ptr<void> HubExchange::busy() {
    if (!isFirst()) return {};
    return std::make_shared<Heartbeat>(m_links, m_ranks.timeoutSeconds);
}

}  // namespace larmor::recon::training
