#include "tests/support/free_port.h"

#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace larmor::test {

int freePort() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    const bool isBound = bind(socket, reinterpret_cast<const sockaddr*>(&address), length) == 0 &&
                         getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) == 0;
    ::close(socket);
    if (!isBound) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

}  // namespace larmor::test
