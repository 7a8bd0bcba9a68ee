#include "core/session/sweep.h"

#include <chrono>
#include <set>

#include <fmt/format.h>

#include "core/session/engine_host.h"
#include "core/session/object_slices.h"
#include "core/session/prior_choice.h"
#include "core/session/priors.h"
#include "core/session/reduced_scan.h"
#include "core/session/request_scan.h"
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

/// Counts cells; the steps of a cell move the bar within it.
class CellProgress final : public ProgressSink {
public:
    explicit CellProgress(ProgressSink& outer) : m_outer(outer) {}
    void expect(std::int64_t cells) { m_cells = cells; }
    void begin(std::int64_t cell, std::string stage) {
        m_cell = cell;
        m_stage = std::move(stage);
        tell(0);
    }
    void onStep(const StepReport& report) override {
        if (report.total > 0) tell(static_cast<double>(report.step) / static_cast<double>(report.total));
    }

private:
    void tell(double within) {
        constexpr std::int64_t kParts = 1000;
        const auto step = kParts * m_cell + std::min(kParts - 1, static_cast<std::int64_t>(within * kParts));
        m_outer.onStep({m_stage, step, kParts * m_cells, {}});
    }

    ProgressSink& m_outer;
    std::int64_t m_cells = 0, m_cell = 0;
    std::string m_stage;
};

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

class Sweep {
public:
    Sweep(const SweepRequest& request, const RunControl& run, SweepTable done, const std::function<void(const SweepTable&)>& onCell,
          const std::function<void(const SweepMade&)>& onMade)
        : m_request(request), m_run(run), m_table(std::move(done)), m_onCell(onCell), m_onMade(onMade), m_progress(*run.progress) {
        checkSize(request);
        takeOver();
        for (const auto& method : request.methods) {
            m_settings.push_back(settingsOf(method));
            if (plugins().method(method.method).needsPrior()) (void)findPrior(method.prior);
        }
        m_progress.expect(count());
    }

    SweepTable go() {
        for (const auto& scan : m_request.scans) {
            const auto slices = chosenSlices(scan.slices, scan.acquisition->header());
            for (std::size_t i = 0; i < slices.size(); ++i) addSlice(scan, i, slices[i]);
        }
        return std::move(m_table);
    }

private:
    void takeOver() {
        auto settings = m_request.settings();
        m_table.settings.emplace("reduction", 1);  // tables tell it since there is more than the full size
        m_table.settings.emplace("coils", CoilPreparation{}.toJson());
        if (!m_table.cells.empty()) settings = merged(m_table.settings, std::move(settings));
        m_table.settings = std::move(settings);
        std::erase_if(m_table.cells, [](const SweepCell& cell) { return !cell.failure.empty(); });
        for (const auto& cell : m_table.cells) m_known.insert(cell.key());
    }

    [[nodiscard]] std::int64_t count() const {
        std::size_t slices = 0, settings = 0;
        for (const auto& scan : m_request.scans) slices += chosenSlices(scan.slices, scan.acquisition->header()).size();
        for (const auto& list : m_settings) settings += list.size();
        return static_cast<std::int64_t>(slices * settings * m_request.masks.size());
    }

    void addSlice(const SweepScan& scan, std::size_t place, std::int64_t slice) {
        std::optional<Score> score;
        for (const auto& mask : m_request.masks)
            for (std::size_t m = 0; m < m_request.methods.size(); ++m)
                for (const auto& setting : m_settings[m]) {
                    m_run.throwIfStopped();
                    auto cell = emptyCell(scan, slice, mask, m_request.methods[m], setting);
                    m_progress.begin(m_begun++, fmt::format("{}, {}, {}", cell.scan, cell.mask, cell.method));
                    if (m_known.contains(cell.key())) continue;
                    if (!score) score.emplace(referenceOf(scan, place, slice), m_request.scale);
                    fill(cell, scan, mask, setting, *score);
                    m_table.cells.push_back(std::move(cell));
                    if (m_onCell) m_onCell(m_table);
                }
    }

    SweepCell emptyCell(const SweepScan& scan, std::int64_t slice, const MaskChoice& mask, const SweepMethod& method, const Setting& setting) const {
        SweepCell cell;
        cell.scan = scan.name;
        cell.contrast = scan.contrast.empty() ? scan.acquisition->header().contrast : scan.contrast;
        cell.mask = mask.toText();
        cell.method = method.method;
        if (plugins().method(method.method).needsPrior()) cell.prior = method.prior;
        cell.slice = slice;
        cell.varied = setting.varied;
        return cell;
    }

    RealArray referenceOf(const SweepScan& scan, std::size_t place, std::int64_t slice) const {
        const auto reduced = std::make_shared<const ReducedScan>(scan.acquisition, m_request.reduction);
        if (!scan.truth) {
            const auto seen = scanOfReference(reduced, m_request.coils, scan.acquisition);
            return magnitude(makeReference(*seen, {slice}, std::nullopt, false, {m_run.stop}).images.pixels).slice(0);
        }
        auto truth = scan.truth->slice(static_cast<std::int64_t>(place));
        return m_request.reduction == 1 ? std::move(truth) : reduced->reducedImage(truth);
    }

    void fill(SweepCell& cell, const SweepScan& scan, const MaskChoice& mask, const Setting& setting, const Score& score) {
        ReconstructionRequest request;
        request.acquisition = scan.acquisition;
        request.method = cell.method;
        request.parameters = setting.values;
        request.mask = mask;
        request.mapsFile = scan.mapsFile;
        request.mapParameters = m_request.mapParameters;
        request.coils = m_request.coils;
        if (!cell.prior.empty()) request.prior = PriorRequest{cell.prior, scan.contrast, {}};
        if (m_request.recommended) request.chosenParameters = setting.chosen;
        request.slices = {cell.slice};
        request.reduction = m_request.reduction;
        request.device = m_request.device;
        request.seed = m_request.seed;
        request.threads = m_request.threads;
        request.hashSource = m_request.hashSource;
        request.tellWarnings = false;
        try {
            const auto start = std::chrono::steady_clock::now();
            const auto result = reconstruct(request, {m_run.stop, &m_progress});
            if (result.stoppedEarly) throw Cancelled();
            cell.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            cell.acceleration = result.protocol.totalAcceleration;
            cell.parameters = result.protocol.parameters;
            cell.size = {result.images.pixels.extent(1), result.images.pixels.extent(2), 1};
            score.of(result.images.pixels, cell);
            if (m_onMade) m_onMade({cell, request, result});
        } catch (const Cancelled&) {
            throw;
        } catch (const Error& error) {
            cell.failure = error.what();
        }
    }

    const SweepRequest& m_request;
    const RunControl& m_run;
    SweepTable m_table;
    const std::function<void(const SweepTable&)>& m_onCell;
    const std::function<void(const SweepMade&)>& m_onMade;
    CellProgress m_progress;
    std::vector<std::vector<Setting>> m_settings;
    std::set<std::string> m_known;
    std::int64_t m_begun = 0;
};

}  // namespace

SweepTable sweep(const SweepRequest& request, const RunControl& run, SweepTable done, const std::function<void(const SweepTable&)>& onCell,
                 const std::function<void(const SweepMade&)>& onMade) {
    if (request.scans.empty() || request.methods.empty() || request.masks.empty())
        throw UsageError("A sweep needs at least one scan, one mask and one method.", "Name them.");
    return Sweep(request, run, std::move(done), onCell, onMade).go();
}

}  // namespace larmor::session
