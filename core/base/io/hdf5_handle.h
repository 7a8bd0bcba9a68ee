#pragma once
// What every use of the HDF5 library needs: the lock, handles that close themselves, errors that can be thrown.

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace larmor::io {

/// The library is not thread-safe: all calls of this process happen under one of these. Also keeps it from printing.
class Hdf5Lock {
public:
    Hdf5Lock();

private:
    std::unique_lock<std::recursive_mutex> m_lock;
};

/// Any id of the library. Closed when it goes; lives shorter than a Hdf5Lock.
class Hdf5Handle {
public:
    using Close = int (*)(std::int64_t);
    Hdf5Handle() = default;
    Hdf5Handle(std::int64_t id, Close close) : m_id(id), m_close(close) {}
    ~Hdf5Handle() {
        if (m_id >= 0) m_close(m_id);
    }
    Hdf5Handle(Hdf5Handle&& other) noexcept : m_id(std::exchange(other.m_id, -1)), m_close(other.m_close) {}
    Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
        std::swap(m_id, other.m_id);
        std::swap(m_close, other.m_close);
        return *this;
    }
    [[nodiscard]] std::int64_t id() const { return m_id; }
    [[nodiscard]] bool valid() const { return m_id >= 0; }

private:
    std::int64_t m_id = -1;
    Close m_close = nullptr;
};

/// What the library said of the call that failed last, innermost reason first; then forgets it.
[[nodiscard]] std::string takeHdf5Reason();

}  // namespace larmor::io
