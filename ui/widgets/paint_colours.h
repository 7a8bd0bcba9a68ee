#pragma once
// What painted widgets draw with: colours that follow the widget's palette, and marks that tell things apart without colour too.

#include <QColor>
#include <QImage>
#include <QPointF>
#include <QRectF>

class QFont;
class QPainter;
class QWidget;

namespace larmor::ui {

/// Taken from the widget's QPalette, so that painted widgets follow a light theme as well as the dark one.
struct PaintColours {
    QColor panel, raised, line, text, dim, faint, accent, onAccent, caution, failure, done;
};
[[nodiscard]] PaintColours paintColours(const QWidget& widget);

/// Blend of two opaque colours: `part` 0 is the first, 1 the second.
[[nodiscard]] QColor blended(const QColor& from, const QColor& to, double part);

/// The n-th of several things: its colour, its shape and its dash belong together everywhere. They repeat after six.
struct SeriesMark {
    QColor colour;
    int shape = 0;  ///< circle, square, triangle, diamond, ring, cross
    Qt::PenStyle dash = Qt::SolidLine;
};
[[nodiscard]] SeriesMark seriesMark(int index, const QWidget& widget);
/// @param radius  of the circle that the shape fills
void drawMark(QPainter& painter, const QPointF& centre, double radius, const SeriesMark& mark);

/// 11 pixels with tabular figures: for numbers that change in painted widgets.
[[nodiscard]] QFont figureFont(const QWidget& widget);

/// Where a picture of this size lies in `room`: as large as fits, centred, its aspect ratio kept.
[[nodiscard]] QRectF fitted(const QSize& picture, const QRectF& room);
/// A picture scaled smoothly to the screen's pixels, squares where it is enlarged four times and more. Scaled copies are cached.
void drawPicture(QPainter& painter, const QRectF& place, const QImage& picture);

}  // namespace larmor::ui
