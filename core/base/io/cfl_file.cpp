// BART's pair of files: a text header (.hdr) with the dimensions, complex64 data (.cfl), first dimension fastest.
#include <sstream>

#include <fmt/format.h>

#include "core/base/io/box.h"
#include "core/base/io/formats.h"
#include "core/base/io/single_array_file.h"

namespace larmor::io {
namespace {

constexpr std::string_view kFirstLine = "# Dimensions";
constexpr std::uint64_t kMaxHeader = 1 << 20;

/// Dimensions in BART's order, without the ones at the end.
Shape parseDimensions(const std::string& path) {
    std::istringstream lines(readSmallFile(path, kMaxHeader));
    std::string line;
    while (std::getline(lines, line) && !line.starts_with(kFirstLine)) {
    }
    std::getline(lines, line);
    std::istringstream words(line);
    Shape dims;
    for (std::string word; words >> word;) {
        std::size_t used = 0;
        std::int64_t extent = 0;
        try {
            extent = std::stoll(word, &used);
        } catch (const std::exception&) {
            used = 0;
        }
        if (used != word.size()) throw IoError(path, "", "whole numbers after \"# Dimensions\"", "\"" + word.substr(0, 40) + "\"");
        dims.push_back(extent);
    }
    if (dims.empty()) throw IoError(path, "", "dimensions in the line after \"# Dimensions\"", "none");
    (void)claimedBytes(path, "", dims, sizeof(cfloat));
    while (dims.size() > 1 && dims.back() == 1) dims.pop_back();
    return dims;
}

bool isHeader(const std::string& path) {
    return isRegularFile(path) && readHead(path, 4096).find(kFirstLine) != std::string::npos;
}

}  // namespace

CflPaths findCfl(const std::string& path) {
    const std::string ext = extensionOf(path);
    const std::string stem = ext == ".cfl" || ext == ".hdr" ? withoutExtension(path) : path;
    for (const CflPaths& pair : {CflPaths{stem + ".cfl", stem + ".hdr"}, CflPaths{stem + ".CFL", stem + ".HDR"}})
        if (isHeader(pair.header)) return pair;
    return {};
}

ArrayFilePtr openCfl(const CflPaths& paths) {
    const Shape dims = parseDimensions(paths.header);
    const Shape shape = reversed(dims);
    checkFits(paths.data, "", 0, claimedBytes(paths.data, "", shape, sizeof(cfloat)), stampOf(paths.data).bytes);
    return std::make_shared<SingleArrayFile>(paths.data, kCflFormat, ArrayEntry{"", shape, "complex64", true, true},
                                             RawLayout{shape, ElementType::Complex64, false, 0}, plainSource(paths.data));
}

}  // namespace larmor::io
