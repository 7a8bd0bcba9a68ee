// ISMRMRD files: lines of k-space in any order, each with a header of its own, and an XML header for all. They are read without
// libismrmrd, which loads whole arrays of lines and trusts the lengths in the file.
#include <algorithm>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "core/base/io/array_acquisition.h"
#include "core/base/io/array_loaders.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/hdf5_file.h"
#include "core/base/io/ismrmrd_geometry.h"
#include "core/base/io/ismrmrd_header.h"
#include "core/base/io/ismrmrd_layout.h"

namespace larmor::io {
namespace {

constexpr const char* kFormat = "ISMRMRD HDF5";
constexpr const char* kLoader = "ismrmrd";
constexpr std::int64_t kMostNoiseSamples = 1 << 22;  // of a coil: far more than a covariance needs

void checkTrajectory(const std::string& path, const std::string& trajectory) {
    std::string lower = trajectory;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower.empty() || lower == "cartesian") return;
    const bool isEpi = lower == "epi";
    throw IoError(
        path, "xml", "a Cartesian trajectory", "'" + trajectory + "'",
        isEpi ? "Regrid and phase-correct the lines first, for example with Gadgetron." : "Larmor reconstructs Cartesian k-space alone.");
}

void takeRemarks(const std::string& xml, AcquisitionHeader& header) {
    const IsmrmrdRemarks remarks = ismrmrdRemarks(xml);
    header.facts = remarks.facts;
    header.contrast = remarks.contrast;
    header.provenance.simulation = remarks.simulation;
    header.provenance.simulated = !remarks.simulation.empty();
}

class IsmrmrdAcquisition final : public Acquisition {
public:
    IsmrmrdAcquisition(const std::string& path, const std::string& group) : m_path(path), m_stamp(stampOf(path)) {
        Provenance& from = m_header.provenance;
        from.path = path;
        from.format = kFormat;
        from.loader = kLoader;
        from.array = group;
        from.dimsReason = "counters of the lines";
        const auto xml = Hdf5File(path).text(group + "/xml");
        if (!xml) throw IoError(path, group + "/xml", "an ISMRMRD header", "no text that can be read");
        IsmrmrdLines found = readIsmrmrdLines(path, group);
        m_addresses = found.addresses;
        const auto encoding = parseIsmrmrd(*xml, path, group + "/xml", encodingOf(found.lines));
        checkTrajectory(path, encoding.trajectory);
        m_layout = layOutLines(std::move(found.lines), encoding, path, m_header);
        describeGeometry(m_layout, encoding, m_header);
        takeRemarks(*xml, m_header);
        m_noiseBandwidth = ismrmrdNoiseBandwidth(*xml);
    }

    [[nodiscard]] const AcquisitionHeader& header() const override { return m_header; }

    [[nodiscard]] ComplexArray readSlice(std::int64_t index) const override { return readLines(m_layout.images[checked(index)]); }

    [[nodiscard]] std::optional<ComplexArray> readNoise() const override {
        std::vector<std::uint32_t> chosen;
        std::int64_t samples = 0;
        for (const auto i : m_layout.noise) {
            const IsmrmrdLine& line = m_layout.lines[i];
            if (line.channels != m_header.coils || line.samples == 0 || samples + line.samples > kMostNoiseSamples) continue;
            chosen.push_back(i);
            samples += line.samples;
        }
        if (chosen.empty()) return std::nullopt;
        RawHdf5 file = open();
        ComplexArray noise({m_header.coils, samples});
        std::int64_t at = 0;
        for (const auto i : chosen) {
            const ComplexArray part = readIsmrmrdSamples(file, m_path, m_layout.lines[i]);
            const float scale = noiseScale(m_layout.lines[i]);
            for (std::int64_t c = 0; c < m_header.coils; ++c)
                std::transform(part.block(c).begin(), part.block(c).end(), &noise(c, at), [scale](cfloat value) { return scale * value; });
            at += part.extent(1);
        }
        return noise;
    }

