// Cells of a sweep as tables: JSON both ways, CSV, and the best of them.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/base/io/text_file.h"
#include "core/base/masks/mask_generator.h"
#include "core/base/version.h"
#include "core/session/sweep.h"
#include "core/session/table_text.h"

namespace larmor::session {

namespace {

using nlohmann::json;

bool hasNoAcs(const std::string& mask) {
    return !mask.empty() && masks::looksLikeMaskSpec(mask) && masks::parseMaskSpec(mask).acs == 0;
}

using Group = std::vector<std::string>;

/// The cells of one set of values.
struct Pile {
    std::vector<const SweepCell*> cells;
    bool failed = false;

    void add(const SweepCell& cell) {
        failed = failed || !cell.failure.empty();
        cells.push_back(&cell);
    }
    [[nodiscard]] const nlohmann::json& varied() const { return cells.front()->varied; }
    [[nodiscard]] SweepBest mean() const {
        const auto& first = *cells.front();
        SweepBest row;
        row.contrast = first.contrast;
        row.mask = first.mask;
        row.method = first.method;
        row.prior = first.prior;
        row.varied = first.varied;
        row.keepsCentre = first.keepsCentre;
        row.acceleration = 0;
        std::vector<metrics::SliceMetrics> whole, object;
        const auto count = static_cast<double>(cells.size());
        for (const auto* cell : cells) {
            whole.push_back(cell->whole);
            object.push_back(cell->object);
            row.acceleration += cell->acceleration / count;
            row.seconds += cell->seconds / count;
        }
        row.whole = metrics::meanOf(whole);
        row.object = metrics::meanOf(object);
        row.cells = static_cast<std::int64_t>(cells.size());
        return row;
    }
};

}  // namespace

std::int64_t SweepTable::reduction() const {
    return settings.value("reduction", std::int64_t{1});
}

json SweepCell::toJson() const {
    json result{{"scan", scan}, {"contrast", contrast}, {"slice", slice}, {"mask", mask}, {"method", method}, {"prior", prior}, {"varied", varied}};
    if (!failure.empty()) {
        result["failure"] = failure;
        return result;
    }
    result.update({{"acceleration", acceleration}, {"keeps_centre", keepsCentre}, {"parameters", parameters}, {"whole", numbersOf(whole)}, {"object", numbersOf(object)}, {"seconds", seconds}});
    if (size.readout > 0) result["size"] = {size.readout, size.phase};
    return result;
}

SweepCell SweepCell::fromJson(const json& json) {
    SweepCell cell;
    try {
        cell.scan = json.at("scan");
        cell.contrast = json.at("contrast");
        cell.slice = json.at("slice");
        cell.mask = json.at("mask");
        cell.method = json.at("method");
        cell.prior = json.at("prior");
        cell.varied = json.at("varied").get_ref<const json::object_t&>();
        cell.failure = json.value("failure", "");
        if (!cell.failure.empty()) return cell;
        cell.acceleration = json.at("acceleration");
        cell.keepsCentre = json.contains("keeps_centre") ? json.at("keeps_centre").get<bool>() : !hasNoAcs(cell.mask);
        cell.parameters = json.at("parameters");
        cell.whole = numbersFrom(json.at("whole"), cell.slice);
        cell.object = numbersFrom(json.at("object"), cell.slice);
        cell.seconds = json.at("seconds");
        if (json.contains("size")) cell.size = {json.at("size").at(0), json.at("size").at(1), 1};
    } catch (const nlohmann::json::exception& error) {
        throw InputError(fmt::format("A cell of a sweep's table is not as expected: {}", error.what()), "Run the sweep again.");
    }
    return cell;
}

std::string SweepCell::key() const { return json{scan, contrast, slice, mask, method, prior, varied}.dump(); }

std::vector<SweepBest> bestOf(const std::vector<SweepCell>& cells) {
    return bestOf(cells, [](const SweepCell& cell) { return Group{cell.contrast, cell.mask, cell.method, cell.prior}; });
}

std::vector<SweepBest> bestOf(const std::vector<SweepCell>& cells, const std::function<std::vector<std::string>(const SweepCell&)>& groupOf) {
    std::vector<Group> order;
    std::map<Group, std::vector<Pile>> groups;
    for (const auto& cell : cells) {
        const Group group = groupOf(cell);
        auto& piles = groups[group];
        if (piles.empty()) order.push_back(group);
        auto found = std::find_if(piles.begin(), piles.end(), [&](const Pile& pile) { return pile.varied() == cell.varied; });
        if (found == piles.end()) found = piles.insert(piles.end(), Pile());
        found->add(cell);
    }
    std::vector<SweepBest> result;
    for (const auto& group : order) {
        std::optional<SweepBest> best;
        for (const auto& pile : groups[group]) {
            if (pile.failed) continue;
            auto row = pile.mean();
            if (!best || row.whole.nrmse < best->whole.nrmse) best = std::move(row);
        }
        if (!best) continue;
        best->candidates = static_cast<std::int64_t>(groups[group].size());
        result.push_back(std::move(*best));
    }
    return result;
}

double nominalR(const std::string& mask, double acceleration) {
    if (!mask.empty() && masks::looksLikeMaskSpec(mask)) return masks::parseMaskSpec(mask).acceleration;
    return std::round(10 * acceleration) / 10;
}

std::string variedText(const json& varied) {
    std::string text;
    for (const auto& [name, value] : varied.items())
        text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value.is_string() ? value.get<std::string>() : value.dump());
    return text;
}

