#include "core/session/auto_tune.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/session/engine_host.h"
#include "core/session/object_slices.h"
#include "core/session/prior_choice.h"
#include "core/session/readout_crop.h"
#include "core/session/request_scan.h"
#include "core/session/slice_progress.h"
#include "core/session/slice_source.h"
#include "core/session/sure.h"
#include "core/session/tuning_curve.h"

namespace larmor::session {

namespace {

constexpr std::size_t kMostLookedAt = 16;  // slices that are read to find the middle of the object
constexpr int kMostBeyond = 3;             // values beyond the usual ones

std::int64_t middleOfObject(const Acquisition& acquisition, const std::vector<std::int64_t>& slices, const RunControl& run) {
    if (slices.size() == 1) return slices.front();
    const auto count = std::min(slices.size(), kMostLookedAt);
    const auto& matrix = acquisition.header().encoded;
    RealArray images({static_cast<std::int64_t>(count), matrix.readout, matrix.phase});
    std::vector<std::int64_t> seen;
    for (std::size_t i = 0; i < count; ++i) {
        run.throwIfStopped();
        seen.push_back(slices[(2 * i + 1) * slices.size() / (2 * count)]);
        const auto image = magnitude(engine().combine(readFiniteSlice(acquisition, seen.back()), Combination::Rss, nullptr));
        std::copy(image.values().begin(), image.values().end(), images.block(static_cast<std::int64_t>(i)).begin());
    }
    return seen[static_cast<std::size_t>(slicesOfObject(images, 1, -1).front())];
}

/// F S x
ComplexArray predictionOf(const ComplexArray& image, const ComplexArray& maps) {
    ComplexArray coils(maps.shape());
    for (std::int64_t coil = 0; coil < maps.extent(0); ++coil) {
        const auto map = maps.block(coil);
        auto seen = coils.block(coil);
        for (std::size_t i = 0; i < seen.size(); ++i) seen[i] = map[i] * image.values()[i];
    }
    return engine().fft2c(coils);
}

const PluginManifest& ofSingleSlices(const PluginManifest& method) {
    if (!method.needsSeries()) return method;
    throw UsageError(fmt::format("Parameters of '{}' cannot be chosen from held-out samples: they are held out of single slices, and it reconstructs series.",
                                 method.id),
                     "Compare values with larmor-cli sweep, or tune l1-wavelet on one frame: its weight has the same unit.");
}

class Tuner {
public:
    Tuner(const ReconstructionRequest& request, const TuneOptions& options, const RunControl& run)
        : m_request(request),
          m_scan(scanOf(request)),
          m_header(m_scan->header()),
          m_method(ofSingleSlices(plugins().method(request.method))),
          m_run(run),
          m_values(completed(m_method.params, request.parameters)),
          m_prior(priorOf(request, m_method)) {
        m_tuning.parameter = options.parameter;
        m_given = !options.values.empty();
        engine().setThreads(static_cast<int>(request.threads > 0 ? request.threads : defaultThreads()));
        chooseSlice(options.slice);
        prepare();
        m_candidates = tuningValues(request.method, m_method.params, options.parameter, options.values, &m_values);
        if (options.by == TuneBy::Sure) {
            m_probe.emplace(noiseLevels(m_problem.kspace, m_problem.mask), m_problem.mask, options.holdOut.seed);
            m_tuning.unit = m_problem.mask.isColumnwise() ? "measured line" : "measured sample";
            m_tuning.folds = 1;
            return;
        }
        m_plan = holdOut(m_problem.mask, options.holdOut);
        m_tuning.unit = m_plan.lines ? "line" : "sample";
        m_tuning.folds = static_cast<std::int64_t>(m_plan.folds.size());
    }

