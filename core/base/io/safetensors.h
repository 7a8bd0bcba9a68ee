#pragma once
// safetensors: a JSON header (names, types, shapes, offsets, free metadata) and the bytes behind it. Holds the weights of priors.
// Reading and writing need no LibTorch, so that a prior can be listed and checked without it.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/base/array.h"

namespace larmor::io {

struct SafeTensor {
    std::string name;
    std::string type;                ///< "F64", "F32", "F16", "BF16", "I64", "I32", "U8", "BOOL"
    Shape shape;                     ///< empty: a scalar
    std::size_t begin = 0, end = 0;  ///< bytes, counted from the end of the header
};

struct SafeTensorsHeader {
    std::vector<SafeTensor> tensors;              ///< in the order of their offsets
    std::map<std::string, std::string> metadata;  ///< "__metadata__"
    std::size_t dataBegin = 0;                    ///< bytes from the start of the file
};

/// Bytes of one element: "F16" is 2. 0: a type that is not read.
[[nodiscard]] LARMOR_BASE_EXPORT std::size_t safeTensorElementBytes(const std::string& type);

/// Reads and checks the header against the file's size: offsets that overlap, leave gaps, run past the end or do not fit type x shape
/// are refused. @throws IoError naming the file, the tensor, what was expected and what was found
[[nodiscard]] LARMOR_BASE_EXPORT SafeTensorsHeader readSafeTensorsHeader(const std::string& path);
/// The bytes of one tensor. @throws IoError
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<std::byte> readSafeTensor(const std::string& path, const SafeTensorsHeader& header,
                                                                       const SafeTensor& tensor);

struct SafeTensorData {
    std::string name, type;
    Shape shape;
    std::vector<std::byte> bytes;
};
/// Writes whole or not at all. @throws IoError
LARMOR_BASE_EXPORT void writeSafeTensors(const std::string& path, const std::vector<SafeTensorData>& tensors,
                                         const std::map<std::string, std::string>& metadata);

}  // namespace larmor::io
