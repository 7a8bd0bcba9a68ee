#pragma once
// A scan in memory that holds a noise scan and a calibration scan too.

#include "tests/support/memory_acquisition.h"

namespace larmor::test {

class ScanWithExtras final : public Acquisition {
public:
    explicit ScanWithExtras(AcquisitionPtr scan) : m_scan(std::move(scan)) {}
    [[nodiscard]] const AcquisitionHeader& header() const override { return m_scan->header(); }
    [[nodiscard]] ComplexArray readSlice(std::int64_t index) const override { return m_scan->readSlice(index); }
    [[nodiscard]] std::optional<ComplexArray> readNoise() const override { return noise; }
    [[nodiscard]] std::optional<ComplexArray> readCalibration(std::int64_t) const override { return calibration; }

    std::optional<ComplexArray> noise, calibration;

private:
    AcquisitionPtr m_scan;
};

}  // namespace larmor::test
