#include "core/session/reconstruct.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/base/data/series.h"
#include "core/base/log.h"
#include "core/session/engine_host.h"
#include "core/session/ensemble_builder.h"
#include "core/session/image_builder.h"
#include "core/session/prior_choice.h"
#include "core/session/protocol_builder.h"
#include "core/session/readout_crop.h"
#include "core/session/request_scan.h"
#include "core/session/series_places.h"
#include "core/session/shared_maps.h"
#include "core/session/slice_progress.h"
#include "core/session/slice_source.h"
#include "core/session/steering/recipe.h"
#include "core/session/time_mean.h"

namespace larmor::session {

namespace {

/// One reconstruction on its way: slices go in one by one, the result comes out of what is done.
class SliceLoop {
public:
    /// @param maps  shared with others, of slices by themselves; null: its own
    SliceLoop(const ReconstructionRequest& request, const RunControl& run, MapsUse* maps)
        : m_request(request),
          m_shared(maps),
          m_scan(scanOf(request)),
          m_header(m_scan->header()),
          m_method(plugins().method(request.method)),
          m_prior(priorOf(request, m_method)),
          m_values(completed(m_method.params, request.parameters)),
          m_mapValues(completed(espiritParameters(), request.mapParameters)),
          m_slices(chosenSlices(request.slices, m_header)),
          m_places(m_method.needsSeries() ? placesOf(m_method, m_header, m_slices) : std::vector<SeriesPlace>()),
          m_sharesMaps(changesInTime(request.mask, m_header)),
          m_images(static_cast<std::int64_t>(m_slices.size()), finishedMatrix(m_header, request.fullFov)),
          m_progress(*run.progress, static_cast<std::int64_t>(m_places.empty() ? m_slices.size() : m_places.size()), stepsPerSlice(m_method, m_values),
                     [this](ComplexArray image) { return finished(std::move(image), m_header, m_request.fullFov); },
                     m_places.empty() ? "slice" : "series"),
          m_recipe(request.steering),
          m_run{run.stop, &m_progress, run.steering || request.steering.empty() ? run.steering : &m_recipe} {
        checkSteering(request.steering, m_values);
        if (!request.drawnBySlice.empty() && request.drawnBySlice.size() != m_slices.size())
            throw ShapeError("edited masks", fmt::format("one for each of the {} slices", m_slices.size()), std::to_string(request.drawnBySlice.size()));
        if (m_method.needsMaps(m_values) && !request.mapsFile.empty())
            m_given.emplace(request.mapsFile, request.acquisition->header(), static_cast<std::int64_t>(m_slices.size()));
        if (m_method.needsSeries() && (request.coils.virtualConjugates || espiritOptionsFrom(m_mapValues).sets > 1))
            throw UsageError(fmt::format("Series are reconstructed from one set of coil maps and the coils as they are: '{}' takes no virtual conjugates and no second set.", m_method.id),
                             "Leave them out, or use cg-sense, l1-wavelet or tv.");
        if (m_prior && request.coils.virtualConjugates)
            throw UsageError("Virtual conjugate coils do not go with a diffusion prior.", "Leave them out, or use cg-sense, l1-wavelet or tv.");
        if (m_prior) takeRecommendation();
        m_result.protocol = protocolOf(request, m_values, m_mapValues, run.stop);
        if (m_prior) m_result.protocol.prior = m_prior->use(request, m_header, finishedMatrix(m_header, request.fullFov));
    }

    /// Runs until all slices are done or a stop leaves something to keep. @throws Cancelled
    void go() {
        engine().setThreads(static_cast<int>(m_result.protocol.threads));
        try {
            const std::size_t count = m_places.empty() ? m_slices.size() : m_places.size();
            for (std::size_t i = 0; i < count && !wasStopped(); ++i) {
                m_run.throwIfStopped();
                m_places.empty() ? addSlice(static_cast<std::int64_t>(i), m_slices[i]) : addPlace(static_cast<std::int64_t>(i));
            }
        } catch (const Cancelled&) {
            if (m_images.count() == 0 && m_ofSeries.empty()) throw;
            m_result.stoppedEarly = true;
        }
        for (auto& [position, image] : m_ofSeries) addImage(m_slices[static_cast<std::size_t>(position)], std::move(image.first), image.second);
    }

