#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/recon/training/socket.h"

namespace larmor::recon::training {

/// Messages between two ranks of one training, of machines with the same byte order. Every function that waits throws an Error that names
/// the other side if that ends, says nothing for too long, or refuses to go on, for whatever reason it gives.
class MessageLink {
public:
    /// @param peer  what errors call the other side: "Rank 2" @param seconds  of silence after which it counts as dead
    MessageLink(Socket socket, std::string peer, double seconds);
    void setPeer(std::string peer, double seconds);
    [[nodiscard]] const std::string& peer() const { return m_peer; }

    void sendNumbers(std::span<const float> numbers);
    /// @throws Error also if the other side sent another number of them
    void receiveNumbers(std::span<float> numbers);
    void sendText(const std::string& text);
    [[nodiscard]] std::string receiveText();
    /// Tells the other side why this one ends. Never fails.
    void refuse(const std::string& reason) noexcept;
    /// Tells the other side that this one lives. Never fails; not while another thread uses the link.
    void beat() noexcept;

private:
    enum class Kind : std::uint32_t { Numbers = 0x4c41524d, Text, Refusal, Beat };
    struct Head {
        Kind kind = Kind::Beat;
        std::uint32_t reserved = 0;
        std::uint64_t bytes = 0;
    };
    void send(Kind kind, std::span<const std::byte> bytes);
    void sendBytes(std::span<const std::byte> bytes);
    void receiveBytes(std::span<std::byte> bytes);
    [[nodiscard]] std::uint64_t receiveHead(Kind expected);
    [[nodiscard]] std::string receivedText(std::uint64_t bytes);
    [[noreturn]] void failSilent() const;
    [[noreturn]] void failEnded() const;

    Socket m_socket;
    std::string m_peer;
    double m_seconds;
};

}  // namespace larmor::recon::training
