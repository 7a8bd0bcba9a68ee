#include "core/session/project/sweep_folder.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "core/base/hash.h"
#include "core/base/io/load.h"
#include "core/base/io/save.h"
#include "core/base/io/text_file.h"
#include "core/session/replay.h"
#include "core/session/whole_folder.h"

namespace larmor::session {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;
constexpr const char* kSheetFile = "sweep.json";
constexpr int kSheetFormat = 1;
constexpr const char* kFormat = "larmor_sweep_sheet";
constexpr std::size_t kNameDigits = 16;
constexpr std::size_t kMostCells = 100'000;

std::string in(const std::string& folder, const std::string& name) {
    return (fs::path(folder) / name).string();
}

std::string imageName(std::size_t cell) {
    return fmt::format("{:04}.h5", cell + 1);
}

json toJson(const SweepState& sheet) {
    json cells = json::array();
    for (const SweptCell& cell : sheet.cells)
        cells.push_back({{"scored", cell.scored ? cell.scored->toJson() : json()}, {"image", cell.done()}});
    return {{kFormat, kSheetFormat},       {"plan", sheet.plan.toJson()},    {"slice", sheet.slice}, {"reduction", sheet.reduction},
            {"row_name", sheet.rowName},   {"column_name", sheet.columnName}, {"rows", sheet.rows},   {"columns", sheet.columns},
            {"at_once", sheet.atOnce},     {"cells", cells},                  {"record", sheet.record ? sheet.record->toJson({}) : json()}};
}

/// Without the images. @throws Error, nlohmann's exceptions
SweepState sheetFrom(const json& source) {
    if (source.at(kFormat) != kSheetFormat)
        throw InputError(fmt::format("it is of format {}, this version reads {}", source.at(kFormat).dump(), kSheetFormat));
    SweepState sheet;
    sheet.plan = SweepPlan::fromJson(source.at("plan"));
    source.at("slice").get_to(sheet.slice);
    source.at("reduction").get_to(sheet.reduction);
    source.at("row_name").get_to(sheet.rowName);
    source.at("column_name").get_to(sheet.columnName);
    source.at("rows").get_to(sheet.rows);
    source.at("columns").get_to(sheet.columns);
    source.at("at_once").get_to(sheet.atOnce);
    if (!source.at("record").is_null()) sheet.record = SweepRecord::fromJson(source.at("record"));
    for (const json& cell : source.at("cells")) {
        SweptCell& made = sheet.cells.emplace_back();
        if (!cell.at("scored").is_null()) made.scored = SweepCell::fromJson(cell.at("scored"));
    }
    const bool isGrid = sheet.cells.size() == sheet.rows.size() * sheet.columns.size() && sheet.cells.size() <= kMostCells && !sheet.cells.empty();
    if (!isGrid) throw InputError(fmt::format("{} cells do not fill {} rows and {} columns", sheet.cells.size(), sheet.rows.size(), sheet.columns.size()));
    return sheet;
}

}  // namespace

std::string sweepFolderName(const SweepState& sheet) {
    const auto text = toJson(sheet).dump(-1, ' ', false, json::error_handler_t::replace);
    return "sweeps/" + sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}).substr(0, kNameDigits);
}

void saveSweep(const std::string& folder, const SweepState& sheet) {
    writeWholeFolder(folder, "a folder for the sweep", [&](const std::string& unfinished) {
        for (std::size_t i = 0; i < sheet.cells.size(); ++i)
            if (sheet.cells[i].done()) io::saveReconstruction(in(unfinished, imageName(i)), *sheet.cells[i].result);
        io::writeTextFile(in(unfinished, kSheetFile), toJson(sheet).dump(1, ' ', false, json::error_handler_t::replace) + "\n");
    });
}

SweepState readSweepFolder(const std::string& folder, const std::function<std::pair<AcquisitionPtr, std::string>(const Protocol&)>& source,
                            std::vector<std::string>& problems, const RunControl& run) {
    const auto path = in(folder, kSheetFile);
    std::ifstream file(path);
    if (!file) throw IoError(path, "", "the sheet of a sweep", "none that can be read");
    json text;
    SweepState sheet;
    try {
        text = json::parse(file);
        sheet = sheetFrom(text);
    } catch (const json::exception& error) {
        throw IoError(path, "", "the sheet of a sweep", error.what());
    } catch (const Error& error) {
        throw IoError(path, "", "the sheet of a sweep", error.what());
    }
    for (std::size_t i = 0; i < sheet.cells.size(); ++i) {
        run.throwIfStopped();
        if (!text.at("cells").at(i).value("image", false)) continue;
        SweptCell& cell = sheet.cells[i];
        if (!cell.scored) continue;
        try {
            auto result = io::readReconstruction(in(folder, imageName(i)));
            const auto place = source(result.protocol);
            result.protocol.source = place.second;
            cell.request = requestOn(result, place.first, run.stop);
            cell.result = std::make_shared<const Reconstruction>(std::move(result));
        } catch (const Cancelled&) {
            throw;
        } catch (const std::exception& error) {
            problems.push_back(fmt::format("A cell of the sweep: {}", error.what()));
            cell.request = {};
            cell.result.reset();
        }
    }
    return sheet;
}

}  // namespace larmor::session
