#pragma once

namespace larmor::test {

/// A TCP port of this machine that was free a moment ago.
[[nodiscard]] int freePort();

}  // namespace larmor::test
