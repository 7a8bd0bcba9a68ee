#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPaintEvent>

#include "ui/widgets/contact_sheet.h"
#include "ui/widgets/paint_colours.h"

namespace larmor::ui {

namespace {

constexpr int kGap = 8;
constexpr double kTagHeight = 18;
const QColor kTagBack(0, 0, 0, 230);
constexpr double kProgressBar = 4;

}  // namespace

QString ContactSheet::metricText(const SheetMetric& metric, double value) const {
    return std::isnan(value) ? QString(QChar(0x2013)) : (QString::number(value, 'f', metric.decimals) + QLatin1Char(' ') + metric.unit).trimmed();
}

void ContactSheet::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    const PaintColours colours = paintColours(*this);
    painter.fillRect(viewport()->rect(), colours.panel);
    if (m_cells.empty()) {
        painter.setPen(colours.dim);
        painter.drawText(viewport()->rect().adjusted(kGap, 0, -kGap, 0), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("Choose one or two parameters to sweep: their images appear here side by side as they finish."));
        return;
    }
    painter.save();
    painter.setClipRect(viewport()->rect().adjusted(headers().width(), headers().height(), 0, 0));
    for (const int index : m_order)
        if (placeOf(index).adjusted(-2, -2, 2, 2).intersects(event->rect())) paintCell(painter, index);
    painter.restore();
    if (!isList()) paintHeaders(painter);
    if (!hasFocus()) return;
    painter.setPen(colours.accent);
    painter.drawRect(QRectF(viewport()->rect()).adjusted(0.5, 0.5, -0.5, -0.5));
}

void ContactSheet::paintCell(QPainter& painter, int index) const {
    const PaintColours colours = paintColours(*this);
    const SheetCell& here = cell(index);
    const QRectF place = placeOf(index);
    const QRectF room(place.left(), place.top(), place.width(), pictureHeight());
    painter.fillRect(room, here.picture.isNull() ? colours.raised : QColor(Qt::black));
    if (!here.picture.isNull()) {
        QImage& shown = m_shown[static_cast<std::size_t>(index)];
        if (shown.isNull()) shown = windowed(here.picture, m_window, m_level);
        drawPicture(painter, pictureOf(index), shown);
    }
    paintState(painter, here, room);
    const SheetExtremes ends = extremes();
    const bool isEnd = index == ends.best || index == ends.worst;
    if (isEnd || index == m_selected) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(index == m_selected ? colours.accent : index == ends.best ? colours.done : colours.caution, 2));
        painter.drawRect(room.adjusted(1, 1, -1, -1));
    }
    if (isEnd) paintTag(painter, index, room);
    if (!cell(index).note.isEmpty()) paintNote(painter, cell(index).note, room);
    paintText(painter, index, QRectF(place.left(), room.bottom() + 3, place.width(), place.bottom() - room.bottom() - 3));
}

void ContactSheet::paintState(QPainter& painter, const SheetCell& cell, const QRectF& room) const {
    const PaintColours colours = paintColours(*this);
    painter.setFont(figureFont(*this));
    const QRectF inside = room.adjusted(kGap, kGap, -kGap, -kGap);
    switch (cell.state) {
        case SheetCell::State::Done: break;
        case SheetCell::State::Waiting:
            painter.setPen(colours.dim);
            painter.drawText(inside, Qt::AlignCenter, tr("waiting"));
            break;
        case SheetCell::State::Running: {
            const QRectF bar(room.left(), room.bottom() - kProgressBar, room.width(), kProgressBar);
            painter.fillRect(bar, colours.line);
            painter.fillRect(QRectF(bar.topLeft(), QSizeF(bar.width() * std::clamp(cell.progress, 0.0, 1.0), kProgressBar)),
                             colours.accent);
            painter.setPen(colours.accent);
            if (cell.picture.isNull()) painter.drawText(inside, Qt::AlignCenter, tr("running %1 %").arg(std::lround(100 * cell.progress)));
            break;
        }
        case SheetCell::State::Failed: {
            const int line = painter.fontMetrics().height();
            const QRectF below(inside.left(), inside.center().y() - line / 2.0, inside.width(), inside.bottom() - inside.center().y());
            painter.fillRect(room, colours.raised);
            drawMark(painter, {inside.center().x(), inside.center().y() - line - 6}, 7, {colours.failure, 5, Qt::SolidLine});
            painter.setPen(colours.failure);
            painter.drawText(below, Qt::AlignHCenter | Qt::AlignTop, tr("failed"));
            painter.setPen(colours.dim);
            const double whole = line * std::floor(below.height() / line - 1);  // no halved lines
            painter.drawText(QRectF(below.left(), below.top() + line, below.width(), whole),
                             Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, cell.reason);
        }
    }
}

