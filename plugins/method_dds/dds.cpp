// Decomposed diffusion sampling. [Chung et al., ICLR 2024]
#include "core/recon/diffusion/dds.h"
#include "core/recon/diffusion/sampler_method.h"

namespace larmor::recon {

class Dds final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        diffusion::DdsOptions options{values.integer("steps"), values.real("gamma"), values.real("eta"), values.real("sigma_max"),
                                      values.real("sigma_min")};
        options.warmStart = values.boolean("warm_start");
        options.cg.iterations = values.integer("cg_iterations");
        return diffusion::runSampler("DDS", in, values, run, [&](const diffusion::SamplerInput& input, const StepHook& hook) {
            return diffusion::dds(input, options, hook);
        });
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::Dds)
