#include "app/cli/cohort_options.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "app/cli/json_output.h"
#include "app/cli/terminal.h"
#include "core/session/source_hash.h"

namespace larmor::cli {

namespace {

namespace fs = std::filesystem;

/// Options that decide which images are made, how fast, and what is said of them, but not what they are.
constexpr std::array kNoSettings{"FILE", "MORE", "--output", "--jobs", "--threads", "--quiet", "--json", "--no-metrics", "--help"};

/// A file, or FILE:ARRAY; empty: the text names none.
std::string fileNamedBy(const std::string& text) {
    for (const auto& path : {text, text.substr(0, text.rfind(':'))})
        if (fs::is_regular_file(path)) return path;
    return {};
}

std::string lineOf(const session::CohortRow& row) {
    if (!row.failure.empty()) return fmt::format("{}: failed: {}\n", row.source, row.failure);
    const auto numbers = row.mean ? fmt::format(", NRMSE {:.4f}, PSNR {:.2f} dB, SSIM {:.4f}", row.mean->nrmse, row.mean->psnr, row.mean->ssim) : std::string();
    const auto time = row.wasThere ? std::string("there already") : fmt::format("{:.1f} s", row.seconds);
    return fmt::format("{}: {} slice{}, R {:.3f}{}, {}\n", row.output, row.slices, row.slices == 1 ? "" : "s", row.acceleration, numbers, time);
}

void report(const session::CohortTable& table, const std::string& folder, bool asJson) {
    const auto failed = std::count_if(table.rows.begin(), table.rows.end(), [](const auto& row) { return !row.failure.empty(); });
    std::vector<metrics::SliceMetrics> means;
    for (const auto& row : table.rows)
        if (row.mean) means.push_back(*row.mean);
    const auto mean = metrics::meanOf(means);
    const auto path = (fs::path(folder) / session::kCohortTable).string();
    if (asJson)
        printJson({{"folder", folder}, {"table", path}, {"files", table.rows.size()}, {"failed", failed}, {"compared", means.size()}, {"nrmse", mean.nrmse}, {"psnr", mean.psnr}, {"ssim", mean.ssim}});
    else if (!means.empty())
        fmt::print("Mean of {} files: NRMSE {:.4f}, PSNR {:.2f} dB, SSIM {:.4f}. Table: {}\n", means.size(), mean.nrmse, mean.psnr, mean.ssim, path);
    else
        fmt::print("Table: {}\n", path);
    if (failed > 0)
        throw InputError(fmt::format("{} of {} files could not be reconstructed; the table says why.", failed, table.rows.size()), "The same command tries them again, and only them.");
}

}  // namespace

void CohortOptions::addTo(CLI::App& command) {
    m_command = &command;
    command.add_option("MORE", more, "Further files; folders, and lists as @files.txt, count too. -o then names a folder, and what is there already is not made again");
    command.add_option("--jobs", jobs, "Files at a time, of many; the threads are shared among them")->check(CLI::Range(1, 64))->capture_default_str();
    command.add_option("--format", format, "Of the results of many files")->check(CLI::IsMember({"h5", "npy", "cfl", "mat", "png", "nii", "nii.gz"}))->capture_default_str();
    command.add_flag("--no-metrics", withoutMetrics, "Do not compare the results of many files with their own references");
}

bool CohortOptions::wanted(const std::string& file) const {
    return !more.empty() || file.starts_with('@') || fs::is_directory(file);
}

nlohmann::json CohortOptions::settings() const {
    nlohmann::json all = nlohmann::json::object();
    for (const auto* option : m_command->get_options()) {
        const auto name = option->get_name();
        if (option->count() == 0 || std::find(kNoSettings.begin(), kNoSettings.end(), name) != kNoSettings.end()) continue;
        all[name] = option->results();
        // Files may change under their names: what they hold decides, not what they are called.
        for (const auto& text : option->results())
            if (const auto file = fileNamedBy(text); !file.empty()) all["sha256"][file] = session::hashOfSource(file);
    }
    return all;
}

void CohortOptions::reconstruct(const InputOptions& input, const ResultOptions& result, const std::function<session::ReconstructionRequest(AcquisitionPtr)>& ask,
                                const Context& context) const {
    if (result.output.empty()) throw UsageError("No folder for the results is given.", "Add -o FOLDER.");
    std::vector<std::string> names{input.file};
    names.insert(names.end(), more.begin(), more.end());
    session::CohortRequest request;
    request.files = session::cohortFiles(names);
    request.load = input.loadOptions();
    request.ask = ask;
    request.settings = settings();
    request.folder = result.output;
    request.extension = "." + format;
    request.jobs = jobs;
    request.compares = !withoutMetrics;
    TerminalProgress progress(result.run.quiet);
    const auto table = session::reconstructCohort(request, {context.stop, &progress}, [&](const session::CohortRow& row) {
        progress.clear();
        if (!result.asJson) fmt::print("{}", lineOf(row));
        std::fflush(stdout);
    });
    progress.clear();
    report(table, result.output, result.asJson);
}

}  // namespace larmor::cli
