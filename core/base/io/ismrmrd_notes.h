#pragma once
#include "core/base/io/ismrmrd_layout.h"

namespace larmor::io {

/// Fills phaseBegin, phaseEnd and acquiredMask of the header from the lines that were placed, and says in its notes what a person should
/// know: averages, lines that came twice or are missing, reversed ones, partial Fourier, calibration, noise.
void describeSampling(const IsmrmrdLayout& layout, const IsmrmrdEncoding& encoding, AcquisitionHeader& header);

}  // namespace larmor::io
