// Annealed plug-and-play with a diffusion prior as denoiser. [Zhang et al., IEEE TPAMI 2021]
#include "core/recon/diffusion/plug_and_play.h"
#include "core/recon/diffusion/sampler_method.h"
#include "core/recon/diffusion/warm_start.h"

namespace larmor::recon {

class PlugAndPlay final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        diffusion::PlugAndPlayOptions options{values.integer("steps"), values.real("lambda"), values.real("sigma_max"),
                                              values.real("sigma_min")};
        options.cg.iterations = values.integer("cg_iterations");
        return diffusion::runSampler("Plug-and-play", in, values, run, [&](const diffusion::SamplerInput& input, const StepHook& hook) {
            diffusion::SamplerInput warm = input;
            if (values.choice("start") == "l1-wavelet")
                warm.start = diffusion::waveletStart(*input.A, input.y, values.real("start_lambda"), values.integer("start_iterations"),
                                                     NoiseSource(input.seeds.front(), static_cast<std::uint64_t>(in.slice)), run);
            return diffusion::plugAndPlay(warm, options, hook);
        });
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::PlugAndPlay)
