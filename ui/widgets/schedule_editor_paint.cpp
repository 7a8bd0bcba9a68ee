#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPainterPath>

#include "ui/widgets/figures.h"
#include "ui/widgets/paint_colours.h"
#include "ui/widgets/schedule_editor.h"

namespace larmor::ui {

namespace {

constexpr double kKnotRadius = 4.5, kLockedRadius = 2.5;
constexpr double kPastOpacity = 0.5;

}  // namespace

void ScheduleEditor::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(figureFont(*this));
    if (area().width() < 20 || area().height() < 20) return;
    if (!isEnabled()) painter.setOpacity(kPastOpacity);
    paintAxes(painter);
    painter.setRenderHint(QPainter::Antialiasing);
    paintCurve(painter);
    paintSteps(painter);
    paintKnots(painter);
    paintReadout(painter);
    if (!hasFocus()) return;
    painter.setPen(paintColours(*this).accent);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
}

void ScheduleEditor::paintAxes(QPainter& painter) const {
    const PaintColours colours = paintColours(*this);
    const QRectF room = area();
    const int line = painter.fontMetrics().height();
    if (m_curve.done > 0)
        painter.fillRect(QRectF(QPointF(room.left(), room.top()), QPointF(across(m_curve.done), room.bottom())), colours.raised);
    std::vector<double> taken;
    for (const double value : axisValues()) {
        const double y = room.bottom() - m_curve.position(value) * room.height();
        painter.setPen(colours.line);
        painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y));
        const bool crowded = std::any_of(taken.begin(), taken.end(), [&](double other) { return std::abs(other - y) < line; });
        if (crowded) continue;
        taken.push_back(y);
        painter.setPen(colours.dim);
        painter.drawText(QRectF(0, y - line / 2.0, room.left() - 6, line), Qt::AlignRight | Qt::AlignVCenter, shortFigure(value));
    }
}

void ScheduleEditor::paintCurve(QPainter& painter) const {
    const PaintColours colours = paintColours(*this);
    QPainterPath past, next;
    for (int step = 1; step <= m_curve.steps; ++step) {
        const QPointF point = pointOf({step, m_curve.valueAt(step)});
        if (step <= m_curve.done) past.elementCount() ? past.lineTo(point) : past.moveTo(point);
        if (step >= m_curve.done) next.elementCount() ? next.lineTo(point) : next.moveTo(point);
    }
    const QColor accent = isEnabled() ? colours.accent : colours.dim;
    painter.setPen(QPen(colours.dim, 1.5));
    painter.drawPath(past);
    painter.setPen(QPen(m_drag == Drag::Body ? colours.text : accent, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(next);
}

void ScheduleEditor::paintSteps(QPainter& painter) const {
    const PaintColours colours = paintColours(*this);
    const QRectF room = area();
    const QFontMetrics metrics = painter.fontMetrics();
    const QRectF below(room.left(), room.bottom() + 5, room.width() + 4, metrics.height());
    const QString first = QStringLiteral("1"), last = tr("step %1").arg(m_curve.steps), here = QString::number(m_curve.done);
    const double x = across(m_curve.done), wide = metrics.horizontalAdvance(here) + 8;
    const double from = m_curve.done > 0 ? x - wide / 2 : below.right(), to = m_curve.done > 0 ? x + wide / 2 : below.left();
    painter.setPen(colours.dim);
    if (from > below.left() + metrics.horizontalAdvance(first)) painter.drawText(below, Qt::AlignLeft, first);
    if (to < below.right() - metrics.horizontalAdvance(last)) painter.drawText(below, Qt::AlignRight, last);
    if (m_curve.done < 1) return;
    painter.setPen(QPen(colours.dim, 1, Qt::DashLine));
    painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()));
    painter.setPen(colours.text);
    painter.drawText(QRectF(std::max(0.0, std::min(from, width() - wide)), below.top(), wide, below.height()), Qt::AlignCenter, here);
}

void ScheduleEditor::paintKnots(QPainter& painter) const {
    const PaintColours colours = paintColours(*this);
    for (std::size_t knot = 0; knot < m_curve.knots.size(); ++knot) {
        const QPointF at = pointOf(m_curve.knots[knot]);
        const bool selected = m_selected == m_curve.knots[knot].step;
        if (m_curve.isLocked(knot)) {
            painter.fillRect(QRectF(at - QPointF(kLockedRadius, kLockedRadius), QSizeF(2 * kLockedRadius, 2 * kLockedRadius)), colours.dim);
            continue;
        }
        painter.setPen(QPen(selected ? colours.text : colours.accent, 2));
        painter.setBrush(selected ? colours.accent : colours.panel);
        painter.drawEllipse(at, kKnotRadius + (selected ? 1 : 0), kKnotRadius + (selected ? 1 : 0));
    }
}

void ScheduleEditor::paintReadout(QPainter& painter) const {
    const PaintColours colours = paintColours(*this);
    const QRectF room(area().left(), 4, area().width() + 4, painter.fontMetrics().height());
    const int next = std::min(m_curve.done + 1, m_curve.steps);
    int step = next;
    if (m_hovered) step = *m_hovered;
    if (m_drag == Drag::Body) step = stepAt(m_from.x());
    else if (m_selected && (m_drag == Drag::Knot || (hasFocus() && !m_hovered))) step = *m_selected;
    const QString which = step <= m_curve.done ? tr("at step %1, done").arg(step)
                          : step == next       ? tr("from step %1").arg(step)
                                               : tr("at step %1").arg(step);
    const QString value = valueText(m_curve.valueAt(step));
    painter.setPen(colours.accent);
    painter.drawText(room, Qt::AlignLeft, m_name);
    painter.setPen(m_drag == Drag::None ? colours.dim : colours.text);
    painter.drawText(room, Qt::AlignRight, QStringLiteral("%1  %2").arg(which, value));
    if (m_drag == Drag::None) return;
    const QPointF at = pointOf({step, m_curve.valueAt(step)});
    const double width = painter.fontMetrics().horizontalAdvance(value) + 10, height = painter.fontMetrics().height() + 4;
    const double above = at.y() - height - 8;
    const QRectF box(std::max(area().left(), std::min(at.x() - width / 2, area().right() - width)),
                     above > area().top() - 4 ? above : at.y() + 10, width, height);
    painter.setPen(colours.dim);
    painter.setBrush(colours.raised);
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(colours.text);
    painter.drawText(box, Qt::AlignCenter, value);
}

}  // namespace larmor::ui
