#pragma once
// Independent expected values from Debian's Python (numpy, scipy, h5py), and programs run from tests.

#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace larmor::test {

struct ProgramResult {
    int exitCode = 0;  ///< 128 + signal if it was killed
    std::string out, err;
};

/// Runs a program (found in PATH or by its path) and waits for it. Arguments are passed as they are, no shell looks at them.
[[nodiscard]] ProgramResult runProgram(const std::string& program, const std::vector<std::string>& arguments = {});

/// Runs a script with /usr/bin/python3; `arguments` are sys.argv[1:]. Returns its standard output; throws std::runtime_error with
/// its standard error if it fails.
std::string runPython(const std::string& script, const std::vector<std::string>& arguments = {});

/// Numbers as raw bytes, for numpy.fromfile and ndarray.tofile.
template <class T>
void writeRaw(const std::string& path, std::span<const T> values) {
    writeFile(path, std::string(reinterpret_cast<const char*>(values.data()), values.size_bytes()));
}
template <class T>
[[nodiscard]] std::vector<T> readRaw(const std::string& path) {
    const std::string bytes = readFile(path);
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(static_cast<void*>(values.data()), bytes.data(), values.size() * sizeof(T));
    return values;
}

}  // namespace larmor::test
