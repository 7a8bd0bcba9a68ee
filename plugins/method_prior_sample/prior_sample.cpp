// Draws from a diffusion prior without data. [Karras et al., NeurIPS 2022]
#include "core/recon/diffusion/prior_sample.h"
#include "core/recon/diffusion/sampler_method.h"

namespace larmor::recon {

class PriorSample final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        return diffusion::runSampler("Prior sample", in, values, run, [](const diffusion::SamplerInput& input, const ParamValues& now) {
            const diffusion::PriorSampleOptions options{now.integer("steps"), now.real("sigma_max"), now.real("sigma_min")};
            return diffusion::priorSampler(input, options);
        });
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::PriorSample)
