#pragma once
// Inputs one after the other in a process of their own, which may crash, hang or take too much memory: the next goes on behind.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace larmor::fuzz {

struct Limits {
    std::uint64_t memoryBytes = std::uint64_t{256} << 20;  ///< beyond what the process has at its start
    unsigned processorSeconds = 10;                        ///< of one input
};

enum class Outcome { Read, Refused };

/// Reads input number `index`. An exception is a finding, whatever it is: what a reader may throw is caught before.
using Attempt = std::function<Outcome(std::uint64_t index)>;

struct Finding {
    std::uint64_t index = 0;
    std::string reason;
};

struct BatchResult {
    std::uint64_t read = 0, refused = 0, peakBytes = 0;
    std::vector<Finding> findings;
};

/// Inputs begin .. begin + count. Stops early at `mostFindings`. @throws std::runtime_error where no process can be made
[[nodiscard]] BatchResult runGuarded(std::uint64_t begin, std::uint64_t count, const Attempt& attempt, const Limits& limits,
                                     std::size_t mostFindings = 20);

}  // namespace larmor::fuzz
