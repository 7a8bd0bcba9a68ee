#pragma once
// TCP sockets as the ranks of a training use them.

#include <chrono>
#include <stop_token>
#include <string>

namespace larmor::recon::training {

/// Owns a descriptor, or none.
class Socket {
public:
    Socket() = default;
    explicit Socket(int descriptor) : m_descriptor(descriptor) {}
    ~Socket();
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&& other) noexcept;
    [[nodiscard]] bool isOpen() const { return m_descriptor >= 0; }
    [[nodiscard]] int descriptor() const { return m_descriptor; }

private:
    int m_descriptor = -1;
};

class Deadline {
public:
    explicit Deadline(double seconds) : m_end(std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds)) {}
    [[nodiscard]] bool isOver() const { return std::chrono::steady_clock::now() >= m_end; }

private:
    std::chrono::time_point<std::chrono::steady_clock, std::chrono::duration<double>> m_end;
};

/// A free port of this machine, for everyone; where `host` is the machine's own loopback, for its own processes alone. @throws Error
[[nodiscard]] Socket listenFor(const std::string& host);
[[nodiscard]] int portOf(const Socket& listening);
/// The next connection, or none within the time. @throws Error
[[nodiscard]] Socket acceptFrom(const Socket& listening, double seconds);
/// Tries again until somebody listens. @throws Error after the deadline, Cancelled
[[nodiscard]] Socket connectTo(const std::string& host, int port, const Deadline& deadline, const std::stop_token& stop);
/// Whether it can be read from (or written to, or has ended) within the time.
[[nodiscard]] bool isReady(const Socket& socket, short events, double seconds);

}  // namespace larmor::recon::training
