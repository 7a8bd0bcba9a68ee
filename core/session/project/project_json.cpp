// project.json: every field has a name of its own, and none may be missing but those that older ones do not know.

#include <concepts>
#include <filesystem>
#include <iterator>
#include <type_traits>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/version.h"
#include "core/session/project/project.h"

namespace larmor::session {

namespace {

using nlohmann::json;
constexpr int kProjectFormat = 1;
constexpr const char* kFormat = "larmor_project";
constexpr const char *kSweep = "sweep", *kCoils = "coils", *kCalibration = "calibration";

template <class T, class Part>
concept Is = std::same_as<std::remove_const_t<T>, Part>;

void forEachField(Is<ProjectSource> auto& source, auto&& visit) {
    visit("path", source.path);
    visit("relative", source.relative);
    visit("bytes", source.bytes);
    visit("sha256", source.hash);
    visit("format", source.format);
    visit("array", source.array);
    visit("dims", source.dims);
}

void forEachField(Is<ProjectMask> auto& mask, auto&& visit) {
    visit("text", mask.text);
    visit("all_samples", mask.allSamples);
    visit("copy", mask.copy);
    visit("drawn", mask.drawn);
}

void forEachField(Is<ProjectResult> auto& result, auto&& visit) {
    visit("file", result.file);
    visit("name", result.name);
}

void forEachField(Is<ProjectRun> auto& run, auto&& visit) {
    visit("folder", run.folder);
    visit("name", run.name);
    visit("result", run.result);
}

void forEachField(Is<ProjectPane> auto& pane, auto&& visit) {
    visit("content", pane.content);
    visit("result", pane.result);
    visit("transform", pane.transform);
    visit("slice", pane.slice);
    visit("signed_error", pane.signedError);
    visit("sample", pane.sample);
}

void forEachField(Is<ProjectView> auto& view, auto&& visit) {
    visit("panes", view.panes);
    visit("focused", view.focused);
    visit("slice", view.slice);
    visit("linked", view.linked);
    visit("scale", view.scale);
    visit("combination", view.combination);
}

void forEachField(Is<Project> auto& project, auto&& visit) {
    visit("sources", project.sources);
    visit("open", project.open);
    visit("mask", project.mask);
    visit("maps", project.mapsFile);
    visit("map_parameters", project.mapParameters);
    visit("method", project.method);
    visit("parameters", project.parameters);
    visit("prior", project.prior);
    visit("prior_sha256", project.priorHash);
    visit("contrast", project.contrast);
    visit("slices", project.slices);
    visit("listed", project.listed);
    visit("device", project.device);
    visit("results", project.results);
    visit("shown", project.shown);
    visit("runs", project.runs);
    visit("view", project.view);
    visit("window", project.window);
    visit("notes", project.notes);
}

template <class T>
constexpr bool kIsPart =
    Is<T, ProjectSource> || Is<T, ProjectMask> || Is<T, ProjectResult> || Is<T, ProjectRun> || Is<T, ProjectPane> || Is<T, ProjectView>;

struct Writer {
    json& to;
    template <class T>
    void operator()(const char* name, const T& value) const {
        if constexpr (kIsPart<T>) {
            to[name] = json::object();
            forEachField(value, Writer{to[name]});
        } else {
            to[name] = value;
        }
    }
    template <class T>
    void operator()(const char* name, const std::vector<T>& list) const {
        json& array = to[name] = json::array();
        for (const T& each : list) {
            array.push_back(json::object());
            forEachField(each, Writer{array.back()});
        }
    }
};

template <class T>
bool typeFits(const json& value) {
    if constexpr (std::is_same_v<T, bool>)
        return value.is_boolean();
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return value.is_number_integer();
    else if constexpr (std::is_same_v<T, std::string>)
        return value.is_string();
    else
        return value.is_object();
}

struct Reader {
    const json& from;
    std::string where;

    [[nodiscard]] const json& at(const char* name) const {
        if (!from.contains(name))
            throw InputError(fmt::format("The {} lacks '{}'.", where, name), "Take a project.json that Larmor wrote.");
        return from.at(name);
    }
    [[noreturn]] void refuse(const char* name) const {
        throw InputError(fmt::format("'{}' of the {} is of the wrong type.", name, where), "Take a project.json that Larmor wrote.");
    }
    template <class T>
    void operator()(const char* name, T& value) const {
        const json& held = at(name);
        if (!typeFits<T>(held)) refuse(name);
        if constexpr (kIsPart<T>)
            forEachField(value, Reader{held, fmt::format("{}'s {}", where, name)});
        else
            held.get_to(value);
    }
    template <class T>
    void operator()(const char* name, std::vector<T>& list) const {
        const json& held = at(name);
        if (!held.is_array()) refuse(name);
        for (const json& each : held) {
            if (!each.is_object()) refuse(name);
            forEachField(list.emplace_back(), Reader{each, fmt::format("{}'s {}", where, name)});
        }
    }
};

/// Names lead to something right inside a part of the project's folder: nothing beyond it is read, and nothing removed.
void checkInside(const std::string& name, const char* part) {
    const std::filesystem::path path(name);
    const bool isInside = std::distance(path.begin(), path.end()) == 2 && *path.begin() == part && path.has_filename() &&
                          path.filename() != "." && path.filename() != "..";
    if (!isInside)
        throw InputError(fmt::format("The project names '{}', which is not in its folder {}.", name, part),
                         "Take a project.json that Larmor wrote.");
}

}  // namespace

json Project::toJson() const {
    json object{{kFormat, kProjectFormat}, {"larmor_version", version()}, {"research_use_only", kResearchUseOnly}};
    forEachField(*this, Writer{object});
    object[kSweep] = sweep;
    object[kCoils] = coils.toJson();
    object[kCalibration] = calibrationFile;
    return object;
}

Project Project::fromJson(const json& source) {
    if (!source.is_object() || !source.contains(kFormat))
        throw InputError(fmt::format("This is no project: '{}' is missing.", kFormat), "Open the folder NAME.larmor that Larmor wrote.");
    if (source.at(kFormat) != kProjectFormat)
        throw InputError(
            fmt::format("The project is of format {}; this version reads format {}.", source.at(kFormat).dump(), kProjectFormat),
            "Open it with the version of Larmor that wrote it, or a newer one.");
    Project project;
    const Reader reader{source, "project"};
    forEachField(project, reader);
    if (source.contains(kSweep)) reader(kSweep, project.sweep);
    if (source.contains(kCoils)) {
        json coils;
        reader(kCoils, coils);
        project.coils = CoilPreparation::fromJson(coils);
    }
    if (source.contains(kCalibration)) reader(kCalibration, project.calibrationFile);
    if (project.open < -1 || project.open >= static_cast<std::int64_t>(project.sources.size()))
        throw InputError(fmt::format("The project opens source {}, and lists {}.", project.open, project.sources.size()),
                         "Take a project.json that Larmor wrote.");
    if (!project.mask.copy.empty()) checkInside(project.mask.copy, "masks");
    for (const auto& result : project.results) checkInside(result.file, "results");
    for (const auto& run : project.runs) checkInside(run.folder, "runs");
    if (!project.sweep.empty()) checkInside(project.sweep, "sweeps");
    return project;
}

}  // namespace larmor::session