    Tuning go() {
        prepareFolds();
        for (const double value : std::vector<double>(m_candidates)) m_errors.push_back(errorsOf(value));
        judge(m_tuning, m_candidates, m_errors);
        if (!m_given) goBeyond();
        ParamValues values = m_values;
        const bool leans = leansOnCurrent(m_request.method, m_tuning.parameter);
        const double best = leans ? leaning(m_tuning, numberOf(m_values, m_tuning.parameter)) : m_tuning.lowest;
        if (m_tuning.doubt.empty()) setNumber(values, m_tuning.parameter, best);
        m_tuning.value = numberOf(values, m_tuning.parameter);
        return std::move(m_tuning);
    }

private:
    void chooseSlice(const std::optional<std::int64_t>& asked) {
        const auto slices = chosenSlices(m_request.slices, m_header);
        m_tuning.slice = asked ? *asked : middleOfObject(*m_request.acquisition, slices, m_run);
        const auto found = std::find(slices.begin(), slices.end(), m_tuning.slice);
        if (found == slices.end())
            throw UsageError(fmt::format("Slice {} is not among those that are reconstructed.", m_tuning.slice), "Tune on one of them.");
        m_position = found - slices.begin();
        m_sliceCount = static_cast<std::int64_t>(slices.size());
    }

    /// The slice as a reconstruction would see it: all samples of its mask, without readout oversampling where a prior is used.
    void prepare() {
        MaskChoice choice = m_request.mask;
        if (!m_request.drawnBySlice.empty()) choice.drawn = m_request.drawnBySlice.at(static_cast<std::size_t>(m_position));
        auto masked = readMaskedSlice(*m_scan, m_tuning.slice, choice);
        m_problem.kspace = std::move(masked.kspace);
        m_problem.mask = masked.mask.mask;
        m_problem.espirit = espiritOptionsFrom(completed(espiritParameters(), m_request.mapParameters));
        m_problem.sliceIndex = m_tuning.slice;
        m_problem.seed = m_request.seed;
        m_problem.device = m_request.device;
        if (!m_request.mapsFile.empty())
            m_problem.maps = mapsFor(*m_scan, GivenMaps(m_request.mapsFile, m_request.acquisition->header(), m_sliceCount).of(m_position, m_tuning.slice));
        else if (const auto calibration = m_scan->readCalibration(m_tuning.slice))
            m_problem.maps = mapsOf(m_problem.kspace, m_problem.mask, calibration, m_problem.espirit, {m_run.stop});
        if (m_problem.maps && m_problem.maps->maps.rank() == 4)
            throw UsageError("A parameter is tuned with one set of coil maps.", "Give maps with the first set alone.");
        if (m_prior) {
            if (!m_request.fullFov) cropReadout(m_problem, m_header.recon.readout);
            m_problem.prior = m_prior->choice();
            takeRecommendation(masked.mask);
        }
    }

    void takeRecommendation(const ResolvedMask& mask) {
        if (!m_request.chosenParameters) return;
        const auto* recommended = m_prior->known.card.recommendation(m_method.id, m_prior->contrast, samplingCaseOf(mask));
        m_values = withRecommendation(m_values, *m_request.chosenParameters, recommended);
    }

    void prepareFolds() {
        if (m_probe) {
            auto progress = progressOf(0);
            progress.begin(0, "coil maps", false);
            const RunControl run{m_run.stop, &progress};
            if (!m_problem.maps) m_problem.maps = engine().estimateMaps(m_problem.kspace, m_problem.mask, m_problem.espirit, run);
            m_problems = {m_problem, m_problem};
            m_problems.back().kspace = m_probe->moved(std::move(m_problems.back().kspace));
        }
        for (const auto& fold : m_plan.folds) {
            SliceProblem problem = m_problem;
            problem.mask = fold.kept;
            problem.kspace = applyMask(std::move(problem.kspace), fold.kept);
            auto progress = progressOf(0);
            progress.begin(0, "coil maps", false);
            if (!problem.maps) problem.maps = engine().estimateMaps(problem.kspace, problem.mask, problem.espirit, {m_run.stop, &progress});
            m_problems.push_back(std::move(problem));
        }
    }

