#include "core/base/io/mat5_writer.h"

#include <matio.h>

#include <memory>
#include <vector>

#include <fmt/format.h>

#include "core/base/io/matio_lock.h"

namespace larmor::io {

namespace {
constexpr std::int64_t kMostBytes = (std::int64_t{1} << 31) - 1024;  // of a variable, its header counted
constexpr const char* kHead = "MATLAB 5.0 MAT-file, written by Larmor";
}  // namespace

void writeMat5(const std::string& path, const std::string& name, const Shape& dims, std::span<const cfloat> values) {
    if (static_cast<std::int64_t>(values.size_bytes()) > kMostBytes)
        throw UsageError(fmt::format("{}: {:.1f} GB are more than a MATLAB v5 file holds in a variable.", path, static_cast<double>(values.size_bytes()) / 1e9),
                         "Write .h5 or .npy.");
    std::vector<float> real(values.size()), imaginary(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) real[i] = values[i].real(), imaginary[i] = values[i].imag();
    mat_complex_split_t parts{real.data(), imaginary.data()};
    std::vector<std::size_t> sizes(dims.begin(), dims.end());
    const auto fail = [&] { throw IoError(path, name, "a file that can be written", "matio could not", "Free some space or choose another folder."); };
    const auto lock = lockMatio();
    const std::unique_ptr<mat_t, int (*)(mat_t*)> file(Mat_CreateVer(path.c_str(), kHead, MAT_FT_MAT5), Mat_Close);
    if (!file) fail();
    const std::unique_ptr<matvar_t, void (*)(matvar_t*)> variable(
        Mat_VarCreate(name.c_str(), MAT_C_SINGLE, MAT_T_SINGLE, static_cast<int>(sizes.size()), sizes.data(), &parts, MAT_F_COMPLEX | MAT_F_DONT_COPY_DATA),
        Mat_VarFree);
    if (!variable || Mat_VarWrite(file.get(), variable.get(), MAT_COMPRESSION_NONE) != 0) fail();
}

}  // namespace larmor::io
