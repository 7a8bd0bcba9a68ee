#include "core/session/bad_lines.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/session/engine_host.h"
#include "core/session/line_errors.h"
#include "core/session/slice_source.h"

namespace larmor::session {

namespace {

constexpr std::size_t kFolds = 6, kMostPasses = 10;
constexpr std::int64_t kLinesBeside = 10, kSamplesBeside = 8, kLocal = 2;
constexpr double kBadLine = 2, kBadShare = 0.2;  // of lengths
constexpr double kSpike = 8, kSpikeShare = 0.5;
constexpr const char *kMethod = "cg-sense", *kLambda = "0.001", *kIterations = "15";

using Place = std::pair<std::int64_t, std::int64_t>;  // line, readout: in order of lines

class Checker {
public:
    Checker(const Acquisition& acquisition, std::int64_t slice, const MaskChoice& choice, const RunControl& run)
        : m_method(plugins().method(kMethod)), m_values(m_method.params), m_run(run) {
        auto masked = readMaskedSlice(acquisition, slice, choice);
        if (!masked.mask.mask.isColumnwise())
            throw InputError("The samples of this scan do not lie in whole lines along readout.", "Lines can be checked where they do.");
        m_mask = masked.mask.mask;
        m_kspace = applyMask(std::move(masked.kspace), m_mask);
        for (std::int64_t line = 0; line < m_mask.phase(); ++line)
            if (m_mask.samples()(0, line)) m_lines.push_back(line);
        m_values.setFromText("lambda", kLambda);
        m_values.setFromText("iterations", kIterations);
        m_problem.maps = engine().estimateMaps(m_kspace, m_mask, {}, {run.stop});
    }

    LineCheck go() {
        for (std::size_t pass = 0; pass < kMostPasses; ++pass) {
            m_run.progress->onStep({"lines", static_cast<std::int64_t>(pass), static_cast<std::int64_t>(kMostPasses), {}});
            judge();
            const bool more = takeSpikes();
            if (!takeWorstLines() && !more) break;
        }
        bringBack();
        return result();
    }

private:
    /// F S x of the slice reconstructed from what `mask` keeps.
    ComplexArray predictionFrom(const SamplingMask& mask) {
        m_run.throwIfStopped();
        m_problem.mask = mask;
        m_problem.kspace = m_kspace;
        const auto solved = engine().reconstruct(m_method, m_values, m_problem, {m_run.stop});
        if (solved.stoppedEarly) throw Cancelled();
        ComplexArray coils = m_problem.maps->maps;
        const auto pixels = solved.image.size();
        for (std::int64_t i = 0; i < coils.size(); ++i) coils[i] *= solved.image[i % pixels];
        return engine().fft2c(coils);
    }

    static void copyLine(const ComplexArray& from, ComplexArray& to, std::int64_t line) {
        for (std::int64_t coil = 0; coil < to.extent(0); ++coil)
            for (std::int64_t r = 0; r < to.extent(1); ++r) to(coil, r, line) = from(coil, r, line);
    }

    /// Every line and sample from a reconstruction that does not use it.
    void judge() {
        const std::vector<std::int64_t> bad(m_bad.begin(), m_bad.end());
        std::vector<Spike> spikes;
        for (const auto& [place, score] : m_spikes) spikes.push_back({place.second, place.first, score});
        const auto good = without(m_mask, bad, spikes);
        ComplexArray predicted = predictionFrom(good);
        for (std::size_t fold = 0; fold < kFolds; ++fold) {
            std::vector<std::int64_t> out;
            for (std::size_t i = fold; i < m_lines.size(); i += kFolds)
                if (!m_bad.contains(m_lines[i])) out.push_back(m_lines[i]);
            if (out.empty()) continue;
            const auto guess = predictionFrom(without(good, out, {}));
            for (const auto line : out) copyLine(guess, predicted, line);
        }
        m_errors = sampleErrors(predicted, m_kspace, m_mask);
        scoreLines();
    }

    void scoreLines() {
        std::vector<std::int64_t> order(m_lines.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
        const auto distance = [&](std::int64_t i) { return std::abs(m_lines[static_cast<std::size_t>(i)] - m_mask.phase() / 2); };
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return distance(a) < distance(b); });
        std::vector<double> errors, energies;
        for (const auto i : order) {
            const auto line = m_lines[static_cast<std::size_t>(i)];
            double error = 0, energy = 0;
            for (std::int64_t r = 0; r < m_mask.readout(); ++r) {
                if (m_spikes.contains({line, r})) continue;
                error += m_errors.error(r, line);
                energy += m_errors.energy(r, line);
            }
            errors.push_back(error);
            energies.push_back(energy);
        }
        const auto ratios = overNeighbours(errors, kLinesBeside);
        m_scores.assign(m_lines.size(), {});
        for (std::size_t k = 0; k < order.size(); ++k) {
            const double relative = energies[k] > 0 ? std::sqrt(errors[k] / energies[k]) : 0, score = std::sqrt(ratios[k]);
            const auto line = m_lines[static_cast<std::size_t>(order[k])];
            m_scores[static_cast<std::size_t>(order[k])] = {line, score, relative, score > kBadLine && relative > kBadShare};
        }
    }

