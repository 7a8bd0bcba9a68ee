#pragma once
#include <new>

#include "core/base/error.h"

namespace larmor::cpu {

/// What `work` gives. @throws DeviceError that names the task, such as "the reconstruction", where memory runs out
template <class Work>
auto withinMemory(const char* task, const Work& work) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        throw notEnoughMemory(task, "cpu");
    }
}

}  // namespace larmor::cpu
