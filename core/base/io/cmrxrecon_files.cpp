#include "core/base/io/cmrxrecon_files.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "core/base/io/array_file.h"
#include "core/base/io/axis_guess.h"
#include "core/base/io/box.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/load.h"

namespace larmor::io {
namespace {

namespace fs = std::filesystem;
using Cells = std::vector<std::vector<std::string>>;

constexpr std::uint64_t kMostCsvBytes = 1 << 20;

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string digitsOf(const std::string& text) {
    std::string digits;
    for (const char c : text)
        if (std::isdigit(static_cast<unsigned char>(c))) digits += c;
    return digits;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    return at == std::string::npos ? "" : text.replace(at, from.size(), to);
}

std::vector<std::string> maskFiles(const std::string& path) {
    const fs::path file(path);
    std::vector<std::string> found{path, withoutExtension(path) + "_mask.mat"};
    const std::string name = replaced(file.filename().string(), "kus", "mask");
    if (name.empty()) return found;
    found.push_back((file.parent_path() / name).string());
    const std::string folder = replaced(file.parent_path().string(), "UnderSample_", "Mask_");
    if (!folder.empty()) found.push_back((fs::path(folder) / name).string());
    return found;
}

/// The mask of this variable: by its digits where there are several.
const ArrayEntry* chooseMask(const ArrayFile& file, const std::string& variable) {
    const ArrayEntry* best = nullptr;
    for (const ArrayEntry& entry : file.entries()) {
        if (entry.isComplex || !lowered(entry.name).starts_with("mask")) continue;
        const bool isSame = digitsOf(entry.name) == digitsOf(variable);
        if (!best || isSame) best = &entry;
        if (isSame) break;
    }
    return best;
}

std::optional<double> number(const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

Cells readCsv(const std::string& path) {
    Cells rows;
    std::istringstream lines(readSmallFile(path, kMostCsvBytes));
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> cells(1);
        for (const char c : line) {
            if (c == ',' || c == ';' || c == '\t')
                cells.emplace_back();
            else if (c != '"' && c != '\r' && !(c == ' ' && cells.back().empty()))
                cells.back() += c;
        }
        for (auto& cell : cells) cell.erase(cell.find_last_not_of(' ') + 1);
        rows.push_back(std::move(cells));
    }
    return rows;
}

/// Rows of numbers of equal length, without headings and without a first column that only counts.
std::vector<std::vector<double>> numbersIn(const Cells& rows, std::size_t a, std::size_t b) {
    std::vector<std::vector<double>> table;
    for (const auto& row : rows) {
        std::vector<double> values;
        for (const auto& cell : row)
            if (const auto value = number(cell)) values.push_back(*value);
        if (!values.empty()) table.push_back(std::move(values));
    }
    const auto counts = [&](std::size_t i) {
        return table[i].front() == static_cast<double>(i) || table[i].front() == static_cast<double>(i + 1);
    };
    bool isCounted = !table.empty();
    for (std::size_t i = 0; i < table.size(); ++i)
        isCounted = isCounted && counts(i) && (table[i].size() == a + 1 || table[i].size() == b + 1);
    if (isCounted)
        for (auto& row : table) row.erase(row.begin());
    return table;
}

/// [slice][frame], whichever way the table lies.
std::vector<std::vector<double>> timesOf(const Cells& rows, std::size_t slices, std::size_t frames) {
    auto table = numbersIn(rows, slices, frames);
    const auto fits = [&](std::size_t height, std::size_t width) {
        return table.size() == height && std::all_of(table.begin(), table.end(), [&](const auto& row) { return row.size() == width; });
    };
    if (fits(slices, frames)) return table;
    if (fits(1, frames)) return table;
    if (!fits(frames, slices) && !fits(frames, 1)) return {};
    std::vector<std::vector<double>> turned;
    for (std::size_t s = 0; s < table.front().size(); ++s) {
        std::vector<double> column;
        for (const auto& row : table) column.push_back(row[s]);
        turned.push_back(std::move(column));
    }
    return turned;
}

void readTimes(const std::string& csv, const std::string& what, AcquisitionHeader& header) {
    const auto times = timesOf(readCsv(csv), static_cast<std::size_t>(header.sizeOf(Dim::Slice)), static_cast<std::size_t>(header.sizeOf(Dim::Contrast)));
    if (times.empty()) {
        header.provenance.notes.push_back(
            fmt::format("the times in {} do not fit the slices and weightings and are not used", fileNameOf(csv)));
        return;
    }
    const bool isSame = std::all_of(times.begin(), times.end(), [&](const auto& row) { return row == times.front(); });
    for (std::size_t i = 0; i < (isSame ? 1 : times.size()); ++i) {
        std::string list;
        for (const double time : times[i]) list += fmt::format("{}{}", list.empty() ? "" : ", ", time);
        header.facts[isSame ? what : fmt::format("{} of slice {}", what, i + 1)] = list;
    }
}

/// Fields of the scan; all others are left alone, for they could name a person.
bool isOfScan(const std::string& field) {
    static constexpr std::array kWhole{"tr", "te", "ti", "fov"};
    static constexpr std::array kParts{"time",  "echo",  "flip",    "field",   "vendor", "scanner", "model",
                                       "thick", "resol", "spacing", "trigger", "venc",   "matrix",  "bandwidth"};
    const std::string name = lowered(field);
    return std::find(kWhole.begin(), kWhole.end(), name) != kWhole.end() ||
           std::any_of(kParts.begin(), kParts.end(), [&](const char* part) { return name.find(part) != std::string::npos; });
}

/// Lines of "field, value", or a line of fields above a line of values.
void readFields(const std::string& csv, AcquisitionHeader& header) {
    const Cells rows = readCsv(csv);
    const auto keep = [&](const std::string& field, const std::string& value) {
        if (isOfScan(field) && !value.empty()) header.facts[field] = value;
    };
    if (rows.size() == 2 && rows[0].size() == rows[1].size() && rows[0].size() > 2) {
        for (std::size_t i = 0; i < rows[0].size(); ++i) keep(rows[0][i], rows[1][i]);
        return;
    }
    for (const auto& row : rows)
        if (row.size() == 2) keep(row[0], row[1]);
}

}  // namespace

CmrxModality cmrxModality(const std::string& path) {
    struct Known {
        const char* name;
        Dim last;
    };
    static constexpr std::array kKnown{
        Known{"T1map", Dim::Contrast}, Known{"T2map", Dim::Contrast},  Known{"T1rho", Dim::Contrast},  Known{"cine_sax", Dim::Frame},
        Known{"cine_lax", Dim::Frame}, Known{"cine_lvot", Dim::Frame}, Known{"cine_ot", Dim::Frame},   Known{"cine_rvot", Dim::Frame},
        Known{"cine", Dim::Frame},     Known{"aorta_sag", Dim::Frame}, Known{"aorta_tra", Dim::Frame}, Known{"aorta", Dim::Frame},
        Known{"tagging", Dim::Frame},  Known{"flow2d", Dim::Frame},    Known{"perfusion", Dim::Frame}, Known{"blackblood", Dim::Frame},
        Known{"lge", Dim::Contrast},   Known{"T1w", Dim::Contrast},    Known{"T2w", Dim::Contrast},    Known{"mapping", Dim::Contrast}};
    for (fs::path part(path); part.has_filename(); part = part.parent_path()) {
        const std::string name = lowered(part.filename().string());
        for (const Known& known : kKnown)
            if (name.starts_with(lowered(known.name))) return {known.name, known.last};
        if (part == part.parent_path()) break;
    }
    return {};
}

void readCmrxMask(const std::string& path, const std::string& variable, AcquisitionHeader& header) {
    for (const std::string& candidate : maskFiles(path)) {
        if (!isRegularFile(candidate)) continue;
        const ArrayFilePtr file = openArrayFile(candidate);
        const ArrayEntry* mask = chooseMask(*file, variable);
        if (!mask) continue;
        if (squeezed(mask->shape).size() > 2) {
            header.provenance.notes.push_back(
                fmt::format("the mask {} in {} changes from frame to frame: the samples themselves tell what was "
                            "acquired",
                            mask->name, fileNameOf(candidate)));
        } else {
            const SamplingMask read = readMask(candidate, header.encoded.readout, header.encoded.phase, mask->name);
            header.acquiredMask = SamplingMask(read.samples(), fmt::format("{} of {}", mask->name, fileNameOf(candidate)));
        }
        return;
    }
}

void readCmrxFacts(const std::string& path, AcquisitionHeader& header) {
    const fs::path folder = fs::path(path).parent_path();
    const std::string modality = cmrxModality(path).name, stem = withoutExtension(path);
    if (!modality.empty()) header.facts["modality"] = modality;
    for (const auto& part : folder) {
        const std::string name = part.string();
        if (name.starts_with("Center") && name.size() > 6) header.facts["centre"] = name;
        if (const auto at = name.find("T_"); at != std::string::npos && at > 0 && std::isdigit(static_cast<unsigned char>(name[at - 1])))
            header.facts["scanner"] = name;
    }
    const auto whole = [&](const char* name) { return (folder / name).string(); };
    if (modality == "T1map" && isRegularFile(whole("T1map.csv"))) readTimes(whole("T1map.csv"), "inversion times (ms)", header);
    if (modality == "T2map" && isRegularFile(whole("T2map.csv"))) readTimes(whole("T2map.csv"), "echo times (ms)", header);
    for (const std::string& csv : {stem + "_info.csv", whole((modality + "_info.csv").c_str())})
        if (isRegularFile(csv)) return readFields(csv, header);
}

}  // namespace larmor::io