    /// Of the image itself, or else of the first image at its place that has any.
    [[nodiscard]] std::optional<ComplexArray> readCalibration(std::int64_t index) const override {
        const std::size_t image = checked(index);
        const auto places = static_cast<std::size_t>(m_header.sizeOf(Dim::Slice) * m_header.sizeOf(Dim::Partition));
        const auto& all = m_layout.calibration;
        if (!all[image].empty()) return readLines(all[image]);
        for (std::size_t other = image % places; other < all.size(); other += places)
            if (!all[other].empty()) return readLines(all[other]);
        return std::nullopt;
    }

private:
    /// From the noise of a noise scan to that of the image's lines: its variance goes with the bandwidth, which is 1 / dwell time
    /// [as in Gadgetron's NoiseAdjustGadget]. 1 where the times are not told.
    [[nodiscard]] float noiseScale(const IsmrmrdLine& noise) const {
        const IsmrmrdLine* line = firstOfImage(m_layout.lines);
        const bool told = line != nullptr && line->dwellUs > 0 && noise.dwellUs > 0 && std::isfinite(line->dwellUs) && std::isfinite(noise.dwellUs);
        return static_cast<float>(std::sqrt((told ? noise.dwellUs / line->dwellUs : 1) / m_noiseBandwidth));
    }
    /// The first line that is not of the noise scan; null: there is none.
    static const IsmrmrdLine* firstOfImage(const std::vector<IsmrmrdLine>& lines) {
        const auto first = std::find_if(lines.begin(), lines.end(), [](const auto& line) { return !line.has(IsmrmrdFlag::Noise); });
        return first == lines.end() ? nullptr : &*first;
    }
    static std::size_t encodingOf(const std::vector<IsmrmrdLine>& lines) {
        const IsmrmrdLine* first = firstOfImage(lines);
        return first != nullptr ? first->encoding : 0;
    }
    [[nodiscard]] std::size_t checked(std::int64_t index) const {
        if (index < 0 || index >= m_header.sliceCount())
            throw InputError(fmt::format("{}: slice {} of {} slices.", m_path, index + 1, m_header.sliceCount()));
        return static_cast<std::size_t>(index);
    }
    [[nodiscard]] RawHdf5 open() const {
        checkUnchanged(m_path, m_stamp);
        return {m_path, m_addresses};
    }
    /// Samples that were measured several times are averaged.
    [[nodiscard]] ComplexArray readLines(const std::vector<PlacedLine>& lines) const {
        RawHdf5 file = open();
        const std::int64_t readout = m_header.encoded.readout, phase = m_header.encoded.phase;
        ComplexArray out({m_header.coils, readout, phase});
        Array<std::uint32_t> counts({readout, phase});
        for (const PlacedLine& placed : lines) {
            const IsmrmrdLine& line = m_layout.lines[placed.line];
            const ComplexArray samples = readIsmrmrdSamples(file, m_path, line);
            const std::int64_t kept = keptSamples(line);
            const bool isReversed = line.has(IsmrmrdFlag::Reversed);
            for (std::int64_t s = 0; s < kept; ++s) {
                const std::int64_t from = line.discardPre + (isReversed ? kept - 1 - s : s), row = placed.row + s;
                ++counts(row, placed.column);
                for (std::int64_t c = 0; c < m_header.coils; ++c) out(c, row, placed.column) += samples(c, from);
            }
        }
        for (std::int64_t i = 0; i < counts.size(); ++i)
            if (counts[i] > 1)
                for (std::int64_t c = 0; c < m_header.coils; ++c) out[c * counts.size() + i] /= static_cast<float>(counts[i]);
        return out;
    }

    std::string m_path;
    FileStamp m_stamp;
    double m_noiseBandwidth = 1;
    Hdf5Addresses m_addresses;
    AcquisitionHeader m_header;
    IsmrmrdLayout m_layout;
};

class IsmrmrdLoader final : public Loader {
public:
    [[nodiscard]] std::string id() const override { return kLoader; }
    [[nodiscard]] std::string format() const override { return kFormat; }

    [[nodiscard]] Bid bid(const std::string& path) const override {
        try {
            if (!isRegularFile(path) || !hasHdf5Signature(path)) return {0, "not HDF5"};
            const std::string group = findIsmrmrdGroup(path, "");
            return group.empty() ? Bid{0, "no group with `xml` and lines as `data`"} : Bid{95, "ISMRMRD lines in `" + group + "`"};
        } catch (const std::exception& error) {
            return {0, error.what()};
        }
    }

    [[nodiscard]] AcquisitionPtr open(const std::string& path, const LoadOptions& options) const override {
        const std::string group = findIsmrmrdGroup(path, options.array);
        if (group.empty()) return openArrayAcquisition(openArrayFile(path), options, "hdf5");
        if (!options.dims.empty())
            throw UsageError("The lines of an ISMRMRD file say themselves which axis is what.", "Leave out the order of the axes.");
        return std::make_shared<IsmrmrdAcquisition>(path, group);
    }
};

}  // namespace

std::unique_ptr<Loader> ismrmrdLoader() {
    return std::make_unique<IsmrmrdLoader>();
}

}  // namespace larmor::io
