#include "core/base/io/ismrmrd_lines.h"

#include <hdf5.h>

#include <fmt/format.h>

#include "core/base/io/file_facts.h"
#include "core/base/io/hdf5_structure.h"
#include "core/base/io/hdf5_handle.h"
#include "core/base/io/hdf5_records.h"

namespace larmor::io {
namespace {

Hdf5Handle openReadOnly(const std::string& path) {
    checkHdf5Structure(path);
    const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_file_locking(access.id(), false, true);
    return {H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose};
}

/// A member of a compound, by its name.
struct Member {
    Hdf5Handle type;
    std::size_t at = 0;
};

class Layout {
public:
    Layout(const std::string& path, const std::string& name, hid_t dataset) : m_path(path), m_name(name) {
        const Hdf5Handle record(H5Dget_type(dataset), H5Tclose);
        m_bytes = H5Tget_size(record.id());
        Member head = member(record.id(), "head", H5T_COMPOUND, 0), data = member(record.id(), "data", H5T_VLEN, kHeapReferenceBytes);
        Member idx = member(head.type.id(), "idx", H5T_COMPOUND, 0);
        const Hdf5Handle element(H5Tget_super(data.type.id()), H5Tclose);
        if (H5Tequal(element.id(), H5T_IEEE_F32LE) <= 0) refuse("samples of another type than 32-bit floats");
        m_data = data.at;
        const auto inHead = [&](const char* field, std::size_t bytes) { return head.at + number(head.type.id(), field, bytes); };
        const auto inIdx = [&](const char* field) { return head.at + idx.at + number(idx.type.id(), field, 2); };
        m_flags = inHead("flags", 8);
        m_dwell = inHead("sample_time_us", 4);
        m_numbers = {inHead("number_of_samples", 2),
                     inHead("active_channels", 2),
                     inHead("discard_pre", 2),
                     inHead("discard_post", 2),
                     inHead("center_sample", 2),
                     inHead("encoding_space_ref", 2),
                     inIdx("kspace_encode_step_1"),
                     inIdx("kspace_encode_step_2"),
                     inIdx("average"),
                     inIdx("slice"),
                     inIdx("contrast"),
                     inIdx("phase"),
                     inIdx("repetition"),
                     inIdx("set")};
        m_vectors = {inHead("position", 12), inHead("read_dir", 12), inHead("phase_dir", 12), inHead("slice_dir", 12)};
    }

    [[nodiscard]] IsmrmrdLine lineIn(ByteView record) const {
        IsmrmrdLine line;
        line.flags = numberAt<std::uint64_t>(record, m_flags);
        line.dwellUs = numberAt<float>(record, m_dwell);
        const std::array targets{&line.samples,  &line.channels, &line.discardPre, &line.discardPost, &line.centre,
                                 &line.encoding, &line.step1,    &line.step2,      &line.average,     &line.slice,
                                 &line.contrast, &line.phase,    &line.repetition, &line.set};
        for (std::size_t i = 0; i < targets.size(); ++i) *targets[i] = numberAt<std::uint16_t>(record, m_numbers[i]);
        const std::array vectors{&line.position, &line.readout, &line.phaseEncode, &line.sliceNormal};
        for (std::size_t i = 0; i < vectors.size(); ++i) *vectors[i] = numberAt<std::array<float, 3>>(record, m_vectors[i]);
        line.data = heapReferenceIn(record.subspan(m_data));
        return line;
    }

private:
    [[noreturn]] void refuse(const std::string& found) const { throw IoError(m_path, m_name, "the records of an ISMRMRD file", found); }
    [[nodiscard]] Member member(hid_t compound, const char* field, H5T_class_t kind, std::size_t bytes) const {
        const int index = H5Tget_member_index(compound, field);
        if (index < 0) refuse(fmt::format("records without '{}'", field));
        Member found{{H5Tget_member_type(compound, static_cast<unsigned>(index)), H5Tclose},
                     H5Tget_member_offset(compound, static_cast<unsigned>(index))};
        const std::size_t size = H5Tget_size(found.type.id());
        if (H5Tget_class(found.type.id()) != kind || (bytes > 0 && size != bytes) || found.at + size > m_bytes)
            refuse(fmt::format("'{}' of another type", field));
        return found;
    }
    /// Offset of a little-endian number, or of three of them, in a compound.
    [[nodiscard]] std::size_t number(hid_t compound, const char* field, std::size_t bytes) const {
        const int index = H5Tget_member_index(compound, field);
        if (index < 0) refuse(fmt::format("records without '{}'", field));
        const Hdf5Handle type(H5Tget_member_type(compound, static_cast<unsigned>(index)), H5Tclose);
        const bool isVector = H5Tget_class(type.id()) == H5T_ARRAY;
        const Hdf5Handle element(isVector ? H5Tget_super(type.id()) : H5Tcopy(type.id()), H5Tclose);
        const std::size_t at = H5Tget_member_offset(compound, static_cast<unsigned>(index));
        if (H5Tget_size(type.id()) != bytes || H5Tget_order(element.id()) != H5T_ORDER_LE || at + bytes > H5Tget_size(compound))
            refuse(fmt::format("'{}' of another type", field));
        return at;
    }

