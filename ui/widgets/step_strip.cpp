#include "ui/widgets/step_strip.h"

#include <algorithm>

#include <QLineEdit>
#include <QScrollBar>

#include "ui/widgets/step_strip_sizes.h"

namespace larmor::ui {

using namespace strip_sizes;

StepStrip::StepStrip(QWidget* parent) : QAbstractScrollArea(parent), m_rename(new QLineEdit(viewport())) {
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Steps and branches"));
    viewport()->setMouseTracking(true);
    viewport()->setBackgroundRole(QPalette::Window);
    m_rename->setObjectName(QStringLiteral("strip.rename"));
    m_rename->setAccessibleName(tr("Name of the branch"));
    m_rename->installEventFilter(this);
    m_rename->hide();
}

void StepStrip::setLanes(std::vector<StepLane> lanes) {
    const QString before = selectedLane();
    if (lanes.size() != m_lanes.size()) updateGeometry();
    m_lanes = std::move(lanes);
    m_selected = std::max(laneIndex(before), 0);
    if (before != selectedLane()) {
        m_step = 0;
        endEditing(false);
    }
    updateScrollRange();
    describe();
    viewport()->update();
}

void StepStrip::setCurrent(const QString& lane, int step) {
    const int index = laneIndex(lane);
    if (index < 0 || (index == m_selected && step == m_step)) return;
    const bool another = index != m_selected;
    if (another) endEditing(true);
    m_selected = index;
    m_step = step;
    updateScrollRange();
    if (another) revealSelected();
    describe();
    viewport()->update();
}

void StepStrip::setCompared(const QString& first, const QString& second) {
    m_compared[0] = first;
    m_compared[1] = second;
    viewport()->update();
}

void StepStrip::setTipSource(TipSource source) { m_tips = std::move(source); }

QString StepStrip::selectedLane() const { return m_lanes.empty() ? QString() : selected().id; }

int StepStrip::laneIndex(const QString& id) const {
    const auto found = std::find_if(m_lanes.begin(), m_lanes.end(), [&](const StepLane& lane) { return lane.id == id; });
    return found == m_lanes.end() ? -1 : static_cast<int>(found - m_lanes.begin());
}

const KeptStep* StepStrip::keptAt(const StepLane& lane, int step) const {
    const StepLane* owner = &lane;
    while (step <= owner->forkStep) {
        const int parent = laneIndex(owner->parent);
        if (parent < 0 || &m_lanes[static_cast<std::size_t>(parent)] >= owner) return nullptr;
        owner = &m_lanes[static_cast<std::size_t>(parent)];
    }
    const auto found =
        std::lower_bound(owner->kept.begin(), owner->kept.end(), step, [](const KeptStep& kept, int at) { return kept.step < at; });
    return found != owner->kept.end() && found->step == step ? &*found : nullptr;
}

std::vector<int> StepStrip::keptSteps(const StepLane& lane, bool shared) const {
    std::vector<int> steps;
    const int parent = lane.forkStep > 0 ? laneIndex(lane.parent) : -1;
    if (shared && parent >= 0 && &m_lanes[static_cast<std::size_t>(parent)] < &lane) {
        steps = keptSteps(m_lanes[static_cast<std::size_t>(parent)], true);
        std::erase_if(steps, [&](int step) { return step > lane.forkStep; });
    }
    for (const KeptStep& kept : lane.kept)
        if (kept.step > lane.forkStep) steps.push_back(kept.step);
    return steps;
}

int StepStrip::nearestKept(int step) const { return m_lanes.empty() ? 0 : nearestStep(keptSteps(selected(), true), step); }

void StepStrip::select(int lane) {
    if (lane == m_selected || lane < 0 || lane >= static_cast<int>(m_lanes.size())) return;
    endEditing(true);
    m_selected = lane;
    const int kept = nearestKept(m_step);
    m_step = kept > 0 ? kept : 0;
    updateScrollRange();
    revealSelected();
    describe();
    viewport()->update();
    Q_EMIT branchSelected(selectedLane());
}

void StepStrip::revealSelected() {
    const QRect row = rowOf(m_selected);
    QScrollBar* bar = verticalScrollBar();
    if (row.top() < kRuler) bar->setValue(bar->value() + row.top() - kRuler);
    else if (row.bottom() > viewport()->height()) bar->setValue(bar->value() + row.bottom() - viewport()->height());
}

void StepStrip::scrub(int step) {
    if (step <= 0 || step == m_step) return;
    m_step = step;
    describe();
    viewport()->update();
    Q_EMIT scrubbed(step);
}

void StepStrip::scrubBy(int places) {
    if (m_lanes.empty()) return;
    const std::vector<int> kept = keptSteps(selected(), true);
    if (kept.empty()) return;
    const auto from =
        places > 0 ? std::upper_bound(kept.begin(), kept.end(), m_step) - 1 : std::lower_bound(kept.begin(), kept.end(), m_step);
    const auto at = std::clamp<std::ptrdiff_t>(from - kept.begin() + places, 0, static_cast<std::ptrdiff_t>(kept.size()) - 1);
    scrub(kept[static_cast<std::size_t>(at)]);
}

void StepStrip::rewindHere() {
    if (!m_lanes.empty() && keptAt(selected(), m_step)) Q_EMIT rewindRequested(m_step);
}

void StepStrip::compareWithParent() {
    if (m_lanes.empty() || laneIndex(selected().parent) < 0) return;
    Q_EMIT compareRequested(selected().parent, selected().id);
}

void StepStrip::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void StepStrip::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void StepStrip::resizeEvent(QResizeEvent*) { updateScrollRange(); }

void StepStrip::describe() {
    if (m_lanes.empty()) return setAccessibleDescription(tr("no steps yet"));
    const StepLane& lane = selected();
    setAccessibleDescription(
        tr("%1, step %2 of %3, %4 done, %5 branches").arg(lane.name).arg(m_step).arg(lane.steps).arg(lane.done).arg(m_lanes.size()));
}

}  // namespace larmor::ui
