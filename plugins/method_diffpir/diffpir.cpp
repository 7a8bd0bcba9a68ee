// Half-quadratic splitting along the noise levels of a diffusion prior. [Zhu et al., CVPR Workshops 2023]
#include "core/recon/diffusion/diffpir.h"
#include "core/recon/diffusion/sampler_method.h"

namespace larmor::recon {

class Diffpir final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        diffusion::DiffpirOptions options{values.integer("steps"), values.real("lambda"), values.real("zeta"), values.real("sigma_max"),
                                          values.real("sigma_min")};
        options.cg.iterations = values.integer("cg_iterations");
        return diffusion::runSampler("DiffPIR", in, values, run, [&](const diffusion::SamplerInput& input, const StepHook& hook) {
            return diffusion::diffpir(input, options, hook);
        });
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::Diffpir)
