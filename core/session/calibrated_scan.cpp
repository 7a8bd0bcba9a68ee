#include "core/session/calibrated_scan.h"

#include <cmath>

#include <fmt/format.h>

#include "core/session/open_scan.h"

namespace larmor::session {

namespace {

constexpr double kSameFov = 0.02;

bool differ(double a, double b) {
    return a > 0 && b > 0 && std::abs(a - b) > kSameFov * std::max(a, b);
}

void checkFits(const AcquisitionHeader& scan, const AcquisitionHeader& calibration, const std::string& file) {
    if (calibration.coils != scan.coils)
        throw InputError(fmt::format("The calibration scan {} has {} coils, the scan {}.", file, calibration.coils, scan.coils),
                         "Take one of the same coils, or say the order of its axes by opening it once with --dims.");
    if (calibration.sliceCount() != 1 && calibration.sliceCount() != scan.sliceCount())
        throw InputError(
            fmt::format("The calibration scan {} has {} slices, the scan {}.", file, calibration.sliceCount(), scan.sliceCount()),
            "It must have one for all of them, or one for each.");
    if (!scan.encodedFov || !calibration.encodedFov) return;
    if (differ(scan.encodedFov->readoutMm, calibration.encodedFov->readoutMm) ||
        differ(scan.encodedFov->phaseMm, calibration.encodedFov->phaseMm))
        throw InputError(
            fmt::format(
                "The calibration scan {} has a field of view of {:.0f} x {:.0f} mm, the scan of {:.0f} x {:.0f} mm (readout x phase).",
                file, calibration.encodedFov->readoutMm, calibration.encodedFov->phaseMm, scan.encodedFov->readoutMm,
                scan.encodedFov->phaseMm),
            "Take a calibration scan of the same field of view.");
}

}  // namespace

CalibratedScan::CalibratedScan(AcquisitionPtr scan, const std::string& file)
    : m_scan(std::move(scan)), m_calibration(openScan(file)) {
    checkFits(m_scan->header(), m_calibration->header(), file);
}

std::optional<ComplexArray> CalibratedScan::readCalibration(std::int64_t index) const {
    const auto& encoded = header().encoded;
    return centreFit(m_calibration->readSlice(m_calibration->header().sliceCount() == 1 ? 0 : index), encoded.readout, encoded.phase);
}

}  // namespace larmor::session
