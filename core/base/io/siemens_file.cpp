// Raw data begins with a header of a measurement: its length, the number of its buffers, and the name of the first one, "Config". VB files
// begin with it; VD and later put a table of measurements in front: 0, their number, and 152 bytes each with the offset of the header.
#include "core/base/io/siemens_file.h"

#include <algorithm>
#include <cstring>
#include <fstream>

namespace larmor::io {
namespace {

template <class T>
T numberAt(std::ifstream& in, std::uint64_t at) {
    T value{};
    in.clear();
    in.seekg(static_cast<std::streamoff>(at));
    in.read(reinterpret_cast<char*>(&value), sizeof value);
    return in ? value : T{};
}

bool isMeasurement(std::ifstream& in, std::uint64_t at) {
    constexpr std::uint32_t kMostBuffers = 64;
    const auto bytes = numberAt<std::uint32_t>(in, at), buffers = numberAt<std::uint32_t>(in, at + 4);
    char name[7] = {};
    in.clear();
    in.seekg(static_cast<std::streamoff>(at + 8));
    in.read(name, sizeof name);
    return bytes > 32 && buffers > 0 && buffers <= kMostBuffers && std::memcmp(name, "Config", sizeof name) == 0;
}

}  // namespace

std::optional<std::int64_t> siemensMeasurements(const std::string& path) {
    constexpr std::uint32_t kMostMeasurements = 64;
    constexpr std::uint64_t kFirstOffset = 16;
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    if (isMeasurement(in, 0)) return 1;
    const auto count = numberAt<std::uint32_t>(in, 4);
    const auto offset = numberAt<std::uint64_t>(in, kFirstOffset);
    if (numberAt<std::uint32_t>(in, 0) != 0 || count < 1 || count > kMostMeasurements || offset > std::uint64_t{1} << 40)
        return std::nullopt;
    return isMeasurement(in, offset) ? std::optional<std::int64_t>(count) : std::nullopt;
}

}  // namespace larmor::io
