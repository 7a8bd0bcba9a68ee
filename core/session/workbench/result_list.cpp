#include "core/session/workbench/result_list.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/session/engine_host.h"
#include "core/session/reduced_scan.h"
#include "core/session/slices_text.h"

namespace larmor::session {

std::string stoppedText(const Reconstruction& result) {
    if (!result.stoppedEarly) return {};
    return result.trace.empty() ? "stopped early" : fmt::format("stopped at step {}", result.trace.back().step);
}

std::string maskName(const std::string& protocolMask) {
    if (protocolMask.empty()) return "all samples";
    if (masks::looksLikeMaskSpec(protocolMask)) return protocolMask.substr(0, protocolMask.find(':'));
    return "mask " + std::filesystem::path(protocolMask).filename().string();
}

namespace {

std::string valueText(const nlohmann::json& value) {
    if (value.is_number_float()) return fmt::format("{:.4g}", value.get<double>());
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    return value.is_string() ? value.get<std::string>() : value.dump();
}

/// Names in the order of the method's own list, which begins with what matters; of a method that is not there any more, as they come.
std::vector<std::string> namesOf(const std::string& method, const nlohmann::json& parameters) {
    std::vector<std::string> names;
    for (const auto* manifest : plugins().methods())
        if (manifest->id == method)
            for (const auto& spec : manifest->params)
                if (parameters.contains(spec.name)) names.push_back(spec.name);
    for (const auto& [name, value] : parameters.items())
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    return names;
}

}  // namespace

std::string parameterText(const Protocol& protocol) {
    std::vector<std::string> parts;
    if (protocol.reduction > 1) parts.push_back(sizeText(protocol.reduction));
    for (const auto& change : protocol.steering)
        for (const auto& [name, value] : change.values.items()) parts.push_back(fmt::format("{} {} from step {}", name, valueText(value), change.step + 1));
    for (const auto& name : namesOf(protocol.method, protocol.parameters)) parts.push_back(name + " " + valueText(protocol.parameters.at(name)));
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string sliceListText(const std::vector<std::int64_t>& slices) {
    return (slices.size() == 1 ? "slice " : "slices ") + slicesText(slices, 1, ", ");
}

namespace {

/// Copied as a whole, so that nothing is lost that a result may come to hold.
ReconstructionPtr withoutPixels(const Reconstruction& whole) {
    Reconstruction rest = whole;
    rest.images.pixels = {};
    return std::make_shared<const Reconstruction>(std::move(rest));
}

}  // namespace

Reconstruction ResultEntry::whole() const {
    Reconstruction all = *result;
    const auto& slices = all.protocol.slices;
    if (slices.empty()) return all;
    const Shape& one = images.at(slices.front())->shape();
    all.images.pixels = ComplexArray({static_cast<std::int64_t>(slices.size()), one.at(0), one.at(1)});
    for (std::size_t i = 0; i < slices.size(); ++i)
        std::ranges::copy(images.at(slices[i])->values(), all.images.pixels.block(static_cast<std::int64_t>(i)).begin());
    return all;
}

std::string ResultEntry::maskText() const {
    const Protocol& protocol = result->protocol;
    if (protocol.mask.empty()) return maskName(protocol.mask);
    return fmt::format("{} R {:.2f}", maskName(protocol.mask), protocol.totalAcceleration);
}

std::string ResultEntry::slicesText() const { return sliceListText(result->protocol.slices); }

ResultId ResultList::add(std::string method, ReconstructionPtr result, AcquisitionPtr acquisition) {
    auto entry = std::make_unique<ResultEntry>();
    entry->id = ++m_lastId;
    entry->method = std::move(method);
    entry->result = withoutPixels(*result);
    entry->parameters = parameterText(result->protocol);
    const auto& slices = result->protocol.slices;
    for (std::int64_t i = 0; i < result->images.pixels.extent(0) && i < static_cast<std::int64_t>(slices.size()); ++i)
        entry->images[slices[static_cast<std::size_t>(i)]] = std::make_shared<const ComplexArray>(result->images.pixels.slice(i));
    entry->acquisition = std::move(acquisition);
    m_entries.push_back(std::move(entry));
    return m_lastId;
}

ResultEntry* ResultList::find(ResultId id) {
    const auto it = std::find_if(m_entries.begin(), m_entries.end(), [id](const auto& held) { return held->id == id; });
    return it == m_entries.end() ? nullptr : it->get();
}

const ResultEntry* ResultList::entry(ResultId id) const { return const_cast<ResultList*>(this)->find(id); }

std::vector<const ResultEntry*> ResultList::visible() const {
    std::vector<const ResultEntry*> shown;
    for (const auto& held : m_entries)
        if (!held->deleted) shown.push_back(held.get());
    return shown;
}

const ResultEntry* ResultList::firstWithoutMetrics() const {
    for (const ResultEntry* held : visible())
        if (!held->mean && held->metricsProblem.empty()) return held;
    return nullptr;
}

void ResultList::setMetrics(ResultId id, std::map<std::int64_t, metrics::SliceMetrics> values, std::string reference,
                            std::string problem) {
    ResultEntry* held = find(id);
    if (!held) return;
    held->metrics = std::move(values);
    held->reference = std::move(reference);
    held->metricsProblem = std::move(problem);
    if (held->metrics.empty()) return;
    metrics::SliceMetrics mean;
    mean.scale = 0;
    const auto count = static_cast<double>(held->metrics.size());
    for (const auto& [slice, one] : held->metrics) {
        mean.nrmse += one.nrmse / count;
        mean.nmse += one.nmse / count;
        mean.psnr += one.psnr / count;
        mean.ssim += one.ssim / count;
        mean.scale += one.scale / count;
    }
    held->mean = mean;
}

void ResultList::forgetMetrics() {
    for (const auto& held : m_entries) {
        held->metrics.clear();
        held->mean.reset();
        held->metricsProblem.clear();
    }
}

void ResultList::remove(ResultId id) {
    ResultEntry* held = find(id);
    if (!held || held->deleted) return;
    held->deleted = true;
    m_bin.push_back(id);
}

ResultId ResultList::undoRemove() {
    if (m_bin.empty()) return 0;
    const ResultId id = m_bin.back();
    m_bin.pop_back();
    find(id)->deleted = false;
    return id;
}

std::string runName(const ReconstructionRequest& request, double acceleration) {
    return fmt::format("{} · {}{} · {}", plugins().method(request.method).name, maskName(request.mask.toText()),
                       acceleration > 0 ? fmt::format(" R {:.2f}", acceleration) : "", sliceListText(request.slices));
}

}  // namespace larmor::session
