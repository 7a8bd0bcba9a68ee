#include "core/base/io/ismrmrd_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <hdf5.h>

#include "core/base/io/hdf5_writer.h"
#include "core/base/io/ismrmrd_header.h"
#include "core/base/io/ismrmrd_lines.h"
#include "core/base/io/simulation_text.h"
#include "core/base/io/temporary_file.h"
#include "core/base/version.h"

namespace larmor::io {
namespace {

constexpr const char* kGroup = "dataset";
constexpr const char* kLines = "dataset/data";
constexpr std::int64_t kMost = std::numeric_limits<std::uint16_t>::max();
constexpr std::int64_t kNoiseSamples = 4096;  // of a line
constexpr hsize_t kChunk = 64;                // lines
constexpr unsigned kFirstInSlice = 7, kLastInSlice = 8;

/// Of a line; the file has the members in this order without gaps.
struct Counters {
    std::uint16_t step1 = 0, step2 = 0, average = 0, slice = 0, contrast = 0, phase = 0, repetition = 0, set = 0, segment = 0;
    std::array<std::uint16_t, 8> user{};
};
struct Head {
    std::uint16_t version = 1;
    std::uint64_t flags = 0;
    std::uint32_t measurement = 0, counter = 0, time = 0;
    std::array<std::uint32_t, 3> physiology{};
    std::uint16_t samples = 0, available = 0, active = 0;
    std::array<std::uint64_t, 16> channels{};
    std::uint16_t discardPre = 0, discardPost = 0, centre = 0, encoding = 0, trajectory = 0;
    float dwellUs = 0;
    std::array<float, 3> position{}, readout{}, phaseEncode{}, sliceNormal{}, table{};
    Counters idx;
    std::array<std::int32_t, 8> userInt{};
    std::array<float, 8> userFloat{};
};

struct Record {
    Head head;
    hvl_t trajectory{0, nullptr}, data{0, nullptr};
};

class Compound {
public:
    explicit Compound(std::size_t bytes) : m_type(H5Tcreate(H5T_COMPOUND, bytes), H5Tclose) {}
    void add(const char* name, std::size_t offset, hid_t type, hsize_t count = 1) {
        const Hdf5Handle array(count > 1 ? H5Tarray_create2(type, 1, &count) : H5Tcopy(type), H5Tclose);
        H5Tinsert(m_type.id(), name, offset, array.id());
    }
    [[nodiscard]] hid_t id() const { return m_type.id(); }

private:
    Hdf5Handle m_type;
};

Compound counterType() {
    Compound idx(sizeof(Counters));
    const std::array names{"kspace_encode_step_1", "kspace_encode_step_2", "average", "slice", "contrast", "phase", "repetition", "set", "segment"};
    for (std::size_t i = 0; i < names.size(); ++i) idx.add(names[i], i * sizeof(std::uint16_t), H5T_STD_U16LE);
    idx.add("user", offsetof(Counters, user), H5T_STD_U16LE, 8);
    return idx;
}

Compound headType() {
    const hid_t u16 = H5T_STD_U16LE, u32 = H5T_STD_U32LE, u64 = H5T_STD_U64LE, f32 = H5T_IEEE_F32LE;
    Compound head(sizeof(Head));
    head.add("version", offsetof(Head, version), u16);
    head.add("flags", offsetof(Head, flags), u64);
    head.add("measurement_uid", offsetof(Head, measurement), u32);
    head.add("scan_counter", offsetof(Head, counter), u32);
    head.add("acquisition_time_stamp", offsetof(Head, time), u32);
    head.add("physiology_time_stamp", offsetof(Head, physiology), u32, 3);
    head.add("number_of_samples", offsetof(Head, samples), u16);
    head.add("available_channels", offsetof(Head, available), u16);
    head.add("active_channels", offsetof(Head, active), u16);
    head.add("channel_mask", offsetof(Head, channels), u64, 16);
    head.add("discard_pre", offsetof(Head, discardPre), u16);
    head.add("discard_post", offsetof(Head, discardPost), u16);
    head.add("center_sample", offsetof(Head, centre), u16);
    head.add("encoding_space_ref", offsetof(Head, encoding), u16);
    head.add("trajectory_dimensions", offsetof(Head, trajectory), u16);
    head.add("sample_time_us", offsetof(Head, dwellUs), f32);
    head.add("position", offsetof(Head, position), f32, 3);
    head.add("read_dir", offsetof(Head, readout), f32, 3);
    head.add("phase_dir", offsetof(Head, phaseEncode), f32, 3);
    head.add("slice_dir", offsetof(Head, sliceNormal), f32, 3);
    head.add("patient_table_position", offsetof(Head, table), f32, 3);
    head.add("idx", offsetof(Head, idx), counterType().id());
    head.add("user_int", offsetof(Head, userInt), H5T_STD_I32LE, 8);
    head.add("user_float", offsetof(Head, userFloat), f32, 8);
    return head;
}

/// Of Record, as it lies in memory.
Compound recordType() {
    const Hdf5Handle floats(H5Tvlen_create(H5T_IEEE_F32LE), H5Tclose);
    Compound record(sizeof(Record));
    record.add("head", offsetof(Record, head), headType().id());
    record.add("traj", offsetof(Record, trajectory), floats.id());
    record.add("data", offsetof(Record, data), floats.id());
    return record;
}

std::uint64_t bit(unsigned flag) {
    return std::uint64_t{1} << (flag - 1);
}

std::uint64_t bit(IsmrmrdFlag flag) {
    return bit(static_cast<unsigned>(flag));
}

void checkSizes(const AcquisitionHeader& header, const std::string& path) {
    const auto check = [&](std::int64_t size, const std::string& what) {
        if (size > kMost) throw UsageError(fmt::format("{}: ISMRMRD counts {} up to {}, the scan has {}.", path, what, kMost, size), "Write .h5, .npy or .cfl.");
    };
    check(header.encoded.readout, "samples of a line");
    check(header.encoded.phase, "phase encodes");
    check(header.coils, "coils");
    for (const NamedDim& dim : header.imageDims) check(dim.size, toText(dim.dim) + "s");
}

/// The field of view that makes a reader find `recon`: the scan's own where that does, else what its pixels say.
std::optional<FieldOfView> reconFovOf(const AcquisitionHeader& header, const std::optional<FieldOfView>& encodedFov) {
    if (!encodedFov) return header.reconFov;
    const auto& [encoded, recon] = std::tie(header.encoded, header.recon);
    const auto shown = [](double whole, double part, std::int64_t samples) { return std::llround(static_cast<double>(samples) * part / whole); };
    if (const auto& fov = header.reconFov; fov && shown(encodedFov->readoutMm, fov->readoutMm, encoded.readout) == recon.readout &&
                                           shown(encodedFov->phaseMm, fov->phaseMm, encoded.phase) == recon.phase)
        return fov;
    const auto part = [](double whole, std::int64_t samples, std::int64_t kept) { return whole * static_cast<double>(kept) / static_cast<double>(samples); };
    return FieldOfView{part(encodedFov->readoutMm, encoded.readout, recon.readout), part(encodedFov->phaseMm, encoded.phase, recon.phase), encodedFov->partitionMm};
}

std::optional<FieldOfView> encodedFovOf(const AcquisitionHeader& header) {
    if (header.encodedFov || !header.geometry.pixel) return header.encodedFov;
    const auto& pixel = *header.geometry.pixel;
    return FieldOfView{pixel.readoutMm * static_cast<double>(header.encoded.readout), pixel.phaseMm * static_cast<double>(header.encoded.phase),
                       header.geometry.sliceThicknessMm.value_or(0) * static_cast<double>(header.sizeOf(Dim::Partition))};
}

std::string xmlOf(const AcquisitionHeader& header) {
    IsmrmrdHeader xml;
    xml.encoded = header.encoded;
    xml.recon = header.recon;
    xml.encoded.partition = header.sizeOf(Dim::Partition);
    xml.recon.partition = header.encoded.partition > 1 ? header.recon.partition : xml.encoded.partition;
    xml.encodedFov = encodedFovOf(header);
    xml.reconFov = reconFovOf(header, xml.encodedFov);
    const bool said = header.phaseEnd > header.phaseBegin;
    xml.phaseBegin = said ? header.phaseBegin : 0;
    xml.phaseEnd = said ? header.phaseEnd : header.encoded.phase;
    xml.remarks = {header.facts, header.contrast, simulationText(header.provenance)};
    return writeIsmrmrd(xml);
}

bool hasSample(const ComplexArray& kspace, std::int64_t row, std::int64_t column) {
    for (std::int64_t c = 0; c < kspace.extent(0); ++c)
        if (kspace(c, row, column) != cfloat{}) return true;
    return false;
}

using Rows = std::pair<std::int64_t, std::int64_t>;  // the first, and the one behind the last

/// First and last index below `count` that is kept, and how many are.
struct Kept {
    std::int64_t first = 0, last = -1, count = 0;
};

template <class IsKept>
Kept keptOf(std::int64_t count, IsKept isKept) {
    Kept kept;
    for (std::int64_t i = 0; i < count; ++i) {
        if (!isKept(i)) continue;
        if (kept.count++ == 0) kept.first = i;
        kept.last = i;
    }
    return kept;
}

bool hasSamples(const ComplexArray& kspace, std::int64_t column) {
    return keptOf(kspace.extent(1), [&](std::int64_t row) { return hasSample(kspace, row, column); }).count > 0;
}

bool sameColumn(const ComplexArray& a, const ComplexArray& b, std::int64_t column) {
    for (std::int64_t c = 0; c < a.extent(0); ++c)
        for (std::int64_t r = 0; r < a.extent(1); ++r)
            if (a(c, r, column) != b(c, r, column)) return false;
    return true;
}

}  // namespace

struct IsmrmrdWriter::Impl {
    Impl(const std::string& target, const AcquisitionHeader& scan) : file(target), path(target), header(scan), isWritten(static_cast<std::size_t>(scan.sliceCount())) {}

