// The table of a cohort on disk.

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "core/base/io/text_file.h"
#include "core/base/version.h"
#include "core/session/cohort.h"
#include "core/session/table_text.h"

namespace larmor::session {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

json toJson(const CohortRow& row) {
    json result{{"source", row.source}, {"sha256", row.hash}};
    if (!row.failure.empty()) {
        result["failure"] = row.failure;
        return result;
    }
    result.update({{"output", row.output}, {"slices", row.slices}, {"acceleration", row.acceleration}, {"seconds", row.seconds}, {"simulated", row.simulated}});
    if (row.mean) result.update({{"reference", row.reference}, {"mean", numbersOf(*row.mean)}});
    return result;
}

CohortRow rowFrom(const json& source) {
    CohortRow row;
    row.source = source.at("source");
    row.hash = source.at("sha256");
    row.failure = source.value("failure", "");
    if (!row.failure.empty()) return row;
    row.output = source.at("output");
    row.slices = source.at("slices");
    row.acceleration = source.at("acceleration");
    row.seconds = source.at("seconds");
    row.simulated = source.at("simulated");
    if (source.contains("mean")) {
        row.reference = source.at("reference");
        row.mean = numbersFrom(source.at("mean"), 0);
    }
    return row;
}

std::string csvLine(const CohortRow& row) {
    if (!row.failure.empty()) return fmt::format("{},,,,,,,,,,{}\n", csvField(row.source), csvField(row.failure));
    const auto numbers = row.mean ? fmt::format("{:.6g},{:.4f},{:.5f}", row.mean->nrmse, row.mean->psnr, row.mean->ssim) : std::string(",,");
    return fmt::format("{},{},{},{:.3f},{},{},{:.2f},{},\n", csvField(row.source), csvField(row.output), row.slices, row.acceleration, numbers,
                       csvField(row.reference), row.seconds, row.simulated ? "simulated" : "acquired");
}

}  // namespace

void writeCohort(const std::string& folder, const CohortTable& table) {
    json rows = json::array();
    std::string csv = "source,output,slices,R,nrmse,psnr,ssim,reference,seconds,data,failure\n";
    for (const auto& row : table.rows) {
        rows.push_back(toJson(row));
        csv += csvLine(row);
    }
    io::writeTextFile((fs::path(folder) / "summary.csv").string(), csv);
    io::writeTextFile((fs::path(folder) / kCohortTable).string(), json{{"version", version()}, {"settings", table.settings}, {"files", rows}}.dump(1) + '\n');
}

CohortTable readCohort(const std::string& folder) {
    const auto path = (fs::path(folder) / kCohortTable).string();
    CohortTable table;
    if (!fs::exists(path)) return table;
    std::ifstream file(path);
    try {
        const auto document = json::parse(file);
        table.settings = document.at("settings");
        for (const auto& row : document.at("files")) table.rows.push_back(rowFrom(row));
    } catch (const json::exception& error) {
        throw IoError(path, "", "the table of a folder of reconstructions", error.what(), "Remove it, or choose another folder: its results are then made again.");
    }
    return table;
}

}  // namespace larmor::session
