#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "core/base/io/array_path.h"
#include "core/base/io/axis_guess.h"
#include "core/base/io/box.h"
#include "core/base/io/dicom_file.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"
#include "core/base/io/hdf5_file.h"
#include "core/base/io/ismrmrd_xml.h"
#include "core/base/io/load.h"
#include "core/base/io/nifti_header.h"
#include "core/base/io/sidecar.h"
#include "core/base/log.h"

namespace larmor::io {
namespace {

/// [.., readout, phase] to [slice, readout, phase]. @throws IoError
ComplexArray stacked(ComplexArray x, const ArrayFile& file, const std::string& dataset) {
    const Shape shape = x.shape();
    if (shape.size() < 2) throw IoError(file.path(), dataset, "images: at least two dimensions", "shape " + toText(shape));
    const std::int64_t rows = shape[shape.size() - 2], columns = shape.back();
    return std::move(x).reshaped({x.size() / (rows * columns), rows, columns});
}

ComplexArray swapLastTwo(const ComplexArray& x) {
    std::vector<std::size_t> order(x.rank());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::swap(order[order.size() - 1], order[order.size() - 2]);
    return permuteAxes(x, order);
}

/// BART's dimensions 0 and 1 are readout and phase encode, or 1 and 2 where 0 has size 1; all others count slices.
ComplexArray readCfl(const ArrayFile& file, const ArrayEntry& entry) {
    Shape dims = writtenShape(entry);
    if (dims.size() > 2 && dims[0] == 1 && dims[1] > 1 && dims[2] > 1) dims.erase(dims.begin());
    dims.resize(std::max<std::size_t>(dims.size(), 2), 1);
    return swapLastTwo(stacked(file.read(entry.name).reshaped(reversed(dims)), file, entry.name));
}

/// Red, green and blue to grey, by their share in what the eye sees (ITU-R BT.601); equal parts stay exactly as they are.
ComplexArray greyOf(const ComplexArray& x) {
    if (x.rank() == 2) return x;
    ComplexArray grey({x.extent(0), x.extent(1)});
    for (std::int64_t i = 0; i < grey.size(); ++i) {
        const float r = x[3 * i].real(), g = x[3 * i + 1].real(), b = x[3 * i + 2].real();
        grey[i] = r == g && g == b ? r : 0.299F * r + 0.587F * g + 0.114F * b;
    }
    return grey;
}

ComplexArray flippedRows(const ComplexArray& x) {
    ComplexArray out(x.shape());
    const std::int64_t rows = x.extent(1), columns = x.extent(2);
    for (std::int64_t s = 0; s < x.extent(0); ++s)
        for (std::int64_t r = 0; r < rows; ++r) std::copy_n(&x(s, r, std::int64_t{0}), columns, &out(s, rows - 1 - r, std::int64_t{0}));
    return out;
}

void readNiftiImages(const ArrayFile& file, ImageStack& images) {
    const NiftiHeader header = readNiftiHeader(file.path());
    images.pixels = stacked(file.read(""), file, "");
    if (mustFlipRows(header)) images.pixels = flippedRows(images.pixels);
    images.geometry = geometryOf(header);
}

/// The array that holds images: results and fastMRI's reconstructions by name, else the only or largest one that is no k-space.
const ArrayEntry& chooseImages(const ArrayFile& file, const std::string& asked) {
    if (!asked.empty()) return file.entry(asked);
    const auto& all = file.entries();
    for (const char* name : {"reconstruction", "reconstruction_rss", "reconstruction_esc"})
        for (const ArrayEntry& entry : all)
            if (entry.name == name) return entry;
    const ArrayEntry* best = nullptr;
    for (const ArrayEntry& entry : all) {
        const std::string own = ownName(entry);
        if (own == "mask" || own == "kspace" || squeezed(entry.shape).size() < 2) continue;
        if (!best || elementCount(entry.shape) > elementCount(best->shape)) best = &entry;
    }
    if (!best) throw IoError(file.path(), "", "images: an array with at least two dimensions that is not k-space", "none");
    return *best;
}

void readHdf5Facts(const std::string& path, ImageStack& images) {
    const Hdf5File file(path);
    images.simulated = file.numberAttribute("larmor_simulated").value_or(0) != 0;
    if (const auto text = file.textAttribute("larmor_result")) {
        Reconstruction result;
        resultFromJson(parseJson(*text, path, "larmor_result"), result);
        images.geometry = result.images.geometry;
        images.name = result.images.name;
    } else if (const auto xml = file.text("ismrmrd_header")) {
        const IsmrmrdEncoding encoding = parseIsmrmrd(*xml, path, "ismrmrd_header");
        if (encoding.recon && encoding.reconFov)
            images.geometry.pixel = PixelSize{encoding.reconFov->readoutMm / static_cast<double>(encoding.recon->readout),
                                              encoding.reconFov->phaseMm / static_cast<double>(encoding.recon->phase)};
        images.geometry.sliceThicknessMm = sliceThicknessOf(encoding);
    }
}

void readSidecarFacts(const std::string& path, ImageStack& images) {
    const Sidecar beside = readSidecar(path);
    if (beside.state == SidecarState::OfOtherBytes)
        log(LogLevel::Warning, "io",
            fmt::format("{} is not used: {} was written to since by another program.", fileNameOf(sidecarPath(path)), fileNameOf(path)));
    if (beside.state != SidecarState::Fits || !beside.json.contains("protocol")) return;
    Reconstruction result;
    resultFromJson(beside.json, result);
    images.name = result.images.name;
    images.simulated = result.images.simulated;
    if (!images.geometry.patient) images.geometry = result.images.geometry;
}

}  // namespace

ImageStack readImages(const std::string& path, const std::string& array) {
    const ArrayFilePtr file = openArrayFile(path);
    const ArrayEntry& entry = chooseImages(*file, array);
    ImageStack images;
    images.isReal = !entry.isComplex;
    images.name = entry.name.empty() ? fileNameOf(file->path()) : entry.name;
    if (file->format() == kNiftiFormat) {
        readNiftiImages(*file, images);
    } else if (file->format() == kDicomFormat) {
        images.pixels = file->read("");
        images.geometry = geometryOfDicom(path);
        return images;
    } else if (file->format() == kCflFormat) {
        images.pixels = readCfl(*file, entry);
    } else if (file->format() == kPngFormat) {
        images.pixels = stacked(greyOf(file->read(entry.name)), *file, "");
    } else {
        images.pixels = stacked(file->read(entry.name), *file, entry.name);
        if (entry.columnMajor) images.pixels = swapLastTwo(images.pixels);
    }
    if (file->format() == kHdf5Format)
        readHdf5Facts(path, images);
    else
        readSidecarFacts(file->path(), images);
    return images;
}

}  // namespace larmor::io
