#include "ui/widgets/schedule_editor.h"

#include <algorithm>
#include <cmath>

#include <QFontMetrics>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QToolTip>

#include "ui/widgets/figures.h"
#include "ui/widgets/paint_colours.h"
#include "ui/widgets/theme.h"

namespace larmor::ui {

ScheduleEditor::ScheduleEditor(QWidget* parent) : QWidget(parent), m_curve(ScheduleCurve().tidied()) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setName(tr("Schedule"));
}

void ScheduleEditor::setName(const QString& name, const QString& unit) {
    m_name = name;
    m_unit = unit;
    setAccessibleName(tr("%1 over the steps").arg(name));
    describe();
    update();
}

void ScheduleEditor::setCurve(const ScheduleCurve& curve) {
    m_drag = Drag::None;
    m_changed = false;
    m_curve = curve.tidied();
    const auto knot = m_selected ? m_curve.knotAt(*m_selected) : std::nullopt;
    if (!knot || m_curve.isLocked(*knot)) m_selected.reset();
    describe();
    update();
}

void ScheduleEditor::setDone(int done) {
    if (done == m_curve.done) return;
    m_curve.done = std::clamp(done, 0, m_curve.steps);
    if (m_selected && *m_selected <= m_curve.done) {
        m_selected.reset();
        if (m_drag == Drag::Knot) endDrag();
    }
    if (m_drag != Drag::None) {
        // The steps done meanwhile used what the drag had made of them: it goes on from here, and Escape comes back to here.
        m_start = m_before = m_curve;
        m_from = m_pointer;
        if (m_drag == Drag::Knot) m_knot = m_curve.knotAt(*m_selected).value_or(0);
    }
    describe();
    update();
}

void ScheduleEditor::take(const ScheduleCurve& next) {
    if (next.knots == m_curve.knots) return;
    m_curve = next;
    m_changed = true;
    describe();
    update();
    Q_EMIT edited(m_curve.knots);
    if (m_drag != Drag::None) return;
    m_changed = false;
    Q_EMIT committed(m_curve.knots);
}

void ScheduleEditor::endDrag() {
    m_drag = Drag::None;
    if (m_changed) Q_EMIT committed(m_curve.knots);
    m_changed = false;
    update();
}

void ScheduleEditor::select(std::optional<int> step) {
    m_selected = step;
    describe();
    update();
}

bool ScheduleEditor::selectNext(bool forwards) {
    std::optional<int> found;
    for (std::size_t knot = 0; knot < m_curve.knots.size(); ++knot) {
        const int step = m_curve.knots[knot].step;
        if (m_curve.isLocked(knot)) continue;
        if (forwards && !found && (!m_selected || step > *m_selected)) found = step;
        if (!forwards && (!m_selected || step < *m_selected)) found = step;
    }
    select(found);
    return found.has_value();
}

bool ScheduleEditor::focusNextPrevChild(bool next) { return (m_selected && selectNext(next)) || QWidget::focusNextPrevChild(next); }

void ScheduleEditor::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    const bool back = event->reason() == Qt::BacktabFocusReason;
    if (!m_selected && (event->reason() == Qt::TabFocusReason || back)) selectNext(!back);
}

void ScheduleEditor::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason) select(std::nullopt);
}

bool ScheduleEditor::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && m_drag != Drag::None && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape)
        event->accept();
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const bool isPast = stepAt(help->pos().x()) <= m_curve.done && area().contains(help->pos());
    QToolTip::showText(help->globalPos(),
                       wrapped(isPast ? tr("These steps are done: their values stay. Rewind to change them.")
                                      : tr("%1 at each step%2. Drag a knot, or the line to move all that is to come. Double click adds a "
                                           "knot, Delete removes it.")
                                            .arg(m_name, m_unit.isEmpty() ? QString() : tr(", in %1").arg(m_unit))),
                       this);
    return true;
}

QString ScheduleEditor::valueText(double value) const {
    return shortFigure(value) + (m_unit.isEmpty() ? QString() : QLatin1Char(' ') + m_unit);
}

void ScheduleEditor::describe() {
    QString text = tr("%1 of %2 steps done").arg(m_curve.done).arg(m_curve.steps);
    if (m_selected) text += tr(", knot at step %1: %2").arg(*m_selected).arg(valueText(m_curve.valueAt(*m_selected)));
    else if (m_curve.done < m_curve.steps) text += tr(", next value %1").arg(valueText(m_curve.valueAt(m_curve.done + 1)));
    setAccessibleDescription(text);
}

QSize ScheduleEditor::sizeHint() const { return {280, 132}; }

QSize ScheduleEditor::minimumSizeHint() const { return {160, 96}; }

std::vector<double> ScheduleEditor::axisValues() const {
    std::vector<double> values{m_curve.minimum, m_curve.maximum};
    if (!m_curve.isLogarithmic()) values.push_back((m_curve.minimum + m_curve.maximum) / 2);
    else
        for (double power = std::ceil(std::log10(m_curve.minimum)); power <= std::log10(m_curve.maximum); ++power)
            values.push_back(std::pow(10.0, power));
    return values;
}

QRectF ScheduleEditor::area() const {
    const QFontMetrics metrics(figureFont(*this));
    int widest = 0;
    for (const double value : axisValues()) widest = std::max(widest, metrics.horizontalAdvance(shortFigure(value)));
    return QRectF(rect()).adjusted(widest + 6, metrics.height() + 10, -8, -metrics.height() - 6);
}

double ScheduleEditor::across(double step) const {
    const QRectF room = area();
    return room.left() + (m_curve.steps > 1 ? (step - 1) / (m_curve.steps - 1) : 0) * room.width();
}

int ScheduleEditor::stepAt(double x) const {
    const QRectF room = area();
    const double along = room.width() > 0 ? (x - room.left()) / room.width() : 0;
    return std::clamp(1 + static_cast<int>(std::lround(along * (m_curve.steps - 1))), 1, m_curve.steps);
}

double ScheduleEditor::positionAt(double y) const { return std::clamp((area().bottom() - y) / area().height(), 0.0, 1.0); }

QPointF ScheduleEditor::pointOf(const ScheduleKnot& knot) const {
    return {across(knot.step), area().bottom() - m_curve.position(knot.value) * area().height()};
}

}  // namespace larmor::ui
