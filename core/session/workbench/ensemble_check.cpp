#include "core/session/workbench/ensemble_check.h"

#include <fmt/format.h>

#include "core/session/object_slices.h"
#include "core/session/workbench/workbench_state.h"

namespace larmor::session {

namespace {

/// The factor that the metrics scale the mean of the samples with.
float scaleOfMean(const ComplexArray& samples, const RealArray& reference) {
    ComplexArray mean(reference.shape());
    for (std::int64_t i = 0; i < samples.extent(0); ++i) {
        const auto one = samples.block(i);
        for (std::int64_t k = 0; k < mean.size(); ++k) mean[k] += one[static_cast<std::size_t>(k)];
    }
    const auto count = static_cast<double>(samples.extent(0));
    return static_cast<float>(count * metrics::leastSquaresScale(reference, magnitude(mean)));
}

struct Words {
    const char *verdict, *meaning;
};
constexpr Words kWords[] = {{"Narrow", "The samples scatter less than they err"},
                            {"Calibrated", "The samples scatter as much as they err"},
                            {"Wide", "The samples scatter more than they err"}};

std::size_t judged(const EnsembleCheck& check) {
    constexpr double kClose = 0.05;
    const auto& widest = check.coverage.back();
    if (widest.found < widest.expected - kClose) return 0;
    return widest.found > widest.expected + kClose ? 2 : 1;
}

}  // namespace

EnsembleCheck checkEnsemble(ComplexArray samples, const ComplexArray& reference, metrics::Scale scale, const RunControl& run) {
    const RealArray truth = magnitude(reference);
    const ByteArray object = objectRegion(truth);
    EnsembleCheck check;
    for (std::int64_t i = 0; i < samples.extent(0); ++i) {
        run.throwIfStopped();
        check.samples.push_back(compareImages(reference, samples.slice(i), scale));
    }
    if (scale == metrics::Scale::LeastSquares) {
        const float factor = scaleOfMean(samples, truth);
        for (cfloat& value : samples.values()) value *= factor;
    }
    check.coverage = metrics::coverage(samples, truth, {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}, &object);
    check.within = metrics::calibration(samples, truth, &object);
    return check;
}

std::string verdictOf(const EnsembleCheck& check) {
    const auto& widest = check.coverage.back();
    return fmt::format("{}: {:.0f} % of the object's pixels lie within the {:.0f} % interval.", kWords[judged(check)].verdict,
                       100 * widest.found, 100 * widest.expected);
}

std::string meaningOf(const EnsembleCheck& check) {
    return kWords[judged(check)].meaning;
}

}  // namespace larmor::session
