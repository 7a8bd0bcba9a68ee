#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPainterPath>

#include "ui/widgets/paint_colours.h"
#include "ui/widgets/step_strip.h"
#include "ui/widgets/step_strip_sizes.h"

namespace larmor::ui {

using namespace strip_sizes;

namespace {

constexpr int kMarkAt = 16;
constexpr double kConnector = 12;  ///< pixels that a branch's line takes to the right
constexpr double kMark = 5, kBadge = 16;
constexpr double kSharedOpacity = 0.45;
const QColor kOutline(0, 0, 0, 175);

/// White on a dark outline: reads on any picture.
void outlined(QPainter& painter, const QPointF& at, const QString& text) {
    QPainterPath path;
    path.addText(at, painter.font(), text);
    painter.setPen(QPen(kOutline, 3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    painter.setPen(Qt::white);
    painter.drawText(at, text);
}

}  // namespace

void StepStrip::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    const PaintColours colours = paintColours(*this);
    painter.fillRect(viewport()->rect(), colours.panel);
    if (m_lanes.empty()) {
        painter.setPen(colours.dim);
        painter.drawText(viewport()->rect().adjusted(kMargin, 0, -kMargin, 0), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("The steps of a run appear here as it goes: scrub them, rewind, branch."));
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const QRect large = rowOf(m_selected);
    painter.fillRect(large, colours.raised);
    if (m_step > 0) {
        const double x = axis().across(m_step);
        painter.setPen(QPen(blended(colours.panel, colours.accent, 0.6), 1));
        painter.drawLine(QPointF(x, kRuler), QPointF(x, rowOf(static_cast<int>(m_lanes.size()) - 1).bottom()));
    }
    for (int lane = 0; lane < static_cast<int>(m_lanes.size()); ++lane) paintConnector(painter, lane);
    for (int lane = 0; lane < static_cast<int>(m_lanes.size()); ++lane) paintLane(painter, lane);
    paintRuler(painter);
    if (!hasFocus()) return;
    painter.setPen(colours.accent);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(viewport()->rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
}

void StepStrip::paintConnector(QPainter& painter, int lane) const {
    const StepLane& child = m_lanes[static_cast<std::size_t>(lane)];
    const int parent = laneIndex(child.parent);
    if (parent < 0 || parent >= lane) return;
    const PaintColours colours = paintColours(*this);
    const double x = axis().across(child.forkStep + 0.5), y = rowOf(lane).center().y();
    const double top = rowOf(parent).center().y() + (parent == m_selected ? kPicture : kSmallPicture) / 2.0;
    const double bend = kConnector;
    QPainterPath path(QPointF(x, top));
    path.lineTo(x, y - bend);
    path.quadTo(x, y, std::min(x + bend, axis().right()), y);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colours.dim, 1.5));
    painter.drawPath(path);
    painter.setBrush(colours.panel);
    painter.drawEllipse(QPointF(x, top), 3, 3);
}

void StepStrip::paintLane(QPainter& painter, int index) const {
    const StepLane& lane = m_lanes[static_cast<std::size_t>(index)];
    const PaintColours colours = paintColours(*this);
    const bool large = index == m_selected;
    const QRectF row = rowOf(index);
    const StepAxis along = axis();
    if (!large) {
        painter.setPen(QPen(colours.faint, 1, Qt::DotLine));
        painter.drawLine(QPointF(along.across(std::max(lane.done, 1)), row.center().y()),
                         QPointF(along.across(lane.steps), row.center().y()));
        painter.setPen(QPen(seriesMark(lane.mark, *this).colour, 2));
        painter.drawLine(QPointF(along.across(lane.forkStep + 0.5 + (lane.forkStep ? 0.5 : 0)), row.center().y()),
                         QPointF(along.across(std::max(lane.done, 1)), row.center().y()));
    }
    const double picture = pictureWidth(large);
    for (const StepSlot& slot :
         stepSlots(along, large ? picture + kGap : 2 * picture, keptSteps(lane, large), lane.done, lane.running, large ? m_step : 0))
        if (slot.first <= lane.steps) paintSlot(painter, lane, slot, row, large);
    paintHeader(painter, index);
}

void StepStrip::paintSlot(QPainter& painter, const StepLane& lane, const StepSlot& slot, const QRectF& row, bool large) const {
    const PaintColours colours = paintColours(*this);
    const double width = pictureWidth(large), height = large ? kPicture : kSmallPicture;
    const double right = axis().right() - width;
    // A small picture leaves room for the line that comes from the parent.
    const double first = large || lane.forkStep == 0 ? axis().left() : axis().across(lane.forkStep + 0.5) + kConnector;
    const double left = std::max(std::min(slot.centre - width / 2, right), first);
    const QRectF place(std::round(left), row.center().y() - height / 2, width, height);
    const KeptStep* kept = slot.shown > 0 ? keptAt(lane, slot.shown) : nullptr;
    const bool isCurrent = large && m_step >= slot.first && m_step <= slot.last;
    if (!kept && !large && !slot.isRunning) return;
    if (!kept) {
        const bool ahead = slot.kind == StepSlot::Kind::ToCome;
        painter.setBrush(colours.panel);
        const QColor frame = slot.isRunning ? colours.accent : isCurrent ? colours.text : colours.faint;
        painter.setPen(QPen(frame, 1, ahead ? Qt::DashLine : Qt::SolidLine));
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5));
    } else {
        painter.setOpacity(slot.shown <= lane.forkStep ? kSharedOpacity : 1);
        painter.fillRect(place, Qt::black);
        drawPicture(painter, fitted(kept->picture.size(), place), kept->picture);
        painter.setOpacity(1);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(isCurrent ? colours.accent : colours.line, isCurrent ? 2 : 1));
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5));
    }
    if (!large) return;
    painter.setFont(figureFont(*this));
    const QPointF corner = place.bottomLeft() + QPointF(5, -5);
    if (kept) outlined(painter, corner, QString::number(slot.shown));
    else if (slot.isRunning) {
        painter.setPen(colours.accent);
        painter.drawText(corner, QString::number(lane.running) + QStringLiteral(" …"));
    }
    painter.setFont(font());
}

