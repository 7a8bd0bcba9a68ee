#pragma once
// Reading HDF5: which arrays there are, boxes of them as complex numbers, attributes. Errors of the library become IoError.

#include <optional>
#include <string>
#include <vector>

#include "core/base/io/array_file.h"
#include "core/base/io/hdf5_handle.h"

namespace larmor::io {

/// An open file. It holds the lock of the library for as long as it lives: open it, read, let it go.
class Hdf5File {
public:
    /// @throws IoError if the file is missing, foreign or truncated.
    explicit Hdf5File(const std::string& path);

    /// Every data set of numbers, at any depth, without those that are empty. @throws IoError for sizes that the file cannot hold.
    [[nodiscard]] std::vector<ArrayEntry> arrays() const;
    /// Absent if there is no such data set or it holds no numbers. @throws IoError as above.
    [[nodiscard]] std::optional<ArrayEntry> find(const std::string& dataset) const;
    /// @throws IoError, ShapeError
    [[nodiscard]] ComplexArray read(const std::string& dataset, const Shape& start, const Shape& count) const;
    [[nodiscard]] ComplexArray read(const std::string& dataset) const;
    /// Row-major, of any shape: for data sets of 16-bit integers, without the detour over complex numbers. @throws IoError
    [[nodiscard]] std::vector<std::int16_t> readInt16(const std::string& dataset) const;

    /// Of the file's root. Absent if there is none or it is of another kind.
    [[nodiscard]] std::optional<std::string> textAttribute(const std::string& name) const;
    [[nodiscard]] std::optional<double> numberAttribute(const std::string& name) const;
    /// A data set that holds one string. Absent if there is none of that name and kind.
    [[nodiscard]] std::optional<std::string> text(const std::string& dataset) const;

private:
    [[nodiscard]] std::optional<ArrayEntry> describe(const std::string& name, std::int64_t dataset) const;
    void checkStorage(const ArrayEntry& entry, std::int64_t dataset, std::size_t elementBytes) const;
    void checkChunks(const ArrayEntry& entry, std::int64_t dataset, std::int64_t properties, std::uint64_t claimed,
                     std::size_t elementBytes) const;

    Hdf5Lock m_lock;
    std::string m_path;
    std::uint64_t m_bytes = 0;
    Hdf5Handle m_file;
};

/// True if the HDF5 signature stands where it may: at byte 0, 512, 1024, 2048 ... (MATLAB v7.3 puts 512 bytes of its own first).
[[nodiscard]] bool hasHdf5Signature(const std::string& path);
/// Where it stands.
[[nodiscard]] std::optional<std::size_t> findHdf5Signature(const std::string& path);

}  // namespace larmor::io
