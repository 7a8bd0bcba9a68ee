// Cells of a sweep as tables: JSON both ways, CSV, and the best of them.

#include <fstream>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/base/io/text_file.h"
#include "core/base/version.h"
#include "core/session/sweep.h"

namespace larmor::session {

namespace {

using nlohmann::json;

json numbersOf(const metrics::SliceMetrics& numbers) {
    return {{"nrmse", numbers.nrmse}, {"psnr", numbers.psnr}, {"ssim", numbers.ssim}, {"scale", numbers.scale}};
}

metrics::SliceMetrics numbersFrom(const json& numbers, std::int64_t slice) {
    metrics::SliceMetrics result;
    result.slice = slice;
    result.nrmse = numbers.at("nrmse");
    result.nmse = result.nrmse * result.nrmse;
    result.psnr = numbers.at("psnr").is_null() ? std::numeric_limits<double>::infinity() : numbers.at("psnr").get<double>();  // JSON knows no infinity
    result.ssim = numbers.at("ssim");
    result.scale = numbers.at("scale");
    return result;
}

/// RFC 4180.
std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string result = "\"";
    for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + '"';
}

std::string variedText(const json& varied) {
    std::string text;
    for (const auto& [name, value] : varied.items())
        text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value.is_string() ? value.get<std::string>() : value.dump());
    return text;
}

using Group = std::vector<std::string>;

/// Sums that become means.
struct Sums {
    explicit Sums(const SweepCell& cell) {
        row.contrast = cell.contrast;
        row.mask = cell.mask;
        row.method = cell.method;
        row.prior = cell.prior;
        row.varied = cell.varied;
        row.acceleration = 0;
        row.whole.scale = row.object.scale = 0;
    }
    SweepBest row;
    bool failed = false;

    static void add(metrics::SliceMetrics& sum, const metrics::SliceMetrics& more) {
        sum.nrmse += more.nrmse;
        sum.psnr += more.psnr;
        sum.ssim += more.ssim;
        sum.scale += more.scale;
    }
    static void divide(metrics::SliceMetrics& sum, double count) {
        sum.nrmse /= count;
        sum.nmse = sum.nrmse * sum.nrmse;
        sum.psnr /= count;
        sum.ssim /= count;
        sum.scale /= count;
    }
    void add(const SweepCell& cell) {
        failed = failed || !cell.failure.empty();
        if (!cell.failure.empty()) return;
        ++row.cells;
        add(row.whole, cell.whole);
        add(row.object, cell.object);
        row.acceleration += cell.acceleration;
        row.seconds += cell.seconds;
    }
    void finish() {
        if (row.cells == 0) return;
        const auto count = static_cast<double>(row.cells);
        divide(row.whole, count);
        divide(row.object, count);
        row.acceleration /= count;
        row.seconds /= count;
    }
};

}  // namespace

json SweepCell::toJson() const {
    json result{{"scan", scan}, {"contrast", contrast}, {"slice", slice}, {"mask", mask}, {"method", method}, {"prior", prior}, {"varied", varied}};
    if (!failure.empty()) {
        result["failure"] = failure;
        return result;
    }
    result.update({{"acceleration", acceleration}, {"parameters", parameters}, {"whole", numbersOf(whole)}, {"object", numbersOf(object)}, {"seconds", seconds}});
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
        cell.varied = json.at("varied");
        cell.failure = json.value("failure", "");
        if (!cell.failure.empty()) return cell;
        cell.acceleration = json.at("acceleration");
        cell.parameters = json.at("parameters");
        cell.whole = numbersFrom(json.at("whole"), cell.slice);
        cell.object = numbersFrom(json.at("object"), cell.slice);
        cell.seconds = json.at("seconds");
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
    std::map<Group, std::vector<Sums>> groups;
    for (const auto& cell : cells) {
        const Group group = groupOf(cell);
        auto& settings = groups[group];
        if (settings.empty()) order.push_back(group);
        auto found = std::find_if(settings.begin(), settings.end(), [&](const Sums& sums) { return sums.row.varied == cell.varied; });
        if (found == settings.end()) found = settings.insert(settings.end(), Sums(cell));
        found->add(cell);
    }
    std::vector<SweepBest> result;
    for (const auto& group : order) {
        const Sums* best = nullptr;
        auto& settings = groups[group];
        for (auto& sums : settings) {
            sums.finish();
            if (!sums.failed && sums.row.cells > 0 && (!best || sums.row.whole.nrmse < best->row.whole.nrmse)) best = &sums;
        }
        if (!best) continue;
        result.push_back(best->row);
        result.back().candidates = static_cast<std::int64_t>(settings.size());
    }
    return result;
}

void writeSweep(const std::string& path, const std::vector<SweepCell>& cells) {
    json list = json::array();
    for (const auto& cell : cells) list.push_back(cell.toJson());
    io::writeTextFile(path, json{{"version", version()}, {"cells", list}}.dump(1) + '\n');
}

void writeSweepCsv(const std::string& path, const std::vector<SweepCell>& cells) {
    std::string text = "scan,contrast,slice,mask,R,method,prior,parameters,nrmse,psnr,ssim,nrmse_object,psnr_object,ssim_object,seconds,failure\n";
    for (const auto& cell : cells) {
        text += fmt::format("{},{},{},{},", quoted(cell.scan), quoted(cell.contrast), cell.slice, quoted(cell.mask));
        const auto who = fmt::format("{},{},{}", cell.method, quoted(cell.prior), quoted(variedText(cell.varied)));
        if (cell.failure.empty())
            text += fmt::format("{:.3f},{},{:.6g},{:.4f},{:.5f},{:.6g},{:.4f},{:.5f},{:.2f},\n", cell.acceleration, who, cell.whole.nrmse, cell.whole.psnr, cell.whole.ssim,
                                cell.object.nrmse, cell.object.psnr, cell.object.ssim, cell.seconds);
        else
            text += fmt::format(",{},,,,,,,,{}\n", who, quoted(cell.failure));
    }
    io::writeTextFile(path, text);
}

std::vector<SweepCell> readSweep(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw IoError(path, "", "a sweep's table, .json", "none that can be read");
    std::vector<SweepCell> cells;
    try {
        const auto document = json::parse(file);
        for (const auto& cell : document.at("cells")) cells.push_back(SweepCell::fromJson(cell));
    } catch (const json::exception& error) {
        throw IoError(path, "", "a sweep's table, .json", error.what());
    }
    return cells;
}

}  // namespace larmor::session
