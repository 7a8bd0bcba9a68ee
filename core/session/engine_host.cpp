#include "core/session/engine_host.h"

#include <filesystem>

#include <dlfcn.h>
#include <fmt/format.h>

#include "core/base/log.h"
#include "core/cpu/cpu_first_engine.h"
#include "core/session/program_folder.h"

namespace larmor::session {

namespace {

constexpr const char* kEngineLibrary = "liblarmor_recon.so";

std::string engineLibrary() {
    const auto folders = libraryFolders();
    for (const auto& folder : folders) {
        const auto path = folder + "/" + kEngineLibrary;
        if (std::filesystem::exists(path)) return path;
    }
    throw PluginError(fmt::format("{} was not found in {}.", kEngineLibrary, fmt::join(folders, ", ")),
                      "Reinstall Larmor, or name the folder that holds it in LARMOR_LIB_PATH.");
}

std::string lastLinkerError() {
    const char* reason = dlerror();
    return reason ? reason : "unknown reason";
}

/// Makes what a symbol of the library offers. It lives until the process ends: LibTorch does not survive being unloaded.
template <class Made>
Made* make(const char* symbol) {
    const auto path = engineLibrary();
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library)
        throw PluginError(fmt::format("{} could not be loaded: {}.", path, lastLinkerError()),
                          "LibTorch may be missing or of another version; run ./larmor run to fetch it again.");
    const auto factory = reinterpret_cast<Made* (*)()>(dlsym(library, symbol));
    if (!factory) throw PluginError(fmt::format("{} does not offer {}: {}.", path, symbol, lastLinkerError()), "Rebuild Larmor as a whole.");
    Made* made = factory();
    if (!made) throw PluginError(fmt::format("{} gave nothing for {}.", path, symbol), "Rebuild Larmor as a whole.");
    return made;
}

Engine& torchEngine() {
    static Engine* const engine = [] {
        Engine* made = make<Engine>(kEngineFactory);
        log(LogLevel::Debug, "session", fmt::format("LibTorch {} loaded", made->torchVersion()));
        return made;
    }();
    return *engine;
}

}  // namespace

Engine& engine() {
    static Engine& all = *cpu::cpuFirstEngine(torchEngine).release();  // as LibTorch's, it lives until the process ends
    return all;
}

CoilLab& coilLab() {
    static CoilLab* const lab = make<CoilLab>(kCoilLabFactory);
    return *lab;
}

PriorLab& priorLab() {
    static PriorLab* const lab = make<PriorLab>(kPriorLabFactory);
    return *lab;
}

const PluginCatalogue& plugins() {
    static const PluginCatalogue catalogue = readPluginCatalogue(pluginFolders());
    return catalogue;
}

}  // namespace larmor::session
