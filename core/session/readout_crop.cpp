#include "core/session/readout_crop.h"

#include "core/session/engine_host.h"

namespace larmor::session {

bool cropReadout(SliceProblem& problem, std::int64_t readout) {
    const SamplingMask& mask = problem.mask;
    if (readout >= mask.readout() || !mask.isColumnwise()) return false;
    // What the mask leaves out may still be there; it must not reach the lines that are kept.
    const ComplexArray images = engine().ifft2c(applyMask(std::move(problem.kspace), mask));
    problem.kspace = engine().fft2c(centreFit(images, readout, mask.phase()));
    if (problem.maps) {
        problem.maps->maps = centreFit(problem.maps->maps, readout, mask.phase());
        problem.maps->eigenvalue = {};
    }
    const auto row = mask.samples().block(0);
    problem.mask = SamplingMask::fromColumns({row.begin(), row.end()}, readout, mask.description());
    return true;
}

}  // namespace larmor::session
