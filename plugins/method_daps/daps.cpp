// Decoupled annealing posterior sampling with the exact data step. [Zhang et al., CVPR 2025]
#include "core/recon/diffusion/daps.h"
#include "core/recon/diffusion/sampler_method.h"

namespace larmor::recon {

class Daps final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        diffusion::DapsOptions options{values.integer("steps"), values.integer("ode_steps"), values.real("sigma_max"),
                                       values.real("sigma_min")};
        options.sigmaSpread = values.choice("spread") == "sigma";
        options.cg.iterations = values.integer("cg_iterations");
        return diffusion::runSampler("DAPS", in, values, run, [&](const diffusion::SamplerInput& input, const StepHook& hook) {
            return diffusion::daps(input, options, hook);
        });
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::Daps)
