#pragma once
#include <string>

#include "core/base/data/tuning.h"

namespace larmor::session {

/// The curve as a picture (.svg: minimum ringed, the flat interval as a second line, values logarithmic where all are above 0) or as a
/// table
/// (.csv: value, error, standard_error, difference, difference_standard_error, flat). @throws UsageError for another extension or a tuning
/// without a curve; IoError
void writeTuning(const std::string& path, const Tuning& tuning);

}  // namespace larmor::session
