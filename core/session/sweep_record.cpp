#include "core/session/sweep_record.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/masks/mask_generator.h"
#include "core/base/version.h"
#include "core/session/engine_host.h"
#include "core/session/priors.h"
#include "core/session/project/project_folder.h"
#include "core/session/slice_source.h"
#include "core/session/source_hash.h"

namespace larmor::session {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;
constexpr int kRecordFormat = 1;
constexpr const char* kFormat = "larmor_sweep";
constexpr const char* kNoReason = "failed; the table of the sweep says why";

SweepRecord::Scan recorded(const SweepScan& scan, const std::stop_token& stop) {
    SweepRecord::Scan record;
    const auto& header = scan.acquisition->header();
    const auto& from = header.provenance;
    record.name = scan.name;
    record.format = from.format;
    record.array = from.array;
    record.dims = from.dims;
    record.contrast = scan.contrast;
    record.maps = withoutFolder(scan.mapsFile);
    record.calibration = withoutFolder(scan.calibrationFile);
    record.origin = scan.origin;
    record.slices = chosenSlices(scan.slices, header);
    if (!hasSource(from.path)) return record;
    record.file = fs::path(from.path).filename().string();
    record.bytes = sizeOfSource(from.path);
    record.hash = hashOfSource(from.path, stop);
    return record;
}

SweepRecord::Method recorded(const SweepMethod& asked) {
    const auto& method = plugins().method(asked.method);
    SweepRecord::Method record{asked.method, {}, {}, asked.axes, asked.values.value_or(ParamValues(method.params)).toJson()};
    if (!method.needsPrior()) return record;
    const auto card = findPrior(asked.prior).card;
    record.prior = card.name;
    record.priorHash = card.weightsHash;
    return record;
}

json toJson(const SweepRecord::Scan& scan) {
    return {{"name", scan.name},   {"file", scan.file}, {"bytes", scan.bytes}, {"sha256", scan.hash},           {"format", scan.format},
            {"array", scan.array}, {"dims", scan.dims}, {"maps", scan.maps},   {"calibration", scan.calibration}, {"contrast", scan.contrast},
            {"origin", scan.origin}, {"slices", scan.slices}};
}

json toJson(const SweepRecord::Method& method) {
    json axes = json::array();
    for (const auto& axis : method.axes) axes.push_back(axis.toJson());
    json object{{"method", method.method}, {"axes", axes}, {"values", method.values}};
    if (!method.prior.empty()) object.update({{"prior", method.prior}, {"prior_sha256", method.priorHash}});
    return object;
}

SweepRecord::Scan scanFrom(const json& source) {
    SweepRecord::Scan scan;
    for (const auto& [name, text] : {std::pair{"name", &scan.name}, {"file", &scan.file}, {"sha256", &scan.hash}, {"format", &scan.format},
                                     {"array", &scan.array}, {"dims", &scan.dims}, {"maps", &scan.maps}, {"contrast", &scan.contrast},
                                     {"origin", &scan.origin}})
        source.at(name).get_to(*text);
    scan.calibration = source.value("calibration", "");  // older records have none
    source.at("bytes").get_to(scan.bytes);
    source.at("slices").get_to(scan.slices);
    return scan;
}

SweepRecord::Method methodFrom(const json& source) {
    SweepRecord::Method method;
    source.at("method").get_to(method.method);
    method.prior = source.value("prior", "");
    method.priorHash = source.value("prior_sha256", "");
    for (const auto& axis : source.at("axes")) method.axes.push_back(SweepAxis::fromJson(axis));
    method.values = source.at("values");
    return method;
}

/// What is read names no other folder than the one that it is looked for in.
void checkNames(const SweepRecord& record) {
    const auto check = [](const std::string& text) {
        const auto name = text.substr(0, text.find(':'));  // an array of the file may follow
        if (name.find('/') != std::string::npos || name.find('\\') != std::string::npos)
            throw InputError(fmt::format("The sweep names the file '{}' with a folder.", name), "Take a picture that Larmor wrote.");
    };
    for (const auto& scan : record.scans) {
        check(scan.file);
        check(scan.maps);
        check(scan.calibration);
    }
    for (const auto& mask : record.masks) check(mask);
}

}  // namespace

std::string priorWithoutFolder(const std::string& nameOrFile) {
    return nameOrFile.find('/') == std::string::npos ? nameOrFile : fs::path(nameOrFile).stem().string();
}

std::string withoutFolder(const std::string& maskText) {
    if (maskText.empty() || maskText == kDrawnMask || masks::looksLikeMaskSpec(maskText)) return maskText;
    const auto [file, array] = maskFileOf(maskText);
    return file.empty() ? fs::path(maskText).filename().string() : fs::path(file).filename().string() + array;
}

SweepRecord recordOf(const SweepRequest& request, const std::stop_token& stop) {
    SweepRecord record;
    record.version = version();
    record.settings = request.settings();
    record.settings.erase("scans");
    for (const auto& scan : request.scans) record.scans.push_back(recorded(scan, stop));
    for (const auto& mask : request.masks) record.masks.push_back(withoutFolder(mask.toText()));
    for (const auto& method : request.methods) record.methods.push_back(recorded(method));
    return record;
}

json SweepRecord::toJson(const std::vector<SweepCell>& cells) const {
    json object{{kFormat, kRecordFormat}, {"larmor_version", version}, {"research_use_only", kResearchUseOnly}, {"settings", settings}, {"masks", masks}};
    for (const char* list : {"scans", "methods", "cells"}) object[list] = json::array();
    for (const auto& scan : scans) object["scans"].push_back(session::toJson(scan));
    for (const auto& method : methods) object["methods"].push_back(session::toJson(method));
    for (auto cell : cells) {
        cell.mask = withoutFolder(cell.mask);
        cell.prior = priorWithoutFolder(cell.prior);
        if (!cell.failure.empty()) cell.failure = kNoReason;
        object["cells"].push_back(cell.toJson());
    }
    return object;
}

SweepRecord SweepRecord::fromJson(const json& source) {
    if (!source.is_object() || !source.contains(kFormat))
        throw InputError(fmt::format("This is no sweep: '{}' is missing.", kFormat), "Take a picture that Larmor wrote.");
    if (source.at(kFormat) != kRecordFormat)
        throw InputError(fmt::format("The sweep is of format {}; this version reads format {}.", source.at(kFormat).dump(), kRecordFormat),
                         "Open it with the version of Larmor that wrote it, or a newer one.");
    SweepRecord record;
    try {
        source.at("larmor_version").get_to(record.version);
        record.settings = source.at("settings");
        const auto& settings = record.settings;  // values of another type are refused here, and not where they are used
        (void)settings.value("reduction", std::int64_t{1}), (void)settings.value("seed", std::int64_t{1});
        (void)settings.value("scale", ""), (void)settings.value("device", "");
        source.at("masks").get_to(record.masks);
        for (const auto& scan : source.at("scans")) record.scans.push_back(scanFrom(scan));
        for (const auto& method : source.at("methods")) record.methods.push_back(methodFrom(method));
    } catch (const json::exception& error) {
        throw InputError(fmt::format("The sweep is not as expected: {}", error.what()), "Take a picture that Larmor wrote, unchanged.");
    }
    if (record.scans.empty() || record.methods.empty() || record.masks.empty())
        throw InputError("The sweep names no scan, no method or no mask.", "Take a picture that Larmor wrote, unchanged.");
    checkNames(record);
    return record;
}

}  // namespace larmor::session
