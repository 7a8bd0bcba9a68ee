#pragma once
// The bytes of a MATLAB v5 file: its order of bytes, tags of elements, and the data of packed elements read forwards.

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>

namespace larmor::io {

inline constexpr std::uint64_t kMat5Tag = 8;  ///< bytes
inline constexpr std::uint32_t kMat5Matrix = 14;

/// An element: what kind, where its data lies and where the next one begins, counted as the place of the tag was.
struct Mat5Tag {
    std::uint32_t kind = 0;
    std::uint64_t at = 0, bytes = 0, next = 0;
};

/// A file with the order of its bytes.
class Mat5Bytes {
public:
    /// @throws IoError
    explicit Mat5Bytes(const std::string& path);
    [[nodiscard]] const std::string& path() const { return m_path; }
    [[nodiscard]] std::uint64_t size() const { return m_size; }
    [[nodiscard]] bool isSwapped() const { return m_isSwapped; }
    /// @throws IoError where the file does not have them
    [[nodiscard]] std::string read(std::uint64_t at, std::uint64_t bytes);
    /// @throws IoError where `bytes` end before it
    [[nodiscard]] std::uint32_t wordAt(const std::string& bytes, std::uint64_t at) const;
    /// The tag at this place of `bytes`; data of up to 4 bytes may lie in the tag itself. @throws IoError
    [[nodiscard]] Mat5Tag tagAt(const std::string& bytes, std::uint64_t at) const;
    /// @throws IoError, always
    [[noreturn]] void refuse(const std::string& expected, const std::string& found) const;

private:
    std::string m_path;
    std::uint64_t m_size = 0;
    std::ifstream m_in;
    bool m_isSwapped = false;
};

class Inflation;

/// The data of a matrix that stands in the file by itself, unpacked where it is packed.
class Mat5Data {
public:
    /// @param begin  where the element's data begins in the file, behind its tag
    /// @throws IoError where it reaches beyond the file, holds no matrix, or claims what no compression could have packed
    Mat5Data(Mat5Bytes& file, std::uint64_t begin, std::uint64_t bytes, bool isPacked);
    ~Mat5Data();
    Mat5Data(const Mat5Data&) = delete;
    Mat5Data& operator=(const Mat5Data&) = delete;
    [[nodiscard]] std::uint64_t size() const { return m_size; }
    /// Up to `most` bytes from `at` on: fewer where the data ends, or cannot be unpacked; none where `at` lies before that of the last call.
    /// @throws IoError if the file cannot be read
    [[nodiscard]] std::string peek(std::uint64_t at, std::uint64_t most);

private:
    Mat5Bytes& m_file;
    std::uint64_t m_begin = 0, m_size = 0;
    std::unique_ptr<Inflation> m_packed;  ///< null: plain
};

}  // namespace larmor::io
