#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/base/log.h"
#include "core/base/io/array_acquisition.h"
#include "core/base/io/formats.h"
#include "core/base/io/load.h"
#include "core/base/io/siemens_file.h"

namespace larmor::io {
namespace {

/// Share of the energy within the central eighth of both axes, one 64th of the plane. An image spread over its field of view has a
/// few percent there, k-space most of what it has.
double centreShare(const ComplexArray& x) {
    const std::int64_t rows = x.extent(1), columns = x.extent(2);
    const auto isCentral = [](std::int64_t i, std::int64_t n) { return std::abs(2 * i - n) <= std::max<std::int64_t>(n / 8, 1); };
    double centre = 0, all = 0;
    for (std::int64_t c = 0; c < x.extent(0); ++c)
        for (std::int64_t r = 0; r < rows; ++r)
            for (std::int64_t p = 0; p < columns; ++p) {
                const double energy = std::norm(x(c, r, p));
                if (!std::isfinite(energy)) continue;
                all += energy;
                if (isCentral(r, rows) && isCentral(p, columns)) centre += energy;
            }
    return all > 0 ? centre / all : 0;
}

/// @param x  [n, rows, columns]
ContentGuess guessBySamples(const ComplexArray& x, bool isComplex) {
    constexpr double kLeastForKspace = 0.3, kMostForImage = 0.5;
    const double share = centreShare(x);
    const bool isNoImage = share >= kMostForImage, isKspace = isComplex && share >= kLeastForKspace;
    const char* verdict = isKspace || isNoImage ? "k-space" : "an image";
    return {isKspace,
            fmt::format("{} numbers with {:.0f} % of the energy in the central 64th of the plane: {}", isComplex ? "complex" : "real",
                        100 * share, verdict),
            share, isNoImage};
}

/// The plane of the two longest axes in the middle of all others, [1, rows, columns]. Absent where there are no such axes.
std::optional<ComplexArray> middlePlane(const ArrayFile& file, const ArrayEntry& entry) {
    std::vector<std::size_t> axes(entry.shape.size());
    std::iota(axes.begin(), axes.end(), std::size_t{0});
    std::stable_sort(axes.begin(), axes.end(), [&](std::size_t a, std::size_t b) { return entry.shape[a] > entry.shape[b]; });
    if (axes.size() < 2 || entry.shape[axes[1]] < 2) return std::nullopt;
    Shape start(axes.size()), count(axes.size(), 1);
    for (std::size_t d = 0; d < axes.size(); ++d) start[d] = entry.shape[d] / 2;
    for (const std::size_t d : {axes[0], axes[1]}) {
        start[d] = 0;
        count[d] = entry.shape[d];
    }
    const auto [first, last] = std::minmax(axes[0], axes[1]);
    return file.read(entry.name, start, count).reshaped({1, entry.shape[first], entry.shape[last]});
}

/// For files that no k-space loader opens: real numbers, or axes that cannot be told.
ContentGuess guessByPlane(const ArrayFile& file) {
    const bool isPicture = file.format() == kPngFormat || file.format() == kNiftiFormat || file.format() == kDicomFormat;
    const ArrayEntry& entry = file.entry("");
    const auto plane = isPicture ? std::nullopt : middlePlane(file, entry);
    if (plane) return guessBySamples(*plane, entry.isComplex);
    return {false, fmt::format("{} without complex numbers that could be k-space", file.format())};
}

}  // namespace

ContentGuess guessContent(const std::string& path) {
    if (siemensMeasurements(path)) return {true, "raw data of a Siemens scanner"};
    const auto [best, highest] = highestBid(path);
    if (!best) return guessByPlane(*openArrayFile(path));  // says what is wrong with a bad file
    if (highest.score >= 85) return {true, highest.reason};
    AcquisitionPtr scan;
    try {
        scan = best->open(path, {});
    } catch (const IoError&) {
        return guessByPlane(*openArrayFile(path));
    }
    return guessBySamples(scan->readSlice(scan->header().sliceCount() / 2), true);
}

void warnOfNoImage(const std::string& path) {
    if (const auto guess = guessContent(path); guess.isNoImage)
        log(LogLevel::Warning, "io", fmt::format("{} is taken as an image but looks like k-space: {}", path, guess.reason));
}

}  // namespace larmor::io
