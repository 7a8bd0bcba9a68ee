#include "tests/support/moving_phantom.h"

#include <cmath>

#include "tests/support/phantom.h"

namespace larmor::test {

ComplexArray movingImages(const MovingPhantom& scan) {
    const ComplexArray still = phantomImage(scan.readout, scan.phase);
    ComplexArray images({scan.frames * scan.slices, scan.readout, scan.phase});
    for (std::int64_t i = 0; i < images.extent(0); ++i) {
        const double turn = 2 * M_PI * static_cast<double>(i / scan.slices) / static_cast<double>(scan.frames);
        const double radius = (0.10 + 0.02 * static_cast<double>(i % scan.slices) + 0.03 * std::cos(turn)) * static_cast<double>(scan.readout);
        const double row = 0.5 * static_cast<double>(scan.readout) + 2 * std::sin(turn), column = 0.5 * static_cast<double>(scan.phase);
        for (std::int64_t r = 0; r < scan.readout; ++r)
            for (std::int64_t c = 0; c < scan.phase; ++c) {
                const double distance = std::hypot(static_cast<double>(r) - row, static_cast<double>(c) - column);
                const double edge = 1 / (1 + std::exp(2 * (distance - radius)));
                const cfloat direction = std::abs(still(r, c)) > 0 ? still(r, c) / std::abs(still(r, c)) : cfloat(1, 0);
                images(i, r, c) = still(r, c) + static_cast<float>(0.7 * edge) * direction;
            }
    }
    return images;
}

std::shared_ptr<MemoryAcquisition> movingScan(const MovingPhantom& scan, const std::string& path) {
    const ComplexArray images = movingImages(scan), maps = phantomMaps(scan.coils, scan.readout, scan.phase);
    std::vector<ComplexArray> slices;
    for (std::int64_t i = 0; i < images.extent(0); ++i) {
        ComplexArray kspace = dft2c(coilImages(images.slice(i), maps));
        const ComplexArray noise = randomComplex(kspace.shape(), 100 + static_cast<std::uint64_t>(i));
        for (std::int64_t k = 0; k < kspace.size(); ++k) kspace[k] += noise[k] * static_cast<float>(scan.noise);
        slices.push_back(std::move(kspace));
    }
    auto acquisition = std::make_shared<MemoryAcquisition>(std::move(slices), path);
    acquisition->editHeader().imageDims = {{Dim::Frame, scan.frames}, {Dim::Slice, scan.slices}};
    return acquisition;
}

}  // namespace larmor::test
