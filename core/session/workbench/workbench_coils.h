#pragma once
// The coils of a workbench: what is done to them before all else, where their maps come from, and what may be compared with what since.
// Owned and called by the workbench's thread.

#include <string>

#include "core/session/workbench/workbench_state.h"

namespace larmor::session {

class Workbench;

class WorkbenchCoils {
public:
    explicit WorkbenchCoils(Workbench& bench) : m_bench(bench) {}

    void setMapParameters(ParamValues values);
    /// Maps of a file; empty: estimated from the scan's own samples.
    void setMapsFile(const std::string& path);
    /// K-space of a separate scan that maps are estimated from; empty: the samples of the scan itself. Given maps are forgotten.
    void setCalibrationFile(const std::string& path);
    void estimateMaps();
    /// Whitening changes the scale of everything that is shown, references too, so that the scan is read again; where it is not possible a
    /// notice says why, and it stays as it was.
    void prepare(const CoilPreparation& preparation);
    [[nodiscard]] const CoilPreparation& preparation() const { return m_preparation; }

private:
    friend class Workbench;
    friend class WorkbenchProject;
    /// At most one of the two is named.
    void takeMapsFrom(const std::string& file, const std::string& calibration);
    void take(const CoilPreparation& preparation);
    void forgetFile();
    /// Of what a pane shows or is the error of.
    [[nodiscard]] Whitening whiteningIn(Pane pane) const;
    /// What a pane's image can be compared with: null where there is no reference yet, or the image was whitened in another way.
    [[nodiscard]] const Reference* referenceFor(const Pane& pane) const;
    [[nodiscard]] bool isComparable(const Pane& pane) const { return whiteningIn(pane) == m_preparation.whitening; }

    Workbench& m_bench;
    CoilPreparation m_preparation;
};

}  // namespace larmor::session
