#include "core/base/io/raw_writers.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/io/file_facts.h"
#include "core/base/io/save.h"

namespace larmor::io {
namespace {

template <class T>
void writeNpyOf(const std::string& path, const char* type, const Array<T>& array) {
    FileWriter out(path);
    const std::string header = npyHeader(type, array.shape());
    out.write(header.data(), header.size());
    out.write(array.data(), array.values().size_bytes());
    out.close();
}

}  // namespace

// Version 1.0; the whole header is a multiple of 64 bytes so that the data is aligned.
std::string npyHeader(const char* type, const Shape& shape) {
    std::string tuple;
    for (const std::int64_t n : shape) tuple += fmt::format("{}, ", n);
    if (shape.size() > 1) tuple.resize(tuple.size() - 2);
    std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, tuple);
    constexpr std::size_t kPrefix = 10;
    text.append(63 - (kPrefix + text.size()) % 64, ' ');
    text += '\n';
    std::string header("\x93NUMPY\x01\x00", 8);
    header += static_cast<char>(text.size() & 0xFF);
    header += static_cast<char>(text.size() >> 8);
    return header + text;
}

FileWriter::FileWriter(const std::string& path)
    : m_path(path), m_file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (m_file < 0) fail();
}

FileWriter::~FileWriter() {
    if (m_file >= 0) ::close(m_file);
}

void FileWriter::fail() const {
    throw IoError(m_path, "", "a file that can be written", std::strerror(errno), "Free some space or choose another folder.");
}

void FileWriter::write(const void* bytes, std::size_t count) {
    const auto* at = static_cast<const char*>(bytes);
    while (count > 0) {
        const ssize_t done = ::write(m_file, at, std::min<std::size_t>(count, 1U << 30));
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) fail();
        at += done;
        count -= static_cast<std::size_t>(done);
    }
}

void FileWriter::close() {
    const int file = std::exchange(m_file, -1);
    if (::close(file) != 0) fail();
}

void writeNpy(const std::string& path, const ComplexArray& array) {
    writeNpyOf(path, "<c8", array);
}
void writeNpy(const std::string& path, const RealArray& array) {
    writeNpyOf(path, "<f4", array);
}
void writeNpy(const std::string& path, const ByteArray& array) {
    writeNpyOf(path, "|u1", array);
}

void writeText(const std::string& path, const std::string& text) {
    FileWriter out(path);
    out.write(text.data(), text.size());
    out.close();
}

std::string cflHeaderPath(const std::string& cflPath) {
    return withoutExtension(cflPath) + (cflPath.ends_with(".CFL") ? ".HDR" : ".hdr");
}

std::string cflHeaderText(Shape dims) {
    dims.resize(kMaxRank, 1);
    return fmt::format("# Dimensions\n{}\n", fmt::join(dims, " "));
}

void saveCfl(const std::string& cflPath, const Shape& dims, std::span<const cfloat> values) {
    if (dims.size() > kMaxRank) throw ShapeError("array", "at most 16 dimensions for a cfl file", std::to_string(dims.size()));
    writeAtomically(cflPath, [&](const std::string& data) {
        FileWriter out(data);
        out.write(values.data(), values.size_bytes());
        out.close();
        writeAtomically(cflHeaderPath(cflPath), [&](const std::string& header) { writeText(header, cflHeaderText(dims)); });
    });
}

}  // namespace larmor::io
