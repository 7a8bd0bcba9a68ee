#include <fmt/format.h>

#include "core/base/log.h"
#include "core/base/io/array_acquisition.h"
#include "core/base/io/centre_share.h"
#include "core/base/io/formats.h"
#include "core/base/io/load.h"
#include "core/base/io/siemens_file.h"

namespace larmor::io {
namespace {

/// @param x  [n, rows, columns]
ContentGuess guessBySamples(const ComplexArray& x, bool isComplex) {
    constexpr double kLeastForKspace = 0.3;
    const double share = centreShare(x);
    const bool isNoImage = share >= kMostForImage, isKspace = isComplex && share >= kLeastForKspace;
    const char* verdict = isKspace || isNoImage ? "k-space" : "an image";
    return {isKspace,
            fmt::format("{} numbers with {:.0f} % of the energy in the central 64th of the plane: {}", isComplex ? "complex" : "real",
                        100 * share, verdict),
            share, isNoImage};
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
