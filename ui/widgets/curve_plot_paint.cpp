#include <algorithm>
#include <cmath>

#include <QPainter>
#include <QPainterPath>

#include "ui/widgets/curve_plot.h"
#include "ui/widgets/figures.h"
#include "ui/widgets/paint_colours.h"

namespace larmor::ui {

namespace {

constexpr int kSwatch = 18, kLegendGap = 12, kTickGap = 6;
constexpr double kDotRadius = 3.5;

}  // namespace

QRectF CurvePlot::plotArea() const {
    const QFontMetrics metrics(figureFont(*this));
    int ticks = 0;
    for (const CurveScale& scale : m_scales)
        for (const double line : scale.lines()) ticks = std::max(ticks, metrics.horizontalAdvance(shortFigure(line)));
    return QRectF(rect()).adjusted(ticks + kTickGap, 0, -kDotRadius, -metrics.height() - 4);
}

int CurvePlot::legendRows(int band) const {
    const QFontMetrics metrics(figureFont(*this));
    const double room = plotArea().width();
    double used = 0;
    int rows = 1;
    for (const QString& entry : legend(band)) {
        const double needed = kSwatch + metrics.horizontalAdvance(entry) + kLegendGap;
        if (used > 0 && used + needed - kLegendGap > room) {
            ++rows;
            used = 0;
        }
        used += needed;
    }
    return rows;
}

CurvePlot::BandPlace CurvePlot::bandPlace(int band) const {
    const QRectF all = plotArea();
    const int line = QFontMetrics(figureFont(*this)).height();
    const double height = all.height() / static_cast<double>(m_bands.size());
    const QRectF room(all.left(), all.top() + band * height, all.width(), height);
    const double legend = line * legendRows(band) + 6;
    return {room.adjusted(0, 0, 0, legend - height),
            room.adjusted(0, legend, 0, band + 1 < static_cast<int>(m_bands.size()) ? -line / 2.0 : 0)};
}

void CurvePlot::paintEvent(QPaintEvent*) {
    if (placeCount() == 0) return;
    QPainter painter(this);
    painter.setFont(figureFont(*this));
    if (plotArea().width() < 20) return;
    for (int band = 0; band < static_cast<int>(m_bands.size()); ++band) paintBand(painter, band);
    paintPlaces(painter);
    if (!hasFocus()) return;
    painter.setPen(paintColours(*this).accent);
    painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
}

void CurvePlot::paintBand(QPainter& painter, int band) const {
    const PaintColours colours = paintColours(*this);
    const CurveScale& scale = m_scales[static_cast<std::size_t>(band)];
    const auto [legend, area] = bandPlace(band);
    if (area.height() < 10) return;
    const int line = painter.fontMetrics().height();
    const auto lines = scale.lines();
    double room = area.bottom() + line;  // above which the next number may stand
    for (const double value : lines) {
        const double y = area.bottom() - scale.position(value) * area.height();
        painter.setPen(colours.line);
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        const bool crowdsLast = value != lines.back() && y - area.top() < line;
        if (y + line / 2.0 > room || crowdsLast) continue;
        painter.setPen(colours.dim);
        painter.drawText(QRectF(0, y - line / 2.0, area.left() - kTickGap, line), Qt::AlignRight | Qt::AlignVCenter, shortFigure(value));
        room = y - line / 2.0;
    }
    for (const Curve& curve : m_bands[static_cast<std::size_t>(band)].curves) paintCurve(painter, curve, scale, area);
    paintLegend(painter, band, legend);
}

void CurvePlot::paintLegend(QPainter& painter, int band, const QRectF& room) const {
    const QFontMetrics metrics = painter.fontMetrics();
    double x = room.left(), y = room.top();
    for (const Curve& curve : m_bands[static_cast<std::size_t>(band)].curves) {
        const SeriesMark mark = seriesMark(curve.mark, *this);
        const QString entry = legendEntry(curve);
        const double needed = kSwatch + metrics.horizontalAdvance(entry);
        if (x > room.left() && x + needed > room.right()) {
            x = room.left();
            y += metrics.height();
        }
        painter.setPen(QPen(mark.colour, 1.5, mark.dash));
        const double middle = y + metrics.height() / 2.0;
        painter.drawLine(QPointF(x, middle), QPointF(x + kSwatch - 4, middle));
        painter.setPen(mark.colour);
        const QRectF place(x + kSwatch, y, room.right() - x - kSwatch, metrics.height());
        painter.drawText(place, Qt::AlignLeft, metrics.elidedText(entry, Qt::ElideRight, static_cast<int>(place.width()) + 1));
        x += needed + kLegendGap;
    }
}

void CurvePlot::paintCurve(QPainter& painter, const Curve& curve, const CurveScale& scale, const QRectF& area) const {
    const SeriesMark mark = seriesMark(curve.mark, *this);
    const auto point = [&](int place) {
        return QPointF(across(place, area), area.bottom() - scale.position(curve.values[static_cast<std::size_t>(place)]) * area.height());
    };
    const int count = static_cast<int>(curve.values.size());
    const auto isShown = [&](int place) {
        return place >= 0 && place < count && scale.isShown(curve.values[static_cast<std::size_t>(place)]);
    };
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath path;
    for (int place = 0; place < count; ++place) {
        if (!isShown(place)) continue;
        const bool goesOn = isShown(place - 1);
        goesOn ? path.lineTo(point(place)) : path.moveTo(point(place));
        if (!goesOn && !isShown(place + 1)) painter.fillRect(QRectF(point(place) - QPointF(1.5, 1.5), QSizeF(3, 3)), mark.colour);
    }
    painter.setPen(QPen(mark.colour, 1.5, mark.dash, Qt::FlatCap, Qt::RoundJoin));
    painter.drawPath(path);
    const auto shown = shownPlace();
    if (shown && isShown(*shown)) drawMark(painter, point(*shown), kDotRadius, mark);
    painter.restore();
}

void CurvePlot::paintPlaces(QPainter& painter) const {
    const PaintColours colours = paintColours(*this);
    const QRectF all = plotArea();
    const QFontMetrics metrics = painter.fontMetrics();
    const QRectF below(all.left(), all.bottom() + 3, all.width(), metrics.height());
    const QString unit = m_axis.name.isEmpty() ? QString() : QLatin1Char(' ') + m_axis.name;
    const QString first = placeText(0), last = placeText(placeCount() - 1) + unit;
    const auto place = shownPlace();
    const QString here = place ? placeText(*place) : QString();
    const double wide = metrics.horizontalAdvance(here) + 8, x = place ? across(*place, all) : 0;
    const double from = std::max(all.left() - 4, std::min(x - wide / 2, all.right() - wide + kDotRadius));
    painter.setPen(colours.dim);
    if (!place || from > below.left() + metrics.horizontalAdvance(first)) painter.drawText(below, Qt::AlignLeft, first);
    if (!place || from + wide < below.right() - metrics.horizontalAdvance(last)) painter.drawText(below, Qt::AlignRight, last);
    if (!place) return;
    painter.setPen(QPen(m_hovered ? colours.text : colours.dim, 1, m_hovered ? Qt::SolidLine : Qt::DashLine));
    for (int band = 0; band < static_cast<int>(m_bands.size()); ++band) {
        const QRectF area = bandPlace(band).area;
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
    painter.setPen(colours.text);
    painter.drawText(QRectF(from, below.top(), wide, below.height()), Qt::AlignCenter, here);
}

}  // namespace larmor::ui
