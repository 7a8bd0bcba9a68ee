#include "ui/widgets/paint_colours.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QFont>
#include <QPainter>
#include <QPainterPath>
#include <QPixmapCache>
#include <QWidget>

#include "ui/widgets/theme.h"

namespace larmor::ui {

namespace {

constexpr int kFigurePixels = 11;
constexpr int kSquaresFrom = 4;  ///< screen pixels an image pixel
constexpr int kMarks = 6;
constexpr int kBlack = 60;  ///< lightness below which a panel is dark

bool isDark(const QWidget& widget) { return widget.palette().color(QPalette::Window).lightness() < kBlack; }

/// On a light panel a colour is darkened until it reads as text.
QColor onPanel(const QColor& colour, bool dark) { return dark ? colour : colour.darker(150); }

QPolygonF around(const QPointF& centre, double radius, int corners, double turn) {
    QPolygonF polygon;
    for (int i = 0; i < corners; ++i) {
        const double angle = turn + 2 * M_PI * i / corners;
        polygon << centre + radius * QPointF(std::sin(angle), -std::cos(angle));
    }
    return polygon;
}

}  // namespace

PaintColours paintColours(const QWidget& widget) {
    const QPalette& roles = widget.palette();
    const bool dark = isDark(widget);
    PaintColours colours;
    colours.panel = roles.color(QPalette::Window);
    colours.raised = roles.color(QPalette::AlternateBase);
    colours.text = roles.color(QPalette::WindowText);
    colours.dim = roles.color(QPalette::PlaceholderText);
    colours.faint = roles.color(QPalette::Disabled, QPalette::WindowText);
    colours.line = blended(colours.panel, colours.text, 0.14);
    colours.accent = roles.color(QPalette::Highlight);
    colours.onAccent = roles.color(QPalette::HighlightedText);
    colours.caution = onPanel(palette::kCaution, dark);
    colours.failure = onPanel(palette::kFailure, dark);
    colours.done = onPanel(palette::kDone, dark);
    return colours;
}

QColor blended(const QColor& from, const QColor& to, double part) {
    const auto mixed = [part](int a, int b) { return static_cast<int>(std::lround(a + part * (b - a))); };
    return {mixed(from.red(), to.red()), mixed(from.green(), to.green()), mixed(from.blue(), to.blue())};
}

SeriesMark seriesMark(int index, const QWidget& widget) {
    static const std::array<QColor, kMarks> colours{palette::kAccent,         palette::kCaution,        palette::kDone,
                                                    QColor(0xc3, 0x8b, 0xf0), QColor(0x4f, 0xc4, 0xcf), QColor(0xf0, 0x8f, 0xb0)};
    static constexpr std::array<Qt::PenStyle, kMarks> dashes{Qt::SolidLine, Qt::DashLine,       Qt::DashDotLine,
                                                             Qt::DotLine,   Qt::DashDotDotLine, Qt::DashLine};
    const int at = ((index % kMarks) + kMarks) % kMarks;
    return {onPanel(colours[static_cast<std::size_t>(at)], isDark(widget)), at, dashes[static_cast<std::size_t>(at)]};
}

void drawMark(QPainter& painter, const QPointF& centre, double radius, const SeriesMark& mark) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(mark.colour, std::max(1.5, radius / 3)));
    painter.setBrush(mark.colour);
    const double inner = radius - 0.75;
    switch (mark.shape) {
        case 0: painter.drawEllipse(centre, inner, inner); break;
        case 1: painter.drawPolygon(around(centre, inner, 4, M_PI / 4)); break;
        case 2: painter.drawPolygon(around(centre, inner, 3, 0)); break;
        case 3: painter.drawPolygon(around(centre, inner, 4, 0)); break;
        case 4:
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(centre, inner, inner);
            break;
        default:
            painter.drawLine(centre - QPointF(inner, inner), centre + QPointF(inner, inner));
            painter.drawLine(centre - QPointF(inner, -inner), centre + QPointF(inner, -inner));
    }
    painter.restore();
}

QFont figureFont(const QWidget& widget) {
    QFont font = widget.font();
    font.setPixelSize(kFigurePixels);
    return font;
}

QRectF fitted(const QSize& picture, const QRectF& room) {
    if (picture.isEmpty() || room.isEmpty()) return room;
    const QSizeF size = QSizeF(picture).scaled(room.size(), Qt::KeepAspectRatio);
    return {room.center() - QPointF(size.width() / 2, size.height() / 2), size};
}

void drawPicture(QPainter& painter, const QRectF& place, const QImage& picture) {
    const qreal ratio = painter.device()->devicePixelRatioF();
    const QSize pixels = (place.size() * ratio).toSize();
    if (picture.isNull() || pixels.isEmpty()) return;
    const QString key = QStringLiteral("larmor.picture.%1.%2x%3").arg(picture.cacheKey()).arg(pixels.width()).arg(pixels.height());
    QPixmap scaled;
    if (!QPixmapCache::find(key, &scaled)) {
        const bool squares = pixels.width() >= kSquaresFrom * picture.width();
        scaled =
            QPixmap::fromImage(picture.scaled(pixels, Qt::IgnoreAspectRatio, squares ? Qt::FastTransformation : Qt::SmoothTransformation));
        QPixmapCache::insert(key, scaled);
    }
    scaled.setDevicePixelRatio(ratio);
    painter.drawPixmap(place.topLeft(), scaled);
}

}  // namespace larmor::ui
