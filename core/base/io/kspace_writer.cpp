#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/base/io/file_facts.h"
#include "core/base/io/hdf5_writer.h"
#include "core/base/io/ismrmrd_header.h"
#include "core/base/io/save.h"
#include "core/base/io/temporary_file.h"
#include "core/base/version.h"

namespace larmor::io {

struct KspaceWriter::Impl {
    TemporaryFile file;
    std::string path;
    Header header;
    std::vector<bool> isWritten;
    double maximum = 0, sumOfSquares = 0;
};

namespace {

constexpr const char* kKspace = "kspace";
constexpr const char* kImages = "reconstruction_rss";

void checkHeader(const KspaceWriter::Header& h) {
    if (h.frames < 1 || h.slices % h.frames != 0) throw ShapeError("k-space to write", fmt::format("as many images of each of {} frames", h.frames), std::to_string(h.slices));
    const Shape shape{h.slices, h.coils, h.encoded.readout, h.encoded.phase, h.recon.readout, h.recon.phase};
    if (std::any_of(shape.begin(), shape.end(), [](std::int64_t n) { return n < 1; }))
        throw ShapeError("k-space to write", "slices, coils and matrices of at least 1", toText(shape));
}

void writeMask(Hdf5Writer& file, const KspaceWriter::Header& header) {
    checkShape(header.mask->samples().shape(), {header.encoded.readout, header.encoded.phase}, "mask of the acquisition");
    if (!header.mask->isColumnwise()) throw UsageError("fastMRI's layout has masks of whole lines alone.");
    RealArray columns({header.encoded.phase});
    for (std::int64_t c = 0; c < header.encoded.phase; ++c) columns[c] = static_cast<float>(header.mask->samples()(0, c));
    file.write("mask", columns);
}

}  // namespace

KspaceWriter::KspaceWriter(const std::string& path, const Header& header) {
    checkHeader(header);
    if (extensionOf(path) != ".h5") throw UsageError(path + ": k-space is written as HDF5.", "Let the name end in .h5.");
    m_impl.reset(new Impl{TemporaryFile(path), path, header, std::vector<bool>(static_cast<std::size_t>(header.slices)), 0, 0});
    m_impl->file.write([&] {
        Hdf5Writer file(m_impl->file.path(), Hdf5Writer::Mode::Create);
        file.create(kKspace, {header.slices, header.coils, header.encoded.readout, header.encoded.phase}, Hdf5Kind::Complex64);
        if (header.hasImages) file.create(kImages, {header.slices, header.recon.readout, header.recon.phase}, Hdf5Kind::Float32);
        if (header.mask) writeMask(file, header);
        const auto end = header.phaseEnd > 0 ? header.phaseEnd : header.encoded.phase;
        file.writeText("ismrmrd_header", writeIsmrmrd({header.encoded, header.recon, header.encodedFov, header.reconFov, header.phaseBegin, end, header.phaseBegin, {header.facts, header.contrast, header.simulation}}));
        if (!header.provenance.empty()) {
            file.makeGroup("provenance");
            for (const auto& [name, text] : header.provenance) file.setAttribute(name, text, "provenance");
        }
        file.setAttribute("acquisition", header.contrast);
        file.setAttribute("larmor_version", version());
        file.setAttribute("research_use_only", kResearchUseOnly);
        if (header.frames > 1) file.setAttribute("larmor_frames", static_cast<double>(header.frames));
        if (!header.simulation.empty()) {
            file.setAttribute("larmor_simulated", 1.0);
            file.setAttribute("larmor_simulation", header.simulation);
        }
        file.close();
    });
}

KspaceWriter::~KspaceWriter() = default;

void KspaceWriter::fill(std::int64_t slice, const ComplexArray& kspace) {
    const Header& h = m_impl->header;
    if (slice < 0 || slice >= h.slices) throw ShapeError("slice index", fmt::format("0 to {}", h.slices - 1), std::to_string(slice));
    checkShape(kspace.shape(), {h.coils, h.encoded.readout, h.encoded.phase}, "k-space of a slice");
    m_impl->file.write([&] {
        Hdf5Writer file(m_impl->file.path(), Hdf5Writer::Mode::Extend);
        file.fill(kKspace, {slice, 0, 0, 0}, {1, h.coils, h.encoded.readout, h.encoded.phase}, kspace.data());
        file.close();
    });
    m_impl->isWritten[static_cast<std::size_t>(slice)] = true;
}

void KspaceWriter::writeSlice(std::int64_t slice, const ComplexArray& kspace, const RealArray& rss) {
    const Header& h = m_impl->header;
    if (!h.hasImages) throw UsageError("The file was begun without images.");
    checkShape(rss.shape(), {h.recon.readout, h.recon.phase}, "image of a slice");
    fill(slice, kspace);
    m_impl->file.write([&] {
        Hdf5Writer file(m_impl->file.path(), Hdf5Writer::Mode::Extend);
        file.fill(kImages, {slice, 0, 0}, {1, h.recon.readout, h.recon.phase}, rss.data());
        file.close();
    });
    for (const float value : rss.values()) {
        m_impl->maximum = std::max(m_impl->maximum, static_cast<double>(value));
        m_impl->sumOfSquares += static_cast<double>(value) * static_cast<double>(value);
    }
}

void KspaceWriter::writeSlice(std::int64_t slice, const ComplexArray& kspace) {
    if (m_impl->header.hasImages) throw UsageError("The file was begun with images.");
    fill(slice, kspace);
}

void KspaceWriter::finish() {
    const auto missing = std::count(m_impl->isWritten.begin(), m_impl->isWritten.end(), false);
    if (missing > 0)
        throw IoError(m_impl->path, kKspace, fmt::format("{} slices", m_impl->header.slices),
                      fmt::format("{} slices written", m_impl->header.slices - missing));
    if (m_impl->header.hasImages) {
        m_impl->file.write([&] {
            Hdf5Writer file(m_impl->file.path(), Hdf5Writer::Mode::Extend);
            file.setAttribute("max", m_impl->maximum);
            file.setAttribute("norm", std::sqrt(m_impl->sumOfSquares));
            file.close();
        });
    }
    m_impl->file.commit();
}

}  // namespace larmor::io
