#pragma once
#include <string>

#include "core/base/array.h"
#include "core/base/data/geometry.h"

namespace larmor {

/// A stack of complex images with what is known of their place and origin.
struct ImageStack {
    ComplexArray pixels;  ///< [slice, readout, phase]
    Geometry geometry;
    std::string name;     ///< what a person calls it: "RSS of all samples", "l1-wavelet"
    bool isReal = false;  ///< true where the file held magnitudes: the phase then means nothing
    bool simulated = false;
};

}  // namespace larmor