    Reconstruction take() {
        m_result.images.pixels = m_images.take();
        m_result.images.geometry = finishedGeometry(m_header, m_request.fullFov);
        m_result.images.name = m_request.method;
        m_result.images.simulated = m_header.provenance.simulated;
        m_result.ensemble = m_ensemble.take();
        addMasks(m_result.protocol, m_masks);
        m_result.masks = m_masks.take();
        return std::move(m_result);
    }

private:
    /// What the prior recommends depends on the mask, which the first slice tells.
    void takeRecommendation() {
        const PriorCard& card = m_prior->known.card;
        if (!m_request.chosenParameters || card.recommendations.empty()) return;
        const auto* recommended = card.recommendation(m_method.id, m_prior->contrast, samplingCaseOf(readMasked(m_slices.front()).mask));
        m_values = withRecommendation(m_values, *m_request.chosenParameters, recommended);
        if (const auto divided = dividedRecommendation(m_values, *m_request.chosenParameters, recommended); !divided.empty()) warn(divided);
    }

    [[nodiscard]] MaskedSlice readMasked(std::int64_t slice) const { return readMaskedSlice(*m_scan, slice, maskFor(slice)); }

    void addSlice(std::int64_t position, std::int64_t slice) {
        auto masked = readMasked(slice);
        for (const auto& warning : masked.mask.warnings) warn(warning);
        if (m_given && !m_given->note().empty()) warn(m_given->note());
        if (m_prior)
            for (const auto& sentence : m_result.protocol.prior->outside) warn(sentence);
        const auto solution = solve(position, slice, std::move(masked.kspace), masked.mask.mask);
        checkSteered(solution.stoppedEarly);
        addImage(slice, solution.image, masked.mask);
        if (solution.posterior) addPosterior(*solution.posterior);
        m_result.trace.insert(m_result.trace.end(), solution.trace.begin(), solution.trace.end());
        m_result.protocol.combination = solution.combination;
        m_result.stoppedEarly = m_result.stoppedEarly || solution.stoppedEarly;
        if (!wasStopped()) m_progress.endSlice();
    }

    void addImage(std::int64_t slice, ComplexArray image, const ResolvedMask& mask) {
        m_masks.add(mask);
        m_images.add(finished(std::move(image), m_header, m_request.fullFov));
        m_result.protocol.slices.push_back(slice);
    }

    /// All frames of a place go into the method; those that were asked for are kept until all places are done, to come in their order.
    void addPlace(std::int64_t number) {
        const SeriesPlace& place = m_places[static_cast<std::size_t>(number)];
        auto source = readSeries(place, [this](std::int64_t slice) { return readMasked(slice); }, m_run);
        SeriesProblem problem;
        problem.kspace = std::move(source.kspace);
        for (const auto& mask : source.masks) {
            problem.masks.push_back(mask.mask);
            for (const auto& warning : mask.warnings) warn(warning);
        }
        problem.seriesIndex = place.frames.front();
        problem.seed = m_request.seed;
        problem.device = m_request.device;
        if (m_method.needsMaps(m_values)) {
            const auto position = place.positions.front();
            problem.maps = m_given ? mapsFor(*m_scan, m_given->of(position, m_slices[static_cast<std::size_t>(position)])) : mapsOfPlace(number, place.frames.front(), false);
        }
        m_progress.begin(number, m_method.name, true);
        const auto solution = engine().reconstructSeries(m_method, m_values, problem, m_run);
        checkSteered(solution.stoppedEarly);
        for (const auto position : place.positions) {
            const auto slice = m_slices[static_cast<std::size_t>(position)];
            const auto frame = frameOf(m_header, slice);
            m_ofSeries[position] = {solution.images.slice(frame), source.masks[static_cast<std::size_t>(frame)]};
            for (TracePoint point : solution.trace) m_result.trace.push_back({slice, point.step, point.residual});
        }
        m_result.protocol.combination = solution.combination;
        m_result.stoppedEarly = m_result.stoppedEarly || solution.stoppedEarly;
        if (!wasStopped()) m_progress.endSlice();
    }

