#include "core/base/io/hdf5_file.h"

#include <hdf5.h>

#include <algorithm>

#include <fmt/format.h>

#include "core/base/io/box.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/hdf5_chunks.h"
#include "core/base/io/hdf5_structure.h"
#include "core/base/io/hdf5_superblock.h"
#include "core/base/io/hdf5_text.h"
#include "core/base/io/hdf5_types.h"

namespace larmor::io {
namespace {

constexpr std::size_t kMaxDatasets = 10'000;

herr_t collect(hid_t, const char* name, const H5O_info_t* facts, void* target) {
    auto& names = *static_cast<std::vector<std::string>*>(target);
    if (facts->type == H5O_TYPE_DATASET) names.emplace_back(name);
    return names.size() >= kMaxDatasets ? 1 : 0;
}

Hdf5Handle openFile(const std::string& path) {
    const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    // Reading needs no lock, and some network file systems know none.
    H5Pset_file_locking(access.id(), false, true);
    return {H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose};
}

[[noreturn]] void refuse(const std::string& path, std::uint64_t bytes) {
    const std::string reason = takeHdf5Reason();
    const auto claimed = claimedFileBytes(path);
    if (claimed && *claimed > bytes)
        throw IoError(path, "", fmt::format("a whole HDF5 file of {} bytes, by its superblock", *claimed),
                      fmt::format("{} of the {} bytes: truncated", bytes, *claimed), "Copy the file again from its source.");
    throw IoError(path, "", "a whole HDF5 file", reason, "The file may be damaged: copy it again.");
}

Hdf5Handle openDataset(hid_t file, const std::string& name) {
    if (name.empty() || H5Lexists(file, name.c_str(), H5P_DEFAULT) <= 0) return {};
    const Hdf5Handle object(H5Oopen(file, name.c_str(), H5P_DEFAULT), H5Oclose);
    if (!object.valid() || H5Iget_type(object.id()) != H5I_DATASET) return {};
    return {H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose};
}

std::optional<Shape> extentsOf(hid_t dataset) {
    const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
    const int rank = space.valid() ? H5Sget_simple_extent_ndims(space.id()) : -1;
    if (rank < 1 || H5Sget_simple_extent_type(space.id()) != H5S_SIMPLE) return std::nullopt;
    std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
    H5Sget_simple_extent_dims(space.id(), dims.data(), nullptr);
    if (std::find(dims.begin(), dims.end(), hsize_t{0}) != dims.end()) return std::nullopt;
    return Shape(dims.begin(), dims.end());
}

/// MATLAB keeps characters as integers, and of an empty array its dimensions as numbers.
bool isMatlabText(hid_t dataset) {
    if (H5Aexists(dataset, "MATLAB_empty") > 0) return true;
    if (H5Aexists(dataset, "MATLAB_class") <= 0) return false;
    const Hdf5Handle attribute(H5Aopen(dataset, "MATLAB_class", H5P_DEFAULT), H5Aclose);
    const Hdf5Handle type(H5Aget_type(attribute.id()), H5Tclose);
    char name[5] = {};
    const bool isShort = H5Tget_class(type.id()) == H5T_STRING && H5Tis_variable_str(type.id()) == 0 && H5Tget_size(type.id()) <= sizeof name;
    return isShort && H5Aread(attribute.id(), type.id(), name) >= 0 && std::string_view(name, 4) == "char";
}

std::vector<hsize_t> sizes(const Shape& shape) {
    return {shape.begin(), shape.end()};
}

/// The real numbers at the front of the buffer, spread to complex ones in place.
void spreadReal(ComplexArray& x) {
    auto* parts = reinterpret_cast<float*>(x.data());
    for (std::int64_t i = x.size(); i-- > 0;) {
        const float value = parts[i];
        parts[2 * i] = value;
        parts[2 * i + 1] = 0;
    }
}

}  // namespace

Hdf5File::Hdf5File(const std::string& path) : m_path(path), m_bytes(stampOf(path).bytes) {
    if (!hasHdf5Signature(path)) throw IoError(path, "", "an HDF5 file", "no HDF5 signature");
    checkHdf5Structure(path);
    m_file = openFile(path);
    if (!m_file.valid()) refuse(path, m_bytes);
}

std::vector<ArrayEntry> Hdf5File::arrays() const {
    std::vector<std::string> names;
    if (H5Ovisit2(m_file.id(), H5_INDEX_NAME, H5_ITER_INC, collect, &names, H5O_INFO_BASIC) < 0)
        throw IoError(m_path, "", "a readable list of data sets", takeHdf5Reason());
    std::vector<ArrayEntry> entries;
    for (const std::string& name : names) {
        if (name.starts_with('#')) continue;  // what MATLAB's cells and objects point to
        if (auto entry = find(name)) entries.push_back(std::move(*entry));
    }
    return entries;
}

std::optional<ArrayEntry> Hdf5File::find(const std::string& name) const {
    const Hdf5Handle dataset = openDataset(m_file.id(), name);
    H5Eclear2(H5E_DEFAULT);
    return dataset.valid() ? describe(name, dataset.id()) : std::nullopt;
}

std::optional<ArrayEntry> Hdf5File::describe(const std::string& name, std::int64_t dataset) const {
    const Hdf5Handle type(H5Dget_type(dataset), H5Tclose);
    const auto number = type.valid() ? numberTypeOf(type.id()) : std::nullopt;
    const auto shape = extentsOf(dataset);
    if (!number || !shape || isMatlabText(dataset)) return std::nullopt;
    ArrayEntry entry{name, *shape, number->text, number->isComplex, H5Aexists(dataset, "MATLAB_class") > 0};
    checkStorage(entry, dataset, number->bytes);
    return entry;
}

void Hdf5File::checkStorage(const ArrayEntry& entry, std::int64_t dataset, std::size_t elementBytes) const {
    const std::uint64_t claimed = claimedBytes(m_path, entry.name, entry.shape, elementBytes);
    const Hdf5Handle properties(H5Dget_create_plist(dataset), H5Pclose);
    const H5D_layout_t layout = H5Pget_layout(properties.id());
    if (layout == H5D_VIRTUAL || H5Pget_external_count(properties.id()) > 0)
        throw IoError(m_path, entry.name, "data in this file", "data in other files", "Larmor follows no links out of a file.");
    if (layout == H5D_CHUNKED) return checkChunks(entry, dataset, properties.id(), claimed, elementBytes);
    const std::uint64_t stored = H5Dget_storage_size(dataset);
    if (stored < claimed || stored > m_bytes)
        throw IoError(m_path, entry.name, fmt::format("{} bytes of data for shape {}", claimed, toText(entry.shape)),
                      fmt::format("{} bytes in a file of {}", stored, m_bytes), "The file was not written to its end or is damaged.");
}

void Hdf5File::checkChunks(const ArrayEntry& entry, std::int64_t dataset, std::int64_t properties, std::uint64_t claimed,
                           std::size_t elementBytes) const {
    std::vector<hsize_t> chunk(entry.shape.size());
    H5Pget_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
    Shape grid(chunk.size());
    for (std::size_t d = 0; d < chunk.size(); ++d) {
        const auto extent = static_cast<std::int64_t>(std::max<hsize_t>(chunk[d], 1));
        grid[d] = (entry.shape[d] - 1) / extent + 1;
    }
    const std::uint64_t expected = claimedBytes(m_path, entry.name, grid, 1);
    const std::uint64_t chunkBytes = claimedBytes(m_path, entry.name, Shape(chunk.begin(), chunk.end()), elementBytes);
    const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
    hsize_t found = 0;
    if (H5Dget_num_chunks(dataset, space.id(), &found) < 0) throw IoError(m_path, entry.name, "a readable chunk index", takeHdf5Reason());
    const std::uint64_t stored = H5Dget_storage_size(dataset);
    // Without filters every chunk is stored in full; the library would read past a shorter one.
    const bool isShort = H5Pget_nfilters(properties) == 0 && stored / expected < chunkBytes;
    if (found < expected || stored > m_bytes || isShort)
        throw IoError(m_path, entry.name, fmt::format("{} chunks for shape {}", expected, toText(entry.shape)),
                      fmt::format("{} chunks, {} bytes in a file of {}", found, stored, m_bytes),
                      "The file was not written to its end or is damaged.");
    checkUnpacked(m_path, entry.name, std::max(claimed, chunkBytes), stored);
}

ComplexArray Hdf5File::read(const std::string& name, const Shape& start, const Shape& count) const {
    const Hdf5Handle dataset = openDataset(m_file.id(), name);
    const auto entry = dataset.valid() ? describe(name, dataset.id()) : std::nullopt;
    if (!entry) throw IoError(m_path, name, "a data set of numbers", dataset.valid() ? "data of another kind" : "none of that name");
    checkBox(start, count, entry->shape, name);
    ComplexArray out(count);
    const Hdf5Handle fileType(H5Dget_type(dataset.id()), H5Tclose);
    const Hdf5Handle type = memoryTypeOf(numberTypeOf(fileType.id()).value());
    if (readFilteredBox(m_path, name, dataset.id(), type.id(), start, count, out.data())) {
        if (!entry->isComplex) spreadReal(out);
        return out;
    }
    const Hdf5Handle source(H5Dget_space(dataset.id()), H5Sclose);
    const Hdf5Handle target(H5Screate_simple(static_cast<int>(count.size()), sizes(count).data(), nullptr), H5Sclose);
    if (H5Sselect_hyperslab(source.id(), H5S_SELECT_SET, sizes(start).data(), nullptr, sizes(count).data(), nullptr) < 0 ||
        H5Dread(dataset.id(), type.id(), target.id(), source.id(), H5P_DEFAULT, out.data()) < 0)
        throw IoError(m_path, name, fmt::format("readable data of shape {}", toText(entry->shape)), takeHdf5Reason());
    if (!entry->isComplex) spreadReal(out);
    return out;
}

ComplexArray Hdf5File::read(const std::string& name) const {
    const auto entry = find(name);
    if (!entry) throw IoError(m_path, name, "a data set of numbers", "none of that name");
    return read(name, Shape(entry->shape.size(), 0), entry->shape);
}

std::vector<std::int16_t> Hdf5File::readInt16(const std::string& name) const {
    const Hdf5Handle dataset = openDataset(m_file.id(), name);
    const auto entry = dataset.valid() ? describe(name, dataset.id()) : std::nullopt;
    if (!entry || entry->type != "int16") throw IoError(m_path, name, "a data set of 16-bit integers", entry ? entry->type : "none");
    std::vector<std::int16_t> values(static_cast<std::size_t>(elementCount(entry->shape)));
    if (readFilteredBox(m_path, name, dataset.id(), H5T_NATIVE_INT16, Shape(entry->shape.size(), 0), entry->shape, values.data())) return values;
    if (H5Dread(dataset.id(), H5T_NATIVE_INT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
        throw IoError(m_path, name, fmt::format("readable data of shape {}", toText(entry->shape)), takeHdf5Reason());
    return values;
}

std::optional<std::string> Hdf5File::textAttribute(const std::string& name) const {
    if (H5Aexists(m_file.id(), name.c_str()) <= 0) return std::nullopt;
    const Hdf5Handle attribute(H5Aopen(m_file.id(), name.c_str(), H5P_DEFAULT), H5Aclose);
    return attribute.valid() ? readAttributeText(m_path, m_file.id(), attribute.id(), name) : std::nullopt;
}

std::optional<double> Hdf5File::numberAttribute(const std::string& name) const {
    if (H5Aexists(m_file.id(), name.c_str()) <= 0) return std::nullopt;
    const Hdf5Handle attribute(H5Aopen(m_file.id(), name.c_str(), H5P_DEFAULT), H5Aclose);
    if (!attribute.valid()) return std::nullopt;
    const Hdf5Handle type(H5Aget_type(attribute.id()), H5Tclose), space(H5Aget_space(attribute.id()), H5Sclose);
    const auto number = numberTypeOf(type.id());
    double value = 0;
    if (!number || number->isComplex || H5Sget_simple_extent_npoints(space.id()) != 1 ||
        H5Aread(attribute.id(), H5T_NATIVE_DOUBLE, &value) < 0)
        return std::nullopt;
    return value;
}

std::optional<std::string> Hdf5File::text(const std::string& name) const {
    const Hdf5Handle dataset = openDataset(m_file.id(), name);
    return dataset.valid() ? readDatasetText(m_path, m_file.id(), dataset.id()) : std::nullopt;
}

bool hasHdf5Signature(const std::string& path) {
    return findHdf5Signature(path).has_value();
}

std::optional<std::size_t> findHdf5Signature(const std::string& path) {
    static constexpr std::string_view kSignature("\x89HDF\r\n\x1a\n", 8);
    const std::string head = readHead(path, 4096 + kSignature.size());
    for (const std::size_t offset : {0UL, 512UL, 1024UL, 2048UL, 4096UL}) {
        if (head.size() >= offset + kSignature.size() && head.compare(offset, kSignature.size(), kSignature) == 0) return offset;
    }
    return std::nullopt;
}

}  // namespace larmor::io
