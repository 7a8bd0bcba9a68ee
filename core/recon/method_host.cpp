#include "core/recon/method_host.h"

#include <dlfcn.h>

#include <ATen/ATen.h>
#include <fmt/format.h>

namespace larmor::recon {

namespace {
[[noreturn]] void refuse(const PluginManifest& manifest, const std::string& reason) {
    throw PluginError(fmt::format("The method '{}' cannot be loaded from {}: {}.", manifest.id, manifest.library, reason),
                      "Rebuild the plugin against this version of Larmor.");
}

std::string linkerError() {
    const char* reason = dlerror();
    return reason ? reason : "unknown reason";
}

std::unique_ptr<Method> load(const PluginManifest& manifest) {
    void* library = dlopen(manifest.library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) refuse(manifest, linkerError());
    const auto api = reinterpret_cast<int (*)()>(dlsym(library, "larmorPluginApi"));
    if (!api) refuse(manifest, "it does not offer larmorPluginApi");
    if (api() != kPluginApi) refuse(manifest, fmt::format("it is built for plugin interface {}, this program has {}", api(), kPluginApi));
    const auto create = reinterpret_cast<Method* (*)()>(dlsym(library, "larmorCreateMethod"));
    if (!create) refuse(manifest, "it does not offer larmorCreateMethod");
    std::unique_ptr<Method> method(create());
    if (!method) refuse(manifest, "it created no method");
    return method;
}
}  // namespace

const Method& MethodHost::method(const PluginManifest& manifest) {
    const std::lock_guard lock(m_mutex);
    auto& method = m_methods[manifest.library];
    if (!method) method = load(manifest);
    return *method;
}

}  // namespace larmor::recon