    void checkSteered(bool stoppedEarly) const {
        if (m_run.steering == &m_recipe && !m_recipe.asked() && !stoppedEarly)
            throw UsageError(fmt::format("The method '{}' cannot be steered while it runs.", m_method.id), "Take the steering out of the recipe.");
    }

    /// By a person; a recipe that ends each slice before its last step goes on to the next slice.
    [[nodiscard]] bool wasStopped() const { return m_result.stoppedEarly && m_run.stop.stop_requested(); }

    void warn(const std::string& sentence) {
        if (m_request.tellWarnings && m_warned.insert(sentence).second) log(LogLevel::Warning, "recon", sentence);
    }

    void addPosterior(const Posterior& posterior) {
        PriorUse& use = *m_result.protocol.prior;
        m_result.samplerSeconds += posterior.samplerSeconds;
        m_result.networkSeconds += posterior.networkSeconds;
        m_ensemble.add(posterior, [this](ComplexArray image) { return finished(std::move(image), m_header, m_request.fullFov); }, use);
        const auto noisy = noiseOutsideOf(m_prior->known.card, posterior.noise);
        if (!noisy || m_toldNoise) return;
        m_toldNoise = true;
        use.outside.push_back(*noisy);
        warn(*noisy);
    }

    [[nodiscard]] MaskChoice maskFor(std::int64_t slice) const {
        MaskChoice choice = m_request.mask;
        const auto asked = std::find(m_slices.begin(), m_slices.end(), slice);
        if (!m_request.drawnBySlice.empty() && asked != m_slices.end())
            choice.drawn = m_request.drawnBySlice[static_cast<std::size_t>(asked - m_slices.begin())];
        return choice;
    }

    SliceSolution solve(std::int64_t position, std::int64_t slice, ComplexArray kspace, const SamplingMask& mask) {
        SliceProblem problem;
        problem.kspace = std::move(kspace);
        problem.mask = mask;
        problem.espirit = espiritOptionsFrom(m_mapValues);
        problem.sliceIndex = slice;
        problem.seed = m_request.seed;
        problem.device = m_request.device;
        const bool crops = m_prior && !m_request.fullFov && m_header.recon.readout < m_header.encoded.readout;
        const bool needsMaps = m_method.needsMaps(m_values);
        std::optional<ComplexArray> calibration;
        if (needsMaps && !m_given) calibration = m_scan->readCalibration(slice);
        const bool mapsOfWhole = m_given || calibration;
        if (crops && !mapsOfWhole) cropReadout(problem, m_header.recon.readout);
        if (needsMaps) problem.maps = coilMaps(position, slice, problem, calibration, crops);
        if (crops && mapsOfWhole) cropReadout(problem, m_header.recon.readout);
        if (m_prior) problem.prior = m_prior->choice();
        m_progress.begin(position, m_method.name, true);
        auto solution = engine().reconstruct(m_method, m_values, problem, m_run);
        if (const auto bad = countNonFinite(solution.image.values()); bad > 0)
            throw InputError(fmt::format("The method '{}' ended with {} values that are not finite numbers.", m_method.id, bad),
                             "Take smaller steps or other weights, and look whether the units of k-space are beyond 1e-18 to 1e18.");
        return solution;
    }

