#include "core/session/sweep.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "core/base/masks/mask_generator.h"
#include "core/session/engine_host.h"
#include "core/session/joint_progress.h"
#include "core/session/object_slices.h"
#include "core/session/prior_choice.h"
#include "core/session/priors.h"
#include "core/session/reduced_scan.h"
#include "core/session/request_scan.h"
#include "core/session/shared_maps.h"
#include "core/session/slice_source.h"

namespace larmor::session {

namespace {

using nlohmann::json;

/// Parameters of one cell: a value for each axis, the rest as the method or the prior has them.
struct Setting {
    ParamValues values;
    json varied = json::object();
    std::vector<std::string> chosen;
};

std::vector<Setting> settingsOf(const SweepMethod& asked) {
    const auto& method = plugins().method(asked.method);
    const auto kept = asked.values ? changedParameters(*asked.values) : std::vector<std::string>();
    std::vector<Setting> settings{{asked.values.value_or(ParamValues(method.params)), json::object(), kept}};
    for (const auto& axis : asked.axes) {
        if (axis.values.empty()) throw ParamError(axis.parameter, "the sweep names no value");
        std::vector<Setting> more;
        for (const auto& setting : settings)
            for (const auto& value : axis.values) {
                auto next = setting;
                next.values.setFromText(axis.parameter, value);
                next.varied[axis.parameter] = next.values.toJson().at(axis.parameter);
                next.chosen.push_back(axis.parameter);
                more.push_back(std::move(next));
            }
        settings = std::move(more);
    }
    return settings;
}

/// The settings of a table that goes on, with the scans of both. @throws UsageError where they contradict each other
json merged(const json& before, json now) {
    const auto refuse = [](const std::string& what, const json& old, const json& asked) {
        throw UsageError(fmt::format("The table was made with {} {}, not with {}.", what, old.is_null() ? "unknown" : old.dump(), asked.dump()),
                         "Give the same settings, or another file for the table.");
    };
    for (const auto& [name, value] : now.items())
        if (name != "scans" && before.value(name, json()) != value) refuse(name, before.value(name, json()), value);
    const auto known = before.value("scans", json::object());
    for (const auto& [name, origin] : known.items()) {
        const auto same = now["scans"].find(name);
        if (same == now["scans"].end())
            now["scans"][name] = origin;
        else if (*same != origin)
            refuse(name + ":", origin, *same);
    }
    return now;
}

/// The reference of one slice and what is scored against it.
class Score {
public:
    Score(RealArray reference, metrics::Scale scale) : m_reference(std::move(reference)), m_region(objectRegion(m_reference)), m_scale(scale) {}
    void of(const ComplexArray& images, SweepCell& cell) const {
        const auto reference = m_reference.reshaped({1, m_reference.extent(0), m_reference.extent(1)});
        const auto image = magnitude(images);
        cell.whole = metrics::compare(reference, image, {metrics::MetricProtocol::Slice, m_scale, nullptr}).slices.front();
        cell.object = metrics::compare(reference, image, {metrics::MetricProtocol::Slice, m_scale, &m_region}).slices.front();
        cell.whole.slice = cell.object.slice = cell.slice;
    }

private:
    RealArray m_reference;
    ByteArray m_region;
    metrics::Scale m_scale;
};

/// What the cells of one slice have in common.
struct SweptSlice {
    const SweepScan& scan;
    std::size_t place;  ///< among the scan's slices
    std::int64_t slice;
    std::mutex mutex{};
    std::optional<Score> score{};  ///< made by the first cell that comes to it
};

/// A cell that is to be made. What is shared goes with the last cell that has it.
struct CellWork {
    SweepCell cell;
    const MaskChoice* mask = nullptr;
    const Setting* setting = nullptr;
    std::shared_ptr<SweptSlice> slice;
    std::shared_ptr<SharedMaps> maps;
};

/// A cell that was made, until those before it are there.
struct CellDone {
    SweepCell cell;
    ReconstructionRequest request;
    std::optional<Reconstruction> result;  ///< none where the cell failed
    std::exception_ptr problem;            ///< that ends the sweep
};

class Sweep {
public:
    Sweep(const SweepRequest& request, const RunControl& run, SweepTable done, const std::function<void(const SweepTable&)>& onCell,
          const std::function<void(const SweepMade&)>& onMade)
        : m_request(request), m_run(run), m_table(std::move(done)), m_onCell(onCell), m_onMade(onMade) {
        checkScans(request);
        takeOver();
        for (const auto& method : request.methods) {
            m_settings.push_back(settingsOf(method));
            if (plugins().method(method.method).needsPrior()) (void)findPrior(method.prior);
        }
        for (const auto& scan : request.scans) {
            const auto slices = chosenSlices(scan.slices, scan.acquisition->header());
            for (std::size_t i = 0; i < slices.size(); ++i) addSlice(std::make_shared<SweptSlice>(scan, i, slices[i]));
        }
        m_jobs = cellsAtATime(request, static_cast<std::int64_t>(m_works.size()));
        m_threads = std::max<std::int64_t>(1, (request.threads > 0 ? request.threads : defaultThreads()) / m_jobs);
    }

