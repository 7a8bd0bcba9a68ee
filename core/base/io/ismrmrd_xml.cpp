#include "core/base/io/ismrmrd_xml.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "core/base/error.h"
#include "core/base/io/xml_names.h"

namespace larmor::io {
namespace {

constexpr double kMaxExtent = 1 << 20;

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

std::optional<double> sliceThicknessOf(const IsmrmrdEncoding& encoding) {
    const auto thickness = [](const std::optional<FieldOfView>& fov, const std::optional<Matrix>& matrix) -> std::optional<double> {
        if (!fov || !std::isfinite(fov->partitionMm) || fov->partitionMm <= 0) return std::nullopt;
        return fov->partitionMm / static_cast<double>(matrix ? std::max<std::int64_t>(matrix->partition, 1) : 1);
    };
    const auto recon = thickness(encoding.reconFov, encoding.recon);
    return recon ? recon : thickness(encoding.encodedFov, encoding.encoded);
}

}  // namespace larmor::io
