#include "ui/panels/steering_panel.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QLabel>
#include <QVBoxLayout>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/session/engine_host.h"
#include "ui/panels/section.h"
#include "ui/widgets/curve_plot.h"
#include "ui/widgets/figures.h"
#include "ui/widgets/schedule_editor.h"

namespace larmor::ui {

namespace {

constexpr double kLeastWeight = 0.05, kMostWeight = 20;  // what the editor spans within the parameter's own range, where no value is beyond
constexpr int kBandHeight = 60;                          // of a curve, pixels
constexpr double kThinning = 0.005;                      // of the axis: a schedule of one number a step has few knots to a hand

const ParamSpec* scheduleOf(const std::string& method) {
    const auto& specs = session::plugins().method(method).params;
    const auto found = std::find_if(specs.begin(), specs.end(), [](const ParamSpec& spec) { return spec.type == ParamType::Schedule; });
    return found == specs.end() ? nullptr : &*found;
}

ScheduleCurve curveOf(std::vector<ScheduleKnot> knots, const ParamSpec& spec, int steps, int done) {
    double least = kLeastWeight, most = kMostWeight;
    for (const auto& knot : knots) {
        if (knot.value > 0) least = std::min(least, knot.value);
        most = std::max(most, knot.value);
    }
    return {std::move(knots), steps, done, std::max(spec.minimum, least), std::min(spec.maximum, most)};
}

}  // namespace

std::vector<ScheduleKnot> knotsOf(const std::vector<double>& numbers, int steps) {
    std::vector<ScheduleKnot> knots;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const double place = numbers.size() > 1 ? static_cast<double>(i) / static_cast<double>(numbers.size() - 1) : 0;
        knots.push_back({1 + static_cast<int>(std::lround(place * (steps - 1))), numbers[i]});
    }
    return knots;
}

std::vector<ScheduleKnot> knotsOf(const session::RunSnapshot& run, const ParamSpec& spec) {
    const int steps = static_cast<int>(run.steps);
    struct Piece {
        int first;  ///< step, counted from 1, that it begins to hold at
        nlohmann::json value;
    };
    std::vector<Piece> pieces;
    const auto holds = [&](std::int64_t done, const nlohmann::json& values) {
        if (!values.contains(spec.name)) return;
        const int first = static_cast<int>(done) + 1;
        while (!pieces.empty() && pieces.back().first >= first) pieces.pop_back();
        if (pieces.empty() || pieces.back().value != values.at(spec.name)) pieces.push_back({first, values.at(spec.name)});
    };
    holds(0, run.start);
    for (const auto& change : run.tree.changesOf(run.branch))
        if (change.step < run.step) holds(change.step, change.values);
    if (run.step < run.steps) {
        holds(run.step, run.values);
        for (const auto& change : run.tree.changesOf(run.branch))  // planned by the result that was opened
            if (change.step > run.step && change.step < run.steps) holds(change.step, change.values);
    }
    std::vector<ScheduleKnot> knots;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const bool ends = i + 1 == pieces.size();
        const int first = pieces[i].first, last = ends ? steps : pieces[i + 1].first - 1;
        const auto values = ParamValues::fromJson({spec}, {{spec.name, pieces[i].value}});
        const ScheduleCurve whole{knotsOf(values.schedule(spec.name), steps), steps, 0, spec.minimum, spec.maximum, false};  // as samplers take it
        if (i > 0) knots.push_back({first, whole.valueAt(first)});
        for (const auto& knot : whole.knots)
            if ((i == 0 || knot.step > first) && (ends || knot.step < last)) knots.push_back(knot);
        if (!ends) knots.push_back({last, whole.valueAt(last)});
    }
    return knots;
}

std::string scheduleText(const std::vector<double>& values, int done) {
    const auto begin = values.begin() + std::clamp<std::ptrdiff_t>(done, 0, static_cast<std::ptrdiff_t>(values.size()) - 1);
    if (std::all_of(begin, values.end(), [&](double value) { return value == *begin; })) return fmt::format("{:.4g}", *begin);
    std::vector<std::string> texts;
    for (const double value : values) texts.push_back(fmt::format("{:.4g}", value));
    return fmt::format("{}", fmt::join(texts, ","));
}

