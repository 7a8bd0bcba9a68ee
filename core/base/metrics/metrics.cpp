#include "core/base/metrics/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace larmor::metrics {

namespace {
constexpr std::array kProtocols{"slice", "fastmri", "cmrx2025"};
constexpr std::int64_t kSsimBorder = 3;
constexpr double kCmrxQuantile = 0.995;

/// What the errors of a slice or a volume are made of; pixels outside the region left out.
struct Power {
    double error = 0, reference = 0, count = 0;
    void operator+=(const Power& other) {
        error += other.error;
        reference += other.reference;
        count += other.count;
    }
};

/// One slice with the pixels that count.
struct Pair {
    RealArray reference, image;  ///< [readout, phase]
    ByteArray region;            ///< the same, or empty: all
    [[nodiscard]] bool counts(std::int64_t pixel) const { return region.empty() || region[pixel] != 0; }
};

double maximum(const RealArray& x) {
    return *std::max_element(x.values().begin(), x.values().end());
}

Power powerOf(const Pair& pair, double scale) {
    Power power;
    for (std::int64_t i = 0; i < pair.reference.size(); ++i) {
        if (!pair.counts(i)) continue;
        const double reference = pair.reference[i], error = scale * static_cast<double>(pair.image[i]) - reference;
        power += {error * error, reference * reference, 1};
    }
    return power;
}

struct Products {
    double cross = 0, image = 0;
    [[nodiscard]] double scale() const { return image > 0 ? std::max(cross / image, 0.0) : 1.0; }
};

Products productsOf(const Pair& pair) {
    Products products;
    for (std::int64_t i = 0; i < pair.reference.size(); ++i) {
        if (!pair.counts(i)) continue;
        const double image = pair.image[i];
        products.cross += image * static_cast<double>(pair.reference[i]);
        products.image += image * image;
    }
    return products;
}

void setErrors(SliceMetrics& m, const Power& power, double range) {
    m.nmse = power.error / power.reference;
    m.nrmse = std::sqrt(m.nmse);
    const double rmse = std::sqrt(power.error / power.count);
    m.psnr = rmse > 0 ? 20 * std::log10(range / rmse) : std::numeric_limits<double>::infinity();
}

RealArray scaled(RealArray x, double factor) {
    for (auto& value : x.values()) value = static_cast<float>(factor * static_cast<double>(value));
    return x;
}

double meanSsim(const Pair& pair, double scale, double range) {
    const RealArray map = ssimMap(pair.reference, scale == 1 ? pair.image : scaled(pair.image, scale), range);
    double sum = 0, count = 0;
    for (std::int64_t r = 0; r < map.extent(0); ++r)
        for (std::int64_t c = 0; c < map.extent(1); ++c) {
            if (!pair.counts((r + kSsimBorder) * pair.reference.extent(1) + c + kSsimBorder)) continue;
            sum += static_cast<double>(map(r, c));
            count += 1;
        }
    if (count == 0)
        throw InputError("The region lies wholly within 3 pixels of the edge, where SSIM has no value.", "Choose another region.");
    return sum / count;
}

void checkInput(const RealArray& reference, const RealArray& image, const Options& options) {
    checkShape(reference.shape(), {-1, -1, -1}, "reference");
    checkShape(image.shape(), reference.shape(), "image");
    if (reference.empty()) throw ShapeError("reference", "at least one pixel", larmor::toText(reference.shape()));
    if (options.region && options.region->rank() == 2)
        checkShape(options.region->shape(), {reference.extent(1), reference.extent(2)}, "region");
    else if (options.region)
        checkShape(options.region->shape(), reference.shape(), "region");
    const auto finite = [](const RealArray& x) {
        return std::all_of(x.values().begin(), x.values().end(), [](float v) { return std::isfinite(v); });
    };
    if (!finite(reference)) throw InputError("The reference holds values that are not finite.", "Nothing can be compared with it.");
    if (!finite(image))
        throw InputError("The image holds values that are not finite.",
                         "Was the reconstruction stable? Try fewer iterations or a larger lambda.");
}

std::vector<Pair> pairsOf(const RealArray& reference, const RealArray& image, const Options& options) {
    std::vector<Pair> pairs;
    for (std::int64_t s = 0; s < reference.extent(0); ++s) {
        Pair pair{reference.slice(s), image.slice(s), {}};
        if (options.region) pair.region = options.region->rank() == 2 ? *options.region : options.region->slice(s);
        const Power power = powerOf(pair, 1);
        if (power.count == 0)
            throw InputError(fmt::format("The region of slice {} is empty.", s + 1), "Choose a region with pixels in every slice.");
        if (power.reference == 0)
            throw InputError(fmt::format("The reference of slice {} is zero{}.", s + 1, options.region ? " in the region" : ""),
                             "Leave the slice out, or choose another reference.");
        pairs.push_back(std::move(pair));
    }
    return pairs;
}

SliceMetrics compareSlice(const Pair& pair, std::int64_t slice, double scale, double range) {
    SliceMetrics m;
    m.slice = slice;
    m.scale = scale;
    setErrors(m, powerOf(pair, scale), range);
    m.ssim = meanSsim(pair, scale, range);
    return m;
}

Metrics compareSlices(const std::vector<Pair>& pairs, Scale scale) {
    Metrics result;
    for (std::size_t s = 0; s < pairs.size(); ++s) {
        const double factor = scale == Scale::LeastSquares ? productsOf(pairs[s]).scale() : 1;
        result.slices.push_back(compareSlice(pairs[s], static_cast<std::int64_t>(s), factor, maximum(pairs[s].reference)));
    }
    result.mean = meanOf(result.slices);
    return result;
}

/// One range, one scale and one NMSE for the volume.
Metrics compareVolume(const std::vector<Pair>& pairs, Scale scale) {
    double range = 0;
    Products products;
    for (const auto& pair : pairs) {
        range = std::max(range, maximum(pair.reference));
        const Products p = productsOf(pair);
        products.cross += p.cross;
        products.image += p.image;
    }
    const double factor = scale == Scale::LeastSquares ? products.scale() : 1;
    Metrics result;
    Power volume;
    for (std::size_t s = 0; s < pairs.size(); ++s) {
        volume += powerOf(pairs[s], factor);
        result.slices.push_back(compareSlice(pairs[s], static_cast<std::int64_t>(s), factor, range));
    }
    result.mean = meanOf(result.slices);
    setErrors(result.mean, volume, range);
    return result;
}

/// Both divided by their own 99.5 percentile; the factor that is reported is relative to the reference as given.
Metrics compareNormalised(const std::vector<Pair>& pairs, Scale scale) {
    std::vector<Pair> normalised;
    std::vector<double> factors;
    for (const auto& pair : pairs) {
        const double reference = quantile(pair.reference.values(), kCmrxQuantile), image = quantile(pair.image.values(), kCmrxQuantile);
        if (!(reference > 0) || !(image > 0))
            throw InputError("The 99.5 percentile of an image is zero, so it cannot be normalised.",
                             "Use the protocol 'slice' for nearly empty images.");
        normalised.push_back({scaled(pair.reference, 1 / reference), scaled(pair.image, 1 / image), pair.region});
        factors.push_back(reference / image);
    }
    Metrics result = compareSlices(normalised, scale);
    for (std::size_t s = 0; s < factors.size(); ++s) result.slices[s].scale *= factors[s];
    result.mean = meanOf(result.slices);
    return result;
}

}  // namespace

