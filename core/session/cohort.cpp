#include "core/session/cohort.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "core/base/io/save.h"
#include "core/base/log.h"
#include "core/session/acquired.h"
#include "core/session/joint_progress.h"
#include "core/session/open_scan.h"
#include "core/session/protocol_builder.h"
#include "core/session/reduced_scan.h"
#include "core/session/request_scan.h"
#include "core/session/run_job.h"
#include "core/session/source_hash.h"

namespace larmor::session {

namespace {

namespace fs = std::filesystem;

/// Where every sample was acquired, else there is nothing to compare with.
void compareWithReference(const ReconstructionRequest& request, const Reconstruction& result, CohortRow& row, const RunControl& run) {
    AcquisitionPtr scan = request.acquisition;
    if (isAccelerated(acquiredMaskOf(scan->header(), scan->readSlice(result.protocol.slices.front())))) return;
    if (request.reduction > 1) scan = std::make_shared<const ReducedScan>(scan, request.reduction);
    const auto reference = makeReference(*scanOfReference(scan, request.coils), result.protocol.slices, std::nullopt, request.fullFov, run);
    row.mean = metrics::compare(magnitude(reference.images.pixels), magnitude(result.images.pixels)).mean;
    row.reference = reference.name;
}

class Cohort {
public:
    Cohort(const CohortRequest& request, const RunControl& run, const std::function<void(const CohortRow&)>& told)
        : m_request(request), m_run(run), m_told(told), m_progress(*run.progress, request.files.size(), "files") {
        const auto before = readCohort(request.folder);
        if (!before.rows.empty() && before.settings != request.settings)
            throw UsageError(fmt::format("{} holds reconstructions that were made with other settings.", request.folder),
                             "Choose another folder, or give the settings that its summary.json names.");
        for (const auto& row : before.rows)
            if (row.failure.empty()) m_before[row.source] = row;
        m_table.settings = request.settings;
        m_table.rows.resize(request.files.size());
        nameOutputs();
    }

    CohortTable go() {
        const auto jobs = std::clamp<std::int64_t>(m_request.jobs, 1, static_cast<std::int64_t>(m_request.files.size()));
        {
            std::vector<std::jthread> workers;
            for (std::int64_t i = 0; i < jobs; ++i) workers.emplace_back([this, jobs] { work(jobs); });
        }
        if (m_problem) std::rethrow_exception(m_problem);
        if (m_run.stop.stop_requested()) throw Cancelled();
        return std::move(m_table);
    }

private:
    /// Around the results of other files that earlier calls left. @throws UsageError where a result would take the place of a source
    void nameOutputs() {
        std::set<std::string> taken;
        for (const auto& [source, row] : m_before) taken.insert(row.output);
        std::vector<std::string> others;
        for (const auto& file : m_request.files)
            if (!m_before.contains(absolutePath(file))) others.push_back(file);
        auto names = cohortOutputs(others, m_request.extension, taken);
        auto next = names.begin();
        for (const auto& file : m_request.files) {
            const auto before = m_before.find(absolutePath(file));
            m_outputs.push_back(before != m_before.end() ? before->second.output : *next++);
        }
        for (const auto& output : m_outputs) {
            const auto path = (fs::path(m_request.folder) / output).string();
            for (const auto& file : m_request.files) {
                std::error_code failed;
                if (fs::equivalent(path, file, failed))
                    throw UsageError(fmt::format("The result {} would take the place of the k-space {}.", path, file), "Name another folder for the results.");
            }
        }
    }

    void work(std::int64_t jobs) {
        for (std::size_t i = m_next++; i < m_request.files.size() && !m_run.stop.stop_requested() && !m_broken; i = m_next++) {
            try {
                keep(i, rowOf(i, jobs));
            } catch (const Cancelled&) {
                return;
            } catch (...) {  // the table could not be written: nothing that comes after would be kept
                const std::lock_guard lock(m_mutex);
                if (!m_problem) m_problem = std::current_exception();
                m_broken = true;
            }
        }
    }

    /// @throws Cancelled
    CohortRow rowOf(std::size_t i, std::int64_t jobs) {
        CohortRow row;
        row.source = absolutePath(m_request.files[i]);
        PieceProgress progress(m_progress, i, fs::path(row.source).filename().string());
        try {
            row.hash = hashOfSource(row.source, m_run.stop);
            if (const auto done = m_before.find(row.source); done != m_before.end() && isStill(done->second, row.hash)) {
                row = done->second;
                row.wasThere = true;
                return row;
            }
            reconstructInto(row, m_outputs[i], jobs, {m_run.stop, &progress});
        } catch (const Cancelled&) {
            throw;
        } catch (...) {
            const auto failure = describeCurrentException();
            row.failure = failure.hint.empty() ? failure.message : failure.message + " " + failure.hint;
        }
        return row;
    }

    [[nodiscard]] bool isStill(const CohortRow& row, const std::string& hash) const {
        return row.hash == hash && fs::exists(fs::path(m_request.folder) / row.output);
    }