/// A and B on lanes that are compared. Returns where the room for the name ends.
double StepStrip::paintBadges(QPainter& painter, const StepLane& lane, const QRectF& name) const {
    double right = name.right();
    painter.setFont(figureFont(*this));
    painter.setPen(paintColours(*this).text);
    painter.setBrush(Qt::NoBrush);
    for (int which = 1; which >= 0; --which) {
        if (m_compared[which] != lane.id || lane.id.isEmpty()) continue;
        const QRectF badge(right - kBadge, name.center().y() - kBadge / 2, kBadge, kBadge);
        painter.drawRoundedRect(badge.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        painter.drawText(badge, Qt::AlignCenter, which == 0 ? QStringLiteral("A") : QStringLiteral("B"));
        right -= kBadge + 4;
    }
    return right;
}

void StepStrip::paintHeader(QPainter& painter, int index) const {
    const StepLane& lane = m_lanes[static_cast<std::size_t>(index)];
    const PaintColours colours = paintColours(*this);
    const bool large = index == m_selected;
    const QRectF row = rowOf(index);
    if (large) painter.fillRect(QRectF(0, row.top(), 3, row.height()), colours.accent);
    const QRectF name = nameOf(lane.id);
    drawMark(painter, {kMarkAt, name.center().y()}, kMark, seriesMark(lane.mark, *this));
    double right = paintBadges(painter, lane, name);
    QFont bold = font();
    bold.setWeight(large ? QFont::DemiBold : QFont::Normal);
    painter.setFont(bold);
    painter.setPen(colours.text);
    const auto text = [&](double y, const QString& line) {
        const QFontMetrics metrics = painter.fontMetrics();
        const QRectF place(name.left(), y, right - name.left(), metrics.height());
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(line, Qt::ElideRight, static_cast<int>(place.width())));
        return y + metrics.height();
    };
    double y = text(name.top(), lane.name);
    right = name.right();
    painter.setFont(figureFont(*this));
    painter.setPen(colours.dim);
    const QString progress = lane.running > 0 ? tr("running %1 of %2").arg(lane.running).arg(lane.steps)
                                              : tr("%1 of %2 steps done").arg(lane.done).arg(lane.steps);
    if (!large) text(y, lane.change.isEmpty() ? progress : lane.change);
    else {
        if (!lane.change.isEmpty()) y = text(y + 2, lane.change);
        if (lane.forkStep > 0) y = text(y, tr("from step %1").arg(lane.forkStep));
        if (lane.running > 0) painter.setPen(colours.accent);
        text(y, progress);
    }
    painter.setFont(font());
}

void StepStrip::paintRuler(QPainter& painter) const {
    const PaintColours colours = paintColours(*this);
    const StepLane& lane = selected();
    const StepAxis along = axis();
    painter.fillRect(QRectF(0, 0, viewport()->width(), kRuler), colours.panel);
    const double y = kRuler - 5;
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours.line);
    painter.drawRoundedRect(QRectF(along.left(), y - 1.5, along.across(lane.steps + 0.5) - along.left(), 3), 1.5, 1.5);
    painter.setBrush(blended(colours.panel, colours.accent, 0.7));
    if (lane.done > 0) painter.drawRoundedRect(QRectF(along.left(), y - 1.5, along.across(lane.done + 0.5) - along.left(), 3), 1.5, 1.5);
    painter.setFont(figureFont(*this));
    const QFontMetrics metrics = painter.fontMetrics();
    painter.setPen(colours.dim);
    painter.drawText(QRectF(kTextAt, 0, headerWidth() - kTextAt, kRuler), Qt::AlignLeft | Qt::AlignVCenter, tr("Step"));
    const double wide = metrics.horizontalAdvance(QString::number(along.steps())) + 10;
    const double handle = m_step > 0 ? along.across(m_step) : -wide;
    for (const int step : along.numbers(2.5 * wide)) {
        const double x = along.across(step);
        if (std::abs(x - handle) < wide) continue;
        painter.setPen(step <= lane.done ? colours.text : colours.dim);
        painter.drawText(QRectF(std::max(along.left() - 4, std::min(x - wide / 2, along.right() - wide + 4)), 2, wide, metrics.height()),
                         Qt::AlignCenter, QString::number(step));
    }
    if (lane.running > 0) drawMark(painter, {along.across(lane.running), y}, 4, {colours.accent, 4, Qt::SolidLine});
    if (m_step <= 0) return;
    const QRectF box(handle - wide / 2, 1, wide, metrics.height() + 2);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours.accent);
    painter.drawRoundedRect(box, 3, 3);
    painter.drawPolygon(
        QPolygonF{QPointF(handle - 4, box.bottom() - 0.5), QPointF(handle + 4, box.bottom() - 0.5), QPointF(handle, y + 2)});
    painter.setPen(colours.onAccent);
    painter.drawText(box, Qt::AlignCenter, QString::number(m_step));
    painter.setFont(font());
}

}  // namespace larmor::ui
