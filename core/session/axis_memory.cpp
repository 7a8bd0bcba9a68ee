#include "core/session/axis_memory.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/io/json_file.h"
#include "core/base/io/text_file.h"
#include "core/base/log.h"

namespace larmor::session {

namespace {

std::string kindOf(const Provenance& origin) {
    const auto axes = 1 + std::count(origin.dims.begin(), origin.dims.end(), ',');
    return fmt::format("{}|{}|{} axes", origin.format, origin.array, axes);
}

/// An empty object where the file is missing or damaged: what it held can be said again.
nlohmann::json read(const std::string& file) {
    if (!std::filesystem::exists(file)) return nlohmann::json::object();
    try {
        auto all = io::readJsonFile(file);
        if (all.is_object()) return all;
        log(LogLevel::Warning, "io", fmt::format("{} holds no object: the axes that it remembered are guessed again", file));
    } catch (const Error& error) {
        log(LogLevel::Warning, "io", error.what());
    }
    return nlohmann::json::object();
}

void write(const std::string& file, const nlohmann::json& all) {
    std::error_code failed;  // writing tells
    std::filesystem::create_directories(std::filesystem::path(file).parent_path(), failed);
    io::writeTextFile(file, all.dump(2) + "\n");
}

}  // namespace

std::optional<std::string> AxisMemory::dimsFor(const Provenance& origin) const {
    const auto all = read(m_file);
    const auto found = all.find(kindOf(origin));
    return found != all.end() && found->is_string() ? std::optional(found->get<std::string>()) : std::nullopt;
}

void AxisMemory::remember(const Provenance& origin) const {
    auto all = read(m_file);
    all[kindOf(origin)] = origin.dims;
    write(m_file, all);
}

void AxisMemory::forget(const Provenance& origin) const {
    auto all = read(m_file);
    if (all.erase(kindOf(origin)) > 0) write(m_file, all);
}

RememberedAcquisition openRemembered(const std::string& path, const io::LoadOptions& options, const AxisMemory& memory, const RunControl& run) {
    const auto guessed = openScan(path, options, run);
    const Provenance& origin = guessed->header().provenance;
    const auto dims = origin.dimsGuessed ? memory.dimsFor(origin) : std::nullopt;
    if (!dims) return {guessed, false};
    try {
        return {openScan(path, {origin.array, io::parseDims(*dims)}, run), true};
    } catch (const Error& error) {
        log(LogLevel::Info, "io", fmt::format("the axes remembered as {} do not fit: {}", *dims, error.what()));
        return {guessed, false};
    }
}

}  // namespace larmor::session
