// fastMRI's HDF5 layout: `kspace` [slice, coil, readout, phase] or, from one coil, [slice, readout, phase]; an ISMRMRD header as XML.
// The attribute patient_id is never read.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/io/array_acquisition.h"
#include "core/base/io/array_loaders.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/hdf5_file.h"
#include "core/base/io/ismrmrd_header.h"
#include "core/base/io/ismrmrd_xml.h"

namespace larmor::io {
namespace {

constexpr const char* kKspace = "kspace";
constexpr const char* kXml = "ismrmrd_header";

void readMatrices(const Hdf5File& file, const IsmrmrdEncoding& xml, AcquisitionHeader& header) {
    header.recon = header.encoded;
    if (xml.recon) {
        header.recon = *xml.recon;
    } else {
        for (const char* name : {"reconstruction_rss", "reconstruction_esc"}) {
            const auto images = file.find(name);
            if (!images || images->shape.size() != 3) continue;
            header.recon = {images->shape[1], images->shape[2], 1};
            break;
        }
    }
    auto& notes = header.provenance.notes;
    if (xml.encoded && (xml.encoded->readout != header.encoded.readout || xml.encoded->phase != header.encoded.phase))
        notes.push_back(fmt::format("the header names an encoded matrix of {} x {}, the data has {} x {}", xml.encoded->readout,
                                    xml.encoded->phase, header.encoded.readout, header.encoded.phase));
    header.recon.readout = std::min(header.recon.readout, header.encoded.readout);
    if (header.recon.phase > header.encoded.phase) {
        // The published evaluation crops such scans to a square.
        notes.push_back(fmt::format("the header asks for {} columns of the {} that were encoded: cropped to a square of {}",
                                    header.recon.phase, header.encoded.phase, header.encoded.phase));
        header.recon.phase = header.encoded.phase;
        header.recon.readout = std::min(header.recon.readout, header.encoded.phase);
    }
    header.recon.partition = 1;
}

void readFields(const IsmrmrdEncoding& xml, AcquisitionHeader& header) {
    header.encodedFov = xml.encodedFov;
    header.reconFov = xml.reconFov;
    const auto pixel = [](const FieldOfView& fov, const Matrix& matrix) {
        return PixelSize{fov.readoutMm / static_cast<double>(matrix.readout), fov.phaseMm / static_cast<double>(matrix.phase)};
    };
    // Cropping keeps the pixels of the encoded matrix.
    if (xml.encodedFov)
        header.geometry.pixel = pixel(*xml.encodedFov, header.encoded);
    else if (xml.reconFov && xml.recon)
        header.geometry.pixel = pixel(*xml.reconFov, *xml.recon);
    header.geometry.sliceThicknessMm = sliceThicknessOf(xml);
}

/// Columns that the scanner filled: from enc/2 - centre to that plus maximum, both counted on the encoded matrix.
void readPadding(const IsmrmrdEncoding& xml, AcquisitionHeader& header) {
    const std::int64_t columns = header.encoded.phase;
    header.phaseEnd = columns;
    if (!xml.phaseCentre || !xml.phaseMaximum) return;
    const std::int64_t left = (xml.encoded ? xml.encoded->phase : columns) / 2 - *xml.phaseCentre;
    const std::int64_t right = left + *xml.phaseMaximum + 1;
    if (left < 0 || right > columns || right <= left) {
        header.provenance.notes.push_back(
            fmt::format("the header's limits of phase encode (centre {}, maximum {}) do not fit the data and are not used",
                        *xml.phaseCentre, *xml.phaseMaximum));
        return;
    }
    header.phaseBegin = left;
    header.phaseEnd = right;
}

void readMask(const Hdf5File& file, const std::string& path, AcquisitionHeader& header) {
    const auto entry = file.find("mask");
    if (!entry) return;
    if (elementCount(entry->shape) != header.encoded.phase)
        throw IoError(path, "mask", fmt::format("{} values, one a phase-encode column", header.encoded.phase),
                      "shape " + toText(entry->shape));
    const ComplexArray values = file.read("mask");
    std::vector<std::uint8_t> columns;
    for (const cfloat& value : values.values()) columns.push_back(value != cfloat{} ? 1 : 0);
    header.acquiredMask = SamplingMask::fromColumns(columns, header.encoded.readout, "mask of the file");
}

void readProvenance(const Hdf5File& file, const std::string& path, AcquisitionHeader& header) {
    Provenance& from = header.provenance;
    from.path = path;
    from.format = "fastMRI HDF5";
    from.loader = "fastmri";
    from.array = kKspace;
    from.dimsReason = "fastMRI's order of dimensions";
    from.simulation = file.textAttribute("larmor_simulation").value_or("");
    from.simulated = file.numberAttribute("larmor_simulated").value_or(0) != 0 || !from.simulation.empty();
    header.contrast = file.textAttribute("acquisition").value_or("");
}

/// Data sets that nobody asks for here. Larmor writes `reconstruction_rss` anew where it converts.
void readDropped(const Hdf5File& file, AcquisitionHeader& header) {
    try {
        for (const auto& entry : file.arrays())
            if (entry.name != kKspace && entry.name != "mask" && entry.name != "reconstruction_rss")
                header.provenance.dropped.push_back(fmt::format("the data set {}", entry.name));
    } catch (const Error&) {
        header.provenance.dropped.emplace_back("data sets that cannot be read");
    }
    for (const char* name : {"acceleration", "num_low_frequency", "max", "norm"})
        if (file.numberAttribute(name)) header.provenance.dropped.push_back(fmt::format("the attribute {}", name));
}

class FastmriAcquisition final : public Acquisition {
public:
    explicit FastmriAcquisition(const std::string& path) : m_path(path), m_stamp(stampOf(path)) {
        const Hdf5File file(path);
        const auto entry = file.find(kKspace);
        if (!entry || !entry->isComplex || (entry->shape.size() != 3 && entry->shape.size() != 4))
            throw IoError(path, kKspace, "complex numbers [slice, coil, readout, phase] or [slice, readout, phase]",
                          entry ? fmt::format("{} of shape {}", entry->type, toText(entry->shape)) : "no such data set");
        const Shape& shape = entry->shape;
        m_hasCoils = shape.size() == 4;
        m_header.coils = m_hasCoils ? shape[1] : 1;
        m_header.imageDims = {{Dim::Slice, shape[0]}};
        m_header.encoded = {shape[shape.size() - 2], shape.back(), 1};
        const auto frames = static_cast<std::int64_t>(file.numberAttribute("larmor_frames").value_or(1));
        if (frames > 1 && shape[0] % frames == 0) m_header.imageDims = {{Dim::Frame, frames}, {Dim::Slice, shape[0] / frames}};
        readProvenance(file, path, m_header);
        m_header.provenance.dims = m_hasCoils ? "slice,coil,readout,phase" : "slice,readout,phase";
        const auto xml = file.text(kXml);
        const IsmrmrdEncoding encoding = xml ? parseIsmrmrd(*xml, path, kXml) : IsmrmrdEncoding{};
        if (xml) m_header.facts = ismrmrdRemarks(*xml).facts;
        if (!xml) m_header.provenance.notes.emplace_back("no ISMRMRD header: field of view and padding are not known");
        readMatrices(file, encoding, m_header);
        readFields(encoding, m_header);
        readPadding(encoding, m_header);
        readMask(file, path, m_header);
        readDropped(file, m_header);
    }

