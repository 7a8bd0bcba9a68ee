#pragma once
// Any file that holds arrays: what is in it, and any part of an array as complex numbers.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/array.h"

namespace larmor::io {

/// One array in a file.
struct ArrayEntry {
    std::string name;  ///< data set path or variable name; empty where the file holds just one array
    Shape shape;       ///< row-major view of the file's order, slowest first, at most 16 dimensions
    std::string type;  ///< "complex64", "float32", "uint8" ... as a person would write it
    bool isComplex = false;
    bool columnMajor =
        false;  ///< the file counts its first index fastest (MATLAB, BART); `shape` is then the reverse of what its users write
};

/// Safe to be called from several threads. Reads what is asked for and nothing else, where the format allows.
class LARMOR_BASE_EXPORT ArrayFile {
public:
    virtual ~ArrayFile();
    [[nodiscard]] virtual const std::string& path() const = 0;
    [[nodiscard]] virtual const std::string& format() const = 0;  ///< "NumPy npy", "BART cfl", "HDF5", "MATLAB v5", "NIfTI", "DICOM", "PNG"
    [[nodiscard]] virtual const std::vector<ArrayEntry>& entries() const = 0;
    /// Complex arrays that real ones may be meant as, which nothing in the file says: see withPairedParts(). Found by their names; who
    /// chooses among entries() does not meet them.
    [[nodiscard]] virtual const std::vector<ArrayEntry>& pairedEntries() const;
    /// Both, to choose from by hand.
    [[nodiscard]] std::vector<const ArrayEntry*> allEntries() const;
    /// A box of the array. @param start, count  one value a dimension. @throws IoError, ShapeError
    [[nodiscard]] virtual ComplexArray read(const std::string& name, const Shape& start, const Shape& count) const = 0;
    /// The whole array.
    [[nodiscard]] ComplexArray read(const std::string& name) const;
    /// The entry of that name, also of pairedEntries(); empty name: the only one of entries(), or the largest. @throws IoError listing what there is.
    [[nodiscard]] const ArrayEntry& entry(const std::string& name) const;
};

using ArrayFilePtr = std::shared_ptr<const ArrayFile>;

/// Recognises the file by its content (a .cfl or .hdr name finds its twin). Checks every size that the header claims against the
/// file before it takes memory. @throws IoError if the file is missing, foreign, truncated or hostile.
[[nodiscard]] LARMOR_BASE_EXPORT ArrayFilePtr openArrayFile(const std::string& path);

}  // namespace larmor::io