    std::string m_path, m_name;
    std::size_t m_bytes = 0, m_flags = 0, m_dwell = 0, m_data = 0;
    std::array<std::size_t, 14> m_numbers{};
    std::array<std::size_t, 4> m_vectors{};
};

herr_t collectGroup(hid_t file, const char* name, const H5L_info_t*, void* target) {
    auto& names = *static_cast<std::vector<std::string>*>(target);
    const std::string group(name);
    const Hdf5Handle object(H5Oopen(file, name, H5P_DEFAULT), H5Oclose);
    if (!object.valid() || H5Iget_type(object.id()) != H5I_GROUP) return 0;
    if (H5Lexists(object.id(), "xml", H5P_DEFAULT) <= 0 || H5Lexists(object.id(), "data", H5P_DEFAULT) <= 0) return 0;
    const Hdf5Handle data(H5Dopen2(object.id(), "data", H5P_DEFAULT), H5Dclose);
    const Hdf5Handle type(data.valid() ? H5Dget_type(data.id()) : -1, H5Tclose);
    if (type.valid() && H5Tget_class(type.id()) == H5T_COMPOUND && H5Tget_member_index(type.id(), "head") >= 0 &&
        H5Tget_member_index(type.id(), "data") >= 0)
        names.push_back(group);
    return 0;
}

}  // namespace

std::string findIsmrmrdGroup(const std::string& path, const std::string& asked) {
    const Hdf5Lock lock;
    const Hdf5Handle file = openReadOnly(path);
    std::vector<std::string> names;
    if (!file.valid() || H5Literate(file.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, collectGroup, &names) < 0) names.clear();
    H5Eclear2(H5E_DEFAULT);
    const std::string wanted = asked.empty() ? "dataset" : asked;
    for (const auto& name : names)
        if (name == wanted || "/" + name == wanted) return name;
    return asked.empty() && !names.empty() ? names.front() : "";
}

IsmrmrdLines readIsmrmrdLines(const std::string& path, const std::string& group) {
    const Hdf5Lock lock;
    const Hdf5Handle file = openReadOnly(path);
    const std::string name = group + "/data";
    const Hdf5Handle dataset(file.valid() ? H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT) : -1, H5Dclose);
    if (!dataset.valid()) throw IoError(path, name, "lines of k-space", takeHdf5Reason());
    const Layout layout(path, name, dataset.id());
    IsmrmrdLines result;
    result.addresses = addressesOf(file.id());
    std::uint64_t bytes = 0;
    visitRecords(path, file.id(), dataset.id(), name, [&](std::uint64_t index, ByteView record) {
        const IsmrmrdLine line = layout.lineIn(record);
        const std::uint64_t claimed = 2ULL * line.samples * line.channels;
        if (line.data.length != claimed)
            throw IoError(path, name,
                          fmt::format("{} numbers for {} samples of {} channels in line {}", claimed, line.samples, line.channels, index),
                          fmt::format("{}", line.data.length), "The file is damaged or was not written to its end.");
        bytes += claimed * sizeof(float);
        result.lines.push_back(line);
    });
    checkFits(path, name, 0, bytes, stampOf(path).bytes);
    return result;
}

ComplexArray readIsmrmrdSamples(RawHdf5& file, const std::string& path, const IsmrmrdLine& line) {
    ComplexArray samples({line.channels, line.samples});
    if (samples.empty()) return samples;
    const std::size_t bytes = samples.values().size_bytes();
    const auto raw = file.readObject(line.data, bytes);
    if (!raw)
        throw IoError(path, "data", fmt::format("{} bytes of samples", bytes),
                      fmt::format("a damaged or truncated heap at the line with phase encode {} of slice {}", line.step1, line.slice),
                      "Copy the file again from its source.");
    std::memcpy(static_cast<void*>(samples.data()), raw->data(), bytes);
    return samples;
}

}  // namespace larmor::io