SteeringPanel::SteeringPanel(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      m_workbench(workbench),
      m_state(new QLabel(this)),
      m_scheduleName(dimLabel({}, this)),
      m_schedule(new ScheduleEditor(this)),
      m_curves(new CurvePlot(this)) {
    setObjectName(QStringLiteral("steeringPanel"));
    m_state->setObjectName(QStringLiteral("steering.state"));
    m_state->setWordWrap(true);
    m_schedule->setObjectName(QStringLiteral("steering.schedule"));
    m_schedule->setFixedHeight(112);
    m_curves->setObjectName(QStringLiteral("steering.curves"));
    m_curves->setAccessibleName(tr("Noise level, data residual and errors of each step"));
    m_curves->setToolTip(tr("σ: noise level of the step, in prior units. Residual: ‖A x − y‖ in units of the noise in the samples; 1 is as far as noise alone "
                            "takes it. NRMSE, SSIM: against the reference, where there is one."));
    m_curves->setPickable(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(heading(tr("Steering"), this));
    layout->addWidget(m_state);
    layout->addWidget(m_scheduleName);
    layout->addWidget(m_schedule);
    layout->addWidget(m_curves);
    connect(m_schedule, &ScheduleEditor::committed, this, &SteeringPanel::takeSchedule);
    connect(m_curves, &CurvePlot::hovered, this, [this](int step) {
        const auto run = m_workbench.steering();
        if (!run) return;
        m_hovers = true;
        m_workbench.lookAt(run->branch, step);
    });
    connect(m_curves, &CurvePlot::picked, this, [this] { m_hovers = false; });
    connect(m_curves, &CurvePlot::hoverEnded, this, [this] {
        if (std::exchange(m_hovers, false)) m_workbench.lookAtNewest();
    });
    hide();
}

void SteeringPanel::refresh(session::Changes changes) {
    if (!(changes & (session::kSteeringChanged | session::kDataChanged | session::kQueueChanged | session::kMethodChanged))) return;
    const auto run = m_workbench.steering();
    setVisible(run != nullptr);
    if (!run) return;
    showState(*run);
    showSchedule(*run);
    showCurves(*run);
}

void SteeringPanel::showState(const session::RunSnapshot& run) {
    using State = session::SteeredState;
    const QString where = tr("step %1 of %2").arg(run.step).arg(run.steps);
    const QString branch = run.tree.branches().size() > 1 ? tr(", %1").arg(QString::fromStdString(m_workbench.branchText(run.branch))) : QString();
    QString text;
    switch (run.state) {
        case State::Running: text = tr("Running: %1%2").arg(where, branch); break;
        case State::Pausing: text = tr("Pausing after this step: %1%2").arg(where, branch); break;
        case State::Paused: text = tr("Paused at %1%2. Space goes on; changed values hold from here.").arg(where, branch); break;
        case State::Finished: text = tr("Done: %1%2. Go back to any step to try other values.").arg(where, branch); break;
        case State::Idle: text = tr("Stopped at %1%2. Space goes on from here.").arg(where, branch); break;
    }
    if (run.waiting) text += tr(" New values wait for the next step.");
    m_state->setText(text);
}

void SteeringPanel::showSchedule(const session::RunSnapshot& run) {
    const auto* request = m_workbench.steeredRequest();
    const ParamSpec* spec = request ? scheduleOf(request->method) : nullptr;
    m_scheduleName->setVisible(spec != nullptr);
    m_schedule->setVisible(spec != nullptr);
    if (!spec || run.steps < 1 || !run.values.contains(spec->name)) return;
    const auto values = ParamValues::fromJson({*spec}, {{spec->name, run.values.at(spec->name)}});
    const QString text = QString::fromStdString(values.text(spec->name));
    const int steps = static_cast<int>(run.steps), done = static_cast<int>(run.step);
    if (text != m_scheduleText || m_steps != run.steps || m_branch != run.branch || done < m_schedule->curve().done) {
        m_scheduleText = text;
        m_steps = run.steps;
        m_branch = run.branch;
        m_schedule->setName(QString::fromStdString(spec->label));
        m_schedule->setCurve(curveOf(knotsOf(run, *spec), *spec, steps, done).tidied().thinned(kThinning));
        m_scheduleName->setText(tr("%1 over the steps; drag what is to come").arg(QString::fromStdString(spec->label)));
    } else {
        m_schedule->setDone(done);
    }
}

void SteeringPanel::takeSchedule(const std::vector<ScheduleKnot>&) {
    const auto* request = m_workbench.steeredRequest();
    const ParamSpec* spec = request ? scheduleOf(request->method) : nullptr;
    if (!spec) return;
    const auto text = scheduleText(m_schedule->curve().values(), m_schedule->curve().done);
    m_scheduleText = QString::fromStdString(text);
    m_workbench.steer({{spec->name, text}});
    if (m_workbench.method() != request->method) return;
    auto values = m_workbench.parameters();
    values.setFromText(spec->name, text);
    m_workbench.setParameters(values);  // the form, and the next run, follow
}

void SteeringPanel::showCurves(const session::RunSnapshot& run) {
    constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
    const auto last = static_cast<std::size_t>(run.tree.at(run.branch).last);
    std::vector<double> sigma(last, kGap), residual(last, kGap), nrmse(last, kGap), ssim(last, kGap);
    for (std::size_t i = 0; i < last; ++i) {
        const auto* view = run.viewOf(run.branch, static_cast<std::int64_t>(i) + 1);
        if (!view) continue;
        const auto& summary = *view->summary;
        sigma[i] = summary.sigma;
        if (summary.noiseResidual > 0) residual[i] = summary.noiseResidual;
        if (summary.nrmse) nrmse[i] = *summary.nrmse;
        if (summary.ssim) ssim[i] = *summary.ssim;
    }
    const bool scored = std::any_of(nrmse.begin(), nrmse.end(), [](double value) { return !std::isnan(value); });
    std::vector<CurveBand> bands{{{{tr("σ"), {}, std::move(sigma), 0}}, true}, {{{tr("residual"), tr("× noise"), std::move(residual), 1}}, true}};
    if (scored) {
        bands.push_back({{{tr("NRMSE"), {}, std::move(nrmse), 2}}, true});
        bands.push_back({{{tr("SSIM"), {}, std::move(ssim), 3}}, false, false});
    }
    m_curves->setFixedHeight(kBandHeight * static_cast<int>(bands.size()));
    m_curves->setVisible(last > 0);
    m_curves->setBands(std::move(bands), {1, 1, static_cast<int>(run.steps), tr("step")});
    const auto looked = m_workbench.lookedAt();
    if (!m_hovers) m_curves->setCurrent(static_cast<double>(looked ? looked->second : run.step));
}

}  // namespace larmor::ui
