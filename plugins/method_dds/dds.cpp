// Decomposed diffusion sampling. [Chung et al., ICLR 2024]
#include "core/recon/diffusion/dds.h"
#include "core/recon/diffusion/sampler_method.h"

namespace larmor::recon {

class Dds final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        return diffusion::runSampler("DDS", in, values, run, [](const diffusion::SamplerInput& input, const ParamValues& now) {
            diffusion::DdsOptions options{now.integer("steps"), now.real("gamma"), now.real("eta"), now.real("sigma_max"),
                                          now.real("sigma_min")};
            options.warmStart = now.boolean("warm_start");
            options.cg.iterations = now.integer("cg_iterations");
            return diffusion::ddsSampler(input, options);
        });
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::Dds)
