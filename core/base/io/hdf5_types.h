#pragma once
// Types of HDF5 data sets that hold numbers.

#include <cstddef>
#include <optional>
#include <string>

#include "core/base/io/hdf5_handle.h"

namespace larmor::io {

struct Hdf5NumberType {
    std::string text;  ///< "complex64", "float32", "bool"
    bool isComplex = false;
    std::string real, imaginary;  ///< names of the members of a complex compound
    std::size_t bytes = 0;        ///< of one element in the file
};

/// Integers, floats, h5py's bool, and compounds of two numbers {r, i}, {re, im} or {real, imag}. Absent for all else.
[[nodiscard]] std::optional<Hdf5NumberType> numberTypeOf(std::int64_t type);
/// The type that such data takes in memory: float, or two floats.
[[nodiscard]] Hdf5Handle memoryTypeOf(const Hdf5NumberType& type);

}  // namespace larmor::io
