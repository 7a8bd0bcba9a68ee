#include "core/base/api/plugin_manifest.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace larmor {

namespace {
namespace fs = std::filesystem;
using nlohmann::json;

struct Listed {
    PluginManifest manifest;
    std::int64_t order = std::numeric_limits<std::int64_t>::max();
};

template <class T>
T field(const json& sidecar, const char* name) {
    if (!sidecar.contains(name)) throw PluginError(fmt::format("The sidecar lacks '{}'.", name));
    try {
        return sidecar.at(name).get<T>();
    } catch (const json::exception&) {
        throw PluginError(fmt::format("'{}' of the sidecar is {}, which is of the wrong type.", name, sidecar.at(name).dump()));
    }
}

template <class T>
T field(const json& sidecar, const char* name, T otherwise) {
    return sidecar.contains(name) ? field<T>(sidecar, name) : otherwise;
}

json readJson(const fs::path& path) {
    std::ifstream file(path);
    if (!file) throw PluginError("The sidecar cannot be read.");
    try {
        return json::parse(file);
    } catch (const json::exception& error) {
        throw PluginError(fmt::format("The sidecar is not JSON: {}.", error.what()));
    }
}

std::string libraryPath(const fs::path& folder, const std::string& name) {
    if (fs::path(name).has_parent_path()) throw PluginError(fmt::format("'library' is '{}'; it must be a name without a folder.", name));
    const fs::path path = fs::absolute(folder / (name + ".so"));
    if (!fs::exists(path)) throw PluginError(fmt::format("Its shared object {}.so is not beside it.", name));
    return path.lexically_normal().string();
}

Listed readSidecar(const fs::path& path) {
    const json sidecar = readJson(path);
    if (!sidecar.is_object()) throw PluginError("The sidecar is not a JSON object.");
    if (const int api = field<int>(sidecar, "api"); api != kPluginApi)
        throw PluginError(fmt::format("It is built for plugin interface {}; this program has interface {}.", api, kPluginApi));
    Listed listed;
    PluginManifest& m = listed.manifest;
    m.id = field<std::string>(sidecar, "id");
    m.kind = field<std::string>(sidecar, "kind");
    m.name = field<std::string>(sidecar, "name");
    m.summary = field<std::string>(sidecar, "summary", "");
    m.reference = field<std::string>(sidecar, "reference", "");
    m.library = libraryPath(path.parent_path(), field<std::string>(sidecar, "library"));
    m.needs = field<std::vector<std::string>>(sidecar, "needs", {});
    m.iterative = field<bool>(sidecar, "iterative", false);
    m.cpu = field<std::string>(sidecar, "cpu", "");
    m.bart = field<std::string>(sidecar, "bart", "");
    m.params = paramListFromJson(field<json>(sidecar, "params", json::array()));
    listed.order = field<std::int64_t>(sidecar, "order", listed.order);
    return listed;
}

std::vector<fs::path> sidecarsIn(const std::string& folder) {
    std::vector<fs::path> paths;
    std::error_code ignored;  // a plugin folder need not exist
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().extension() == ".json") paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    return paths;
}

void addSidecar(const fs::path& path, std::vector<Listed>& listed, std::vector<PluginFailure>& failures) {
    try {
        Listed next = readSidecar(path);
        for (const auto& other : listed)
            if (other.manifest.id == next.manifest.id && other.manifest.kind == next.manifest.kind)
                throw PluginError(
                    fmt::format("There is another {} '{}': {}.", next.manifest.kind, next.manifest.id, other.manifest.library));
        listed.push_back(std::move(next));
    } catch (const std::exception& error) {
        failures.push_back({path.string(), error.what()});
    }
}

}  // namespace

bool PluginManifest::needsMaps() const {
    return std::find(needs.begin(), needs.end(), "maps") != needs.end();
}

bool PluginManifest::needsPrior() const {
    return std::find(needs.begin(), needs.end(), "prior") != needs.end();
}

bool PluginManifest::needsSeries() const {
    return std::find(needs.begin(), needs.end(), "series") != needs.end();
}

bool PluginManifest::needsMaps(const ParamValues& values) const {
    const auto hasCombination = [](const ParamSpec& spec) { return spec.name == "combination" && spec.type == ParamType::Choice; };
    const auto& specs = values.specs();
    const bool rss = std::any_of(specs.begin(), specs.end(), hasCombination) && values.choice("combination") == "rss";
    return needsMaps() && !rss;
}

std::vector<const PluginManifest*> PluginCatalogue::methods() const {
    std::vector<const PluginManifest*> result;
    for (const auto& plugin : plugins)
        if (plugin.kind == "method") result.push_back(&plugin);
    return result;
}

const PluginManifest& PluginCatalogue::method(const std::string& id) const {
    std::vector<std::string> ids;
    for (const auto* plugin : methods()) {
        if (plugin->id == id) return *plugin;
        ids.push_back(plugin->id);
    }
    throw UsageError(fmt::format("There is no method '{}'.", id),
                     ids.empty() ? std::string("No method plugin was found.") : fmt::format("There are: {}.", fmt::join(ids, ", ")));
}

PluginCatalogue readPluginCatalogue(const std::vector<std::string>& folders) {
    std::vector<Listed> listed;
    PluginCatalogue catalogue;
    for (const auto& folder : folders)
        for (const auto& path : sidecarsIn(folder)) addSidecar(path, listed, catalogue.failures);
    std::sort(listed.begin(), listed.end(),
              [](const Listed& a, const Listed& b) { return std::tie(a.order, a.manifest.id) < std::tie(b.order, b.manifest.id); });
    for (auto& item : listed) catalogue.plugins.push_back(std::move(item.manifest));
    return catalogue;
}

}  // namespace larmor
