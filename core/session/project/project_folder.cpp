#include "core/session/project/project_folder.h"

#include <filesystem>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/io/json_file.h"
#include "core/base/io/save.h"
#include "core/base/io/text_file.h"
#include "core/session/project/find_source.h"
#include "core/session/source_hash.h"

namespace larmor::session {

namespace fs = std::filesystem;

namespace {

constexpr const char *kResults = "results", *kMasks = "masks";
constexpr std::size_t kNameDigits = 16;
constexpr std::int64_t kLargestMask = 64 << 20;

std::string in(const std::string& folder, const std::string& name) {
    return (fs::path(folder) / name).string();
}

/// "masks/1f0a….npy": named by its content, so that an older project.json never finds another mask under its name.
std::string maskFile(const std::string& hash, const std::string& extension) {
    return fmt::format("{}/{}{}", kMasks, hash.substr(0, kNameDigits), extension);
}

}  // namespace

std::pair<std::string, std::string> maskFileOf(const std::string& text) {
    std::error_code error;
    if (fs::is_regular_file(text, error)) return {text, {}};
    const auto colon = text.rfind(':');
    const auto file = text.substr(0, colon);
    if (colon == std::string::npos || !fs::is_regular_file(file, error)) return {};
    return {file, text.substr(colon)};
}

std::string projectFolderOf(const std::string& path) {
    std::error_code error;
    fs::path folder = fs::path(path).lexically_normal();
    if (folder.filename().empty()) folder = folder.parent_path();  // "scan.larmor/"
    if (folder.filename() == kProjectFile) folder = folder.parent_path();
    const bool isProject = folder.extension() == kProjectExtension || fs::is_regular_file(folder / kProjectFile, error);
    return isProject && !fs::is_regular_file(folder, error) ? folder.string() : std::string();
}

std::string projectName(const std::string& folder) {
    const fs::path name = fs::path(folder).filename();
    return (name.extension() == kProjectExtension ? name.stem() : name).string();
}

Project readProject(const std::string& folder) {
    const auto path = in(folder, kProjectFile);
    std::error_code error;
    if (!fs::is_regular_file(path, error))
        throw IoError(path, "", "a project", "no such file", "Open the folder NAME.larmor that holds it.");
    const auto source = io::readJsonFile(path);
    try {
        return Project::fromJson(source);
    } catch (const InputError& damaged) {
        throw InputError(fmt::format("{}: {}", path, damaged.what()), damaged.hint());
    }
}

ProjectFolder::ProjectFolder(std::string path, std::set<std::string> known, const std::vector<ProjectSource>& sources)
    : m_path(std::move(path)), m_written(std::move(known)) {
    for (const auto& source : sources)
        if (!source.hash.empty()) m_sources[source.path] = source;
}

void ProjectFolder::save(Project project, const std::vector<Item>& items, const SamplingMask* drawn, const RunControl& run) {
    prepare();
    measureSources(project, run);
    std::set<std::string> named;
    for (const Item& item : items) {
        run.throwIfStopped();
        write(item);
        named.insert(item.file);
    }
    keepMask(project.mask, drawn);
    named.insert(project.mask.copy);
    for (const auto& result : project.results) named.insert(result.file);
    for (const auto& each : project.runs) named.insert(each.folder);
    if (!project.sweep.empty()) named.insert(project.sweep);
    run.throwIfStopped();
    io::writeTextFile(in(m_path, kProjectFile), project.toJson().dump(1) + "\n");
    removeOthers(named);
}

void ProjectFolder::prepare() const {
    std::error_code error;
    const bool isNew = !fs::exists(in(m_path, kProjectFile), error);
    if (isNew && fs::exists(m_path, error) && !(fs::is_directory(m_path, error) && fs::is_empty(m_path, error)) &&
        !fs::exists(in(m_path, kResults), error))
        throw UsageError(fmt::format("{} is there already, and is no project.", m_path), "Choose another name.");
    for (const char* part : {kResults, kMasks}) {
        fs::create_directories(in(m_path, part), error);
        if (error) throw IoError(in(m_path, part), "", "a folder that can be made", error.message(), "Choose another place.");
    }
}

void ProjectFolder::measureSources(Project& project, const RunControl& run) {
    for (ProjectSource& source : project.sources) {
        const auto known = m_sources.find(source.path);
        if (known != m_sources.end() && (source.hash.empty() || source.hash == known->second.hash)) {
            source.bytes = known->second.bytes;
            source.hash = known->second.hash;
        }
        if (!hasSource(source.path)) {
            if (known != m_sources.end()) source.relative = known->second.relative;
            continue;
        }
        const auto hash = source.hash;
        if (hash.empty() || source.bytes < 0) {
            const auto now = measured(source, m_path, run.stop);
            if (hash.empty() || hash == now.hash) source = now;
        } else {
            source.relative = wayTo(source.path, m_path);
        }
        m_sources[source.path] = source;
    }
}

/// A mask that was drawn is written; a file's is copied, so that the project does not depend on it.
void ProjectFolder::keepMask(ProjectMask& mask, const SamplingMask* drawn) {
    mask.copy.clear();
    if (drawn) {
        mask.copy = maskFile(sha256(drawn->samples().values()), ".npy");
        return write({mask.copy, [drawn](const std::string& path) { io::saveMask(path, *drawn); }});
    }
    const auto file = maskFileOf(mask.text).first;
    const auto extension = fs::path(file).extension().string();
    if (file.empty() || extension == ".hdr" || extension == ".cfl" || sizeOfSource(file) > kLargestMask) return;  // a pair of files; a scan
    mask.copy = maskFile(hashOfSource(file), extension);
    write({mask.copy, [&file](const std::string& path) { io::copyWhole(file, path); }});
}

void ProjectFolder::write(const Item& item) {
    std::error_code error;
    const auto path = in(m_path, item.file);
    if (m_written.contains(item.file) && fs::exists(path, error)) return;
    item.write(path);
    m_written.insert(item.file);
}

void ProjectFolder::removeOthers(const std::set<std::string>& named) {
    std::error_code ignored;
    std::erase_if(m_written, [&](const std::string& file) {
        if (named.contains(file)) return false;
        fs::remove_all(in(m_path, file), ignored);
        return true;
    });
}

}  // namespace larmor::session
