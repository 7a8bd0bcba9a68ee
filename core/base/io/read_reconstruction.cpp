#include <algorithm>

#include <fmt/format.h>

#include "core/base/io/ensemble_file.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"
#include "core/base/io/hdf5_file.h"
#include "core/base/io/load.h"
#include "core/base/io/sidecar.h"

namespace larmor::io {
namespace {

constexpr const char* kHint = "Open it as an image instead.";

std::vector<SamplingMask> readMasks(const Hdf5File& file, const std::string& path, const nlohmann::json& facts) {
    const auto entry = file.find("mask");
    if (!entry) return {};
    const ComplexArray values = file.read("mask");
    if (values.rank() != 2 && values.rank() != 3)
        throw IoError(path, "mask", "[readout, phase] or [slice, readout, phase]", toText(values.shape()));
    const Shape one(values.shape().end() - 2, values.shape().end());
    const std::int64_t count = values.rank() == 3 ? values.extent(0) : 1;
    const auto names = facts.value("masks", nlohmann::json::array());
    std::vector<SamplingMask> masks;
    for (std::int64_t i = 0; i < count; ++i) {
        ByteArray samples(one);
        const auto part = values.values().subspan(static_cast<std::size_t>(i * samples.size()), static_cast<std::size_t>(samples.size()));
        std::transform(part.begin(), part.end(), samples.values().begin(),
                       [](const cfloat& v) { return v != cfloat{} ? std::uint8_t{1} : std::uint8_t{0}; });
        const auto at = static_cast<std::size_t>(i);
        const std::string name = at < names.size() && names[at].is_string() ? names[at].get<std::string>() : "mask of the file";
        masks.emplace_back(std::move(samples), name);
    }
    return masks;
}

Reconstruction readHdf5Result(const std::string& path) {
    Reconstruction result;
    const Hdf5File file(path);
    const auto protocol = file.textAttribute("larmor_protocol");
    if (!protocol) throw IoError(path, "", "a result with the attribute larmor_protocol", "an HDF5 file without it", kHint);
    const auto facts = file.textAttribute("larmor_result");
    // Not by a conditional expression: with a list in braces it reads what is gone where the parser throws.
    nlohmann::json json;
    if (facts)
        json = parseJson(*facts, path, "larmor_result");
    else
        json["protocol"] = parseJson(*protocol, path, "larmor_protocol");
    resultFromJson(json, result);
    const ImageStack facets = result.images;
    result.images = readImages(path, "reconstruction");
    result.images.name = facets.name;
    result.images.geometry = facets.geometry;
    result.images.simulated = facets.simulated;
    result.masks = readMasks(file, path, json);
    result.ensemble = readEnsemble(file, path);
    return result;
}

}  // namespace

Reconstruction readReconstruction(const std::string& path) {
    if (isRegularFile(path) && hasHdf5Signature(path)) return readHdf5Result(path);
    const ArrayFilePtr file = openArrayFile(path);
    const Sidecar beside = readSidecar(file->path());
    if (beside.state != SidecarState::Fits)
        throw IoError(path, "", "a result with its protocol in " + fileNameOf(sidecarPath(file->path())),
                      beside.state == SidecarState::None ? "no such file" : "the protocol of other bytes: the file was written to since",
                      kHint);
    Reconstruction result;
    resultFromJson(beside.json, result);
    const ImageStack facets = result.images;
    result.images = readImages(path);
    result.images.name = facets.name;
    result.images.geometry = facets.geometry;
    return result;
}

}  // namespace larmor::io
