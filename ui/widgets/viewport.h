#pragma once
// One image pane: paints frames of render::SliceView, draws the overlays at screen resolution and turns mouse events into view commands.

#include <memory>
#include <optional>

#include <QImage>
#include <QWidget>

#include "core/base/array.h"
#include "core/base/data/geometry.h"
#include "render/slice_view.h"

namespace larmor::ui {

/// What stands in the corners. Empty strings take no room.
struct ViewportLabels {
    QString title;            ///< top left, what it is: "Reference · RSS of all samples"
    QString subtitle;         ///< below the title: "slice 12/20"
    QString topRight;         ///< mask and R
    QString metrics;          ///< bottom right, lines separated by \n: "NRMSE 0.071\nSSIM 0.941"
    QString metricsProtocol;  ///< their tooltip: how they were measured
    QString badge;            ///< accent badge while live: "step 37 / 100"
    QString stepper;          ///< beside two arrows that are clicked: "3 / 8"
    QString stepperHint;      ///< its tooltip
    QString caution;          ///< amber tag: "simulated"
    QString cautionReason;    ///< its tooltip
    QString placeholder;      ///< shown in the middle while there is no image: "No reconstruction yet — press Space"
};

/// Where the pointer is on the image.
struct ProbeInfo {
    bool inside = false;
    std::int64_t row = 0, column = 0;
    double magnitude = 0, phase = 0;
};

class Viewport : public QWidget {
    Q_OBJECT
public:
    explicit Viewport(QWidget* parent = nullptr);
    ~Viewport() override;

    /// @param image [rows, columns]; null clears. Window and level stay; call resetWindow() for the first image of a data set.
    void setImage(std::shared_ptr<const ComplexArray> image);
    [[nodiscard]] std::shared_ptr<const ComplexArray> image() const;
    void setLabels(const ViewportLabels& labels);
    [[nodiscard]] const ViewportLabels& labels() const;
    void setDisplay(const render::DisplayState& state);
    [[nodiscard]] const render::DisplayState& display() const;
    /// Size of a pixel in mm where known: aspect ratio and scale bar. Unknown: square pixels, no bar.
    void setPixelSize(std::optional<PixelSize> size);
    /// A colour bar with its ends in units; shown for maps (errors, phase), off for plain grey images.
    void setColourBar(bool shown, const QString& unit = {});
    void setOverlayVisible(bool visible);
    void setFocusedPane(bool focused);  ///< accent border
    /// Crosshair of a linked pane's pointer, in image pixels; negative hides it.
    void setLinkedCursor(double row, double column);

    void resetView();    ///< whole image in the pane
    void resetWindow();  ///< window and level from the image
    void setComponent(render::Component component);  ///< keeps its own window and level per component
    [[nodiscard]] ProbeInfo probeAt(const QPoint& position) const;
    [[nodiscard]] QImage grabPane() const;  ///< as shown, with overlays

    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void displayEdited(const larmor::render::DisplayState& state);  ///< by the person, not by setDisplay
    void sliceStepped(int steps);                                     ///< wheel
    void stepped(int steps);                                          ///< an arrow of the stepper, or the wheel on it
    void probed(const larmor::ui::ProbeInfo& info);
    void activated();                                                 ///< clicked: becomes the focused pane
    void maximiseRequested();                                         ///< double click

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace larmor::ui
