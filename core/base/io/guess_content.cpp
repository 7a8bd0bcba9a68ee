#include <cmath>

#include <fmt/format.h>

#include "core/base/io/array_acquisition.h"
#include "core/base/io/formats.h"
#include "core/base/io/load.h"

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

ContentGuess guessBySamples(const Acquisition& scan) {
    constexpr double kLeastForKspace = 0.3;
    const double share = centreShare(scan.readSlice(scan.header().sliceCount() / 2));
    return {share >= kLeastForKspace, fmt::format("complex numbers with {:.0f} % of the energy in the central 64th of the plane: {}",
                                                  100 * share, share >= kLeastForKspace ? "k-space" : "an image")};
}

}  // namespace

ContentGuess guessContent(const std::string& path) {
    const Loader* best = nullptr;
    Bid highest;
    for (const auto& loader : loaders()) {
        const Bid bid = loader->bid(path);
        if (bid.score <= highest.score) continue;
        highest = bid;
        best = loader.get();
    }
    if (!best) {
        const ArrayFilePtr file = openArrayFile(path);  // says what is wrong with a bad file
        return {false, fmt::format("{} without complex numbers that could be k-space", file->format())};
    }
    if (highest.score >= 85) return {true, highest.reason};
    AcquisitionPtr scan;
    try {
        scan = best->open(path, {});
    } catch (const IoError&) {
        return {true, "complex numbers whose axes need names"};
    }
    return guessBySamples(*scan);
}

}  // namespace larmor::io
