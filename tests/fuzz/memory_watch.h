#pragma once
// Memory that this process takes, by any library of it: malloc and its kin are watched.

#include <cstdint>
#include <functional>

namespace larmor::fuzz {

/// From here on: more than `bytes` beyond what is in use now is reported at once, before it is taken. The report must not return.
void watchMemory(std::uint64_t bytes, void (*report)(std::uint64_t wanted, std::uint64_t inUse));

/// The most in use at one time since then, in bytes beyond what was in use at the start.
[[nodiscard]] std::uint64_t peakMemory();

}  // namespace larmor::fuzz
