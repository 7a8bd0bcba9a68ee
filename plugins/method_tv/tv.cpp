// min 1/2 ||A x - y||^2 + lambda TV(x) by ADMM. [Rudin, Osher & Fatemi 1992; Block et al., Magn Reson Med 2007]
#include <functional>

#include "core/recon/method.h"
#include "core/recon/scaled_problem.h"
#include "core/recon/solvers/total_variation.h"
#include "core/recon/step_recorder.h"

namespace larmor::recon {

class TotalVariation final : public Method {
public:
    bool takesAnyOperator() const override { return true; }
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        const auto problem = scaledProblem(in);
        const TotalVariationOptions options{values.real("lambda"), values.real("rho"), values.integer("iterations"),
                                            values.integer("inner_iterations")};
        StepRecorder recorder("Total variation", in, problem.scale, run);
        return recorder.finish(totalVariation(problem.equations, options, std::ref(recorder)), "sense");
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::TotalVariation)