    /// Where the lowest error of the usual values lies at an end, others beyond it are tried.
    void goBeyond() {
        for (int i = 0; i < kMostBeyond; ++i) {
            const auto value = valueBeyond(m_tuning, m_method.params);
            if (!value) return;
            const bool first = *value < m_candidates.front();
            m_candidates.insert(first ? m_candidates.begin() : m_candidates.end(), *value);
            m_errors.insert(first ? m_errors.begin() : m_errors.end(), errorsOf(*value));
            judge(m_tuning, m_candidates, m_errors);
        }
    }

    SliceProgress progressOf(std::int64_t trial) {
        const auto folds = m_probe ? 2 : static_cast<std::int64_t>(m_plan.folds.size());
        const auto trials = std::max(folds * static_cast<std::int64_t>(m_candidates.size()), trial + 1);
        const auto finish = [this](ComplexArray image) { return finished(std::move(image), m_header, m_request.fullFov); };
        return {*m_run.progress, trials, stepsPerSlice(m_method, m_values), finish, "trial"};
    }

    std::vector<UnitError> errorsOf(double value) {
        if (m_probe) {
            const auto prediction = predict(value, m_problems.front());
            return m_probe->errors(prediction, predict(value, m_problems.back()), m_problem.kspace);
        }
        std::vector<UnitError> all;
        for (std::size_t f = 0; f < m_problems.size(); ++f) {
            const auto errors = predictionErrors(predict(value, m_problems[f]), m_problem.kspace, m_plan.folds[f]);
            all.insert(all.end(), errors.begin(), errors.end());
        }
        return all;
    }

    /// F S x of the image that the value gives: all samples.
    ComplexArray predict(double value, const SliceProblem& problem) {
        m_run.throwIfStopped();
        ParamValues values = m_values;
        setNumber(values, m_tuning.parameter, value);
        auto progress = progressOf(m_trial);
        progress.begin(m_trial++, fmt::format("{} {:.4g}", m_tuning.parameter, value), true);
        const auto solution = engine().reconstruct(m_method, values, problem, {m_run.stop, &progress});
        if (solution.stoppedEarly) throw Cancelled();
        auto predicted = predictionOf(solution.image, problem.maps->maps);
        progress.endSlice();
        return predicted;
    }

    const ReconstructionRequest& m_request;
    AcquisitionPtr m_scan;
    const AcquisitionHeader& m_header;
    const PluginManifest& m_method;
    const RunControl& m_run;
    ParamValues m_values;
    std::vector<double> m_candidates;
    std::optional<PriorInUse> m_prior;
    Tuning m_tuning;
    SliceProblem m_problem;
    HoldOutPlan m_plan;
    std::optional<SureProbe> m_probe;      // where Stein's estimate is asked for
    std::vector<SliceProblem> m_problems;  // by fold; of a probe the data and the moved data
    std::vector<std::vector<UnitError>> m_errors;
    std::int64_t m_position = 0, m_sliceCount = 0, m_trial = 0;
    bool m_given = false;  // a person named the values
};

}  // namespace

Tuning autoTune(const ReconstructionRequest& request, const TuneOptions& options, const RunControl& run) {
    if (!request.acquisition) throw UsageError("There is no k-space to tune on.", "Open a file first.");
    if (request.coils.virtualConjugates)
        throw UsageError("Virtual conjugate coils hold the samples that tuning holds out.", "Tune without them.");
    if (espiritOptionsFrom(completed(espiritParameters(), request.mapParameters)).sets > 1)
        throw UsageError("A parameter is tuned with one set of coil maps.", "Tune with sets=1.");
    run.throwIfStopped();
    return Tuner(request, options, run).go();
}

ReconstructionRequest withTuning(ReconstructionRequest request, const Tuning& tuning) {
    request.tuned = tuning;
    if (!tuning.doubt.empty()) return request;
    request.parameters = completed(plugins().method(request.method).params, request.parameters);
    setNumber(request.parameters, tuning.parameter, tuning.value);
    if (request.chosenParameters) request.chosenParameters->push_back(tuning.parameter);
    return request;
}

}  // namespace larmor::session
