// Diffusion posterior sampling, on the ODE or as DDPM's chain. [Chung et al., ICLR 2023]
#include "core/recon/diffusion/ancestral.h"
#include "core/recon/diffusion/dps.h"
#include "core/recon/diffusion/sampler_method.h"

namespace larmor::recon {

class Dps final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        const std::string& form = values.choice("form");
        const diffusion::StepSchedule zeta(values.schedule("zeta"));
        return diffusion::runSampler("DPS", in, values, run, [&](const diffusion::SamplerInput& input, const StepHook& hook) {
            if (form == "ancestral" || form == "ancestral-gaussian") {
                const diffusion::AncestralOptions options{values.integer("steps"), zeta, values.boolean("jacobian_free")};
                return form == "ancestral" ? diffusion::ancestralDps(input, options, hook)
                                           : diffusion::ancestralGaussian(input, options, hook);
            }
            diffusion::DpsOptions options{values.integer("steps"), zeta, values.real("sigma_max"), values.real("sigma_min")};
            options.heun = form == "heun";
            options.jacobianFree = values.boolean("jacobian_free");
            return diffusion::dps(input, options, hook);
        });
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::Dps)
