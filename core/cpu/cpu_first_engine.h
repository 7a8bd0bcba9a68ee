#pragma once
#include <functional>
#include <memory>

#include "core/base/api/engine.h"
#include "core/base/export.h"

namespace larmor::cpu {

/// An engine that does here what it can: transforms, combinations, coil maps, and on the device "cpu" the methods whose manifests name one of
/// cpu/methods.h. For the rest it asks `other`, not before.
[[nodiscard]] LARMOR_CPU_EXPORT std::unique_ptr<Engine> cpuFirstEngine(std::function<Engine&()> other);

}  // namespace larmor::cpu
