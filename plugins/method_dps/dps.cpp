// Diffusion posterior sampling, on the ODE or as DDPM's chain. [Chung et al., ICLR 2023]
#include "core/recon/diffusion/ancestral.h"
#include "core/recon/diffusion/dps.h"
#include "core/recon/diffusion/sampler_method.h"

namespace larmor::recon {

namespace {
std::unique_ptr<diffusion::StepSampler> makeSampler(const diffusion::SamplerInput& input, const ParamValues& values) {
    const std::string& form = values.choice("form");
    const diffusion::StepSchedule zeta(values.schedule("zeta"));
    const bool jacobianFree = values.boolean("jacobian_free");
    if (form == "ancestral" || form == "ancestral-gaussian") {
        const diffusion::AncestralOptions options{values.integer("steps"), zeta, jacobianFree};
        return form == "ancestral" ? diffusion::ancestralDpsSampler(input, options) : diffusion::ancestralGaussianSampler(input, options);
    }
    diffusion::DpsOptions options{values.integer("steps"), zeta, values.real("sigma_max"), values.real("sigma_min")};
    options.heun = form == "heun";
    options.jacobianFree = jacobianFree;
    return diffusion::dpsSampler(input, options);
}
}  // namespace

class Dps final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        return diffusion::runSampler("DPS", in, values, run, makeSampler);
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::Dps)
