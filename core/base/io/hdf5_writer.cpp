#include "core/base/io/hdf5_writer.h"

#include <hdf5.h>

namespace larmor::io {
namespace {

Hdf5Handle typeOf(Hdf5Kind kind) {
    switch (kind) {
        case Hdf5Kind::Complex64: {
            // The names that h5py reads as complex64.
            Hdf5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(cfloat)), H5Tclose);
            H5Tinsert(type.id(), "r", 0, H5T_IEEE_F32LE);
            H5Tinsert(type.id(), "i", sizeof(float), H5T_IEEE_F32LE);
            return type;
        }
        case Hdf5Kind::Float32:
            return {H5Tcopy(H5T_IEEE_F32LE), H5Tclose};
        case Hdf5Kind::Float64:
            return {H5Tcopy(H5T_IEEE_F64LE), H5Tclose};
        case Hdf5Kind::UInt8:
            return {H5Tcopy(H5T_STD_U8LE), H5Tclose};
        case Hdf5Kind::Int16:
            return {H5Tcopy(H5T_STD_I16LE), H5Tclose};
    }
    return {};
}

/// "file write failed: time = ..., filename = ..., error message = 'File too large', ..." without what only the library needs.
std::string shortReason(const std::string& reason) {
    static constexpr std::string_view kMessage = "error message = '";
    const auto end = reason.find(": time = "), message = reason.find(kMessage);
    if (end == std::string::npos || message == std::string::npos) return reason;
    const auto from = message + kMessage.size();
    return reason.substr(0, end) + ": " + reason.substr(from, reason.find('\'', from) - from);
}

Hdf5Handle textType(H5T_cset_t characters = H5T_CSET_UTF8) {
    Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), H5T_VARIABLE);
    H5Tset_cset(type.id(), characters);
    return type;
}

Hdf5Handle simpleSpace(const Shape& shape) {
    const std::vector<hsize_t> dims(shape.begin(), shape.end());
    return {H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose};
}

Hdf5Handle withoutTimes(hid_t propertyClass) {
    Hdf5Handle properties(H5Pcreate(propertyClass), H5Pclose);
    H5Pset_obj_track_times(properties.id(), false);
    return properties;
}

}  // namespace

Hdf5Writer::Hdf5Writer(const std::string& path, Mode mode) : m_path(path) {
    m_file = {mode == Mode::Create ? H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)
                                   : H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT),
              H5Fclose};
    check(m_file.valid(), "");
}

void Hdf5Writer::check(bool isDone, const std::string& dataset) const {
    if (isDone) return;
    throw IoError(m_path, dataset, "a file that can be written", shortReason(takeHdf5Reason()), "Free some space or choose another folder.");
}

void Hdf5Writer::create(const std::string& dataset, const Shape& shape, Hdf5Kind kind) {
    make(dataset, shape, kind, withoutTimes(H5P_DATASET_CREATE));
}

void Hdf5Writer::createPacked(const std::string& dataset, const Shape& shape, Hdf5Kind kind, const Shape& block) {
    constexpr unsigned kDeflateLevel = 4;
    const Hdf5Handle properties = withoutTimes(H5P_DATASET_CREATE);
    const std::vector<hsize_t> chunk(block.begin(), block.end());
    check(H5Pset_chunk(properties.id(), static_cast<int>(chunk.size()), chunk.data()) >= 0 && H5Pset_shuffle(properties.id()) >= 0 &&
              H5Pset_deflate(properties.id(), kDeflateLevel) >= 0,
          dataset);
    make(dataset, shape, kind, properties);
}

