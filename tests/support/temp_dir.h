#pragma once
// A folder that lives as long as the object, and everything in it.

#include <string>

namespace larmor::test {

class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    [[nodiscard]] const std::string& path() const { return m_path; }
    /// Path of a file or folder in it; nothing is made.
    [[nodiscard]] std::string file(const std::string& name) const { return m_path + "/" + name; }

private:
    std::string m_path;
};

/// Writes a text or any bytes to a file.
void writeFile(const std::string& path, const std::string& bytes);
/// The bytes of a file. Throws std::runtime_error if it cannot be read.
[[nodiscard]] std::string readFile(const std::string& path);

}  // namespace larmor::test
