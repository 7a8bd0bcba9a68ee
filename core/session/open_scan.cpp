#include "core/session/open_scan.h"

#include "core/base/io/siemens_file.h"
#include "core/session/siemens_conversion.h"
#include "core/session/volume_scan.h"

namespace larmor::session {

namespace {

/// Says that it comes from the file that was asked for, not from the one that it was converted to.
class ConvertedScan final : public Acquisition {
public:
    ConvertedScan(AcquisitionPtr scan, const std::string& path) : m_scan(std::move(scan)), m_header(m_scan->header()) {
        Provenance& from = m_header.provenance;
        from.path = path;
        from.format = "Siemens raw data, by siemens_to_ismrmrd";
    }
    [[nodiscard]] const AcquisitionHeader& header() const override { return m_header; }
    [[nodiscard]] ComplexArray readSlice(std::int64_t index) const override { return m_scan->readSlice(index); }
    [[nodiscard]] std::optional<ComplexArray> readNoise() const override { return m_scan->readNoise(); }
    [[nodiscard]] std::optional<ComplexArray> readCalibration(std::int64_t index) const override { return m_scan->readCalibration(index); }

private:
    AcquisitionPtr m_scan;
    AcquisitionHeader m_header;
};

}  // namespace

AcquisitionPtr openPlanes(const std::string& path, const io::LoadOptions& options, const RunControl& run) {
    const auto measurements = io::siemensMeasurements(path);
    if (!measurements) return io::openAcquisition(path, options);
    const std::string converted = convertedSiemens(path, *measurements, run);
    return std::make_shared<ConvertedScan>(io::openAcquisition(converted, options), path);
}

AcquisitionPtr openScan(const std::string& path, const io::LoadOptions& options, const RunControl& run) {
    return withReadoutTransformed(openPlanes(path, options, run));
}

}  // namespace larmor::session
