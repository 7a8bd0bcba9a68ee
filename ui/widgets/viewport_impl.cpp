#include "ui/widgets/viewport_impl.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <QMouseEvent>
#include <QPainter>

#include "ui/widgets/theme.h"

namespace larmor::ui {

namespace {

constexpr double kLeastZoom = 0.2, kMostZoom = 200;
constexpr double kWindowADragPixel = 0.006;  ///< relative change of the window

}  // namespace

QSize Viewport::Impl::deviceSize() const { return (QSizeF(self->size()) * self->devicePixelRatioF()).toSize(); }

render::Placement Viewport::Impl::placement() const {
    const QSize pixels = deviceSize();
    const double ratio = self->devicePixelRatioF();
    auto at = view.placement(display, pixels.width(), pixels.height());
    at.originX /= ratio;
    at.originY /= ratio;
    at.scaleX /= ratio;
    at.scaleY /= ratio;
    return at;
}

Viewport::Impl::Look Viewport::Impl::startLook(render::Component component) const {
    const auto [window, level] = view.autoWindow(component);
    const bool phase = component == render::Component::Phase;
    return {window, level, phase ? render::ColourMap::PhaseWheel : render::ColourMap::Grey};
}

void Viewport::Impl::edit(const render::DisplayState& state) {
    if (state == display) return;
    display = state;
    self->update();
    Q_EMIT self->displayEdited(display);
}

void Viewport::Impl::zoomAt(const QPointF& position, double factor) {
    if (!image) return;
    const auto before = placement();
    auto state = display;
    state.zoom = std::clamp(display.zoom * factor, kLeastZoom, kMostZoom);
    const double grown = state.zoom / display.zoom;
    // The image point under the pointer stays there: its distance from the middle of the pane grows with the zoom.
    const auto rows = static_cast<double>(image->extent(0)), columns = static_cast<double>(image->extent(1));
    const double x = position.x() - self->width() / 2.0, y = position.y() - self->height() / 2.0;
    state.centreColumn = std::clamp(display.centreColumn + x * (1 - 1 / grown) / (before.scaleX * columns), 0.0, 1.0);
    state.centreRow = std::clamp(display.centreRow + y * (1 - 1 / grown) / (before.scaleY * rows), 0.0, 1.0);
    edit(state);
}

void Viewport::Impl::dragTo(const QPointF& position) {
    const QPointF moved = position - dragStart;
    auto state = dragDisplay;
    if (drag == Drag::Pan) {
        const auto at = placement();
        state.centreColumn = std::clamp(dragDisplay.centreColumn - moved.x() / (at.scaleX * static_cast<double>(image->extent(1))), 0.0, 1.0);
        state.centreRow = std::clamp(dragDisplay.centreRow - moved.y() / (at.scaleY * static_cast<double>(image->extent(0))), 0.0, 1.0);
    } else {
        // To the right: wider. Upwards: brighter, because a lower level is.
        state.window = dragDisplay.window * std::exp(kWindowADragPixel * moved.x());
        state.level = dragDisplay.level + dragDisplay.window * kWindowADragPixel / 2 * moved.y();
    }
    edit(state);
}

void Viewport::Impl::probe(const QPointF& position) { Q_EMIT self->probed(self->probeAt(position.toPoint())); }

bool Viewport::Impl::stepAt(const QMouseEvent& event) {
    const QPoint at = event.position().toPoint();
    if (event.button() != Qt::LeftButton || !(areas.back.contains(at) || areas.forth.contains(at))) return false;
    Q_EMIT self->stepped(areas.back.contains(at) ? -1 : 1);
    return true;
}

void Viewport::Impl::shapeCursor(Qt::KeyboardModifiers modifiers) {
    Qt::CursorShape shape = image ? Qt::CrossCursor : Qt::ArrowCursor;
    if (image && modifiers & Qt::ShiftModifier) shape = Qt::OpenHandCursor;
    if (drag == Drag::Pan) shape = Qt::ClosedHandCursor;
    if (drag == Drag::Window) shape = Qt::SizeAllCursor;
    if (self->cursor().shape() != shape) self->setCursor(shape);
}

QRect Viewport::Impl::cursorArea() const {
    if (!linkedCursor || !image) return {};
    const auto at = placement();
    const QPointF centre(at.originX + (linkedCursor->x() + 0.5) * at.scaleX, at.originY + (linkedCursor->y() + 0.5) * at.scaleY);
    return QRectF(centre - QPointF(15, 15), QSizeF(30, 30)).toAlignedRect();
}

void Viewport::Impl::refreshFrame() {
    const QSize pixels = deviceSize();
    if (!frame.isNull() && frameSize == pixels && frameDisplay == display) return;
    frame = {};  // its memory is taken again
    drawn = {};
    drawn = view.render(display, pixels.width(), pixels.height());
    if (!drawn.bgra) return;
    frame = QImage(drawn.bgra.get(), drawn.width, drawn.height, QImage::Format_RGB32);
    frameSize = pixels;
    frameDisplay = display;
}

OverlayScene Viewport::Impl::scene() const {
    OverlayScene built;
    built.size = self->size();
    built.labels = &labels;
    built.display = display;
    built.hasImage = image != nullptr;
    const bool phase = display.component == render::Component::Phase;
    built.colourBar = colourBar || phase;
    built.unit = phase ? QString("rad") : unit;
    if (!image) return built;
    const auto at = placement();
    built.screenPixelsAColumn = at.scaleX * self->devicePixelRatioF();
    if (pixelSize) built.mmAPixel = pixelSize->phaseMm / at.scaleX;
    return built;
}

void Viewport::Impl::paint(QPainter& painter) {
    const QRect pane(QPoint(0, 0), self->size());
    if (image) {
        refreshFrame();
        frame.setDevicePixelRatio(self->devicePixelRatioF());
        painter.drawImage(QPoint(0, 0), frame);
    } else {
        painter.fillRect(pane, palette::kImageArea);
    }
    areas = {};
    if (overlayVisible || !image) areas = paintOverlay(painter, scene());
    if (image && linkedCursor) paintCrosshair(painter, QRectF(cursorArea()).center());
    if (focused) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette::kAccent, 2));
        painter.drawRect(pane.adjusted(1, 1, -1, -1));
    }
}

}  // namespace larmor::ui
