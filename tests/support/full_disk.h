#pragma once
// A disk on which no file gets longer, for as long as it lives.

#include <sys/resource.h>

#include <csignal>
#include <cstdint>

namespace larmor::test {

class FullDisk {
public:
    /// @param bytes  that a file may have
    explicit FullDisk(std::uint64_t bytes) : m_handler(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit small{bytes, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FullDisk() {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit m_before{};
    void (*m_handler)(int);
};

}  // namespace larmor::test
