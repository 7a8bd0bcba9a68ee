#pragma once
#include <string>
#include <vector>

#include "core/base/api/prior_lab.h"

namespace larmor::recon::training {

/// One line of the training curve.
struct CurvePoint {
    std::int64_t images = 0;
    double seconds = 0, learningRate = 0, loss = 0;
    std::vector<YardstickRow> yardstick;
};

/// The course of a training as CSV, one line a validation: images, seconds, learning rate, mean training loss, then loss and gain in dB by
/// contrast and noise level. Lines of as many images or more, which a run that was killed wrote after its last checkpoint, are dropped. A
/// curve of other contrasts is kept beside it: curve_until_1200.csv.
/// @throws IoError
LARMOR_RECON_EXPORT void appendToCurve(const std::string& path, const CurvePoint& point);

}  // namespace larmor::recon::training
