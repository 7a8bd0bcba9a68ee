#pragma once
// What can be known of a file before its header is believed.

#include <cstdint>
#include <string>

#include "core/base/array.h"

namespace larmor::io {

/// Most dimensions an array may have: BART's 16.
inline constexpr std::size_t kMaxRank = 16;
/// DEFLATE cannot pack data tighter than 1032 to 1; a header that claims more is not telling the truth.
inline constexpr std::uint64_t kMaxDeflateRatio = 1100;

/// Size and time of change of a file: enough to notice that it is no longer the one that was opened.
struct FileStamp {
    std::uint64_t bytes = 0;
    std::int64_t changedNs = 0;
    friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// @throws IoError if there is no such file, or it is a folder or another thing that holds no bytes.
[[nodiscard]] FileStamp stampOf(const std::string& path);
/// @throws IoError if the file vanished or is not as it was.
void checkUnchanged(const std::string& path, const FileStamp& opened);

/// The first bytes of the file, at most `bytes`. @throws IoError
[[nodiscard]] std::string readHead(const std::string& path, std::size_t bytes);
/// The whole of a small text file. @throws IoError if it is larger than `limit`.
[[nodiscard]] std::string readSmallFile(const std::string& path, std::uint64_t limit);

/// Bytes that an array of this shape takes. @throws IoError naming the data set for no or more than 16 dimensions, for extents
/// below 1 and for products that overflow.
[[nodiscard]] std::uint64_t claimedBytes(const std::string& path, const std::string& dataset, const Shape& shape, std::size_t elementBytes);
/// @throws IoError "truncated" if the data does not fit between `offset` and the end of the file.
void checkFits(const std::string& path, const std::string& dataset, std::uint64_t offset, std::uint64_t claimed, std::uint64_t fileBytes);
/// The same for compressed data. @throws IoError if no compression could have packed so much into so little.
void checkUnpacked(const std::string& path, const std::string& dataset, std::uint64_t claimed, std::uint64_t packedBytes);

[[nodiscard]] bool isRegularFile(const std::string& path);
/// ".npy", ".nii.gz"; lower case, empty if there is none.
[[nodiscard]] std::string extensionOf(const std::string& path);
/// The path without extensionOf(path).
[[nodiscard]] std::string withoutExtension(const std::string& path);
/// "scan.h5" of "/data/scan.h5"
[[nodiscard]] std::string fileNameOf(const std::string& path);

}  // namespace larmor::io