    CoilMaps coilMaps(std::int64_t position, std::int64_t slice, const SliceProblem& problem, const std::optional<ComplexArray>& calibration,
                      bool crops) {
        if (m_given) return mapsFor(*m_scan, m_slices.size() == 1 ? std::move(*m_given).of(position, slice) : m_given->of(position, slice));
        if (m_sharesMaps && !calibration) return mapsOfPlace(position, slice, crops);
        m_progress.begin(position, "coil maps", false);
        const auto estimate = [&] { return mapsOf(problem.kspace, problem.mask, calibration, problem.espirit, m_run); };
        return m_shared ? m_shared->of(crops, estimate, m_run.stop) : estimate();
    }

    /// From the mean over time of all samples, once for all frames of the place.
    const CoilMaps& mapsOfPlace(std::int64_t position, std::int64_t slice, bool crops) {
        CoilMaps& maps = m_mapsOfPlace[framesOfPlace(m_header, slice).front()];
        if (!maps.maps.empty()) return maps;
        m_progress.begin(position, "coil maps", false);
        auto mean = meanOverTime(m_header, slice, [this](std::int64_t frame) { return readMasked(frame); }, m_run);
        SliceProblem problem;
        problem.kspace = std::move(mean.kspace);
        problem.mask = std::move(mean.mask.mask);
        if (crops) cropReadout(problem, m_header.recon.readout);
        return maps = mapsOf(problem.kspace, problem.mask, m_scan->readCalibration(slice), espiritOptionsFrom(m_mapValues), m_run);
    }

    const ReconstructionRequest& m_request;
    MapsUse* m_shared;
    AcquisitionPtr m_scan;
    const AcquisitionHeader& m_header;
    const PluginManifest& m_method;
    std::optional<PriorInUse> m_prior;
    ParamValues m_values, m_mapValues;
    std::vector<std::int64_t> m_slices;
    std::vector<SeriesPlace> m_places;  ///< empty: slice by slice
    bool m_sharesMaps;
    std::map<std::int64_t, CoilMaps> m_mapsOfPlace;  ///< by its first frame
    std::map<std::int64_t, std::pair<ComplexArray, ResolvedMask>> m_ofSeries;  ///< by the position among the slices asked for
    std::optional<GivenMaps> m_given;
    ImageBuilder m_images;
    EnsembleBuilder m_ensemble;
    MaskBuilder m_masks;
    std::set<std::string> m_warned;
    bool m_toldNoise = false;
    SliceProgress m_progress;
    RecipeSteering m_recipe;
    RunControl m_run;
    Reconstruction m_result;
};

Reconstruction reconstructed(const ReconstructionRequest& request, const RunControl& run, MapsUse* maps) {
    if (!request.acquisition) throw UsageError("There is no k-space to reconstruct.", "Open a file first.");
    run.throwIfStopped();
    const auto start = std::chrono::steady_clock::now();
    SliceLoop loop(request, run, maps);
    loop.go();
    auto result = loop.take();
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

}  // namespace

Reconstruction reconstruct(const ReconstructionRequest& request, const RunControl& run) { return reconstructed(request, run, nullptr); }

Reconstruction reconstruct(const ReconstructionRequest& request, const RunControl& run, MapsUse& maps) { return reconstructed(request, run, &maps); }

CoilMaps estimateMaps(const Acquisition& acquisition, std::int64_t slice, const MaskChoice& mask, const ParamValues& mapParameters,
                      const RunControl& run) {
    run.throwIfStopped();
    const auto read = [&](std::int64_t index) { return readMaskedSlice(acquisition, index, mask); };
    const auto& header = acquisition.header();
    const auto masked = changesInTime(mask, header) ? meanOverTime(header, slice, read, run) : read(slice);
    const auto options = espiritOptionsFrom(completed(espiritParameters(), mapParameters));
    return mapsOf(masked.kspace, masked.mask.mask, acquisition.readCalibration(slice), options, run);
}

}  // namespace larmor::session
