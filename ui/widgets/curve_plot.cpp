#include "ui/widgets/curve_plot.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>

#include "ui/widgets/figures.h"

namespace larmor::ui {

namespace {

constexpr int kBandHeight = 112, kLeastBand = 56;
constexpr double kReach = 6;  ///< pixels beside the curves that still hover

}  // namespace

CurvePlot::CurvePlot(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Curve"));
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void CurvePlot::setBands(std::vector<CurveBand> bands, const CurveAxis& axis) {
    const bool otherShape = bands.size() != m_bands.size();
    m_bands = std::move(bands);
    m_axis = axis;
    m_scales.clear();
    for (const CurveBand& band : m_bands) {
        std::vector<const std::vector<double>*> values;
        for (const Curve& curve : band.curves) values.push_back(&curve.values);
        m_scales.push_back(CurveScale::of(values, band.logarithmic, band.fromZero));
    }
    if (m_hovered && *m_hovered >= placeCount()) m_hovered.reset();
    describe();
    if (otherShape) updateGeometry();
    update();
}

void CurvePlot::setCurve(Curve curve, const CurveAxis& axis, bool logarithmic) { setBands({{{std::move(curve)}, logarithmic}}, axis); }

void CurvePlot::clear() { setBands({}, m_axis); }

void CurvePlot::setCurrent(std::optional<double> at) {
    if (m_current == at) return;
    m_current = at;
    describe();
    update();
}

void CurvePlot::setPickable(bool pickable) {
    m_pickable = pickable;
    setFocusPolicy(pickable ? Qt::StrongFocus : Qt::NoFocus);
    setCursor(pickable ? Qt::CrossCursor : Qt::ArrowCursor);
}

int CurvePlot::placeCount() const {
    std::size_t count = static_cast<std::size_t>(std::max(m_axis.places, 0));
    for (const CurveBand& band : m_bands)
        for (const Curve& curve : band.curves) count = std::max(count, curve.values.size());
    return m_bands.empty() ? 0 : static_cast<int>(count);
}

std::optional<int> CurvePlot::placeOf(double at) const {
    const auto place = static_cast<int>(std::lround((at - m_axis.from) / m_axis.spacing));
    return place >= 0 && place < placeCount() ? std::optional(place) : std::nullopt;
}

int CurvePlot::standsAt(int place) const { return static_cast<int>(std::lround(m_axis.from + place * m_axis.spacing)); }

QString CurvePlot::placeText(int place) const {
    return place < m_axis.labels.size() ? m_axis.labels[place] : shortFigure(m_axis.from + place * m_axis.spacing);
}

std::optional<int> CurvePlot::shownPlace() const {
    if (m_hovered) return m_hovered;
    return m_current ? placeOf(*m_current) : std::nullopt;
}

std::optional<double> CurvePlot::atPoint(const QPointF& point) const {
    const QRectF area = plotArea();
    const int count = placeCount();
    if (count == 0 || area.width() < 1 || point.x() < area.left() - kReach || point.x() > area.right() + kReach) return std::nullopt;
    const double along = std::clamp((point.x() - area.left()) / area.width(), 0.0, 1.0);
    return m_axis.from + std::round(along * (count - 1)) * m_axis.spacing;
}

double CurvePlot::across(int place, const QRectF& area) const {
    const int last = placeCount() - 1;
    return area.left() + (last > 0 ? static_cast<double>(place) / last : 0.5) * area.width();
}

void CurvePlot::hover(std::optional<int> place) {
    if (place == m_hovered) return;
    m_hovered = place;
    describe();
    update();
    if (place) Q_EMIT hovered(standsAt(*place));
    else Q_EMIT hoverEnded();
}

void CurvePlot::describe() {
    QStringList said;
    if (const auto place = shownPlace()) said << m_axis.name + QLatin1Char(' ') + placeText(*place);
    for (int band = 0; band < static_cast<int>(m_bands.size()); ++band) said << legend(band);
    setAccessibleDescription(said.join(QStringLiteral(", ")));
}

void CurvePlot::mouseMoveEvent(QMouseEvent* event) {
    const auto at = atPoint(event->position());
    hover(at ? placeOf(*at) : std::nullopt);
}

void CurvePlot::mousePressEvent(QMouseEvent* event) {
    const auto at = atPoint(event->position());
    const bool takes = m_pickable && at && event->button() == Qt::LeftButton;
    event->setAccepted(takes);
    if (takes) Q_EMIT picked(static_cast<int>(std::lround(*at)));
}

void CurvePlot::leaveEvent(QEvent*) { hover(std::nullopt); }

void CurvePlot::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    hover(std::nullopt);
}

void CurvePlot::keyPressEvent(QKeyEvent* event) {
    const int last = placeCount() - 1;
    if (last < 0) return QWidget::keyPressEvent(event);
    const int at = shownPlace().value_or(0);
    switch (event->key()) {
        case Qt::Key_Left: return hover(std::max(at - 1, 0));
        case Qt::Key_Right: return hover(std::min(at + 1, last));
        case Qt::Key_Home: return hover(0);
        case Qt::Key_End: return hover(last);
        case Qt::Key_Return:
        case Qt::Key_Enter: Q_EMIT picked(standsAt(at)); return;
        default: QWidget::keyPressEvent(event);
    }
}

QSize CurvePlot::sizeHint() const { return {240, kBandHeight * std::max(1, static_cast<int>(m_bands.size()))}; }

QSize CurvePlot::minimumSizeHint() const { return {120, kLeastBand * std::max(1, static_cast<int>(m_bands.size()))}; }

QString CurvePlot::legendEntry(const Curve& curve) const {
    const auto place = shownPlace();
    if (!place) return curve.name;
    const bool known = *place < static_cast<int>(curve.values.size());
    const QString value = known ? steadyFigure(curve.values[static_cast<std::size_t>(*place)]) : QString(QChar(0x2013));
    return QStringList{curve.name, value, curve.unit}.join(QLatin1Char(' ')).trimmed();
}

QStringList CurvePlot::legend(int band) const {
    QStringList entries;
    for (const Curve& curve : m_bands[static_cast<std::size_t>(band)].curves) entries << legendEntry(curve);
    return entries;
}

}  // namespace larmor::ui
