#pragma once
// Image quality against a reference, in named protocols. Numbers of different protocols are never comparable.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/array.h"

namespace larmor::metrics {

/// Per slice unless said otherwise; all on magnitudes.
///  - Slice:   per slice; range of PSNR and SSIM = max of the reference slice; SSIM 7x7 uniform window, sample covariance
///             (scikit-image's default), mean over the image.
///  - FastMri: as fastMRI's evaluate.py: range = max of the reference volume, SSIM as above, NMSE over the volume.
///  - CmrX2025: reference and image each divided by their own 99.5 percentile; range = max of the reference after that.
enum class MetricProtocol { Slice, FastMri, CmrX2025 };
[[nodiscard]] LARMOR_BASE_EXPORT std::string toText(MetricProtocol protocol);  ///< "slice", "fastmri", "cmrx2025"
[[nodiscard]] LARMOR_BASE_EXPORT MetricProtocol protocolFromText(const std::string& text);

/// How the image is brought to the reference's scale first. LeastSquares: the real factor s that minimises ||ref - s image||.
enum class Scale { None, LeastSquares };

struct SliceMetrics {
    std::int64_t slice = 0;
    double nrmse = 0;  ///< ||x - ref|| / ||ref||
    double nmse = 0;   ///< nrmse squared
    double psnr = 0;   ///< 20 log10(range / RMSE), dB; infinite for equal images
    double ssim = 0;
    double scale = 1;  ///< factor that was applied to the image
};

struct Metrics {
    std::vector<SliceMetrics> slices;
    SliceMetrics mean;   ///< over the slices; FastMri: the volume's NMSE and PSNR
};

struct Options {
    MetricProtocol protocol = MetricProtocol::Slice;
    Scale scale = Scale::None;
    const ByteArray* region = nullptr;  ///< [slice, readout, phase] or [readout, phase]: only pixels that are not 0 count
};

/// @param reference, image  magnitudes [slice, readout, phase]. @throws ShapeError; InputError on NaN or a zero reference.
[[nodiscard]] LARMOR_BASE_EXPORT Metrics compare(const RealArray& reference, const RealArray& image, const Options& options = {});

/// Means of nrmse, nmse, psnr, ssim and scale; `slice` stays 0. All zero for an empty list.
[[nodiscard]] LARMOR_BASE_EXPORT SliceMetrics meanOf(const std::vector<SliceMetrics>& slices);

/// SSIM map of two [rows, columns] images: 7x7 uniform window, sample covariance, K1 = 0.01, K2 = 0.03; the border of 3 pixels is left
/// out, so the map is [rows - 6, columns - 6]. @throws ShapeError if a side is shorter than 7.
[[nodiscard]] LARMOR_BASE_EXPORT RealArray ssimMap(const RealArray& reference, const RealArray& image, double range);

/// scale * image - reference, on magnitudes.
[[nodiscard]] LARMOR_BASE_EXPORT RealArray errorMap(const RealArray& reference, const RealArray& image, double scale = 1);
/// The real factor s >= 0 that minimises ||reference - s image||.
[[nodiscard]] LARMOR_BASE_EXPORT double leastSquaresScale(const RealArray& reference, const RealArray& image);

/// Linear-interpolated quantile as numpy's, q in [0, 1], of all values. @throws InputError on an empty span.
[[nodiscard]] LARMOR_BASE_EXPORT double quantile(std::span<const float> values, double q);

}  // namespace larmor::metrics
