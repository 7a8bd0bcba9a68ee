// Annealed plug-and-play with a diffusion prior as denoiser. [Zhang et al., IEEE TPAMI 2021]
#include "core/recon/diffusion/plug_and_play.h"
#include "core/recon/diffusion/sampler_method.h"
#include "core/recon/diffusion/warm_start.h"

namespace larmor::recon {

namespace {
at::Tensor startOf(const diffusion::SamplerInput& input, const ParamValues& values, const RunControl& run) {
    if (values.choice("start") != "l1-wavelet") return input.start;
    return diffusion::waveletStart(*input.A, input.y, values.real("start_lambda"), values.integer("start_iterations"),
                                   NoiseSource(input.seeds.front(), static_cast<std::uint64_t>(input.slice)), run);
}
}  // namespace

class PlugAndPlay final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        at::Tensor start;  // made once, whatever changes in mid-run
        return diffusion::runSampler("Plug-and-play", in, values, run, [&](const diffusion::SamplerInput& input, const ParamValues& now) {
            if (!start.defined()) start = startOf(input, now, run);
            diffusion::SamplerInput warm = input;
            warm.start = start;
            diffusion::PlugAndPlayOptions options{now.integer("steps"), now.real("lambda"), now.real("sigma_max"), now.real("sigma_min")};
            options.cg.iterations = now.integer("cg_iterations");
            return diffusion::plugAndPlaySampler(warm, options);
        });
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::PlugAndPlay)
