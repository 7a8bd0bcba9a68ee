#include "core/base/io/save.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/io/box.h"
#include "core/base/io/ensemble_file.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/hdf5_writer.h"
#include "core/base/io/mat5_writer.h"
#include "core/base/io/nifti_writer.h"
#include "core/base/io/png_writer.h"
#include "core/base/io/raw_writers.h"
#include "core/base/io/sidecar.h"
#include "core/base/io/temporary_file.h"
#include "core/base/version.h"

namespace larmor::io {
namespace {

constexpr std::array kResultExtensions{".h5", ".npy", ".cfl", ".mat", ".nii.gz", ".nii", ".png"};
constexpr std::size_t kBartMaps = 4, kBartSlice = 13;

[[noreturn]] void refuseExtension(const std::string& path, const std::string& known) {
    const std::string ext = extensionOf(path);
    throw UsageError(fmt::format("{}: {} as a format to write.", path,
                                 ext.empty() ? "a name without extension says nothing" : "'" + ext + "' is not known"),
                     "Use " + known + ".");
}

void markFile(Hdf5Writer& file) {
    file.setAttribute("larmor_version", version());
    file.setAttribute("research_use_only", kResearchUseOnly);
}

/// One mask as [readout, phase], several as [n, readout, phase].
void writeMasks(Hdf5Writer& file, const std::vector<SamplingMask>& masks) {
    if (masks.empty() || masks.front().empty()) return;
    if (masks.size() == 1) return file.write("mask", masks.front().samples());
    const Shape one{masks.front().readout(), masks.front().phase()};
    ByteArray all({static_cast<std::int64_t>(masks.size()), one[0], one[1]});
    for (std::size_t i = 0; i < masks.size(); ++i) {
        checkShape(masks[i].samples().shape(), one, "mask " + std::to_string(i + 1));
        std::copy(masks[i].samples().values().begin(), masks[i].samples().values().end(), all.block(static_cast<std::int64_t>(i)).begin());
    }
    file.write("mask", all);
}

void writeResultHdf5(const std::string& path, const Reconstruction& result) {
    Hdf5Writer file(path, Hdf5Writer::Mode::Create);
    file.write("reconstruction", result.images.pixels);
    writeMasks(file, result.masks);
    writeEnsemble(file, result.ensemble);
    markFile(file);
    file.setAttribute("larmor_protocol", result.protocol.toJson().dump());
    file.setAttribute("larmor_result", resultToJson(result).dump());
    const auto& from = result.protocol;
    file.makeGroup("provenance");
    for (const auto& [name, text] : std::initializer_list<std::pair<const char*, std::string>>{
             {"source_file", std::filesystem::path(from.source).filename().string()}, {"source_format", from.sourceFormat}, {"source_dims", from.sourceDims},
             {"source_sha256", from.sourceHash}, {"method", from.method}, {"parameters", from.parameters.dump()}, {"mask", from.mask},
             {"mask_sha256", from.maskHash}, {"seed", std::to_string(from.seed)}, {"larmor_version", from.version}})
        if (!text.empty()) file.setAttribute(name, text, "provenance");
    if (result.images.simulated) file.setAttribute("larmor_simulated", 1.0);
    if (const auto& pixel = result.images.geometry.pixel) {
        file.setAttribute("pixel_size_readout_mm", pixel->readoutMm);
        file.setAttribute("pixel_size_phase_mm", pixel->phaseMm);
    }
    file.close();
}

/// [slice, readout, phase] in BART's order: readout is dimension 0, phase encode 1, slice 13.
void saveResultCfl(const std::string& path, const ComplexArray& pixels) {
    Shape dims(kBartSlice + 1, 1);
    dims[0] = pixels.extent(1);
    dims[1] = pixels.extent(2);
    dims[kBartSlice] = pixels.extent(0);
    saveCfl(path, dims, permuteAxes(pixels, {0, 2, 1}).values());
}

/// `reconstruction`, size (readout, phase, slice): MATLAB's first index runs fastest.
void writeResultMat(const std::string& path, const ComplexArray& pixels) {
    Shape dims{pixels.extent(1), pixels.extent(2)};
    if (pixels.extent(0) > 1) dims.push_back(pixels.extent(0));
    writeMat5(path, "reconstruction", dims, permuteAxes(pixels, {0, 2, 1}).values());
}

/// The value that 99.5 % of the pixels stay below; all slices together, so that they can be compared.
float windowTop(const RealArray& x) {
    std::vector<float> sorted;
    std::copy_if(x.values().begin(), x.values().end(), std::back_inserter(sorted), [](float v) { return std::isfinite(v); });
    if (sorted.empty()) return 1;
    const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(0.995 * static_cast<double>(sorted.size() - 1) + 0.5);
    std::nth_element(sorted.begin(), at, sorted.end());
    const float top = *at > 0 ? *at : *std::max_element(sorted.begin(), sorted.end());
    return top > 0 ? top : 1;
}

/// Values from 0 to `top` as whole numbers up to 2^bits - 1, those of 16 bits with the higher byte first; what is not finite is black.
ByteArray greyOf(std::span<const float> values, const Shape& shape, float top, int bits) {
    const float white = bits == 16 ? 65535 : 255;
    const std::int64_t bytes = bits / 8;
    ByteArray grey({shape[0], shape[1] * bytes});
    for (std::size_t i = 0; i < values.size(); ++i) {
        const long level = std::isfinite(values[i]) ? std::lround(white * std::clamp(values[i] / top, 0.0F, 1.0F)) : 0;
        const auto at = static_cast<std::int64_t>(i) * bytes;
        if (bits == 16) grey[at] = static_cast<std::uint8_t>(level >> 8);
        grey[at + bytes - 1] = static_cast<std::uint8_t>(level & 0xFF);
    }
    return grey;
}

/// One picture, or one a slice, named by its place in the acquisition. @returns the files
std::vector<std::string> saveResultPng(const std::string& path, const Reconstruction& result, int bits) {
    const RealArray x = magnitude(result.images.pixels);
    const auto& slices = result.protocol.slices;
    const bool hasNumbers = static_cast<std::int64_t>(slices.size()) == x.extent(0);
    std::vector<std::string> files;
    const float top = windowTop(x);
    for (std::int64_t s = 0; s < x.extent(0); ++s) {
        const ByteArray grey = greyOf(x.block(s), {x.extent(1), x.extent(2)}, top, bits);
        const std::int64_t number = hasNumbers ? slices[static_cast<std::size_t>(s)] : s;
        files.push_back(x.extent(0) == 1
                            ? path
                            : fmt::format("{}_{:03}{}", withoutExtension(path), number, path.substr(withoutExtension(path).size())));
        savePng(files.back(), grey, 1, pictureProtocol(result.protocol, hasNumbers ? std::optional(number) : std::nullopt), bits);
    }
    return files;
}

}  // namespace

void saveReconstruction(const std::string& path, const Reconstruction& result, const SaveOptions& options) {
    checkOutputPath(path);
    if (options.pngBits != 8 && options.pngBits != 16) throw UsageError(fmt::format("{} bits a pixel of a PNG.", options.pngBits), "Take 8 or 16.");
    const ComplexArray& pixels = result.images.pixels;
    if (pixels.rank() != 3 || pixels.empty()) throw ShapeError("result", "[slice, readout, phase]", toText(pixels.shape()));
    const std::string ext = extensionOf(path);
    if (ext == ".h5") return writeAtomically(path, [&](const std::string& temporary) { writeResultHdf5(temporary, result); });
    if (ext == ".npy") writeAtomically(path, [&](const std::string& temporary) { writeNpy(temporary, pixels); });
    if (ext == ".cfl") saveResultCfl(path, pixels);
    if (ext == ".mat") writeAtomically(path, [&](const std::string& temporary) { writeResultMat(temporary, pixels); });
    if (ext == ".nii" || ext == ".nii.gz")
        writeAtomically(path, [&](const std::string& temporary) { writeNifti(temporary, result.images, result.protocol.slices, result.protocol.places); });
    std::vector<std::string> files{path};
    if (ext == ".png") files = saveResultPng(path, result, options.pngBits);
    saveEnsembleBeside(path, result.ensemble);
    writeSidecar(path, result, files);
}

std::string pictureProtocol(Protocol protocol, std::optional<std::int64_t> slice) {
    if (slice) protocol.slices = {*slice};
    return protocol.toJson().dump(-1, ' ', true);
}

void checkOutputPath(const std::string& path) {
    const std::string ext = extensionOf(path);
    if (std::find(kResultExtensions.begin(), kResultExtensions.end(), ext) == kResultExtensions.end())
        refuseExtension(path, ".h5, .npy, .cfl, .mat, .nii.gz, .nii or .png");
    checkTarget(path);
}

void saveArray(const std::string& path, const ComplexArray& array, const std::string& name) {
    const std::string ext = extensionOf(path);
    if (ext == ".cfl") {
        // [slice, set, coil, readout, phase], with fewer at the front, becomes BART's readout, phase, 1, coil, set, 1 ..., slice.
        const std::size_t rank = array.rank();
        if (rank < 2 || rank > 5) throw ShapeError(name, "2 to 5 dimensions for a cfl file", toText(array.shape()));
        Shape dims(rank > 3 ? kBartSlice + 1 : 4, 1);
        std::vector<std::size_t> order(rank);
        for (std::size_t d = 0; d < order.size(); ++d) order[d] = d;
        std::swap(order[rank - 1], order[rank - 2]);
        dims[0] = array.extent(rank - 2);
        dims[1] = array.extent(rank - 1);
        if (rank > 2) dims[3] = array.extent(rank - 3);
        if (rank > 4) dims[kBartMaps] = array.extent(1);
        if (rank > 3) dims[kBartSlice] = array.extent(0);
        return saveCfl(path, dims, permuteAxes(array, order).values());
    }
    if (ext != ".npy" && ext != ".h5") refuseExtension(path, ".npy, .cfl or .h5");
    writeAtomically(path, [&](const std::string& temporary) {
        if (ext == ".npy") return writeNpy(temporary, array);
        Hdf5Writer file(temporary, Hdf5Writer::Mode::Create);
        file.write(name, array);
        markFile(file);
        file.close();
    });
}

namespace {
void writeSamples(const std::string& path, const ByteArray& samples, const std::string& description) {
    writeAtomically(path, [&](const std::string& temporary) {
        if (extensionOf(path) == ".npy") return writeNpy(temporary, samples);
        Hdf5Writer file(temporary, Hdf5Writer::Mode::Create);
        file.write("mask", samples);
        file.setAttribute("description", description, "mask");
        markFile(file);
        file.close();
    });
}
}  // namespace

void saveMask(const std::string& path, const SamplingMask& mask) {
    const std::string ext = extensionOf(path);
    if (ext == ".cfl") {
        ComplexArray values(mask.samples().shape());
        std::copy(mask.samples().values().begin(), mask.samples().values().end(), values.values().begin());
        return saveCfl(path, values.shape(), reverseAxes(values).values());
    }
    if (ext == ".png") {
        ByteArray white = mask.samples();
        for (std::uint8_t& value : white.values()) value = value ? 255 : 0;
        return savePng(path, white, 1);
    }
    if (ext != ".npy" && ext != ".h5") refuseExtension(path, ".npy, .h5, .cfl or .png");
    writeSamples(path, mask.samples(), mask.description());
}

void saveMasks(const std::string& path, const std::vector<SamplingMask>& masks) {
    const std::string ext = extensionOf(path);
    if (ext != ".npy" && ext != ".h5") refuseExtension(path, ".npy or .h5");
    if (masks.empty()) throw ShapeError("masks to write", "one at least", "none");
    const Shape size = masks.front().samples().shape();
    ByteArray all({static_cast<std::int64_t>(masks.size()), size[0], size[1]});
    for (std::size_t i = 0; i < masks.size(); ++i) {
        checkShape(masks[i].samples().shape(), size, "mask of a frame");
        const auto samples = masks[i].samples().values();
        std::copy(samples.begin(), samples.end(), all.block(static_cast<std::int64_t>(i)).begin());
    }
    writeSamples(path, all, masks.front().description());
}

}  // namespace larmor::io