SliceMetrics meanOf(const std::vector<SliceMetrics>& slices) {
    SliceMetrics mean;
    mean.scale = 0;
    const auto count = static_cast<double>(slices.size());
    for (const auto& m : slices) {
        mean.nrmse += m.nrmse / count;
        mean.nmse += m.nmse / count;
        mean.psnr += m.psnr / count;
        mean.ssim += m.ssim / count;
        mean.scale += m.scale / count;
    }
    return mean;
}

std::string toText(MetricProtocol protocol) {
    return kProtocols.at(static_cast<std::size_t>(protocol));
}

MetricProtocol protocolFromText(const std::string& text) {
    for (std::size_t i = 0; i < kProtocols.size(); ++i)
        if (text == kProtocols[i]) return static_cast<MetricProtocol>(i);
    throw UsageError(fmt::format("There is no metric protocol '{}'.", text), fmt::format("There are: {}.", fmt::join(kProtocols, ", ")));
}

Metrics compare(const RealArray& reference, const RealArray& image, const Options& options) {
    checkInput(reference, image, options);
    const auto pairs = pairsOf(reference, image, options);
    switch (options.protocol) {
        case MetricProtocol::FastMri:
            return compareVolume(pairs, options.scale);
        case MetricProtocol::CmrX2025:
            return compareNormalised(pairs, options.scale);
        case MetricProtocol::Slice:
            break;
    }
    return compareSlices(pairs, options.scale);
}

RealArray errorMap(const RealArray& reference, const RealArray& image, double scale) {
    checkShape(image.shape(), reference.shape(), "image");
    RealArray map(reference.shape());
    for (std::int64_t i = 0; i < map.size(); ++i)
        map[i] = static_cast<float>(scale * static_cast<double>(image[i]) - static_cast<double>(reference[i]));
    return map;
}

double leastSquaresScale(const RealArray& reference, const RealArray& image) {
    checkShape(image.shape(), reference.shape(), "image");
    return productsOf({reference, image, {}}).scale();
}

double quantile(std::span<const float> values, double q) {
    if (values.empty()) throw InputError("No values have no quantile.");
    std::vector<float> sorted(values.begin(), values.end());
    const double position = std::clamp(q, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::ptrdiff_t>(position);
    std::nth_element(sorted.begin(), sorted.begin() + below, sorted.end());
    const double lower = sorted[static_cast<std::size_t>(below)];
    if (below + 1 == static_cast<std::ptrdiff_t>(sorted.size())) return lower;
    const double upper = *std::min_element(sorted.begin() + below + 1, sorted.end());
    return lower + (position - static_cast<double>(below)) * (upper - lower);
}

}  // namespace larmor::metrics
