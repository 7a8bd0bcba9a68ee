// The inverse transform of the samples there are, coils combined.
#include "core/recon/coils/combine.h"
#include "core/recon/fft/centred_fft.h"
#include "core/recon/method.h"

namespace larmor::recon {

class ZeroFilled final : public Method {
public:
    MethodResult run(const MethodInput& in, const ParamValues& values, const RunControl& run) const override {
        run.throwIfStopped();
        const bool rss = values.choice("combination") == "rss" || !in.A;
        const at::Tensor images = ifft2c(in.y);
        run.progress->onStep({"Zero-filled", 1, 1, std::nullopt});
        return {rss ? combineRss(images) : combineMvue(images, in.A->maps()), {}, rss ? "rss" : "mvue", false};
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::ZeroFilled)
