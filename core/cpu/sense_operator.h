#pragma once
#include <vector>

#include "core/base/data/sampling_mask.h"
#include "core/base/export.h"
#include "core/cpu/coil_planes.h"

namespace larmor::cpu {

/// A = P F S: coil sensitivities, centred orthonormal Fourier transform, sampling; with several sets of maps A x = P F sum_set S_set x_set. With
/// sum_c |S_c|^2 <= 1 the norm of A^H A is at most 1. [Pruessmann 2001; Uecker 2014]
/// Its bytes do not depend on the number of threads. Serves one thread at a time.
class LARMOR_CPU_EXPORT SenseOperator {
public:
    /// @param maps  [coil, readout, phase] or [set, coil, readout, phase]
    /// @param kept  [readout, phase], or [coil, readout, phase] where coils hold different samples; both are not copied and must stay
    /// @throws ShapeError
    SenseOperator(const ComplexArray& maps, const ByteArray& kept);
    SenseOperator(const SenseOperator&) = delete;
    SenseOperator& operator=(const SenseOperator&) = delete;

    /// A^H y. @param kspace [coil, readout, phase]; what is not kept is not looked at
    /// @return [readout, phase], or [set, readout, phase] where the maps have sets
    [[nodiscard]] ComplexArray adjoint(const ComplexArray& kspace) const;
    /// A^H A x
    [[nodiscard]] ComplexArray normal(const ComplexArray& image) const;

    [[nodiscard]] bool hasSets() const { return m_maps.rank() == 4; }
    /// [readout, phase] or [set, readout, phase]
    [[nodiscard]] Shape domain() const;

private:
    [[nodiscard]] const cfloat* mapsOf(std::int64_t set, std::int64_t coil) const { return m_maps.data() + (set * m_coils + coil) * m_plane; }
    [[nodiscard]] std::int64_t keptOffset(std::int64_t coil) const { return m_kept.rank() == 3 ? coil * m_plane : 0; }
    void seen(const ComplexArray& image, std::int64_t coil, std::int64_t begin, std::int64_t count, cfloat* plane) const;
    void addToSets(ComplexArray& sum, std::int64_t coil, std::int64_t begin, std::int64_t count, const cfloat* plane) const;
    void normalByRows(const ComplexArray& image, ComplexArray& sum) const;
    void normalByCoil(const ComplexArray& image, ComplexArray& sum) const;

    const ComplexArray& m_maps;
    const ByteArray& m_kept;
    std::int64_t m_sets, m_coils, m_rows, m_columns, m_plane;
    bool m_wholeLines;             ///< one mask that is the same in every row: along readout F^H F is 1
    std::vector<float> m_weights;  ///< the mask with its zero frequency at index 0, times the scale of F^H F; of one row where lines are whole
    CoilPlanes m_planes;
};

}  // namespace larmor::cpu
