#pragma once
#include "core/base/array.h"
#include "core/base/export.h"
#include "core/base/solvers/wavelet_frame.h"

namespace larmor::cpu {

/// Daubechies wavelets with 4 taps ("dau2"), periodic, two-dimensional, in a frame of zeros where an image cannot be halved often enough.
/// [Daubechies 1992; lifting steps: Daubechies & Sweldens 1998] Coefficients keep Mallat's layout: the coarsest band at the top left.
class LARMOR_CPU_EXPORT WaveletTransform {
public:
    /// @throws ShapeError on an empty image
    WaveletTransform(std::int64_t readout, std::int64_t phase) : m_frame(solvers::waveletFrame(readout, phase)) {}
    [[nodiscard]] const solvers::WaveletFrame& frame() const { return m_frame; }
    /// In place, on an image [frame.rows, frame.columns].
    void analyse(cfloat* image) const;
    void synthesise(cfloat* coefficients) const;

private:
    solvers::WaveletFrame m_frame;
};

/// The proximal map of weight * ||W x||_1, of images [set, readout, phase] jointly over the sets, with a cyclic shift drawn anew for each call.
class LARMOR_CPU_EXPORT WaveletShrinkage {
public:
    WaveletShrinkage(std::int64_t readout, std::int64_t phase, double weight, bool randomShift, NoiseSource shifts);
    /// @param z  [readout, phase] or [set, readout, phase]
    [[nodiscard]] ComplexArray operator()(const ComplexArray& z);

private:
    WaveletTransform m_transform;
    double m_weight;
    solvers::CycleShifts m_shifts;
};

}  // namespace larmor::cpu
