#pragma once
// Writing HDF5. Files are the same bytes for the same content: no times are stored.

#include <string>

#include "core/base/array.h"
#include "core/base/io/hdf5_handle.h"

namespace larmor::io {

enum class Hdf5Kind { Complex64, Float32, Float64, UInt8, Int16 };

/// Holds the lock of the library for as long as it lives. @throws IoError from everything.
class Hdf5Writer {
public:
    enum class Mode { Create, Extend };
    Hdf5Writer(const std::string& path, Mode mode);

    void create(const std::string& dataset, const Shape& shape, Hdf5Kind kind);
    /// In blocks of this shape, each packed by shuffle and DEFLATE.
    void createPacked(const std::string& dataset, const Shape& shape, Hdf5Kind kind, const Shape& block);
    /// Fills a box. @param values  row-major, of the data set's kind
    void fill(const std::string& dataset, const Shape& start, const Shape& count, const void* values);
    /// Records one after the other, none at first; the file has them without gaps. @param type  id of the compound in memory
    void createGrowing(const std::string& dataset, std::int64_t type, std::uint64_t chunk);
    void append(const std::string& dataset, std::int64_t type, std::uint64_t count, const void* records);
    void write(const std::string& dataset, const ComplexArray& array) {
        writeWhole(dataset, array.shape(), Hdf5Kind::Complex64, array.data());
    }
    void write(const std::string& dataset, const RealArray& array) { writeWhole(dataset, array.shape(), Hdf5Kind::Float32, array.data()); }
    void write(const std::string& dataset, const ByteArray& array) { writeWhole(dataset, array.shape(), Hdf5Kind::UInt8, array.data()); }
    void write(const std::string& dataset, const Array<double>& array) {
        writeWhole(dataset, array.shape(), Hdf5Kind::Float64, array.data());
    }
    void makeGroup(const std::string& name);
    void writeText(const std::string& dataset, const std::string& text);
    /// As one entry of a list, its characters not declared as UTF-8: the one kind that libismrmrd reads.
    void writeOldText(const std::string& dataset, const std::string& text);

    /// Of the file's root, or of a data set.
    void setAttribute(const std::string& name, const std::string& text, const std::string& object = "/");
    void setAttribute(const std::string& name, double value);
    /// Writes what is left and closes. Without it the file may not be whole.
    void close();

private:
    void make(const std::string& dataset, const Shape& shape, Hdf5Kind kind, const Hdf5Handle& properties);
    void writeWhole(const std::string& dataset, const Shape& shape, Hdf5Kind kind, const void* values);
    void check(bool isDone, const std::string& dataset) const;

    Hdf5Lock m_lock;
    std::string m_path;
    Hdf5Handle m_file;
};

}  // namespace larmor::io
