#include "core/base/io/file_facts.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace larmor::io {

FileStamp stampOf(const std::string& path) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0)
        throw IoError(path, "", "a file that can be read", std::strerror(errno), "Check the path and the permissions.");
    if (S_ISDIR(facts.st_mode)) throw IoError(path, "", "a file", "a folder");
    if (!S_ISREG(facts.st_mode)) throw IoError(path, "", "a file", "a device or pipe");
    return {static_cast<std::uint64_t>(facts.st_size),
            static_cast<std::int64_t>(facts.st_mtim.tv_sec) * 1'000'000'000 + facts.st_mtim.tv_nsec};
}

void checkUnchanged(const std::string& path, const FileStamp& opened) {
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0)
        throw IoError(path, "", "the file that was opened", std::string("it is gone: ") + std::strerror(errno),
                      "Put it back or open it again.");
    const FileStamp now = stampOf(path);
    if (now == opened) return;
    const std::string found =
        now.bytes == opened.bytes ? "it was written to since" : fmt::format("{} bytes instead of {}", now.bytes, opened.bytes);
    throw IoError(path, "", "the file as it was when opened", found, "Open it again.");
}

std::string readHead(const std::string& path, std::size_t bytes) {
    const FileStamp stamp = stampOf(path);
    std::ifstream in(path, std::ios::binary);
    if (!in) throw IoError(path, "", "a file that can be read", std::strerror(errno), "Check the permissions.");
    std::string head(std::min<std::uint64_t>(bytes, stamp.bytes), '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(in.gcount()));
    return head;
}

std::string readSmallFile(const std::string& path, std::uint64_t limit) {
    const FileStamp stamp = stampOf(path);
    if (stamp.bytes > limit)
        throw IoError(path, "", fmt::format("a text file of at most {} bytes", limit), fmt::format("{} bytes", stamp.bytes));
    return readHead(path, static_cast<std::size_t>(stamp.bytes));
}

std::uint64_t claimedBytes(const std::string& path, const std::string& dataset, const Shape& shape, std::size_t elementBytes) {
    constexpr std::uint64_t kLimit = std::uint64_t{1} << 62;
    if (shape.empty() || shape.size() > kMaxRank)
        throw IoError(path, dataset, fmt::format("1 to {} dimensions", kMaxRank), fmt::format("{} dimensions", shape.size()));
    if (elementBytes == 0) throw IoError(path, dataset, "elements of at least a byte", "elements without any", "The header is damaged.");
    std::uint64_t bytes = elementBytes;
    for (const std::int64_t extent : shape) {
        if (extent < 1) throw IoError(path, dataset, "extents of at least 1", fmt::format("shape {}", toText(shape)));
        if (static_cast<std::uint64_t>(extent) > kLimit / bytes)
            throw IoError(path, dataset, "a size that a computer can address", fmt::format("shape {}", toText(shape)),
                          "The header is damaged.");
        bytes *= static_cast<std::uint64_t>(extent);
    }
    return bytes;
}

void checkFits(const std::string& path, const std::string& dataset, std::uint64_t offset, std::uint64_t claimed, std::uint64_t fileBytes) {
    if (offset <= fileBytes && claimed <= fileBytes - offset) return;
    throw IoError(path, dataset, fmt::format("{} bytes of data after a header of {}", claimed, offset),
                  fmt::format("a file of {} bytes: truncated, or the header is damaged", fileBytes),
                  "Copy the file again from its source.");
}

void checkUnpacked(const std::string& path, const std::string& dataset, std::uint64_t claimed, std::uint64_t packedBytes) {
    if (claimed / kMaxDeflateRatio <= packedBytes) return;
    throw IoError(path, dataset, fmt::format("{} bytes of data", claimed),
                  fmt::format("{} compressed bytes, which cannot hold that much", packedBytes), "The header is damaged.");
}

bool isRegularFile(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored);
}

std::string fileNameOf(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

std::string extensionOf(const std::string& path) {
    std::string name = fileNameOf(path);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name.size() > 7 && name.ends_with(".nii.gz")) return ".nii.gz";
    return std::filesystem::path(name).extension().string();
}

std::string withoutExtension(const std::string& path) {
    return path.substr(0, path.size() - extensionOf(path).size());
}

}  // namespace larmor::io
