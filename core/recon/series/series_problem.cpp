#include "core/recon/series/series_problem.h"

#include <ATen/ATen.h>

#include "core/cpu/calibration_region.h"
#include "core/recon/mask_tensor.h"
#include "core/recon/operators/series_sense_operator.h"
#include "core/recon/tensor_view.h"

namespace larmor::recon {

TimeMean timeMean(const at::Tensor& y, const at::Tensor& masks) {
    const at::Tensor counts = masks.sum(0);
    return {y.sum(0) / counts.clamp_min(1), (counts > 0).to(masks.scalar_type())};
}

ScaledProblem scaledSeries(const SeriesInput& in) {
    if (!in.maps.defined()) throw PluginError("The method works with coil maps, but its manifest does not say that it needs \"maps\".");
    const auto A = std::make_shared<const SeriesSenseOperator>(in.maps, in.masks);
    const TimeMean mean = timeMean(in.y, in.masks);
    ScaledProblem problem;
    problem.scale = cpu::picsScale(toComplexArray(mean.kspace), toMask(mean.mask));
    problem.equations.AHA = [A](const at::Tensor& x) { return A->normal(x); };
    problem.equations.AHy = A->adjoint(in.y).div_(problem.scale);
    problem.equations.yNorm = length(in.y) / problem.scale;
    return problem;
}

}  // namespace larmor::recon
