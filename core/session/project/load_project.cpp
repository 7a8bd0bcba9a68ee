#include "core/session/project/load_project.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/io/json_file.h"
#include "core/base/io/load.h"
#include "core/base/io/text_file.h"
#include "core/session/open_again.h"
#include "core/session/project/find_source.h"
#include "core/session/project/project_folder.h"
#include "core/session/project/protocol_state.h"
#include "core/session/project/recorded_sweep.h"
#include "core/session/reduced_scan.h"
#include "core/session/source_hash.h"
#include "core/session/steering/run_folder.h"
#include "core/session/workbench/steered_runs.h"

namespace larmor::session {

namespace fs = std::filesystem;

namespace {

std::string in(const std::string& folder, const std::string& name) {
    return (fs::path(folder) / name).string();
}

/// Calls `read`; what it throws becomes a problem that is told beside what could be opened.
template <class Read>
bool tryTo(LoadedProject& loaded, const std::string& what, Read&& read) {
    try {
        read();
        return true;
    } catch (const Cancelled&) {
        throw;
    } catch (const std::exception& error) {
        loaded.problems.push_back(what + ": " + error.what());
        return false;
    }
}

/// Finds and opens the sources. False: the one to show is missing.
bool openSources(LoadedProject& loaded, const std::string& folder, const FoundPaths& found, const RunControl& run) {
    auto& sources = loaded.project.sources;
    loaded.sources.resize(sources.size());
    for (std::size_t i = 0; i < sources.size(); ++i) {
        run.throwIfStopped();
        const bool shown = static_cast<std::int64_t>(i) == loaded.project.open;
        const auto known = found.find(sources[i].hash);
        const auto place = known != found.end() ? FoundSource{known->second, {}} : findSource(sources[i], folder, run.stop);
        if (place.path.empty() && shown) {
            loaded.missing = sources[i];
            loaded.reason = place.reason;
            return false;
        }
        if (place.path.empty()) {
            loaded.problems.push_back(place.reason);
            continue;
        }
        sources[i].path = place.path;
        const auto open = [&] { loaded.sources[i] = openAgain(place.path, sources[i].format, sources[i].array, sources[i].dims); };
        shown ? open() : (void)tryTo(loaded, place.path, open);
    }
    return true;
}

/// The source that a result was made from; -1: the project does not list it.
std::int64_t sourceOf(const Project& project, const Protocol& protocol) {
    const auto made = std::find_if(project.sources.begin(), project.sources.end(), [&](const ProjectSource& source) {
        const bool same = protocol.sourceHash.empty() ? source.path == protocol.source : source.hash == protocol.sourceHash;
        return same && source.array == protocol.sourceArray && source.dims == protocol.sourceDims;
    });
    return made == project.sources.end() ? -1 : made - project.sources.begin();
}

/// Where the source of a protocol lies now, and what was opened there.
struct Place {
    std::string path;
    AcquisitionPtr acquisition;
};

/// @throws InputError where the source was not found
Place placeOf(const LoadedProject& loaded, const Protocol& protocol) {
    const auto source = sourceOf(loaded.project, protocol);
    const auto acquisition = source < 0 ? nullptr : loaded.sources[static_cast<std::size_t>(source)];
    if (!acquisition) throw InputError(fmt::format("the file it was made from, {}, is not there", protocol.source));
    return {loaded.project.sources[static_cast<std::size_t>(source)].path, acquisition};
}

LoadedResult placed(const LoadedProject& loaded, ProjectResult named, Reconstruction result) {
    auto place = placeOf(loaded, result.protocol);
    result.protocol.source = std::move(place.path);
    return {std::move(named.file), std::move(named.name), std::make_shared<const Reconstruction>(std::move(result)), std::move(place.acquisition)};
}

void readResults(LoadedProject& loaded, const RunControl& run) {
    for (const ProjectResult& each : loaded.project.results) {
        run.throwIfStopped();
        const bool isThere = tryTo(loaded, each.file, [&] {
            loaded.results.push_back(placed(loaded, each, io::readReconstruction(in(loaded.folder, each.file))));
            loaded.files.insert(each.file);
        });
        if (!isThere) loaded.left.push_back(each);
    }
}

/// In a copy, which the workbench writes on in: the project keeps the run as it was saved.
LoadedRun readRun(const LoadedProject& loaded, const ProjectRun& named, const RunControl& run) {
    LoadedRun read{newRunFolder(), named.name, named.result, {}};
    copyRun(in(loaded.folder, named.folder), read.folder);
    const auto path = in(read.folder, "run.json");
    auto source = io::readJsonFile(path);
    const auto place = placeOf(loaded, Protocol::fromJson(source.at("protocol")));
    source["protocol"]["source"] = place.path;
    const auto written = fs::last_write_time(path);
    io::writeTextFile(path, source.dump(1) + "\n");
    fs::last_write_time(path, written);  // beside the times of the steps it tells where the run stands
    read.request = RunFolder::open(read.folder).request(run.stop);
    read.request.acquisition = place.acquisition;
    return read;
}

void readRuns(LoadedProject& loaded, const RunControl& run) {
    for (const ProjectRun& each : loaded.project.runs) {
        run.throwIfStopped();
        (void)tryTo(loaded, each.folder, [&] {
            loaded.runs.push_back(readRun(loaded, each, run));
            loaded.files.insert(each.folder);
        });
    }
}

void readSweep(LoadedProject& loaded, const RunControl& run) {
    const auto& folder = loaded.project.sweep;
    if (folder.empty()) return;
    const auto source = [&](const Protocol& protocol) {
        auto place = placeOf(loaded, protocol);
        return std::pair{std::move(place.acquisition), std::move(place.path)};
    };
    (void)tryTo(loaded, "The sweep", [&] {
        std::vector<std::string> problems;
        loaded.sweep = readSweepFolder(in(loaded.folder, folder), source, problems, run);
        if (problems.empty()) loaded.files.insert(folder);
        loaded.problems.insert(loaded.problems.end(), problems.begin(), problems.end());
    });
}

void readMaskOf(LoadedProject& loaded) {
    auto& mask = loaded.project.mask;
    if (mask.copy.empty()) return;
    loaded.files.insert(mask.copy);
    const auto copy = in(loaded.folder, mask.copy);
    if (!mask.drawn) {
        const auto colon = mask.text.rfind(':');
        if (maskFileOf(mask.text).first.empty())  // the file is gone, its copy stands in
            mask.text = copy + (colon == std::string::npos || colon < mask.text.rfind('/') + 1 ? "" : mask.text.substr(colon));
        return;
    }
    if (loaded.project.open < 0) return;
    const auto& encoded = loaded.sources[static_cast<std::size_t>(loaded.project.open)]->header().encoded;
    tryTo(loaded, mask.copy, [&] { loaded.drawn = io::readMask(copy, encoded.readout, encoded.phase); });
}

/// What a result was made with and the window has no field for.
void tellWhatTheWindowLacks(const Protocol& protocol, std::vector<std::string>& problems) {
    const ReconstructionRequest window;
    if (!protocol.steering.empty() && protocol.steering.back().ends)
        problems.push_back(fmt::format("It was stopped after step {}; made again, the run goes to its end.", protocol.steering.back().step));
    if (protocol.reduction != window.reduction)
        problems.push_back(fmt::format("It was made at {}; the window reconstructs at full size.", sizeText(protocol.reduction)));
    if (protocol.fullFov) problems.emplace_back("It has the whole encoded field of view; the window cuts to the reconstructed one.");
}

}  // namespace

LoadedProject loadProject(const std::string& folder, const FoundPaths& found, const RunControl& run) {
    LoadedProject loaded;
    loaded.folder = folder;
    loaded.project = readProject(folder);
    if (!openSources(loaded, folder, found, run)) return loaded;
    readResults(loaded, run);
    readRuns(loaded, run);
    readSweep(loaded, run);
    readMaskOf(loaded);
    return loaded;
}

LoadedProject loadResult(Reconstruction result, const std::string& path, const FoundPaths& found, const RunControl& run) {
    LoadedProject loaded;
    loaded.project = projectOf(result.protocol);
    if (!openSources(loaded, fs::path(path).parent_path().string(), found, run)) return loaded;
    if (result.protocol.sourceHash.empty())
        loaded.problems.emplace_back("No SHA-256 of the k-space was kept: whether it is the same file is not known.");
    if (result.protocol.mask == kDrawnMask) {
        if (!result.masks.empty()) loaded.drawn = result.masks.front();
        if (result.masks.empty()) loaded.problems.emplace_back("The mask was drawn by hand, and the file does not hold it.");
        if (result.masks.size() > 1) loaded.problems.emplace_back("The masks differ by slice: that of the first one was taken.");
    }
    loaded.seed = result.protocol.seed;
    std::copy_if(result.protocol.steering.begin(), result.protocol.steering.end(), std::back_inserter(loaded.steering), [](const auto& change) { return !change.values.empty(); });
    tellWhatTheWindowLacks(result.protocol, loaded.problems);
    if (result.images.pixels.empty()) return loaded;
    tryTo(loaded, path, [&] { loaded.results.push_back(placed(loaded, {}, std::move(result))); });
    return loaded;
}

LoadedProject loadSweepPicture(const SweepRecord& record, const std::string& path, FoundPaths found, const std::string& open,
                               const RunControl& run) {
    const auto folder = fs::absolute(path).parent_path().string();
    LoadedProject loaded;
    loaded.project = projectOf(record, folder, loaded.problems);
    loaded.plan = planOf(record, folder, loaded.problems);
    if (loaded.project.sources.empty()) return loaded;
    const auto& source = loaded.project.sources.front();
    const bool isOpen = !open.empty() && !source.hash.empty() && hasSource(open) && sizeOfSource(open) == source.bytes &&
                        hashOfSource(open, run.stop) == source.hash;
    if (isOpen) found.try_emplace(source.hash, open);
    (void)openSources(loaded, folder, found, run);
    return loaded;
}

}  // namespace larmor::session
