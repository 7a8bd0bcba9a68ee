#include "core/recon/training/socket.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <memory>
#include <thread>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/error.h"

namespace larmor::recon::training {

namespace {

constexpr auto kRetryPause = std::chrono::milliseconds(100);

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

/// @throws Error if the name is not known
Addresses addressesOf(const std::string& host, int port) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found); code != 0)
        throw Error(fmt::format("The host '{}' is not known: {}.", host, gai_strerror(code)),
                    "Give the name or the address of the machine of rank 0.");
    return {found, &freeaddrinfo};
}

bool isLoopback(const addrinfo& address) {
    if (address.ai_family == AF_INET) return (ntohl(reinterpret_cast<const sockaddr_in*>(address.ai_addr)->sin_addr.s_addr) >> 24) == 127;
    return address.ai_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(address.ai_addr)->sin6_addr);
}

void sendAtOnce(const Socket& socket) {
    const int yes = 1;
    (void)setsockopt(socket.descriptor(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

Socket opened(const addrinfo& address) {
    return Socket(::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, address.ai_protocol));
}

Socket listeningAt(const addrinfo& address) {
    Socket socket = opened(address);
    const int no = 0;
    if (address.ai_family == AF_INET6) (void)setsockopt(socket.descriptor(), IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    const bool isListening = socket.isOpen() && bind(socket.descriptor(), address.ai_addr, address.ai_addrlen) == 0 &&
                             listen(socket.descriptor(), SOMAXCONN) == 0;
    return isListening ? std::move(socket) : Socket();
}

}  // namespace

Socket::~Socket() {
    if (isOpen()) ::close(m_descriptor);
}

Socket::Socket(Socket&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

Socket listenFor(const std::string& host) {
    const auto named = addressesOf(host, 0);
    Socket socket;
    if (isLoopback(*named)) {
        socket = listeningAt(*named);
    } else {
        for (const char* everywhere : {"::", "0.0.0.0"})
            if (!socket.isOpen()) socket = listeningAt(*addressesOf(everywhere, 0));
    }
    if (!socket.isOpen()) throw Error(fmt::format("No port for the other ranks could be opened: {}.", std::strerror(errno)));
    return socket;
}

int portOf(const Socket& listening) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    (void)getsockname(listening.descriptor(), reinterpret_cast<sockaddr*>(&address), &length);
    return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                               : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

Socket acceptFrom(const Socket& listening, double seconds) {
    if (!isReady(listening, POLLIN, seconds)) return {};
    Socket socket(accept4(listening.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
    if (socket.isOpen()) sendAtOnce(socket);
    return socket;
}

Socket connectTo(const std::string& host, int port, const Deadline& deadline, const std::stop_token& stop) {
    while (true) {
        const auto addresses = addressesOf(host, port);
        for (const addrinfo* at = addresses.get(); at; at = at->ai_next) {
            Socket socket = opened(*at);
            if (!socket.isOpen() || connect(socket.descriptor(), at->ai_addr, at->ai_addrlen) != 0) continue;
            sendAtOnce(socket);
            return socket;
        }
        if (stop.stop_requested()) throw Cancelled();
        if (deadline.isOver())
            throw Error(fmt::format("Rank 0 does not answer at {}:{}: {}.", host, port, std::strerror(errno)),
                        "Start it there, or correct --rendezvous.");
        std::this_thread::sleep_for(kRetryPause);
    }
}

bool isReady(const Socket& socket, short events, double seconds) {
    pollfd watched{socket.descriptor(), events, 0};
    int found = 0;
    do found = poll(&watched, 1, static_cast<int>(std::ceil(1000 * seconds)));
    while (found < 0 && errno == EINTR);
    return found > 0;
}

}  // namespace larmor::recon::training
