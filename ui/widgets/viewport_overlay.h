#pragma once
// Everything that lies over the image of a pane, at screen resolution: corner texts, scale bar, colour bar, badge, tag.

#include <optional>

#include <QRect>
#include <QSize>

#include "ui/widgets/viewport.h"

class QPainter;

namespace larmor::ui {

struct OverlayScene {
    QSize size;                       ///< of the pane, logical pixels
    const ViewportLabels* labels = nullptr;
    render::DisplayState display;
    bool hasImage = false;
    double screenPixelsAColumn = 1;   ///< device pixels an image pixel is wide
    std::optional<double> mmAPixel;   ///< mm a logical pixel, along the width
    bool colourBar = false;
    QString unit;
};

/// Where things came to lie that answer the pointer.
struct OverlayAreas {
    QRect caution;
    QRect metrics;
    QRect stepper, back, forth;  ///< the whole of it, and its arrows
    QRect title;  ///< empty unless the title had to be shortened
};

/// Texts never overlap: what does not fit is shortened (titles) or left out (numbers, the scale bar).
OverlayAreas paintOverlay(QPainter& painter, const OverlayScene& scene);

/// Two arms around a point that is left free.
void paintCrosshair(QPainter& painter, const QPointF& at);

/// Text with a thin dark outline, so that it reads on white tissue.
void paintOutlined(QPainter& painter, const QPointF& baseline, const QString& text, const QColor& colour);

}  // namespace larmor::ui
