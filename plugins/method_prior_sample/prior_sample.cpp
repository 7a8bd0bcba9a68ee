// Draws from a diffusion prior without data. [Karras et al., NeurIPS 2022]
#include "core/recon/diffusion/prior_sample.h"
#include "core/recon/diffusion/sampler_method.h"

namespace larmor::recon {

class PriorSample final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        const diffusion::PriorSampleOptions options{values.integer("steps"), values.real("sigma_max"), values.real("sigma_min")};
        return diffusion::runSampler("Prior sample", in, values, run, [&](const diffusion::SamplerInput& input, const StepHook& hook) {
            return diffusion::priorSample(input, options, hook);
        });
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::PriorSample)
