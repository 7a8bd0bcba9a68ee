#pragma once
// The formats behind openArrayFile: one test of the first bytes and one reader each.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/io/array_file.h"

namespace larmor::io {

/// Where a BART array lies: opening "x.cfl", "x.hdr" or "x" means the same pair.
struct CflPaths {
    std::string data, header;
};
/// Empty names if `path` is no part of such a pair, judged by the first line of the header.
[[nodiscard]] CflPaths findCfl(const std::string& path);

[[nodiscard]] bool looksLikeNpy(std::string_view head);
[[nodiscard]] bool looksLikeMat5(std::string_view head);
[[nodiscard]] bool looksLikePng(std::string_view head);
/// @param head  the unpacked first 348 bytes
[[nodiscard]] bool looksLikeNifti(std::string_view head);
/// Like readHead, of what a gzip file holds unpacked.
[[nodiscard]] std::string readUnpackedHead(const std::string& path, std::size_t bytes);

/// All @throws IoError.
[[nodiscard]] ArrayFilePtr openNpy(const std::string& path);
[[nodiscard]] ArrayFilePtr openCfl(const CflPaths& paths);
[[nodiscard]] ArrayFilePtr openHdf5(const std::string& path);
[[nodiscard]] ArrayFilePtr openMat5(const std::string& path);
[[nodiscard]] ArrayFilePtr openNifti(const std::string& path);
[[nodiscard]] ArrayFilePtr openPng(const std::string& path);
/// The text that a PNG file keeps under a keyword before its pixels; nullopt: none. @throws IoError
[[nodiscard]] std::optional<std::string> readPngText(const std::string& path, const std::string& keyword);

inline constexpr const char* kNpyFormat = "NumPy npy";
inline constexpr const char* kCflFormat = "BART cfl";
inline constexpr const char* kHdf5Format = "HDF5";
inline constexpr const char* kMat5Format = "MATLAB v5";
inline constexpr const char* kNiftiFormat = "NIfTI";
inline constexpr const char* kPngFormat = "PNG";
inline constexpr const char* kDicomFormat = "DICOM";

}  // namespace larmor::io
