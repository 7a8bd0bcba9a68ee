#pragma once
// How a parameter was chosen from the measured samples alone.

#include <cstdint>
#include <string>
#include <vector>

namespace larmor {

/// What a value of the parameter is worth: how well the image predicts samples that it was not made from.
struct TuningPoint {
    double value = 0;
    double error = 0;            ///< ||P F S x - y|| / ||y|| over the held-out samples
    double standardError = 0;    ///< of error, over lines (or samples)
    double difference = 0;       ///< error less the lowest one
    double differenceError = 0;  ///< standard error of difference, paired line by line
};

struct Tuning {
    std::string parameter;             ///< of the method
    double value = 0;                  ///< that is used
    double lowest = 0;                 ///< where the curve is lowest: of the parabola in log(value) where the minimum lies inside
    double flatLow = 0, flatHigh = 0;  ///< around `lowest`: differences up to their standard error
    std::string doubt;  ///< why the samples do not tell, a sentence; `value` then is the recommended or initial one. Empty: they do
    std::vector<TuningPoint> curve;  ///< by rising value
    std::int64_t slice = 0;          ///< flat index of the slice that was asked
    std::int64_t heldOut = 0;        ///< lines (or samples) that were predicted, over all folds
    std::int64_t folds = 0;
    std::string unit;  ///< of heldOut: "line" or "sample"

    /// The value is as good as the lowest one.
    [[nodiscard]] bool isFlatAt(double candidate) const { return candidate >= flatLow && candidate <= flatHigh; }
};

}  // namespace larmor
