#pragma once
// A parameter over the steps of a run as a curve to drag: knots one by one, or by its body all that is to come.

#include <optional>

#include <QWidget>

#include "ui/widgets/schedule_curve.h"

namespace larmor::ui {

/// Mouse: a knot is dragged; the line between knots drags all that is to come; double click adds a knot.
/// Keys: Tab goes from knot to knot, arrows move it (Shift: five times as far), Ctrl with Up and Down moves all that is to come, Insert
/// adds, Delete removes, Escape takes a drag back. Steps that are done are dimmed and stay.
class ScheduleEditor : public QWidget {
    Q_OBJECT
public:
    explicit ScheduleEditor(QWidget* parent = nullptr);

    /// @param name "ζ", @param unit may be empty
    void setName(const QString& name, const QString& unit = {});
    /// Shown as it is, tidied; without a signal. Ends a drag.
    void setCurve(const ScheduleCurve& curve);
    [[nodiscard]] const ScheduleCurve& curve() const { return m_curve; }
    /// Steps done so far: the run went on. A drag goes on too, unless its knot has become past.
    void setDone(int done);
    [[nodiscard]] std::optional<int> selectedStep() const { return m_selected; }  ///< of the knot that keys move
    [[nodiscard]] QPointF pointOf(const ScheduleKnot& knot) const;                ///< in the widget

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void edited(const std::vector<larmor::ui::ScheduleKnot>& knots);     ///< at every change, while dragging too
    void committed(const std::vector<larmor::ui::ScheduleKnot>& knots);  ///< once a drag or a key is done

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    bool event(QEvent* event) override;

private:
    enum class Drag { None, Knot, Body };
    [[nodiscard]] QRectF area() const;
    [[nodiscard]] std::vector<double> axisValues() const;  ///< that lines stand at
    [[nodiscard]] double across(double step) const;
    [[nodiscard]] int stepAt(double x) const;
    [[nodiscard]] double positionAt(double y) const;
    [[nodiscard]] std::optional<std::size_t> knotNear(const QPointF& point) const;
    [[nodiscard]] bool isOnBody(const QPointF& point) const;
    [[nodiscard]] QString valueText(double value) const;
    void take(const ScheduleCurve& next);
    void endDrag();
    void select(std::optional<int> step);
    bool selectNext(bool forwards);
    void moveSelected(int steps, int notches);
    void insertAfterSelected();
    void removeSelected();
    void dragTo(const QPointF& point);
    void cancelDrag();
    void describe();
    void paintAxes(QPainter& painter) const;
    void paintCurve(QPainter& painter) const;
    void paintSteps(QPainter& painter) const;
    void paintKnots(QPainter& painter) const;
    void paintReadout(QPainter& painter) const;

    ScheduleCurve m_curve;
    QString m_name, m_unit;
    std::optional<int> m_selected;
    std::optional<int> m_hovered;  ///< step under the pointer, for the readout
    Drag m_drag = Drag::None;
    ScheduleCurve m_start;   ///< before the drag
    ScheduleCurve m_before;  ///< what Escape brings back
    std::size_t m_knot = 0;  ///< that is dragged, in m_start
    bool m_changed = false;  ///< by the drag, and not committed yet
    QPointF m_from, m_pointer;
};

}  // namespace larmor::ui
