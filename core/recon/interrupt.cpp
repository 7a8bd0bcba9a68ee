#include "core/recon/interrupt.h"

#include <utility>

#include <ATen/ATen.h>

#include "core/base/error.h"

namespace larmor::recon {

namespace {
thread_local std::stop_token currentStop;

void throwIfRequested(const std::stop_token& stop) {
    if (stop.stop_requested()) throw Cancelled();
}
}  // namespace

InterruptScope::InterruptScope(std::stop_token stop) : m_outer(std::exchange(currentStop, std::move(stop))) {}

InterruptScope::~InterruptScope() {
    currentStop = std::move(m_outer);
}

void checkInterrupt() {
    throwIfRequested(currentStop);
}

at::Tensor interruptible(at::Tensor x) {
    // The hook has the token itself: derivatives may run on another thread.
    if (x.requires_grad() && currentStop.stop_possible())
        x.register_hook([stop = currentStop](const at::TensorBase&) { throwIfRequested(stop); });
    return x;
}

}  // namespace larmor::recon
