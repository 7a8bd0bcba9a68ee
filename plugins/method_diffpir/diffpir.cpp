// Half-quadratic splitting along the noise levels of a diffusion prior. [Zhu et al., CVPR Workshops 2023]
#include "core/recon/diffusion/diffpir.h"
#include "core/recon/diffusion/sampler_method.h"

namespace larmor::recon {

class Diffpir final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        return diffusion::runSampler("DiffPIR", in, values, run, [](const diffusion::SamplerInput& input, const ParamValues& now) {
            diffusion::DiffpirOptions options{now.integer("steps"), now.real("lambda"), now.real("zeta"), now.real("sigma_max"),
                                              now.real("sigma_min")};
            options.cg.iterations = now.integer("cg_iterations");
            return diffusion::diffpirSampler(input, options);
        });
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::Diffpir)
