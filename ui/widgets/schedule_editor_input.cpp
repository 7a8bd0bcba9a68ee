#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>

#include "ui/widgets/schedule_editor.h"

namespace larmor::ui {

namespace {

constexpr double kGrip = 9, kBodyGrip = 7;  ///< pixels around a knot and around the line that take hold of it
constexpr double kNotchesADecade = 20, kNotchesLinear = 100;
constexpr int kFastKeys = 5;

}  // namespace

void ScheduleEditor::moveSelected(int steps, int notches) {
    const auto knot = m_selected ? m_curve.knotAt(*m_selected) : std::nullopt;
    if (!knot || m_curve.isLocked(*knot)) return;
    const ScheduleKnot at = m_curve.knots[*knot];
    const double notch =
        m_curve.isLogarithmic() ? 1 / (kNotchesADecade * std::log10(m_curve.maximum / m_curve.minimum)) : 1 / kNotchesLinear;
    const double value = notches == 0 ? at.value : m_curve.tidyValue(m_curve.position(at.value) + notches * notch);
    const ScheduleCurve next = m_curve.moved(*knot, at.step + steps, value);
    m_selected = next.knots[*knot + next.knots.size() - m_curve.knots.size()].step;
    take(next);
}

void ScheduleEditor::insertAfterSelected() {
    const int from = m_selected.value_or(m_curve.done);
    const auto next =
        std::find_if(m_curve.knots.begin(), m_curve.knots.end(), [from](const ScheduleKnot& knot) { return knot.step > from; });
    const int to = next != m_curve.knots.end() ? next->step : m_curve.steps + 1;
    const int step = (from + to) / 2;
    if (step <= from || step >= to) return;
    take(m_curve.with({step, m_curve.valueAt(step)}));
    if (m_curve.knotAt(step)) select(step);
}

void ScheduleEditor::removeSelected() {
    const auto knot = m_selected ? m_curve.knotAt(*m_selected) : std::nullopt;
    if (!knot) return;
    const ScheduleCurve next = m_curve.without(*knot);
    if (next.knots == m_curve.knots) return;
    const int was = *m_selected;
    take(next);
    m_selected.reset();
    if (!selectNext(true)) return;
    while (*m_selected < was && selectNext(true)) {
    }
    if (!m_selected) selectNext(false);
}

void ScheduleEditor::cancelDrag() {
    take(m_before);
    if (m_selected && !m_curve.knotAt(*m_selected)) select(std::nullopt);
    endDrag();
}

void ScheduleEditor::keyPressEvent(QKeyEvent* event) {
    const int fast = event->modifiers() & Qt::ShiftModifier ? kFastKeys : 1;
    const bool all = event->modifiers() & Qt::ControlModifier;
    const double notch = 1.0 / (m_curve.isLogarithmic() ? kNotchesADecade * std::log10(m_curve.maximum / m_curve.minimum) : kNotchesLinear);
    switch (event->key()) {
        case Qt::Key_Up:
        case Qt::Key_Down: {
            const int notches = event->key() == Qt::Key_Up ? fast : -fast;
            if (all) take(m_curve.shifted(notches * notch));
            else moveSelected(0, notches);
            return;
        }
        case Qt::Key_Left: return moveSelected(-fast, 0);
        case Qt::Key_Right: return moveSelected(fast, 0);
        case Qt::Key_Insert:
        case Qt::Key_Plus: return insertAfterSelected();
        case Qt::Key_Delete:
        case Qt::Key_Backspace: return removeSelected();
        case Qt::Key_Escape:
            if (m_drag != Drag::None) return cancelDrag();
            break;
        default: break;
    }
    QWidget::keyPressEvent(event);
}

void ScheduleEditor::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
    m_from = m_pointer = event->position();
    m_start = m_before = m_curve;
    const auto knot = knotNear(event->position());
    if (knot && !m_curve.isLocked(*knot)) {
        m_drag = Drag::Knot;
        m_knot = *knot;
        select(m_curve.knots[*knot].step);
    } else if (!knot && isOnBody(event->position())) {
        m_drag = Drag::Body;
        select(std::nullopt);
    }
    update();
}

void ScheduleEditor::mouseMoveEvent(QMouseEvent* event) {
    m_pointer = event->position();
    m_hovered = area().adjusted(-kGrip, -kGrip, kGrip, kGrip).contains(m_pointer) ? std::optional(stepAt(m_pointer.x())) : std::nullopt;
    if (m_drag != Drag::None) return dragTo(m_pointer);
    const auto knot = knotNear(m_pointer);
    const bool free = knot && !m_curve.isLocked(*knot);
    setCursor(free ? Qt::SizeAllCursor : !knot && isOnBody(m_pointer) ? Qt::SizeVerCursor : Qt::ArrowCursor);
    update();
}

void ScheduleEditor::dragTo(const QPointF& point) {
    const double distance = (m_from.y() - point.y()) / area().height();
    if (m_drag == Drag::Body) return take(m_start.shifted(distance));
    const ScheduleKnot& held = m_start.knots[m_knot];
    const int step = stepAt(across(held.step) + point.x() - m_from.x());
    const ScheduleCurve next = m_start.moved(m_knot, step, m_start.tidyValue(m_start.position(held.value) + distance));
    m_selected = next.knots[m_knot + next.knots.size() - m_start.knots.size()].step;
    take(next);
}

void ScheduleEditor::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && m_drag != Drag::None) endDrag();
}

void ScheduleEditor::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || knotNear(event->position())) return;
    const int step = stepAt(event->position().x());
    if (step <= m_curve.done || !area().adjusted(-kGrip, -kGrip, kGrip, kGrip).contains(event->position())) return;
    const double value = isOnBody(event->position()) ? m_curve.valueAt(step) : m_curve.tidyValue(positionAt(event->position().y()));
    m_drag = Drag::None;
    take(m_curve.with({step, value}));
    select(step);
}

void ScheduleEditor::leaveEvent(QEvent*) {
    m_hovered.reset();
    update();
}

std::optional<std::size_t> ScheduleEditor::knotNear(const QPointF& point) const {
    std::optional<std::size_t> nearest;
    double least = kGrip;
    for (std::size_t knot = 0; knot < m_curve.knots.size(); ++knot) {
        const QPointF away = pointOf(m_curve.knots[knot]) - point;
        const double distance = std::hypot(away.x(), away.y());
        // Of several knots that the pointer is as near to, one that can move.
        if (distance > least || (distance == least && m_curve.isLocked(knot))) continue;
        least = distance;
        nearest = knot;
    }
    return nearest;
}

bool ScheduleEditor::isOnBody(const QPointF& point) const {
    const int step = stepAt(point.x());
    if (step <= m_curve.done || point.x() > area().right() + kGrip) return false;
    return std::abs(pointOf({step, m_curve.valueAt(step)}).y() - point.y()) <= kBodyGrip;
}

}  // namespace larmor::ui
