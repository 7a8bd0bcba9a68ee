#pragma once
// Simulated k-space of images, made when a slice is read.

#include "core/base/data/acquisition.h"
#include "core/base/data/image.h"
#include "core/session/simulate.h"

namespace larmor::session {

class SimulatedScan final : public Acquisition {
public:
    /// Chooses slices by options.slices and options.firstSlice. @param source  magnitudes are taken @param name  what the images are called
    /// @throws ParamError for options out of range; InputError for images that are zero or not finite
    SimulatedScan(const ImageStack& source, const SimulationOptions& options, const std::string& name, std::string contrast);

    [[nodiscard]] const AcquisitionHeader& header() const override { return m_header; }
    /// Maps x phase x object, transformed, with noise. The same slice gives the same bytes.
    [[nodiscard]] ComplexArray readSlice(std::int64_t index) const override;
    /// The image that the slices were made from: without noise, [frame x slice, readout, phase].
    [[nodiscard]] RealArray truth() const;

private:
    RealArray m_images;  // [slice, readout, phase], all of the source
    std::vector<std::int64_t> m_chosen;
    SimulationOptions m_options;
    double m_mean = 0;  // inside the object
    double m_sigma = 0, m_sliceStep = 1;
    AcquisitionHeader m_header;
};

}  // namespace larmor::session
