#include "core/recon/training/message_link.h"

#include <cerrno>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

#include <fmt/format.h>

#include "core/base/error.h"

namespace larmor::recon::training {

namespace {

constexpr std::uint64_t kLongestText = 1 << 20;
constexpr const char* kHint = "See what that process wrote; all ranks together go on from the last checkpoint with --resume.";

std::span<const std::byte> bytesOf(const std::string& text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

MessageLink::MessageLink(Socket socket, std::string peer, double seconds)
    : m_socket(std::move(socket)), m_peer(std::move(peer)), m_seconds(seconds) {}

void MessageLink::setPeer(std::string peer, double seconds) {
    m_peer = std::move(peer);
    m_seconds = seconds;
}

void MessageLink::failSilent() const {
    throw Error(fmt::format("{} has been silent for {:g} s.", m_peer, m_seconds), kHint);
}

void MessageLink::failEnded() const {
    throw Error(fmt::format("{} ended before the training did.", m_peer), kHint);
}

void MessageLink::sendBytes(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        if (!isReady(m_socket, POLLOUT, m_seconds)) failSilent();
        const auto sent = ::send(m_socket.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (sent < 0) {
            // It may have said why before it ended.
            (void)receiveHead(Kind::Refusal);
            failEnded();
        }
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
}

void MessageLink::receiveBytes(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        if (!isReady(m_socket, POLLIN, m_seconds)) failSilent();
        const auto received = ::recv(m_socket.descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (received < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (received <= 0) failEnded();
        bytes = bytes.subspan(static_cast<std::size_t>(received));
    }
}

void MessageLink::send(Kind kind, std::span<const std::byte> bytes) {
    const Head head{kind, 0, bytes.size()};
    sendBytes(std::as_bytes(std::span(&head, 1)));
    sendBytes(bytes);
}

std::string MessageLink::receivedText(std::uint64_t bytes) {
    std::string text(bytes <= kLongestText ? bytes : 0, '\0');
    receiveBytes(std::as_writable_bytes(std::span(text.data(), text.size())));
    return text;
}

std::uint64_t MessageLink::receiveHead(Kind expected) {
    Head head;
    do receiveBytes(std::as_writable_bytes(std::span(&head, 1)));
    while (head.kind == Kind::Beat);
    if (head.kind == Kind::Refusal) throw Error(receivedText(head.bytes), kHint);
    if (head.kind != expected)
        throw Error(fmt::format("{} does not speak the language of Larmor's ranks.", m_peer), "Start all ranks with the same version.");
    return head.bytes;
}

void MessageLink::sendNumbers(std::span<const float> numbers) {
    send(Kind::Numbers, std::as_bytes(numbers));
}

void MessageLink::receiveNumbers(std::span<float> numbers) {
    if (const auto bytes = receiveHead(Kind::Numbers); bytes != numbers.size_bytes())
        throw Error(fmt::format("{} sent {} bytes of numbers instead of {}.", m_peer, bytes, numbers.size_bytes()),
                    "Start all ranks with the same settings.");
    receiveBytes(std::as_writable_bytes(numbers));
}

void MessageLink::sendText(const std::string& text) {
    send(Kind::Text, bytesOf(text));
}

std::string MessageLink::receiveText() {
    return receivedText(receiveHead(Kind::Text));
}

void MessageLink::refuse(const std::string& reason) noexcept {
    const Head head{Kind::Refusal, 0, reason.size()};
    (void)::send(m_socket.descriptor(), &head, sizeof head, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)::send(m_socket.descriptor(), reason.data(), reason.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void MessageLink::beat() noexcept {
    const Head head;
    (void)::send(m_socket.descriptor(), &head, sizeof head, MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace larmor::recon::training
