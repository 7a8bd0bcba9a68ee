#pragma once
// What a viewport keeps: the image, how it is shown, the frame as last drawn and what the mouse is doing.

#include <map>

#include <QPointF>

#include "ui/widgets/viewport.h"
#include "ui/widgets/viewport_overlay.h"

namespace larmor::ui {

struct Viewport::Impl {
    struct Look {
        double window = 1, level = 0.5;
        render::ColourMap colours = render::ColourMap::Grey;
    };
    enum class Drag { None, Pan, Window };

    explicit Impl(Viewport* owner) : self(owner) {}

    Viewport* self;
    std::shared_ptr<const ComplexArray> image;
    render::SliceView view;
    render::DisplayState display;
    std::map<render::Component, Look> looks;  ///< of the components that are not shown now
    std::optional<PixelSize> pixelSize;
    ViewportLabels labels;
    QString unit;
    bool colourBar = false, overlayVisible = true, focused = false;
    std::optional<QPointF> linkedCursor;  ///< column, row

    render::Frame drawn;  ///< the pixels of `frame`
    QImage frame;  ///< of `frameDisplay` at `frameSize`; null: to be drawn
    render::DisplayState frameDisplay;
    QSize frameSize;
    OverlayAreas areas;

    Drag drag = Drag::None;
    QPointF dragStart;
    render::DisplayState dragDisplay;
    int wheelRest = 0;

    [[nodiscard]] QSize deviceSize() const;
    [[nodiscard]] render::Placement placement() const;  ///< in logical pixels
    [[nodiscard]] Look startLook(render::Component component) const;
    void edit(const render::DisplayState& state);       ///< by the person: shown and told
    void zoomAt(const QPointF& position, double factor);
    void dragTo(const QPointF& position);
    void probe(const QPointF& position);
    bool stepAt(const QMouseEvent& event);  ///< true: it was a click on the stepper
    void shapeCursor(Qt::KeyboardModifiers modifiers);
    [[nodiscard]] QRect cursorArea() const;
    void refreshFrame();
    void paint(QPainter& painter);
    [[nodiscard]] OverlayScene scene() const;
};

}  // namespace larmor::ui
