#pragma once
// Do posterior samples scatter as much as they err?

#include <vector>

#include "core/base/array.h"

namespace larmor::metrics {

struct Calibration {
    double fraction = 0;      ///< of the pixels where the reference lies within 1.64 standard deviations of the samples' mean
    double expected = 0;      ///< that fraction if reference and samples were drawn from one normal distribution: 0.90 for many samples
    std::int64_t pixels = 0;  ///< that were counted
};

/// On magnitudes, a pixel at a time: |ref - mean| < 1.64 s, mean and s over the S samples. With few samples both are uncertain
/// themselves: (ref - mean) / (s sqrt(1 + 1/S)) follows Student's t with S - 1 degrees of freedom, which gives `expected`. A fraction below
/// it says that the samples scatter too little, above it too much.
/// @param samples [sample, readout, phase], at least two; @param reference [readout, phase] magnitude; @param region [readout, phase], only
/// pixels that are not 0 count; null: all. @throws ShapeError; InputError for an empty region
[[nodiscard]] LARMOR_BASE_EXPORT Calibration calibration(const ComplexArray& samples, const RealArray& reference,
                                                         const ByteArray* region = nullptr);

/// How much of the reference an interval around the samples' mean holds.
struct Coverage {
    double expected = 0;  ///< share of the pixels if reference and samples were drawn from one normal distribution
    double found = 0;
};

/// On magnitudes, a pixel at a time: the interval mean ± t s sqrt(1 + 1/S), where t holds the share `expected` of Student's t distribution
/// with S - 1 degrees of freedom. Unlike in calibration() the expected share is exact for any number of samples, two included.
/// @param expected  shares between 0 and 1; one value a share comes back; @param samples, reference, region  as above. @throws as above
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<Coverage> coverage(const ComplexArray& samples, const RealArray& reference,
                                                                const std::vector<double>& expected, const ByteArray* region = nullptr);

/// P(|T| < t) for Student's t distribution. @param degrees  of freedom, at least 1
[[nodiscard]] LARMOR_BASE_EXPORT double studentWithin(double t, std::int64_t degrees);
/// The t that holds a share of the distribution: studentWithin(t, degrees) = share. @param share  from 0 to 0.999
[[nodiscard]] LARMOR_BASE_EXPORT double studentInterval(double share, std::int64_t degrees);

}  // namespace larmor::metrics