    [[nodiscard]] const AcquisitionHeader& header() const override { return m_header; }

    [[nodiscard]] ComplexArray readSlice(std::int64_t index) const override {
        if (index < 0 || index >= m_header.sliceCount())
            throw InputError(fmt::format("{}: slice {} of {} slices.", m_path, index + 1, m_header.sliceCount()));
        checkUnchanged(m_path, m_stamp);
        const Shape slice{m_header.coils, m_header.encoded.readout, m_header.encoded.phase};
        const Shape start = m_hasCoils ? Shape{index, 0, 0, 0} : Shape{index, 0, 0};
        const Shape count = m_hasCoils ? Shape{1, slice[0], slice[1], slice[2]} : Shape{1, slice[1], slice[2]};
        return Hdf5File(m_path).read(kKspace, start, count).reshaped(slice);
    }

private:
    std::string m_path;
    FileStamp m_stamp;
    bool m_hasCoils = true;
    AcquisitionHeader m_header;
};

/// Other axes or another data set than fastMRI's: the file is then just a file of arrays.
bool asksForOther(const LoadOptions& options, const Acquisition& found) {
    if (options.dims.empty()) return false;
    std::string text;
    for (const Dim dim : options.dims) text += (text.empty() ? "" : ",") + toText(dim);
    return text != found.header().provenance.dims;
}

class FastmriLoader final : public Loader {
public:
    [[nodiscard]] std::string id() const override { return "fastmri"; }
    [[nodiscard]] std::string format() const override { return "fastMRI HDF5"; }

    [[nodiscard]] Bid bid(const std::string& path) const override {
        try {
            if (!isRegularFile(path) || !hasHdf5Signature(path)) return {0, "not HDF5"};
            const Hdf5File file(path);
            const auto entry = file.find(kKspace);
            if (!entry || !entry->isComplex || entry->columnMajor || entry->shape.size() < 3 || entry->shape.size() > 4)
                return {0, "no complex data set `kspace` with 3 or 4 dimensions"};
            const bool hasXml = file.find(kXml).has_value() || file.text(kXml).has_value();
            return hasXml ? Bid{100, "`kspace` with an ISMRMRD header"} : Bid{85, "`kspace` in fastMRI's order"};
        } catch (const std::exception& error) {
            return {0, error.what()};
        }
    }

    [[nodiscard]] AcquisitionPtr open(const std::string& path, const LoadOptions& options) const override {
        if (!options.array.empty() && options.array != kKspace && options.array != "/kspace")
            return openArrayAcquisition(openArrayFile(path), options, "hdf5");
        auto found = std::make_shared<FastmriAcquisition>(path);
        if (!asksForOther(options, *found)) return found;
        return openArrayAcquisition(openArrayFile(path), {kKspace, options.dims}, "hdf5");
    }
};

}  // namespace

std::unique_ptr<Loader> fastmriLoader() {
    return std::make_unique<FastmriLoader>();
}

}  // namespace larmor::io