    /// Counters and place of an image.
    [[nodiscard]] Head headOf(std::int64_t index) const {
        Head head;
        head.available = head.active = static_cast<std::uint16_t>(header.coils);
        for (std::int64_t c = 0; c < std::min<std::int64_t>(header.coils, 64 * 16); ++c) head.channels[static_cast<std::size_t>(c / 64)] |= std::uint64_t{1} << (c % 64);
        for (auto dim = header.imageDims.rbegin(); dim != header.imageDims.rend(); ++dim) {
            const auto at = static_cast<std::uint16_t>(index % dim->size);
            index /= dim->size;
            switch (dim->dim) {
                case Dim::Slice: head.idx.slice = at; break;
                case Dim::Partition: head.idx.step2 = at; break;
                case Dim::Frame: head.idx.phase = at; break;
                case Dim::Contrast: head.idx.contrast = at; break;
                case Dim::Repetition: head.idx.repetition = at; break;
                case Dim::Average: head.idx.average = at; break;
                case Dim::Set: head.idx.set = at; break;
                default: break;
            }
        }
        placeInPatient(head);
        return head;
    }
    /// Positions are those of the middle of the slice or slab: pixel n / 2.
    void placeInPatient(Head& head) const {
        const auto& [pixel, patient, thickness] = header.geometry;
        if (!patient || !pixel) return;
        const auto partitions = header.sizeOf(Dim::Partition);
        const double alongSlices = partitions > 1 ? static_cast<double>(header.recon.partition / 2) * thickness.value_or(0) : head.idx.slice * patient->sliceSpacingMm;
        for (std::size_t i = 0; i < 3; ++i) {
            head.position[i] = static_cast<float>(patient->firstPixelMm[i] + static_cast<double>(header.recon.readout / 2) * pixel->readoutMm * patient->readoutDirection[i] +
                                                  static_cast<double>(header.recon.phase / 2) * pixel->phaseMm * patient->phaseDirection[i] + alongSlices * patient->sliceDirection[i]);
            head.readout[i] = static_cast<float>(patient->readoutDirection[i]);
            head.phaseEncode[i] = static_cast<float>(patient->phaseDirection[i]);
            head.sliceNormal[i] = static_cast<float>(patient->sliceDirection[i]);
        }
    }
    /// Whether the scan says so, by its mask or else by samples that are not zero.
    [[nodiscard]] bool isAcquired(const ComplexArray& kspace, std::int64_t row, std::int64_t column) const {
        return header.acquiredMask ? header.acquiredMask->samples()(row, column) != 0 : hasSample(kspace, row, column);
    }
    /// From the first to behind the last of those rows of a line, and its centre, without which a line does not tell its place.
    [[nodiscard]] Rows lineOf(const Kept& kept) const {
        const auto middle = header.encoded.readout / 2;
        return kept.count == 0 ? Rows{0, 0} : Rows{std::min(kept.first, middle), std::max(kept.last, middle) + 1};
    }
    /// Lines have no gaps.
    [[nodiscard]] bool isGapped(const ComplexArray& kspace) const {
        for (std::int64_t column = 0; column < header.encoded.phase; ++column) {
            const Kept kept = keptOf(header.encoded.readout, [&](std::int64_t row) { return isAcquired(kspace, row, column); });
            const Rows rows = lineOf(kept);
            if (kept.count != rows.second - rows.first) return true;
        }
        return false;
    }
    /// Rows of a column that are written. Nothing: none.
    [[nodiscard]] Rows writtenRows(const ComplexArray& kspace, std::int64_t column) const {
        return lineOf(keptOf(header.encoded.readout, [&](std::int64_t row) { return isAcquired(kspace, row, column) || hasSample(kspace, row, column); }));
    }
    void add(Head head, const ComplexArray& kspace, std::int64_t column, const Rows& rows) {
        const auto samples = rows.second - rows.first;
        head.idx.step1 = static_cast<std::uint16_t>(column);
        head.samples = static_cast<std::uint16_t>(samples);
        head.centre = static_cast<std::uint16_t>(header.encoded.readout / 2 - rows.first);
        std::vector<cfloat> values;
        for (std::int64_t c = 0; c < header.coils; ++c)
            for (auto r = rows.first; r < rows.second; ++r) values.push_back(kspace(c, r, column));
        add(head, std::move(values));
    }
    void add(Head head, std::vector<cfloat> values) {
        head.counter = static_cast<std::uint32_t>(written + records.size());
        buffers.push_back(std::move(values));
        records.push_back({head, {}, {2 * buffers.back().size(), buffers.back().data()}});
    }
    void flush() {
        file.write([&] {
            Hdf5Writer out(file.path(), Hdf5Writer::Mode::Extend);
            const Compound type = recordType();
            out.append(kLines, type.id(), records.size(), records.data());
            out.close();
        });
        written += records.size();
        records.clear();
        buffers.clear();
    }

