#include "core/session/project/find_source.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/session/source_hash.h"

namespace larmor::session {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kShownDigits = 12;

std::vector<std::string> placesOf(const ProjectSource& source, const std::string& folder) {
    std::vector<std::string> places{source.path};
    const auto add = [&](const fs::path& place) {
        const auto text = place.lexically_normal().string();
        if (std::find(places.begin(), places.end(), text) == places.end()) places.push_back(text);
    };
    if (folder.empty()) return places;
    const fs::path name = fs::path(source.path).filename();
    if (!source.relative.empty()) add(fs::path(folder) / source.relative);
    add(fs::path(folder) / name);
    add(fs::path(folder).parent_path() / name);
    return places;
}

/// Why the file is not the one; empty: it is. The hash is made only where the size agrees.
std::string mismatch(const ProjectSource& source, const std::string& path, const std::stop_token& stop) {
    const auto bytes = sizeOfSource(path);
    if (source.bytes >= 0 && bytes != source.bytes) return fmt::format("it holds {} bytes, the project's file {}", bytes, source.bytes);
    if (source.hash.empty()) return {};
    const auto hash = hashOfSource(path, stop);
    return hash == source.hash ? std::string()
                               : fmt::format("its SHA-256 is {}…, that of the project's file {}…", shortHash(hash), shortHash(source.hash));
}

}  // namespace

std::string shortHash(const std::string& hash) {
    return hash.substr(0, kShownDigits);
}

FoundSource findSource(const ProjectSource& source, const std::string& folder, const std::stop_token& stop) {
    FoundSource found;
    for (const std::string& place : placesOf(source, folder)) {
        if (!hasSource(place)) continue;
        try {
            const auto difference = mismatch(source, place, stop);
            if (difference.empty()) return {place, {}};
            if (found.reason.empty()) found.reason = fmt::format("{} is another file: {}.", place, difference);
        } catch (const Error& error) {
            if (found.reason.empty()) found.reason = error.what();
        }
    }
    if (found.reason.empty()) found.reason = fmt::format("{} is not there any more.", source.path);
    return found;
}

void checkSource(const ProjectSource& source, const std::string& path, const std::stop_token& stop) {
    auto asked = source;
    asked.bytes = -1;  // both hashes are shown, whatever the sizes
    const auto difference = mismatch(asked, path, stop);
    if (!difference.empty())
        throw InputError(fmt::format("{} is another file: {}.", path, difference),
                         "Find the original file, or open this one as a scan of its own.");
}

ProjectSource measured(ProjectSource source, const std::string& folder, const std::stop_token& stop) {
    source.bytes = sizeOfSource(source.path);
    source.hash = hashOfSource(source.path, stop);
    source.relative = wayTo(source.path, folder);
    return source;
}

std::string wayTo(const std::string& path, const std::string& folder) {
    std::error_code error;
    const auto relative = fs::relative(path, folder, error);
    return error ? std::string() : relative.generic_string();
}

}  // namespace larmor::session
