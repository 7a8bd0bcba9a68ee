#pragma once
// What a reconstruction with a diffusion prior brings beside its image.

#include <string>
#include <vector>

#include "core/base/array.h"

namespace larmor {

/// The spread of several posterior samples of the same data. Leading dimensions may be slices.
struct Ensemble {
    ComplexArray samples;   ///< [sample, readout, phase], in the units of the image
    RealArray deviation;    ///< [readout, phase] standard deviation of |x| over the samples
    RealArray phaseSpread;  ///< [readout, phase] circular standard deviation of the phase in radians: sqrt(-2 ln |mean exp(i phase)|)
};

/// Of one slice.
struct Posterior {
    std::string nature;  ///< what the image is: "sample", "mean of 8 samples", "point estimate"
    double scale = 1;    ///< data units per prior unit
    double noise = 0;    ///< sigma_y of the real and the imaginary part of a k-space sample, in prior units
    Ensemble ensemble;   ///< empty unless there are at least two samples
    double samplerSeconds = 0, networkSeconds = 0;  ///< wall time of the sampler, and of the prior within it
};

/// The prior of a protocol.
struct PriorUse {
    std::string name;                    ///< as its card says
    std::string file;                    ///< path, where it was given by path
    std::string hash;                    ///< SHA-256 of its weights: what counts, wherever the file lies
    std::string contrast;                ///< class; empty: unconditional
    std::string nature;                  ///< as Posterior::nature
    std::vector<double> scales, noises;  ///< Posterior::scale and noise, one for each of the protocol's slices
    std::vector<std::string> outside;    ///< how the data lies outside of what the prior saw, a sentence each
};

}  // namespace larmor
