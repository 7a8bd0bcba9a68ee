#include "core/base/io/ismrmrd_xml.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "core/base/error.h"

namespace larmor::io {
namespace {

constexpr double kMaxExtent = 1 << 20;

/// Headers come with and without a name space prefix.
std::string_view localName(const pugi::xml_node& node) {
    std::string_view name = node.name();
    if (const auto colon = name.find(':'); colon != std::string_view::npos) name.remove_prefix(colon + 1);
    return name;
}

pugi::xml_node childOf(const pugi::xml_node& parent, std::string_view name) {
    for (const pugi::xml_node& child : parent.children())
        if (localName(child) == name) return child;
    return {};
}

std::optional<double> numberIn(const pugi::xml_node& parent, std::string_view name) {
    const pugi::xml_node node = childOf(parent, name);
    if (!node) return std::nullopt;
    const double value = node.text().as_double(std::nan(""));
    return std::isfinite(value) && value >= 0 && value <= kMaxExtent ? std::optional(value) : std::nullopt;
}

std::optional<Matrix> matrixIn(const pugi::xml_node& space) {
    const pugi::xml_node node = childOf(space, "matrixSize");
    const auto x = numberIn(node, "x"), y = numberIn(node, "y");
    if (!x || !y || *x < 1 || *y < 1) return std::nullopt;
    return Matrix{std::llround(*x), std::llround(*y), std::max<std::int64_t>(1, std::llround(numberIn(node, "z").value_or(1)))};
}

std::optional<FieldOfView> fovIn(const pugi::xml_node& space) {
    const pugi::xml_node node = childOf(space, "fieldOfView_mm");
    const auto x = numberIn(node, "x"), y = numberIn(node, "y");
    if (!x || !y || *x <= 0 || *y <= 0) return std::nullopt;
    return FieldOfView{*x, *y, numberIn(node, "z").value_or(0)};
}

void appendSpace(pugi::xml_node encoding, const char* name, const Matrix& matrix, const std::optional<FieldOfView>& fov) {
    pugi::xml_node space = encoding.append_child(name), size = space.append_child("matrixSize");
    const auto put = [](pugi::xml_node parent, const char* axis, const std::string& value) {
        parent.append_child(axis).text().set(value.c_str());
    };
    put(size, "x", std::to_string(matrix.readout));
    put(size, "y", std::to_string(matrix.phase));
    put(size, "z", std::to_string(matrix.partition));
    if (!fov) return;
    pugi::xml_node extent = space.append_child("fieldOfView_mm");
    put(extent, "x", fmt::format("{}", fov->readoutMm));
    put(extent, "y", fmt::format("{}", fov->phaseMm));
    put(extent, "z", fmt::format("{}", fov->partitionMm));
}

void appendLimits(pugi::xml_node encoding, const IsmrmrdFacts& facts) {
    pugi::xml_node limits = encoding.append_child("encodingLimits");
    const auto put = [&](const char* name, std::int64_t count, std::int64_t centre) {
        pugi::xml_node limit = limits.append_child(name);
        limit.append_child("minimum").text().set(0);
        limit.append_child("maximum").text().set(static_cast<long long>(count - 1));
        limit.append_child("center").text().set(static_cast<long long>(centre));
    };
    put("kspace_encoding_step_0", facts.encoded.readout, facts.encoded.readout / 2);
    put("kspace_encoding_step_1", facts.phaseEnd - facts.phaseBegin, facts.encoded.phase / 2 - facts.phaseBegin);
    put("kspace_encoding_step_2", facts.encoded.partition, facts.encoded.partition / 2);
}

}  // namespace

IsmrmrdEncoding parseIsmrmrd(const std::string& xml, const std::string& path, const std::string& dataset, std::size_t encodingIndex) {
    pugi::xml_document document;
    const pugi::xml_parse_result result = document.load_buffer(xml.data(), xml.size());
    if (!result)
        throw IoError(path, dataset, "a well-formed XML header", fmt::format("{} at character {}", result.description(), result.offset));
    std::vector<pugi::xml_node> encodings;
    for (const pugi::xml_node& child : childOf(document, "ismrmrdHeader").children())
        if (localName(child) == "encoding") encodings.push_back(child);
    if (!encodings.empty() && encodingIndex >= encodings.size())
        throw IoError(path, dataset, fmt::format("encoding {}, which lines of the data name", encodingIndex),
                      fmt::format("{} encodings", encodings.size()));
    const pugi::xml_node encoding = encodings.empty() ? pugi::xml_node() : encodings[encodingIndex];
    if (!encoding) throw IoError(path, dataset, "an ISMRMRD header with an encoding", "XML without one");
    const pugi::xml_node encoded = childOf(encoding, "encodedSpace"), recon = childOf(encoding, "reconSpace");
    const pugi::xml_node allLimits = childOf(encoding, "encodingLimits");
    const pugi::xml_node limits = childOf(allLimits, "kspace_encoding_step_1"), limits2 = childOf(allLimits, "kspace_encoding_step_2");
    const auto whole = [](std::optional<double> value) { return value ? std::optional<std::int64_t>(std::llround(*value)) : std::nullopt; };
    return {matrixIn(encoded),
            matrixIn(recon),
            fovIn(encoded),
            fovIn(recon),
            whole(numberIn(limits, "center")),
            whole(numberIn(limits, "maximum")),
            whole(numberIn(limits, "minimum")),
            whole(numberIn(limits2, "center")),
            childOf(encoding, "trajectory").text().as_string()};
}

std::map<std::string, std::string> ismrmrdFacts(const std::string& xml) {
    pugi::xml_document document;
    std::map<std::string, std::string> facts;
    if (!document.load_buffer(xml.data(), xml.size())) return facts;
    const pugi::xml_node header = childOf(document, "ismrmrdHeader");
    const auto take = [&](const char* group, std::initializer_list<const char*> names) {
        for (const pugi::xml_node& child : childOf(header, group).children())
            for (const std::string_view name : names) {
                const std::string value = child.text().as_string();
                if (localName(child) != name || value.empty()) continue;
                std::string& fact = facts[std::string(name)];
                fact += (fact.empty() ? "" : ", ") + value;
            }
    };
    take("measurementInformation", {"protocolName"});
    take("acquisitionSystemInformation", {"systemVendor", "systemModel", "systemFieldStrength_T"});
    take("experimentalConditions", {"H1resonanceFrequency_Hz"});
    take("sequenceParameters", {"TR", "TE", "TI", "flipAngle_deg", "sequence_type", "echo_spacing"});
    return facts;
}

std::optional<double> sliceThicknessOf(const IsmrmrdEncoding& encoding) {
    const auto thickness = [](const std::optional<FieldOfView>& fov, const std::optional<Matrix>& matrix) -> std::optional<double> {
        if (!fov || !std::isfinite(fov->partitionMm) || fov->partitionMm <= 0) return std::nullopt;
        return fov->partitionMm / static_cast<double>(matrix ? std::max<std::int64_t>(matrix->partition, 1) : 1);
    };
    const auto recon = thickness(encoding.reconFov, encoding.recon);
    return recon ? recon : thickness(encoding.encodedFov, encoding.encoded);
}

std::string writeIsmrmrd(const IsmrmrdFacts& facts) {
    pugi::xml_document document;
    pugi::xml_node root = document.append_child("ismrmrdHeader");
    root.append_attribute("xmlns") = "http://www.ismrm.org/ISMRMRD";
    if (!facts.contrast.empty()) root.append_child("measurementInformation").append_child("protocolName").text().set(facts.contrast.c_str());
    pugi::xml_node encoding = root.append_child("encoding");
    appendSpace(encoding, "encodedSpace", facts.encoded, facts.encodedFov);
    appendSpace(encoding, "reconSpace", facts.recon, facts.reconFov);
    appendLimits(encoding, facts);
    encoding.append_child("trajectory").text().set("cartesian");
    std::ostringstream out;
    document.save(out, "  ");
    return out.str();
}

}  // namespace larmor::io