void Hdf5Writer::make(const std::string& dataset, const Shape& shape, Hdf5Kind kind, const Hdf5Handle& properties) {
    const Hdf5Handle type = typeOf(kind), space = simpleSpace(shape);
    const Hdf5Handle made(H5Dcreate2(m_file.id(), dataset.c_str(), type.id(), space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                          H5Dclose);
    check(made.valid(), dataset);
}

void Hdf5Writer::fill(const std::string& dataset, const Shape& start, const Shape& count, const void* values) {
    const Hdf5Handle target(H5Dopen2(m_file.id(), dataset.c_str(), H5P_DEFAULT), H5Dclose);
    check(target.valid(), dataset);
    const Hdf5Handle type(H5Dget_type(target.id()), H5Tclose), box(H5Dget_space(target.id()), H5Sclose), source = simpleSpace(count);
    const std::vector<hsize_t> first(start.begin(), start.end()), extent(count.begin(), count.end());
    check(H5Sselect_hyperslab(box.id(), H5S_SELECT_SET, first.data(), nullptr, extent.data(), nullptr) >= 0 &&
              H5Dwrite(target.id(), type.id(), source.id(), box.id(), H5P_DEFAULT, values) >= 0,
          dataset);
}

void Hdf5Writer::writeWhole(const std::string& dataset, const Shape& shape, Hdf5Kind kind, const void* values) {
    create(dataset, shape, kind);
    fill(dataset, Shape(shape.size(), 0), shape, values);
}

void Hdf5Writer::createGrowing(const std::string& dataset, std::int64_t type, std::uint64_t chunk) {
    const hsize_t none = 0, any = H5S_UNLIMITED, block = chunk;
    const Hdf5Handle packed(H5Tcopy(type), H5Tclose), space(H5Screate_simple(1, &none, &any), H5Sclose), properties = withoutTimes(H5P_DATASET_CREATE);
    check(H5Tpack(packed.id()) >= 0 && H5Pset_chunk(properties.id(), 1, &block) >= 0, dataset);
    const Hdf5Handle made(H5Dcreate2(m_file.id(), dataset.c_str(), packed.id(), space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT), H5Dclose);
    check(made.valid(), dataset);
}

void Hdf5Writer::append(const std::string& dataset, std::int64_t type, std::uint64_t count, const void* records) {
    const Hdf5Handle target(H5Dopen2(m_file.id(), dataset.c_str(), H5P_DEFAULT), H5Dclose);
    check(target.valid(), dataset);
    hsize_t begin = 0;
    const Hdf5Handle before(H5Dget_space(target.id()), H5Sclose);
    check(H5Sget_simple_extent_dims(before.id(), &begin, nullptr) == 1, dataset);
    const hsize_t added = count, end = begin + added;
    check(H5Dset_extent(target.id(), &end) >= 0, dataset);
    const Hdf5Handle box(H5Dget_space(target.id()), H5Sclose), source(H5Screate_simple(1, &added, nullptr), H5Sclose);
    check(H5Sselect_hyperslab(box.id(), H5S_SELECT_SET, &begin, nullptr, &added, nullptr) >= 0 &&
              H5Dwrite(target.id(), type, source.id(), box.id(), H5P_DEFAULT, records) >= 0,
          dataset);
}

void Hdf5Writer::makeGroup(const std::string& name) {
    const Hdf5Handle properties = withoutTimes(H5P_GROUP_CREATE);
    const Hdf5Handle made(H5Gcreate2(m_file.id(), name.c_str(), H5P_DEFAULT, properties.id(), H5P_DEFAULT), H5Gclose);
    check(made.valid(), name);
}

void Hdf5Writer::writeText(const std::string& dataset, const std::string& text) {
    const Hdf5Handle type = textType(), space(H5Screate(H5S_SCALAR), H5Sclose), properties = withoutTimes(H5P_DATASET_CREATE);
    const Hdf5Handle target(H5Dcreate2(m_file.id(), dataset.c_str(), type.id(), space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                            H5Dclose);
    const char* value = text.c_str();
    check(target.valid() && H5Dwrite(target.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &value) >= 0, dataset);
}

void Hdf5Writer::writeOldText(const std::string& dataset, const std::string& text) {
    const Hdf5Handle type = textType(H5T_CSET_ASCII), space = simpleSpace({1}), properties = withoutTimes(H5P_DATASET_CREATE);
    const Hdf5Handle target(H5Dcreate2(m_file.id(), dataset.c_str(), type.id(), space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT), H5Dclose);
    const char* value = text.c_str();
    check(target.valid() && H5Dwrite(target.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &value) >= 0, dataset);
}

void Hdf5Writer::setAttribute(const std::string& name, const std::string& text, const std::string& object) {
    const Hdf5Handle type = textType(), space(H5Screate(H5S_SCALAR), H5Sclose);
    const Hdf5Handle target(
        H5Acreate_by_name(m_file.id(), object.c_str(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
        H5Aclose);
    const char* value = text.c_str();
    check(target.valid() && H5Awrite(target.id(), type.id(), &value) >= 0, name);
}

void Hdf5Writer::setAttribute(const std::string& name, double value) {
    const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
    const Hdf5Handle target(H5Acreate2(m_file.id(), name.c_str(), H5T_IEEE_F64LE, space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    check(target.valid() && H5Awrite(target.id(), H5T_NATIVE_DOUBLE, &value) >= 0, name);
}

void Hdf5Writer::close() {
    check(H5Fflush(m_file.id(), H5F_SCOPE_GLOBAL) >= 0, "");
    m_file = {};
}

}  // namespace larmor::io
