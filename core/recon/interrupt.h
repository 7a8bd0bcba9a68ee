#pragma once
// How work deep inside a step learns of a stop: whoever runs the step says on its thread which stop counts, and networks and solvers far
// below look at it between their parts. Where nobody said, as in training, nothing is looked at.

#include <stop_token>

#include <ATen/core/Tensor.h>

#include "core/base/export.h"

namespace larmor::recon {

/// For as long as it lives, `stop` interrupts work on this thread.
class LARMOR_RECON_EXPORT InterruptScope {
public:
    explicit InterruptScope(std::stop_token stop);
    ~InterruptScope();
    InterruptScope(const InterruptScope&) = delete;
    InterruptScope& operator=(const InterruptScope&) = delete;

private:
    std::stop_token m_outer;
};

/// @throws Cancelled if the stop of this thread's scope is requested
LARMOR_RECON_EXPORT void checkInterrupt();
/// x, at which a derivative on its way back looks at the stop too. @throws Cancelled there
[[nodiscard]] LARMOR_RECON_EXPORT at::Tensor interruptible(at::Tensor x);

}  // namespace larmor::recon
