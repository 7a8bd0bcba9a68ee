#pragma once
// Curves over the steps of a run or along a line of pixels: bands below each other share the horizontal axis, curves of a band the vertical
// one.

#include <optional>
#include <vector>

#include <QWidget>

#include "ui/widgets/curve_scale.h"

namespace larmor::ui {

struct Curve {
    QString name, unit;
    std::vector<double> values;  ///< one a place; NaN is a gap
    int mark = 0;                ///< its colour, shape and dash: seriesMark()
};

/// Curves of one quantity.
struct CurveBand {
    std::vector<Curve> curves;
    bool logarithmic = false;
    bool fromZero = true;  ///< of a linear axis: 0 is always shown
};

/// Where the values stand: the i-th at from + i * spacing.
struct CurveAxis {
    double from = 1, spacing = 1;
    int places = 0;  ///< that the axis has room for, as the steps that a run will take; never fewer than there are values
    QString name;    ///< or unit, after the last number: "step", "px"
    QStringList labels = {};  ///< of the places, where what stands there is no number at equal distances
};

/// The legend tells the values at the place under the pointer, or else at the current one.
class CurvePlot : public QWidget {
    Q_OBJECT
public:
    explicit CurvePlot(QWidget* parent = nullptr);

    void setBands(std::vector<CurveBand> bands, const CurveAxis& axis);
    /// One curve alone.
    void setCurve(Curve curve, const CurveAxis& axis, bool logarithmic = false);
    void clear();
    /// Marks a place, e.g. the step that is shown, given as what stands at the axis. None: no mark.
    void setCurrent(std::optional<double> at);
    /// Reached by Tab: Left, Right, Home and End go along the curve and hover; Return picks. Off at first.
    void setPickable(bool pickable);
    /// What stands at the axis below this point of the widget; none outside the curves.
    [[nodiscard]] std::optional<double> atPoint(const QPointF& point) const;
    /// What the legend of a band says now: "σ 0.83", "residual 1.2 × noise".
    [[nodiscard]] QStringList legend(int band) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void hovered(int step);  ///< the pointer or a key went to another place
    void hoverEnded();
    void picked(int step);  ///< clicked, or Return

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    struct BandPlace {
        QRectF legend, area;
    };
    [[nodiscard]] int placeCount() const;
    [[nodiscard]] std::optional<int> shownPlace() const;  ///< hovered, or else current
    [[nodiscard]] std::optional<int> placeOf(double at) const;
    [[nodiscard]] int standsAt(int place) const;
    [[nodiscard]] QString placeText(int place) const;
    [[nodiscard]] double across(int place, const QRectF& area) const;
    [[nodiscard]] QRectF plotArea() const;
    [[nodiscard]] BandPlace bandPlace(int band) const;
    [[nodiscard]] int legendRows(int band) const;
    [[nodiscard]] QString legendEntry(const Curve& curve) const;
    void hover(std::optional<int> place);
    void describe();
    void paintBand(QPainter& painter, int band) const;
    void paintLegend(QPainter& painter, int band, const QRectF& room) const;
    void paintCurve(QPainter& painter, const Curve& curve, const CurveScale& scale, const QRectF& area) const;
    void paintPlaces(QPainter& painter) const;

    std::vector<CurveBand> m_bands;
    std::vector<CurveScale> m_scales;  ///< one a band
    CurveAxis m_axis;
    std::optional<double> m_current;
    std::optional<int> m_hovered;
    bool m_pickable = false;
};

}  // namespace larmor::ui