    TemporaryFile file;
    std::string path;
    AcquisitionHeader header;
    std::vector<bool> isWritten;
    bool hasGaps = false;
    std::uint64_t written = 0;                 // lines
    std::vector<Record> records;               // on their way
    std::vector<std::vector<cfloat>> buffers;  // their samples
};

bool IsmrmrdWriter::hasGaps() const {
    return m_impl->hasGaps;
}

IsmrmrdWriter::IsmrmrdWriter(const std::string& path, const AcquisitionHeader& header, const std::map<std::string, std::string>& provenance) {
    checkSizes(header, path);
    m_impl = std::make_unique<Impl>(path, header);
    m_impl->file.write([&] {
        Hdf5Writer file(m_impl->file.path(), Hdf5Writer::Mode::Create);
        file.makeGroup(kGroup);
        file.writeOldText(std::string(kGroup) + "/xml", xmlOf(header));
        file.makeGroup("provenance");
        for (const auto& [name, text] : provenance) file.setAttribute(name, text, "provenance");
        file.setAttribute("larmor_version", version());
        file.setAttribute("research_use_only", kResearchUseOnly);
        file.createGrowing(kLines, recordType().id(), kChunk);
        file.close();
    });
}

IsmrmrdWriter::~IsmrmrdWriter() = default;

void IsmrmrdWriter::writeNoise(const ComplexArray& noise) {
    auto& impl = *m_impl;
    checkShape(noise.shape(), {impl.header.coils, noise.shape().size() == 2 ? noise.extent(1) : 0}, "noise");
    for (std::int64_t begin = 0; begin < noise.extent(1); begin += kNoiseSamples) {
        const auto end = std::min(noise.extent(1), begin + kNoiseSamples);
        Head head = impl.headOf(0);
        head.flags = bit(IsmrmrdFlag::Noise);
        head.samples = static_cast<std::uint16_t>(end - begin);
        std::vector<cfloat> values;
        for (std::int64_t c = 0; c < impl.header.coils; ++c) values.insert(values.end(), &noise(c, begin), &noise(c, begin) + (end - begin));
        impl.add(head, std::move(values));
    }
    impl.flush();
}

void IsmrmrdWriter::writeSlice(std::int64_t index, const ComplexArray& kspace, const ComplexArray* calibration) {
    auto& impl = *m_impl;
    const Shape shape{impl.header.coils, impl.header.encoded.readout, impl.header.encoded.phase};
    checkShape(kspace.shape(), shape, "k-space of a slice");
    if (calibration) checkShape(calibration->shape(), shape, "calibration of a slice");
    const Head head = impl.headOf(index);
    std::vector<std::int64_t> calibrating;
    bool isPart = calibration != nullptr;
    for (std::int64_t column = 0; calibration && column < shape[2]; ++column) {
        if (!hasSamples(*calibration, column)) continue;
        calibrating.push_back(column);
        isPart = isPart && sameColumn(*calibration, kspace, column);
    }
    const bool isGapped = impl.isGapped(kspace);
    impl.hasGaps = impl.hasGaps || isGapped;
    for (std::int64_t column = 0; column < shape[2]; ++column) {
        const Rows rows = isGapped ? Rows{0, shape[1]} : impl.writtenRows(kspace, column);
        if (rows.second == 0) continue;
        Head line = head;
        if (isPart && std::binary_search(calibrating.begin(), calibrating.end(), column)) line.flags = bit(IsmrmrdFlag::CalibrationAndImage);
        impl.add(line, kspace, column, rows);
    }
    if (impl.records.empty()) impl.add(head, kspace, shape[2] / 2, {0, shape[1]});  // or the image would not be there
    impl.records.front().head.flags |= bit(kFirstInSlice);
    impl.records.back().head.flags |= bit(kLastInSlice);
    if (!isPart)
        for (const auto column : calibrating) {
            Head line = head;
            line.flags = bit(IsmrmrdFlag::Calibration);
            impl.add(line, *calibration, column, {0, shape[1]});
        }
    impl.flush();
    impl.isWritten[static_cast<std::size_t>(index)] = true;
}

void IsmrmrdWriter::finish() {
    const auto missing = std::count(m_impl->isWritten.begin(), m_impl->isWritten.end(), false);
    if (missing > 0) throw IoError(m_impl->path, kLines, fmt::format("{} images", m_impl->isWritten.size()), fmt::format("{} of them are missing", missing));
    m_impl->file.commit();
}

}  // namespace larmor::io
