// A prior of two modes: the share of samples in each is that of the posterior.
#include <cmath>

#include <doctest/doctest.h>

#include "core/recon/diffusion/daps.h"
#include "tests/numeric/mixture_prior.h"

using namespace larmor;
using namespace larmor::recon;
using namespace larmor::recon::diffusion;
using namespace larmor::test;

namespace {
constexpr double kSpread = 0.05, kDistance = 0.5, kSigmaY = 1;
constexpr std::array<double, 2> kWeights{0.3, 0.7};
constexpr std::int64_t kCount = 300;

/// Modes at m and -m, |m| = 0.5, all samples measured (A is an isometry), and y = t A m so that the prior's odds of 3 : 7 become the
/// posterior's: the log odds of the evidence are 2 t |m|^2 / (sigma_y^2 + s^2). The noise is of the order of the distance of the modes:
/// what the data says of the mode is heard while the mode is still open.
struct TwoModes {
    SmallPosterior problem{at::kComplexDouble, kSigmaY};
    at::Tensor mean;
    MixturePrior prior;

    TwoModes() : mean(centre()), prior(mean, kSpread, kWeights) {
        problem.A = problem.wide = std::make_shared<SenseOperator>(problem.wide->maps(), at::ones(SmallPosterior::kSize, at::kDouble));
    }
    static at::Tensor centre() {
        const at::Tensor direction = randomTensor(SmallPosterior::kSize, at::kComplexDouble, 71);
        return direction * kDistance / at::linalg_vector_norm(direction);
    }
    void observe(double share) {
        const double logOdds = std::log(share / (1 - share)) - std::log(kWeights[0] / kWeights[1]);
        problem.y = problem.wide->forward(mean) * (logOdds * (kSigmaY * kSigmaY + kSpread * kSpread) / (2 * kDistance * kDistance));
    }
    [[nodiscard]] double shareOfFirst(const DapsOptions& options) const {
        const at::Tensor samples = daps(problem.input(prior, consecutiveSeeds(kCount)), options).x;
        return at::real(mean.conj() * samples).sum(at::IntArrayRef{1, 2}).gt(0).to(at::kDouble).mean().item<double>();
    }
};
}  // namespace

TEST_CASE("DAPS finds both modes, with the weights of the posterior") {
    TwoModes modes;
    DapsOptions options{30, 1, 20, 0.02};
    options.sigmaSpread = true;
    for (const double share : {0.3, 0.6, 0.9}) {  // the prior's own first
        modes.observe(share);
        const double found = modes.shareOfFirst(options);
        MESSAGE("posterior ", share, ", DAPS ", found);
        // Five standard errors of a share of 300, and 0.05 for taking p(x0 | x) for a Gaussian while there are two modes.
        CHECK(std::abs(found - share) < 5 * std::sqrt(share * (1 - share) / static_cast<double>(kCount)) + 0.05);
    }
}
