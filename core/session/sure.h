#pragma once
// Stein's unbiased risk estimate: how far an image's prediction of the measured samples is from these samples without their noise, from the
// noise level alone and nothing held out. [Stein 1981; Monte Carlo: Ramani, Blu & Unser, IEEE Trans Image Process 2008]

#include <cstdint>
#include <vector>

#include "core/session/held_out.h"

namespace larmor::session {

/// Standard deviation of the noise of each coil (of the modulus: both real components together): the lower, over all coils, of two estimates
/// that signal makes too large. From edgeNoise(), the median of |y|^2 there, which is ln 2 times its mean for complex normal noise; signal there counts as
/// noise. From airNoise() of the lines that the mask keeps whole, where there are enough. @param kspace [coil, readout, phase]
/// @throws as edgeNoise; InputError where a coil has no samples there but zeros
[[nodiscard]] std::vector<double> noiseLevels(const ComplexArray& kspace, const SamplingMask& mask);

/// The data once as they are, and once moved a little at random, by which the response of an image to its data is measured.
struct SureProbe {
    std::vector<double> noise;  ///< of each coil, as of noiseLevels()
    ComplexArray direction;     ///< complex normal, variance 1, zero where the mask is
    SamplingMask mask;

    SureProbe(std::vector<double> noise, const SamplingMask& mask, std::int64_t seed);
    [[nodiscard]] ComplexArray moved(ComplexArray kspace) const;
    /// For each line along readout (or sample, of masks in two dimensions) that was measured: ||f - y||^2 + 2 sigma^2 div f, with the
    /// divergence from one random direction. Its expectation is the squared distance of f to a second measurement of the same samples:
    /// Stein's estimate and n sigma^2, which is the same for every f and keeps the sum above zero.
    /// @param prediction f(y) = F S x(y), of the data; @param movedPrediction f of the moved data
    [[nodiscard]] std::vector<UnitError> errors(const ComplexArray& prediction, const ComplexArray& movedPrediction,
                                                const ComplexArray& measured) const;
};

}  // namespace larmor::session
