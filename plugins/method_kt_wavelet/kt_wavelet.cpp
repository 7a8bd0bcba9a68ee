// min 1/2 ||A x - y||^2 + lambda ||W F_t x||_1 over all frames by FISTA. [k-t SPARSE-SENSE, Otazo et al., Magn Reson Med 2010]
#include <functional>

#include "core/recon/method.h"
#include "core/recon/series/kt_shrinkage.h"
#include "core/recon/series/series_problem.h"
#include "core/recon/solvers/fista.h"
#include "core/recon/step_recorder.h"

namespace larmor::recon {

class KtWavelet final : public Method {
public:
    SeriesResult runSeries(const SeriesInput& in, const ParamValues& values, const RunControl& run) const override {
        const auto problem = scaledSeries(in);
        const FistaOptions options{values.real("step"), values.integer("iterations")};
        KtShrinkage shrinkage(
            in.masks.size(1), in.masks.size(2),
            {values.real("lambda") * options.stepSize, values.choice("space") == "wavelet", values.boolean("random_shift")},
            NoiseSource(static_cast<std::uint64_t>(in.seed), static_cast<std::uint64_t>(in.series)));
        StepRecorder recorder("k-t wavelet", in, problem.scale, run);
        const auto prox = [&](const at::Tensor& z, std::int64_t) { return shrinkage(z); };
        return recorder.finishSeries(fista(problem.equations, prox, options, std::ref(recorder)), "sense");
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::KtWavelet)
