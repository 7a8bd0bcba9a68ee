#pragma once
// What a project holds, as a value: which files it is about, what was chosen, which results there are, what the window shows. The folder
// NAME.larmor keeps it as project.json, with results/, masks/, runs/ and sweeps/ beside it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/data/coil_preparation.h"

namespace larmor::session {

inline constexpr const char* kProjectFile = "project.json";
inline constexpr const char* kProjectExtension = ".larmor";

/// A k-space file by place and content.
struct ProjectSource {
    std::string path;                 ///< absolute
    std::string relative;             ///< from the project's folder; empty where there is no way
    std::int64_t bytes = -1;          ///< -1: unknown
    std::string hash;                 ///< SHA-256; empty: not known yet
    std::string format, array, dims;  ///< how it was understood, as Provenance says it
    friend bool operator==(const ProjectSource&, const ProjectSource&) = default;
};

struct ProjectMask {
    std::string text;  ///< MaskChoice::toText()
    bool allSamples = false;
    std::string copy;  ///< in the project's folder: of the drawn mask, or of the file that `text` names
    bool drawn = false;
    friend bool operator==(const ProjectMask&, const ProjectMask&) = default;
};

/// A whole result in a file of the project, which is written once.
struct ProjectResult {
    std::string file;  ///< from the project's folder: "results/0003-cg-sense.h5"
    std::string name;  ///< "CG-SENSE"
    friend bool operator==(const ProjectResult&, const ProjectResult&) = default;
};

/// The folder of a steered run.
struct ProjectRun {
    std::string folder;  ///< from the project's folder: "runs/2"
    std::string name;
    std::string result;  ///< file of the result that it gave last; empty: none
    friend bool operator==(const ProjectRun&, const ProjectRun&) = default;
};

struct ProjectPane {
    std::string content;    ///< "reference", "reconstruction" ...
    std::string result;     ///< file of the result; empty: what is current
    std::string transform;  ///< "none", "k-space", "fourier"
    std::int64_t slice = 0;
    bool signedError = false;
    std::int64_t sample = -1;  ///< of the result's posterior samples; -1: none
    friend bool operator==(const ProjectPane&, const ProjectPane&) = default;
};

struct ProjectView {
    std::vector<ProjectPane> panes;       ///< those that are shown; empty: as they are
    std::int64_t focused = 0, slice = 0;  ///< slice: of the focused pane
    bool linked = true;
    std::string scale, combination;  ///< of metrics and reference; empty: as they are
    friend bool operator==(const ProjectView&, const ProjectView&) = default;
};

struct Project {
    std::vector<ProjectSource> sources;
    std::int64_t open = -1;  ///< of `sources`, the one that is shown; -1: none
    ProjectMask mask;
    std::string mapsFile, calibrationFile;
    CoilPreparation coils;
    nlohmann::json mapParameters = nlohmann::json::object();
    std::string method;
    nlohmann::json parameters = nlohmann::json::object();  ///< by method, the values by name
    std::string prior, priorHash, contrast;
    std::string slices = "this", listed;  ///< "this", "all", "listed" with the text of a person, counted from 1
    std::string device = "cpu";
    std::vector<ProjectResult> results;
    std::string shown;  ///< file of the result; empty: none
    std::vector<ProjectRun> runs;
    std::string sweep;  ///< folder of the sheet, from the project's folder: "sweeps/1f0a77c3…"; empty: none
    ProjectView view;
    nlohmann::json window = nlohmann::json::object();  ///< what the window keeps of its own
    std::string notes;

    [[nodiscard]] nlohmann::json toJson() const;
    /// Projects written before there were sweeps or prepared coils in them have none. @throws InputError naming the field that is missing or wrong, or the format where it is another one
    [[nodiscard]] static Project fromJson(const nlohmann::json& source);
};

}  // namespace larmor::session
