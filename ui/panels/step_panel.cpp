#include "ui/panels/step_panel.h"

#include <algorithm>

#include <QVBoxLayout>

#include <nlohmann/json.hpp>

#include "core/base/metrics/metrics.h"
#include "ui/widgets/figures.h"
#include "ui/widgets/step_strip.h"

namespace larmor::ui {

namespace {

QString idText(session::BranchId branch) { return QString::number(branch); }

/// Branches that are shown, for their marks: colours follow the number, so that they stay when others are deleted.
int markOf(session::BranchId branch) { return static_cast<int>(branch - session::BranchTree::kRoot); }

/// Nearly the largest: one bright pixel does not darken the rest.
double brightest(const RealArray& pixels) { return pixels.size() == 0 ? 0 : metrics::quantile(pixels.values(), 0.995); }

}  // namespace

StepPanel::StepPanel(session::Workbench& workbench, QWidget* parent) : QWidget(parent), m_workbench(workbench), m_strip(new StepStrip(this)) {
    setObjectName(QStringLiteral("stepPanel"));
    m_strip->setObjectName(QStringLiteral("steps.strip"));
    m_strip->setAccessibleName(tr("Steps and branches"));
    m_strip->setTipSource([this](const QString& lane, int step) { return tipOf(lane, step); });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_strip);
    connectStrip();
}

void StepPanel::connectStrip() {
    const auto selected = [this] { return session::BranchId{m_strip->selectedLane().toLongLong()}; };
    connect(m_strip, &StepStrip::scrubbed, this, [this, selected](int step) {
        const auto run = m_workbench.steering();
        const bool newest = run && selected() == run->branch && step == run->step;
        newest ? m_workbench.lookAtNewest() : m_workbench.lookAt(selected(), step);
    });
    connect(m_strip, &StepStrip::rewindRequested, this, [this, selected](int step) { m_workbench.rewindTo(selected(), step); });
    connect(m_strip, &StepStrip::branchFromRequested, this, [this, selected](int step) { m_workbench.branchFrom(selected(), step); });
    connect(m_strip, &StepStrip::branchSelected, this, [this](const QString& id) {
        const auto run = m_workbench.steering();
        const session::BranchId branch = id.toLongLong();
        if (run && run->tree.has(branch)) m_workbench.lookAt(branch, run->tree.at(branch).last);
    });
    connect(m_strip, &StepStrip::compareRequested, this, [this](const QString& first, const QString& second) {
        m_strip->setCompared(first, second);
        m_workbench.compareBranches(first.toLongLong(), second.toLongLong());
    });
    connect(m_strip, &StepStrip::renameRequested, this,
            [this](const QString& id, const QString& name) { m_workbench.renameBranch(id.toLongLong(), name.toStdString()); });
    connect(m_strip, &StepStrip::deleteRequested, this, [this](const QString& id) { m_workbench.deleteBranch(id.toLongLong()); });
    connect(m_strip, &StepStrip::promoteRequested, this, [this](const QString& id) { m_workbench.promoteBranch(id.toLongLong()); });
}

void StepPanel::refresh(session::Changes changes) {
    if (!(changes & (session::kSteeringChanged | session::kDataChanged))) return;
    if (const auto run = m_workbench.steering())
        showRun(*run);
    else
        m_strip->setLanes({});
}

void StepPanel::showRun(const session::RunSnapshot& snapshot) {
    std::erase_if(m_pictures, [](const auto& each) { return each.second.summary.expired(); });
    double white = 0;
    for (const auto& record : snapshot.records) white = std::max(white, pictureFor(record.summary).brightest);
    if (white != m_white)
        for (auto& [summary, picture] : m_pictures) picture.image = {};
    m_white = white;
    std::vector<StepLane> lanes;
    for (const auto* branch : snapshot.tree.branches()) lanes.push_back(laneOf(snapshot, *branch, markOf(branch->id)));
    m_strip->setLanes(std::move(lanes));
    const auto looked = m_workbench.lookedAt();
    m_strip->setCurrent(idText(looked ? looked->first : snapshot.branch), static_cast<int>(looked ? looked->second : snapshot.step));
}

StepLane StepPanel::laneOf(const session::RunSnapshot& snapshot, const session::Branch& branch, int mark) {
    StepLane lane;
    lane.id = idText(branch.id);
    lane.name = !branch.name.empty() ? QString::fromStdString(branch.name) : branch.parent == 0 ? tr("First branch") : tr("Branch %1").arg(branch.id);
    lane.change = QString::fromStdString(m_workbench.branchChange(branch.id));
    lane.parent = branch.parent == 0 ? QString() : idText(branch.parent);
    lane.forkStep = static_cast<int>(branch.fork);
    lane.done = static_cast<int>(branch.last);
    lane.steps = static_cast<int>(std::max({snapshot.steps, branch.last, std::int64_t{1}}));
    if (snapshot.makesSteps() && branch.id == snapshot.branch && snapshot.step < snapshot.steps) lane.running = static_cast<int>(snapshot.step) + 1;
    lane.mark = mark;
    lane.removable = branch.parent != 0;
    for (const auto& record : snapshot.records) {
        const auto& key = record.summary->key;
        if (key.branch == branch.id && key.step > 0 && record.kept) lane.kept.push_back({static_cast<int>(key.step), imageOf(record.summary)});
    }
    return lane;
}

StepPanel::Picture& StepPanel::pictureFor(const std::shared_ptr<const session::StepSummary>& summary) {
    auto [held, isNew] = m_pictures.try_emplace(summary.get());
    if (isNew) held->second = {summary, brightest(summary->thumbnail), {}};
    return held->second;
}

/// Grey, with one window for all.
QImage StepPanel::imageOf(const std::shared_ptr<const session::StepSummary>& summary) {
    Picture& held = pictureFor(summary);
    if (!held.image.isNull()) return held.image;
    const auto& pixels = summary->thumbnail;
    if (pixels.rank() != 2 || pixels.size() == 0) return {};
    const auto rows = static_cast<int>(pixels.extent(0)), columns = static_cast<int>(pixels.extent(1));
    QImage picture(columns, rows, QImage::Format_Grayscale8);
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c) {
            const double grey = m_white > 0 ? 255 * static_cast<double>(pixels(r, c)) / m_white : 0;
            picture.scanLine(r)[c] = static_cast<uchar>(std::clamp(grey, 0.0, 255.0));
        }
    return held.image = picture;
}

QString StepPanel::tipOf(const QString& lane, int step) const {
    const auto run = m_workbench.steering();
    const session::BranchId branch = lane.toLongLong();
    if (!run || !run->tree.has(branch)) return {};
    const auto* view = run->viewOf(branch, step);
    if (!view) return tr("step %1 is still to come").arg(step);
    const auto& summary = *view->summary;
    QStringList parts{tr("step %1").arg(step), tr("σ %1").arg(shortFigure(summary.sigma))};
    if (summary.noiseResidual > 0) parts << tr("residual %1 × noise").arg(shortFigure(summary.noiseResidual));
    if (summary.nrmse) parts << tr("NRMSE %1").arg(*summary.nrmse, 0, 'f', 4);
    if (summary.ssim) parts << tr("SSIM %1").arg(*summary.ssim, 0, 'f', 4);
    const QString text = parts.join(QStringLiteral(" · "));
    return view->kept ? text : text + tr("\nits state is not kept; going back makes steps again");
}

}  // namespace larmor::ui
