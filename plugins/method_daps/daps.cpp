// Decoupled annealing posterior sampling with the exact data step. [Zhang et al., CVPR 2025]
#include "core/recon/diffusion/daps.h"
#include "core/recon/diffusion/sampler_method.h"

namespace larmor::recon {

class Daps final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        return diffusion::runSampler("DAPS", in, values, run, [](const diffusion::SamplerInput& input, const ParamValues& now) {
            diffusion::DapsOptions options{now.integer("steps"), now.integer("ode_steps"), now.real("sigma_max"), now.real("sigma_min")};
            options.sigmaSpread = now.choice("spread") == "sigma";
            options.cg.iterations = now.integer("cg_iterations");
            return diffusion::dapsSampler(input, options);
        });
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::Daps)
