// A low-rank background plus what is sparse in temporal frequency, over all frames. [L+S, Otazo et al., Magn Reson Med 2015]
#include <functional>

#include "core/recon/method.h"
#include "core/recon/series/low_rank_plus_sparse.h"
#include "core/recon/series/series_problem.h"
#include "core/recon/step_recorder.h"

namespace larmor::recon {

class LowRankSparse final : public Method {
public:
    SeriesResult runSeries(const SeriesInput& in, const ParamValues& values, const RunControl& run) const override {
        const auto problem = scaledSeries(in);
        const LowRankPlusSparseOptions options{values.real("lambda_l"), values.real("lambda_s"), values.integer("iterations")};
        StepRecorder recorder("L+S", in, problem.scale, run);
        return recorder.finishSeries(lowRankPlusSparse(problem.equations, options, std::ref(recorder)), "sense");
    }
};

}  // namespace larmor::recon

LARMOR_METHOD_PLUGIN(larmor::recon::LowRankSparse)
