#pragma once
// What a person is told when work fails: the same words wherever long work ends.

#include <string>

namespace larmor::session {

struct Failed {
    std::string message, hint;
};

/// The exception that is being handled, of whatever type: ours as they are, exhausted memory (also of LibTorch) as a plain sentence,
/// everything else by its first line. To be called inside a catch block, after Cancelled, which is no failure.
[[nodiscard]] Failed describeCurrentException();

}  // namespace larmor::session
