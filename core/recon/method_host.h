#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/recon/method.h"

namespace larmor::recon {

/// Loads method plugins, each once; they stay loaded until the process ends.
class MethodHost {
public:
    /// @throws PluginError naming the shared object and the reason
    [[nodiscard]] const Method& method(const PluginManifest& manifest);

private:
    std::mutex m_mutex;
    std::map<std::string, std::unique_ptr<Method>> m_methods;  ///< by the shared object's path
};

}  // namespace larmor::recon
