#pragma once
// Plain arrays to files that hold just one. Each writes the path it is given; wrap it in writeAtomically.

#include <string>

#include "core/base/array.h"

namespace larmor::io {

/// Bytes of a file that is written once. @throws IoError, for a full disk too.
class FileWriter {
public:
    explicit FileWriter(const std::string& path);
    ~FileWriter();
    FileWriter(const FileWriter&) = delete;
    FileWriter& operator=(const FileWriter&) = delete;
    void write(const void* bytes, std::size_t count);
    void close();

private:
    [[noreturn]] void fail() const;
    std::string m_path;
    int m_file = -1;
};

/// The bytes before the values. @param type  "<c8"
[[nodiscard]] std::string npyHeader(const char* type, const Shape& shape);
void writeNpy(const std::string& path, const ComplexArray& array);
void writeNpy(const std::string& path, const RealArray& array);
void writeNpy(const std::string& path, const ByteArray& array);
void writeText(const std::string& path, const std::string& text);

/// The header beside a .cfl: "x.hdr".
[[nodiscard]] std::string cflHeaderPath(const std::string& cflPath);
[[nodiscard]] std::string cflHeaderText(Shape dims);
/// The pair of "x.cfl" and "x.hdr"; both appear whole or not at all. @param dims  BART's order, at most 16; the first one runs
/// fastest through `values`. @param values  in that order
void saveCfl(const std::string& cflPath, const Shape& dims, std::span<const cfloat> values);

}  // namespace larmor::io
