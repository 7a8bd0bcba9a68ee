#pragma once
// A scan whose coil maps come from another one.

#include <string>

#include "core/base/data/acquisition.h"

namespace larmor::session {

/// The scan as it is, with the k-space of a calibration scan of the same field of view: a slice of it for each slice, or one for all. Its
/// centre is cut or filled with zeros to the encoded matrix.
class CalibratedScan final : public Acquisition {
public:
    /// @throws IoError, UsageError if the file is no k-space; InputError where coils, slices or fields of view do not fit
    CalibratedScan(AcquisitionPtr scan, const std::string& file);

    [[nodiscard]] const AcquisitionHeader& header() const override { return m_scan->header(); }
    [[nodiscard]] ComplexArray readSlice(std::int64_t index) const override { return m_scan->readSlice(index); }
    [[nodiscard]] std::optional<ComplexArray> readNoise() const override { return m_scan->readNoise(); }
    [[nodiscard]] std::optional<ComplexArray> readCalibration(std::int64_t index) const override;

private:
    AcquisitionPtr m_scan, m_calibration;
};

}  // namespace larmor::session