void writeSweep(const std::string& path, const SweepTable& table) {
    json list = json::array();
    for (const auto& cell : table.cells) list.push_back(cell.toJson());
    io::writeTextFile(path, json{{"version", version()}, {"settings", table.settings}, {"cells", list}}.dump(1) + '\n');
}

void writeSweepCsv(const std::string& path, const SweepTable& table) {
    std::string text =
        "scan,contrast,slice,mask,R,method,prior,parameters,nrmse,psnr,ssim,nrmse_object,psnr_object,ssim_object,seconds,size,failure\n";
    for (const auto& cell : table.cells) {
        text += fmt::format("{},{},{},{},", csvField(cell.scan), csvField(cell.contrast), cell.slice, csvField(cell.mask));
        const auto who = fmt::format("{},{},{}", cell.method, csvField(cell.prior), csvField(variedText(cell.varied)));
        if (cell.failure.empty())
            text += fmt::format("{:.3f},{},{:.6g},{:.4f},{:.5f},{:.6g},{:.4f},{:.5f},{:.2f},{},\n", cell.acceleration, who,
                                cell.whole.nrmse, cell.whole.psnr, cell.whole.ssim, cell.object.nrmse, cell.object.psnr, cell.object.ssim,
                                cell.seconds, cell.size.readout > 0 ? fmt::format("{}x{}", cell.size.readout, cell.size.phase) : "");
        else
            text += fmt::format(",{},,,,,,,,,{}\n", who, csvField(cell.failure));
    }
    io::writeTextFile(path, text);
}

SweepTable readSweep(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw IoError(path, "", "a sweep's table, .json", "none that can be read");
    SweepTable table;
    try {
        const auto document = json::parse(file);
        table.settings = document.value("settings", json::object());
        if (!table.settings.is_object() || (table.settings.contains("reduction") && !table.settings["reduction"].is_number_integer()))
            throw IoError(path, "settings", "the settings of a sweep", table.settings.dump(-1, ' ', true, json::error_handler_t::replace).substr(0, 80));
        for (const auto& cell : document.at("cells")) table.cells.push_back(SweepCell::fromJson(cell));
    } catch (const json::exception& error) {
        throw IoError(path, "", "a sweep's table, .json", error.what());
    }
    return table;
}

}  // namespace larmor::session