    void reconstructInto(CohortRow& row, const std::string& output, std::int64_t jobs, const RunControl& run) const {
        auto request = m_request.ask(openScan(row.source, m_request.load, run));
        const auto threads = request.threads > 0 ? request.threads : defaultThreads();
        request.threads = std::max<std::int64_t>(1, threads / jobs);
        const auto result = reconstruct(request, run);
        if (result.stoppedEarly && run.stop.stop_requested()) throw Cancelled();
        row.output = output;
        row.slices = static_cast<std::int64_t>(result.protocol.slices.size());
        row.acceleration = result.protocol.totalAcceleration;
        row.seconds = result.seconds;
        row.simulated = result.protocol.simulatedSource;
        io::saveReconstruction((fs::path(m_request.folder) / output).string(), result);
        if (m_request.compares) compareWithReference(request, result, row, run);
    }

    void keep(std::size_t i, const CohortRow& row) {
        const std::lock_guard lock(m_mutex);
        m_table.rows[i] = row;
        m_done.insert(i);
        CohortTable written{m_table.settings, {}};
        for (const auto each : m_done) written.rows.push_back(m_table.rows[each]);
        // Files of an earlier call that are not among those of this one, or not reached yet, stay in the table.
        std::set<std::string> sources;
        for (const auto& each : written.rows) sources.insert(each.source);
        for (const auto& [source, before] : m_before)
            if (!sources.contains(source)) written.rows.push_back(before);
        writeCohort(m_request.folder, written);
        m_progress.set(i, JointProgress::kParts, fs::path(row.source).filename().string());
        if (m_told) m_told(row);
    }

    const CohortRequest& m_request;
    const RunControl& m_run;
    const std::function<void(const CohortRow&)>& m_told;
    JointProgress m_progress;
    std::map<std::string, CohortRow> m_before;
    std::vector<std::string> m_outputs;
    CohortTable m_table;
    std::set<std::size_t> m_done;
    std::mutex m_mutex;
    std::atomic<std::size_t> m_next{0};
    std::atomic<bool> m_broken{false};
    std::exception_ptr m_problem;
};

std::vector<std::string> listed(const std::string& list) {
    std::ifstream file(list);
    if (!file) throw IoError(list, "", "a list of files, a path a line", "a file that cannot be read");
    std::vector<std::string> files;
    for (std::string line; std::getline(file, line);) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
        if (line.empty() || line.front() == '#') continue;
        const fs::path path(line);
        files.push_back(path.is_absolute() ? line : (fs::path(list).parent_path() / path).string());
    }
    if (files.empty()) throw UsageError(fmt::format("The list {} names no file.", list));
    return files;
}

constexpr std::array<std::string_view, 7> kScanExtensions{".h5", ".hdf5", ".mrd", ".mat", ".npy", ".npz", ".cfl"};

std::vector<std::string> kspaceIn(const std::string& folder) {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const auto path = entry.path().string();
        // A BART pair is one scan, and is opened by its data. What begins with a dot is hidden, or was left half-written.
        if (!entry.is_regular_file() || entry.path().extension() == ".hdr" || entry.path().filename().string().starts_with('.')) continue;
        const auto extension = entry.path().extension().string();
        if (io::highestBid(path).loader || extension == ".dat")
            files.push_back(path);
        else if (std::find(kScanExtensions.begin(), kScanExtensions.end(), extension) != kScanExtensions.end())
            log(LogLevel::Warning, "io", fmt::format("{} is left out: it holds no k-space that can be opened.", path));
    }
    std::sort(files.begin(), files.end());
    if (files.empty()) throw UsageError(fmt::format("The folder {} holds no k-space that can be opened.", folder), "Folders below it are not looked into.");
    return files;
}

}  // namespace

std::vector<std::string> cohortFiles(const std::vector<std::string>& names) {
    std::vector<std::string> files;
    for (const auto& name : names) {
        const auto some = name.starts_with('@') ? listed(name.substr(1)) : fs::is_directory(name) ? kspaceIn(name) : std::vector<std::string>{name};
        files.insert(files.end(), some.begin(), some.end());
    }
    std::vector<std::string> each;
    std::set<std::string> seen;
    for (const auto& file : files)
        if (seen.insert(absolutePath(file)).second) each.push_back(file);
    return each;
}

std::vector<std::string> cohortOutputs(const std::vector<std::string>& files, const std::string& extension, std::set<std::string> taken) {
    std::vector<std::string> names;
    for (const auto& file : files) {
        const auto stem = fs::path(file).stem().string();
        auto name = stem + extension;
        for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{}_{}{}", stem, i, extension);
        names.push_back(name);
    }
    return names;
}

CohortTable reconstructCohort(const CohortRequest& request, const RunControl& run, const std::function<void(const CohortRow&)>& told) {
    if (request.files.empty()) throw UsageError("There is nothing to reconstruct.", "Name files, folders or @lists.");
    std::error_code failed;
    fs::create_directories(request.folder, failed);
    if (!fs::is_directory(request.folder)) throw IoError(request.folder, "", "a folder for the results", failed ? failed.message() : "a file");
    return Cohort(request, run, told).go();
}

}  // namespace larmor::session