void ContactSheet::paintTag(QPainter& painter, int index, const QRectF& room) const {
    const bool isBest = index == extremes().best;
    const QString text =
        (isBest ? tr("best %1") : tr("worst %1")).arg(m_plan.metrics[static_cast<std::size_t>(std::max(m_sorting, 0))].name);
    painter.setFont(figureFont(*this));
    const double width = std::min(painter.fontMetrics().horizontalAdvance(text) + 26.0, room.width() - 4);
    const QRectF tag(room.left() + 2, room.top() + 2, width, kTagHeight);
    painter.fillRect(tag, kTagBack);
    // On black whatever the theme: the lighter of the colours.
    const QColor colour = isBest ? QColor(0x6f, 0xce, 0x72) : QColor(0xe0, 0xa3, 0x3a);
    drawMark(painter, {tag.left() + 10, tag.center().y()}, 4.5, {colour, isBest ? 2 : 5, Qt::SolidLine});
    painter.setPen(colour);
    painter.drawText(tag.adjusted(20, 0, -4, 0), Qt::AlignLeft | Qt::AlignVCenter, text);
}

void ContactSheet::paintNote(QPainter& painter, const QString& note, const QRectF& room) const {
    painter.setFont(figureFont(*this));
    const double width = std::min(painter.fontMetrics().horizontalAdvance(note) + 10.0, room.width() - 4);
    const QRectF tag(room.left() + 2, room.bottom() - 2 - kTagHeight, width, kTagHeight);
    painter.fillRect(tag, kTagBack);
    painter.setPen(Qt::white);  // on black whatever the theme
    painter.drawText(tag, Qt::AlignCenter, note);
}

void ContactSheet::paintText(QPainter& painter, int index, const QRectF& room) const {
    const PaintColours colours = paintColours(*this);
    painter.setFont(figureFont(*this));
    const QFontMetrics metrics = painter.fontMetrics();
    double y = room.top();
    if (isList()) {
        painter.setPen(colours.text);
        painter.drawText(QRectF(room.left(), y, room.width(), metrics.height()), Qt::AlignLeft,
                         metrics.elidedText(m_plan.caption(index), Qt::ElideRight, static_cast<int>(room.width())));
        y += metrics.height();
    }
    for (int metric = 0; metric < static_cast<int>(m_plan.metrics.size()); ++metric) {
        const SheetMetric& what = m_plan.metrics[static_cast<std::size_t>(metric)];
        const QRectF line(room.left(), y, room.width(), metrics.height());
        const QString value = metricText(what, cell(index).metric(metric));
        const double nameRoom = line.width() - metrics.horizontalAdvance(value) - kGap;
        painter.setPen(colours.dim);
        painter.drawText(line, Qt::AlignLeft, metrics.elidedText(what.name, Qt::ElideRight, static_cast<int>(nameRoom)));
        painter.setPen(metric == std::max(m_sorting, 0) ? colours.text : blended(colours.dim, colours.text, 0.5));
        painter.drawText(line, Qt::AlignRight, value);
        y += metrics.height();
    }
}

void ContactSheet::paintHeaders(QPainter& painter) const {
    const PaintColours colours = paintColours(*this);
    const QSize sizes = headers();
    const int line = fontMetrics().height();
    painter.setFont(font());
    const auto text = [&](const QRectF& room, Qt::Alignment alignment, const QString& what, const QColor& colour) {
        painter.setPen(colour);
        painter.drawText(room, static_cast<int>(alignment), fontMetrics().elidedText(what, Qt::ElideRight, static_cast<int>(room.width())));
    };
    painter.save();
    painter.setClipRect(QRect(sizes.width(), 0, viewport()->width(), sizes.height()));
    for (int column = 0; column < static_cast<int>(m_plan.columns.size()); ++column)
        text(QRectF(placeOf(column).left(), line + 2, cellWidth(), line), Qt::AlignHCenter, m_plan.columns[column], colours.text);
    text(QRectF(sizes.width() + kGap, 0, viewport()->width() - sizes.width() - kGap, line + 2), Qt::AlignLeft | Qt::AlignVCenter,
         m_plan.columnName, colours.dim);
    painter.setClipRect(QRect(0, sizes.height(), sizes.width(), viewport()->height()));
    const int columns = columnsShown();
    for (int row = 0; row < static_cast<int>(m_plan.rows.size()) && columns > 0; ++row) {
        const QRect place = placeOf(row * columns);
        text(QRectF(kGap, place.top() + (pictureHeight() - line) / 2.0, sizes.width() - 2 * kGap, line), Qt::AlignRight, m_plan.rows[row],
             colours.text);
    }
    painter.restore();
    text(QRectF(kGap, line + 2, sizes.width() - 2 * kGap, line), Qt::AlignRight, m_plan.rowName, colours.dim);
}

}  // namespace larmor::ui