    /// Score of a sample against those beside it on its line; 0 where its error is small beside itself.
    RealArray spikeScores() const {
        RealArray scores(m_mask.samples().shape());
        for (const auto line : m_lines) {
            std::vector<double> errors;
            for (std::int64_t r = 0; r < m_mask.readout(); ++r) errors.push_back(m_errors.error(r, line));
            const auto ratios = overNeighbours(errors, kSamplesBeside);
            for (std::int64_t r = 0; r < m_mask.readout(); ++r)
                if (m_errors.error(r, line) > kSpikeShare * kSpikeShare * m_errors.energy(r, line))
                    scores(r, line) = static_cast<float>(std::sqrt(ratios[static_cast<std::size_t>(r)]));
        }
        return scores;
    }

    /// Of samples next to each other the worst: it spoils what is predicted of the others.
    bool takeSpikes() {
        const auto scores = spikeScores();
        std::vector<Place> found;
        for (const auto line : m_lines)
            for (std::int64_t r = 0; r < m_mask.readout(); ++r)
                if (scores(r, line) > kSpike && !m_bad.contains(line) && !m_spikes.contains({line, r}) && isWorst(scores, r, line))
                    found.emplace_back(line, r);
        for (const auto& place : found) m_spikes[place] = scores(place.second, place.first);
        if (!found.empty()) scoreLines();
        return !found.empty();
    }

    [[nodiscard]] bool isWorst(const RealArray& scores, std::int64_t row, std::int64_t line) const {
        for (auto r = std::max<std::int64_t>(0, row - kLocal); r <= std::min(m_mask.readout() - 1, row + kLocal); ++r)
            for (auto l = std::max<std::int64_t>(0, line - kLocal); l <= std::min(m_mask.phase() - 1, line + kLocal); ++l)
                if (scores(r, l) > scores(row, line) && !m_spikes.contains({l, r})) return false;
        return true;
    }

    /// Of lines next to each other the worst.
    bool takeWorstLines() {
        bool any = false;
        for (std::size_t i = 0; i < m_scores.size(); ++i) {
            if (!m_scores[i].bad || m_bad.contains(m_lines[i])) continue;
            const auto first = i < kLocal ? 0 : i - kLocal, last = std::min(m_scores.size() - 1, i + static_cast<std::size_t>(kLocal));
            bool worst = true;
            for (auto j = first; j <= last; ++j)
                if (!m_bad.contains(m_lines[j]) && m_scores[j].score > m_scores[i].score) worst = false;
            if (worst) m_chosen.push_back(m_lines[i]);
        }
        for (const auto line : m_chosen) any = m_bad.insert(line).second || any;
        m_chosen.clear();
        return any;
    }

    void bringBack() {
        for (const auto& score : m_scores)
            if (!score.bad) m_bad.erase(score.line);
        const auto scores = spikeScores();
        std::erase_if(m_spikes, [&](const auto& spike) { return scores(spike.first.second, spike.first.first) <= kSpike; });
    }

    LineCheck result() {
        LineCheck check;
        for (auto& score : m_scores) score.bad = m_bad.contains(score.line);
        check.lines = m_scores;
        for (const auto& [place, score] : m_spikes)
            if (!m_bad.contains(place.first)) check.spikes.push_back({place.second, place.first, score});
        return check;
    }

    const PluginManifest& m_method;
    ParamValues m_values;
    const RunControl& m_run;
    SamplingMask m_mask;
    ComplexArray m_kspace;
    std::vector<std::int64_t> m_lines, m_chosen;
    SliceProblem m_problem;
    SampleErrors m_errors;
    std::vector<LineScore> m_scores;
    std::set<std::int64_t> m_bad;
    std::map<Place, double> m_spikes;
};

}  // namespace

LineCheck checkLines(const Acquisition& acquisition, std::int64_t slice, const MaskChoice& mask, const RunControl& run) {
    run.throwIfStopped();
    return Checker(acquisition, slice, mask, run).go();
}

}  // namespace larmor::session