    SweepTable go() {
        m_run.throwIfStopped();
        m_progress.emplace(*m_run.progress, m_there + m_works.size(), "", m_there);
        const std::stop_callback stopped(m_run.stop, [this] { stop(); });
        if (m_jobs == 1) {
            work();
        } else {
            std::vector<std::jthread> workers;
            for (std::int64_t i = 0; i < m_jobs; ++i) workers.emplace_back([this] { work(); });
        }
        if (m_problem) std::rethrow_exception(m_problem);
        if (m_told < m_works.size()) throw Cancelled();
        return std::move(m_table);
    }

private:
    void takeOver() {
        auto settings = m_request.settings();
        m_table.settings.emplace("reduction", 1);  // tables tell it since there is more than the full size
        m_table.settings.emplace("coils", CoilPreparation{}.toJson());
        m_table.settings.emplace("reference", "rss");
        if (!m_table.cells.empty()) settings = merged(m_table.settings, std::move(settings));
        m_table.settings = std::move(settings);
        std::erase_if(m_table.cells, [](const SweepCell& cell) { return !cell.failure.empty(); });
        for (const auto& cell : m_table.cells) m_known.insert(cell.key());
    }

    void addSlice(const std::shared_ptr<SweptSlice>& slice) {
        for (const auto& mask : m_request.masks) {
            const auto maps = std::make_shared<SharedMaps>();
            for (std::size_t m = 0; m < m_request.methods.size(); ++m)
                for (const auto& setting : m_settings[m]) {
                    auto cell = emptyCell(*slice, mask, m_request.methods[m], setting);
                    if (m_known.contains(cell.key()))
                        ++m_there;
                    else
                        m_works.push_back({std::move(cell), &mask, &setting, slice, maps});
                }
        }
    }

    static SweepCell emptyCell(const SweptSlice& of, const MaskChoice& mask, const SweepMethod& method, const Setting& setting) {
        SweepCell cell;
        cell.scan = of.scan.name;
        cell.contrast = of.scan.contrast.empty() ? of.scan.acquisition->header().contrast : of.scan.contrast;
        cell.mask = mask.toText();
        cell.method = method.method;
        if (plugins().method(method.method).needsPrior()) cell.prior = method.prior;
        cell.slice = of.slice;
        cell.varied = setting.varied;
        return cell;
    }

    /// Takes the next cell again and again. What is ahead of the first one that is not there yet waits, so that memory does not fill.
    void work() {
        constexpr std::int64_t kAhead = 4;  // cells of each worker
        for (auto i = m_next++; i < m_works.size(); i = m_next++) {
            {
                std::unique_lock lock(m_mutex);
                const auto hasRoom = [&] { return i < m_told + static_cast<std::size_t>(kAhead * m_jobs); };
                if (!m_room.wait(lock, m_stop.get_token(), hasRoom)) return;
            }
            auto done = made(i);
            m_works[i] = {};
            if (!done) return stop();
            tell(i, std::move(*done));
        }
    }

    /// nullopt: it was stopped.
    std::optional<CellDone> made(std::size_t i) {
        try {
            if (m_stop.stop_requested()) throw Cancelled();
            const CellWork& work = m_works[i];
            CellDone done{work.cell, requestOf(work), {}, {}};
            const auto name = fmt::format("{}, {}, {}", done.cell.scan, done.cell.mask, done.cell.method);
            PieceProgress progress(*m_progress, m_there + i, name);
            m_progress->set(m_there + i, 0, name);
            fill(done, work, scoreOf(*work.slice), {m_stop.get_token(), &progress});
            return done;
        } catch (const Cancelled&) {
            return std::nullopt;
        } catch (...) {
            return CellDone{{}, {}, {}, std::current_exception()};
        }
    }

    const Score& scoreOf(SweptSlice& slice) const {
        const std::lock_guard lock(slice.mutex);
        if (!slice.score) {
            engine().setThreads(static_cast<int>(m_threads));
            slice.score.emplace(referenceOf(slice), m_request.scale);
        }
        return *slice.score;
    }

