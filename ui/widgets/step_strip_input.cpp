#include <algorithm>

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMouseEvent>

#include "ui/widgets/area_tip.h"
#include "ui/widgets/step_strip.h"

namespace larmor::ui {

void StepStrip::mousePressEvent(QMouseEvent* event) {
    const Hit hit = hitAt(event->pos());
    m_pressed = hit;
    if (hit.lane < 0) return;
    const bool compares = event->button() == Qt::LeftButton && event->modifiers() & Qt::ControlModifier;
    if (compares) {
        m_pressed = {};
        if (hit.lane != m_selected) Q_EMIT compareRequested(selectedLane(), m_lanes[static_cast<std::size_t>(hit.lane)].id);
        return;
    }
    if (event->button() != Qt::LeftButton && event->button() != Qt::RightButton) return;
    select(hit.lane);
    if (hit.part != Part::Steps) return;
    m_scrubbing = event->button() == Qt::LeftButton;
    scrub(nearestKept(hit.step));
}

void StepStrip::mouseMoveEvent(QMouseEvent* event) {
    if (m_scrubbing) return scrub(nearestKept(axis().stepAt(event->position().x())));
    const Hit hit = hitAt(event->pos());
    viewport()->setCursor(hit.part == Part::Steps ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void StepStrip::mouseReleaseEvent(QMouseEvent*) { m_scrubbing = false; }

void StepStrip::mouseDoubleClickEvent(QMouseEvent* event) {
    // The first click chose lane and step; the rows may have moved under the pointer since.
    if (event->button() != Qt::LeftButton || m_pressed.lane != m_selected) return;
    if (m_pressed.part == Part::Steps) rewindHere();
    else if (m_pressed.part == Part::Name) editName();
}

void StepStrip::contextMenuEvent(QContextMenuEvent* event) {
    if (m_lanes.empty()) return;
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    makeMenu()->popup(byKey ? viewport()->mapToGlobal(pointOf(selectedLane(), std::max(m_step, 1))) : event->globalPos());
}

QMenu* StepStrip::makeMenu() {
    const StepLane& lane = selected();
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("strip.menu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [this, menu](const QString& text, const char* name, bool enabled, auto does) {
        QAction* action = menu->addAction(text);
        action->setObjectName(QLatin1String("strip.") + QLatin1String(name));
        action->setEnabled(enabled);
        connect(action, &QAction::triggered, this, does);
    };
    const bool kept = keptAt(lane, m_step) != nullptr;
    const QString where = m_step <= 0 ? QString() : kept ? tr(" (step %1)").arg(m_step) : tr(" (step %1 is not kept)").arg(m_step);
    add(tr("Rewind here") + where, "rewind", kept, [this] { rewindHere(); });
    add(tr("Branch from here") + where, "branch", kept, [this] { Q_EMIT branchFromRequested(m_step); });
    menu->addSeparator();
    for (const StepLane& other : m_lanes)
        if (other.id != lane.id)
            add(tr("Compare with “%1”").arg(other.name), "compare", true,
                [this, id = other.id] { Q_EMIT compareRequested(selectedLane(), id); });
    menu->addSeparator();
    add(tr("Rename…"), "renameAction", true, [this] { editName(); });
    add(tr("Keep as a result"), "promote", lane.done > 0, [this] { Q_EMIT promoteRequested(selectedLane()); });
    add(tr("Delete branch"), "delete", lane.removable, [this] { Q_EMIT deleteRequested(selectedLane()); });
    return menu;
}

void StepStrip::keyPressEvent(QKeyEvent* event) {
    if (m_lanes.empty() || !m_rename->isHidden()) return QWidget::keyPressEvent(event);
    switch (event->key()) {
        case Qt::Key_Left: return scrubBy(-1);
        case Qt::Key_Right: return scrubBy(1);
        case Qt::Key_Home: return scrub(nearestKept(1));
        case Qt::Key_End: return scrub(nearestKept(stepCount()));
        case Qt::Key_Up: return select(m_selected - 1);
        case Qt::Key_Down: return select(m_selected + 1);
        case Qt::Key_Return:
        case Qt::Key_Enter: return rewindHere();
        case Qt::Key_B:
            if (keptAt(selected(), m_step)) Q_EMIT branchFromRequested(m_step);
            return;
        case Qt::Key_C: return compareWithParent();
        case Qt::Key_F2: return editName();
        case Qt::Key_Delete:
            if (selected().removable) Q_EMIT deleteRequested(selectedLane());
            return;
        default: QWidget::keyPressEvent(event);
    }
}

void StepStrip::editName() {
    if (m_lanes.empty()) return;
    m_rename->setGeometry(nameOf(selectedLane()).adjusted(-6, -6, 0, 6));
    m_rename->setText(selected().name);
    m_rename->selectAll();
    m_rename->show();
    m_rename->setFocus();
}

void StepStrip::endEditing(bool take) {
    if (m_rename->isHidden()) return;
    const QString name = m_rename->text().trimmed();
    const bool hadFocus = m_rename->hasFocus();
    m_rename->hide();
    if (hadFocus) setFocus();
    if (take && !name.isEmpty() && name != selected().name) Q_EMIT renameRequested(selectedLane(), name);
}

bool StepStrip::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_rename) return QAbstractScrollArea::eventFilter(watched, event);
    if (event->type() == QEvent::FocusOut && static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason) endEditing(true);
    if (event->type() != QEvent::KeyPress && event->type() != QEvent::ShortcutOverride) return false;
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool takes = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (!takes && key != Qt::Key_Escape) return false;
    event->accept();  // or else the strip would take the key as its own
    if (event->type() == QEvent::KeyPress) endEditing(takes);
    return true;
}

QString StepStrip::tipAt(const QPoint& point) const {
    const Hit hit = hitAt(point);
    if (hit.lane < 0) return {};
    const StepLane& lane = m_lanes[static_cast<std::size_t>(hit.lane)];
    if (hit.part == Part::Name) return lane.change.isEmpty() ? lane.name : lane.name + QLatin1Char('\n') + lane.change;
    const QString which = tr("Step %1 of %2").arg(hit.step).arg(lane.steps);
    if (hit.step > lane.done) return which + (hit.step == lane.running ? tr(", being computed") : tr(", to come"));
    const QString values = m_tips ? m_tips(lane.id, hit.step) : QString();
    const QString kept = keptAt(lane, hit.step) ? QString() : tr(", not kept");
    return which + kept + (values.isEmpty() ? QString() : QLatin1Char('\n') + values);
}

bool StepStrip::viewportEvent(QEvent* event) {
    return showTip(event, *this, [this](const QPoint& point) { return tipAt(point); }) || QAbstractScrollArea::viewportEvent(event);
}

}  // namespace larmor::ui
