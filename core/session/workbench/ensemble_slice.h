#pragma once
// The posterior samples of one slice of a result: each as an image, and how they scatter.

#include <optional>

#include "core/session/workbench/result_list.h"

namespace larmor::session {

/// In one pixel.
struct ScatterAt {
    double mean = 0, deviation = 0;  ///< of |x| over the samples
    double phaseSpread = 0;          ///< as Ensemble::phaseSpread, radians
};

/// Cheap to copy; keeps its result alive.
class EnsembleSlice {
public:
    /// @param position  of the slice within the result
    EnsembleSlice(ReconstructionPtr result, std::int64_t position) : m_result(std::move(result)), m_position(position) {}
    [[nodiscard]] const ReconstructionPtr& result() const { return m_result; }
    [[nodiscard]] std::int64_t position() const { return m_position; }
    [[nodiscard]] std::int64_t count() const { return m_result->ensemble.samples.extent(1); }
    [[nodiscard]] std::int64_t seed(std::int64_t sample) const { return m_result->protocol.seed + sample; }
    [[nodiscard]] ComplexArray samples() const;                                              ///< [sample, readout, phase]
    [[nodiscard]] ComplexArray sample(std::int64_t index) const;                             ///< [readout, phase]
    [[nodiscard]] ComplexArray deviation() const;                                            ///< [readout, phase], without imaginary part
    [[nodiscard]] ComplexArray phaseSpread() const;                                          ///< the same
    [[nodiscard]] std::optional<ScatterAt> at(std::int64_t row, std::int64_t column) const;  ///< none outside the image

private:
    ReconstructionPtr m_result;
    std::int64_t m_position;
};

/// None where the result has no several samples, or not of this slice. @param slice  flat index
[[nodiscard]] std::optional<EnsembleSlice> ensembleSlice(const ResultEntry& entry, std::int64_t slice);

/// How many samples a request asks for; 1 where its method draws none.
[[nodiscard]] std::int64_t samplesAsked(const ReconstructionRequest& request);

/// Results hold every sample as complex floats, and two maps a slice. @throws UsageError where those of the request take more than 1 GiB
void checkSampleMemory(const ReconstructionRequest& request);

}  // namespace larmor::session
