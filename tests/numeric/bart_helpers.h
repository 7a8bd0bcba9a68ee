#pragma once
// What the comparisons with BART share.

#include <cmath>
#include <string>

#include "core/base/array.h"
#include "core/base/data/sampling_mask.h"
#include "core/base/io/array_file.h"

namespace larmor::test {

/// [coil, readout, phase] of the fully sampled MPRAGE slice: in the file MATLAB's (readout, phase, coil), which reads as its reverse.
inline ComplexArray mprageKspace(const std::string& path) {
    const ComplexArray stored = io::openArrayFile(path)->read("kData");  // [coil, phase, readout]
    ComplexArray kspace({stored.extent(0), stored.extent(2), stored.extent(1)});
    for (std::int64_t c = 0; c < kspace.extent(0); ++c)
        for (std::int64_t r = 0; r < kspace.extent(1); ++r)
            for (std::int64_t p = 0; p < kspace.extent(2); ++p) kspace(c, r, p) = stored(c, p, r);
    return kspace;
}

/// || |a| - |b| || / || |b| ||
inline double magnitudeNrmse(const ComplexArray& a, const ComplexArray& b) {
    checkShape(a.shape(), b.shape(), "image");
    double difference = 0, reference = 0;
    for (std::int64_t i = 0; i < a.size(); ++i) {
        difference += std::pow(std::abs(a[i]) - std::abs(b[i]), 2);
        reference += std::norm(b[i]);
    }
    return std::sqrt(difference / reference);
}

}  // namespace larmor::test
