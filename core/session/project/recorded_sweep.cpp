#include "core/session/project/recorded_sweep.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/data/coil_preparation.h"
#include "core/base/masks/mask_generator.h"
#include "core/session/engine_host.h"
#include "core/session/priors.h"
#include "core/session/project/find_source.h"
#include "core/session/project/project_folder.h"
#include "core/session/workbench/project_words.h"

namespace larmor::session {

namespace fs = std::filesystem;

namespace {

bool sameAxes(const std::vector<SweepAxis>& a, const std::vector<SweepAxis>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const SweepAxis& x, const SweepAxis& y) { return x.parameter == y.parameter && x.values == y.values; });
}

/// Those that vary the same parameters as the first one that varies any, and are installed here.
std::vector<SweepRecord::Method> methodsOf(const SweepRecord& record, std::vector<std::string>* problems) {
    const auto first = std::find_if(record.methods.begin(), record.methods.end(), [](const auto& method) { return !method.axes.empty(); });
    const auto& axes = first == record.methods.end() ? record.methods.front().axes : first->axes;
    const auto installed = plugins().methods();
    std::vector<SweepRecord::Method> methods;
    std::vector<std::string> others;
    for (const auto& method : record.methods) {
        const bool isThere =
            std::any_of(installed.begin(), installed.end(), [&](const PluginManifest* known) { return known->id == method.method; });
        if (isThere && sameAxes(method.axes, axes))
            methods.push_back(method);
        else if (std::find(others.begin(), others.end(), method.method) == others.end())
            others.push_back(method.method);
    }
    if (problems && !others.empty())
        problems->push_back(fmt::format("Left out: {}, which vary other parameters or are not here.", fmt::join(others, ", ")));
    return methods;
}

/// A file that the record names, beside the picture; empty: it is not there.
std::string beside(const std::string& folder, const std::string& name) {
    const auto path = (fs::path(folder) / name).string();
    return maskFileOf(path).first.empty() ? std::string() : path;
}

std::vector<std::string> masksOf(const SweepRecord& record, const std::string& folder, std::vector<std::string>* problems) {
    std::vector<std::string> texts;
    for (const auto& text : record.masks) {
        if (text.empty() || masks::looksLikeMaskSpec(text)) {
            texts.push_back(text);
        } else if (const auto file = text == kDrawnMask ? std::string() : beside(folder, text); !file.empty()) {
            texts.push_back(file);
        } else if (problems) {
            problems->push_back(text == kDrawnMask ? std::string("A mask was drawn by hand, and the picture does not hold it.")
                                                   : fmt::format("The mask {} does not lie beside the picture.", text));
        }
    }
    return texts;
}

/// By their weights, as they are called here.
std::vector<std::string> priorsOf(const std::vector<SweepRecord::Method>& methods, std::vector<std::string>& problems) {
    std::vector<std::string> names, seen;
    const auto known = knownPriors().priors;
    for (const auto& method : methods) {
        if (method.prior.empty() || std::find(seen.begin(), seen.end(), method.priorHash) != seen.end()) continue;
        seen.push_back(method.priorHash);
        const auto found =
            std::find_if(known.begin(), known.end(), [&](const KnownPrior& prior) { return prior.card.weightsHash == method.priorHash; });
        if (found != known.end())
            names.push_back(found->card.name);
        else if (seen.size() > 1)  // the first is looked for as that of any project
            problems.push_back(fmt::format("The prior {} ({}…) is not here.", method.prior, shortHash(method.priorHash)));
    }
    return names;
}

void tellWhatTheWindowLacks(const SweepRecord& record, std::vector<std::string>& problems) {
    std::size_t slices = 0;
    for (const auto& scan : record.scans) slices += scan.slices.size();
    if (slices > 1)
        problems.push_back(fmt::format("The sweep went over {} slices of {} scans; the window takes the first. larmor-cli sweep does all.", slices,
                                       record.scans.size()));
    const auto& settings = record.settings;
    if (settings.value("seed", 1) != 1) problems.push_back(fmt::format("Its seed was {}; that of the window is 1.", settings.value("seed", 1)));
}

}  // namespace

Project projectOf(const SweepRecord& record, const std::string& folder, std::vector<std::string>& problems) {
    Project project;
    const auto& scan = record.scans.front();
    if (!scan.file.empty()) {
        project.sources.push_back({(fs::path(folder) / scan.file).string(), {}, scan.bytes, scan.hash, scan.format, scan.array, scan.dims});
        project.open = 0;
    } else {
        problems.push_back(fmt::format("{} was no file but simulated: the plan is for the file that is open.", scan.name));
    }
    const auto besideOrTold = [&](const std::string& name, const char* what) {
        auto file = name.empty() ? std::string() : beside(folder, name);
        if (!name.empty() && file.empty())
            problems.push_back(fmt::format("The {} {} does not lie beside the picture: maps are estimated from the scan itself.", what, name));
        return file;
    };
    project.mapsFile = besideOrTold(scan.maps, "file of coil maps");
    project.calibrationFile = besideOrTold(scan.calibration, "calibration scan");
    const auto texts = masksOf(record, folder, nullptr);
    if (!texts.empty()) project.mask.text = texts.front();
    project.mask.allSamples = project.mask.text.empty();
    const auto methods = methodsOf(record, nullptr);
    if (!methods.empty()) {
        project.method = methods.front().method;
        for (const auto& method : methods) project.parameters[method.method] = method.values;
        for (const auto& method : methods)
            if (project.prior.empty()) project.prior = method.prior, project.priorHash = method.priorHash;
    }
    project.mapParameters = record.settings.value("map_parameters", nlohmann::json::object());
    if (record.settings.contains("coils")) project.coils = CoilPreparation::fromJson(record.settings.at("coils"));
    project.contrast = scan.contrast;
    project.device = record.settings.value("device", "cpu");
    project.view.slice = scan.slices.empty() ? 0 : scan.slices.front();
    project.view.scale = words(record.settings.value("scale", "none") == "ls" ? metrics::Scale::LeastSquares : metrics::Scale::None);
    tellWhatTheWindowLacks(record, problems);
    return project;
}

SweepPlan planOf(const SweepRecord& record, const std::string& folder, std::vector<std::string>& problems) {
    SweepPlan plan;
    const auto methods = methodsOf(record, &problems);
    for (const auto& method : methods)
        if (std::find(plan.methods.begin(), plan.methods.end(), method.method) == plan.methods.end()) plan.methods.push_back(method.method);
    if (!methods.empty() && !methods.front().axes.empty()) {
        const auto& axes = methods.front().axes;
        plan.columns = axes.back();
        if (axes.size() > 1) plan.rows = axes[axes.size() - 2];
        if (axes.size() > 2) problems.push_back(fmt::format("Of {} parameters that were varied the last two are taken.", axes.size()));
    } else {
        problems.emplace_back("The sweep varied no parameter: choose one.");
    }
    for (const auto& text : masksOf(record, folder, &problems)) plan.masks.push_back(MaskChoice::fromText(text));
    plan.priors = priorsOf(methods, problems);
    plan.reduction = record.settings.value("reduction", std::int64_t{1});
    // What there is one of is chosen in the window itself.
    if (plan.methods.size() < 2) plan.methods.clear();
    if (plan.masks.size() < 2) plan.masks.clear();
    if (plan.priors.size() < 2) plan.priors.clear();
    return plan;
}

}  // namespace larmor::session
