// (A^H A + lambda) x = A^H y by conjugate gradients. [Pruessmann et al., Magn Reson Med 2001]
#include <functional>

#include "core/recon/method.h"
#include "core/recon/scaled_problem.h"
#include "core/recon/solvers/conjugate_gradient.h"
#include "core/recon/step_recorder.h"

namespace larmor::recon {

class CgSense final : public Method {
public:
    bool takesAnyOperator() const override { return true; }
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        const auto problem = scaledProblem(in);
        const ConjugateGradientOptions options{values.real("lambda"), values.integer("iterations"), values.real("tolerance")};
        StepRecorder recorder("CG-SENSE", in, problem.scale, run);
        return recorder.finish(conjugateGradient(problem.equations, options, std::ref(recorder)), "sense");
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::CgSense)
