// min 1/2 ||A x - y||^2 + lambda ||W x||_1 by FISTA. [Lustig et al., Magn Reson Med 2007; Beck & Teboulle 2009]
#include <functional>

#include "core/recon/method.h"
#include "core/recon/scaled_problem.h"
#include "core/recon/solvers/fista.h"
#include "core/recon/solvers/wavelet.h"
#include "core/recon/step_recorder.h"

namespace larmor::recon {

class L1Wavelet final : public Method {
public:
    bool takesAnyOperator() const override { return true; }
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        const auto problem = scaledProblem(in);
        const FistaOptions options{values.real("step"), values.integer("iterations")};
        WaveletShrinkage shrinkage(WaveletTransform(in.mask.size(0), in.mask.size(1)), values.real("lambda") * options.stepSize,
                                   values.boolean("random_shift"),
                                   NoiseSource(static_cast<std::uint64_t>(in.seed), static_cast<std::uint64_t>(in.slice)));
        StepRecorder recorder("L1-wavelet", in, problem.scale, run);
        const auto prox = [&](const at::Tensor& z, std::int64_t) { return shrinkage(z); };
        return recorder.finish(fista(problem.equations, prox, options, std::ref(recorder)), "sense");
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::L1Wavelet)