    RealArray referenceOf(const SweptSlice& of) const {
        const auto& scan = of.scan;
        const auto reduced = std::make_shared<const ReducedScan>(scan.acquisition, m_request.reduction);
        if (!scan.truth) {
            const auto seen = scanOfReference(reduced, m_request.coils);
            return magnitude(makeReference(*seen, {of.slice}, m_request.reference, false, {m_stop.get_token()}).images.pixels).slice(0);
        }
        auto truth = scan.truth->slice(static_cast<std::int64_t>(of.place));
        return m_request.reduction == 1 ? std::move(truth) : reduced->reducedImage(truth);
    }

    ReconstructionRequest requestOf(const CellWork& work) const {
        const auto& scan = work.slice->scan;
        ReconstructionRequest request;
        request.acquisition = scan.acquisition;
        request.method = work.cell.method;
        request.parameters = work.setting->values;
        request.mask = *work.mask;
        request.mapsFile = scan.mapsFile;
        request.calibrationFile = scan.calibrationFile;
        request.mapParameters = m_request.mapParameters;
        request.coils = m_request.coils;
        if (!work.cell.prior.empty()) request.prior = PriorRequest{work.cell.prior, scan.contrast, {}};
        if (m_request.recommended) request.chosenParameters = work.setting->chosen;
        request.slices = {work.cell.slice};
        request.reduction = m_request.reduction;
        request.device = m_request.device;
        request.seed = m_request.seed;
        request.threads = m_threads;
        request.hashSource = m_request.hashSource;
        request.tellWarnings = false;
        return request;
    }

    /// @throws Cancelled
    static void fill(CellDone& done, const CellWork& work, const Score& score, const RunControl& run) {
        auto& cell = done.cell;
        try {
            const auto start = std::chrono::steady_clock::now();
            MapsUse maps(*work.maps);
            auto result = reconstruct(done.request, run, maps);
            if (result.stoppedEarly) throw Cancelled();
            cell.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() + maps.secondsSpared();
            cell.acceleration = result.protocol.totalAcceleration;
            cell.keepsCentre = result.masks.empty() || masks::keepsCentre(result.masks.front());
            cell.parameters = result.protocol.parameters;
            cell.size = {result.images.pixels.extent(1), result.images.pixels.extent(2), 1};
            score.of(result.images.pixels, cell);
            done.result = std::move(result);
        } catch (const Cancelled&) {
            throw;
        } catch (const Error& error) {
            cell.failure = error.what();
        }
    }

    /// In the order of the cells, whoever is done first.
    void tell(std::size_t i, CellDone done) {
        const std::lock_guard lock(m_mutex);
        m_done.emplace(i, std::move(done));
        for (auto next = m_done.find(m_told); next != m_done.end() && !m_problem && !m_run.stop.stop_requested(); next = m_done.find(m_told)) {
            try {
                tell(std::move(next->second));
            } catch (...) {  // the table could not be written, or there is nothing to score against: nothing that comes after counts
                m_problem = std::current_exception();
                m_stop.request_stop();
            }
            m_done.erase(next);
            ++m_told;
        }
        m_room.notify_all();
    }

    void tell(CellDone done) {
        if (done.problem) std::rethrow_exception(done.problem);
        if (done.result && m_onMade) m_onMade({done.cell, done.request, *done.result});
        m_progress->set(m_there + m_told, JointProgress::kParts, done.cell.scan);
        m_table.cells.push_back(std::move(done.cell));
        if (m_onCell) m_onCell(m_table);
    }

    void stop() { m_stop.request_stop(); }

    const SweepRequest& m_request;
    const RunControl& m_run;
    SweepTable m_table;
    const std::function<void(const SweepTable&)>& m_onCell;
    const std::function<void(const SweepMade&)>& m_onMade;
    std::vector<std::vector<Setting>> m_settings;
    std::set<std::string> m_known;
    std::vector<CellWork> m_works;
    std::int64_t m_jobs = 1, m_threads = 1;  ///< threads: of each cell
    std::optional<JointProgress> m_progress;
    std::atomic<std::size_t> m_next{0};
    std::stop_source m_stop;  ///< by the caller, or because of a problem
    std::mutex m_mutex;       ///< of what follows, and of the table
    std::condition_variable_any m_room;
    std::map<std::size_t, CellDone> m_done;
    std::size_t m_told = 0, m_there = 0;  ///< m_there: of the request's cells, those that the table had
    std::exception_ptr m_problem;
};

}  // namespace

SweepTable sweep(const SweepRequest& request, const RunControl& run, SweepTable done, const std::function<void(const SweepTable&)>& onCell,
                 const std::function<void(const SweepMade&)>& onMade) {
    if (request.scans.empty() || request.methods.empty() || request.masks.empty())
        throw UsageError("A sweep needs at least one scan, one mask and one method.", "Name them.");
    return Sweep(request, run, std::move(done), onCell, onMade).go();
}

}  // namespace larmor::session
