#include "ui/widgets/viewport.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include "ui/widgets/theme.h"
#include "ui/widgets/viewport_impl.h"

namespace larmor::ui {

namespace {

constexpr double kNotch = QWheelEvent::DefaultDeltasPerStep;
constexpr double kZoomANotch = 1.2;

}  // namespace

Viewport::Viewport(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>(this)) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName("Image pane");
}

Viewport::~Viewport() = default;

void Viewport::setImage(std::shared_ptr<const ComplexArray> image) {
    if (image && image->empty()) image.reset();
    m_impl->view.setImage(image);
    m_impl->image = std::move(image);
    m_impl->frame = {};
    m_impl->shapeCursor(Qt::NoModifier);
    update();
    if (underMouse() && isVisible()) m_impl->probe(mapFromGlobal(QCursor::pos()));
}

std::shared_ptr<const ComplexArray> Viewport::image() const { return m_impl->image; }

void Viewport::setLabels(const ViewportLabels& labels) {
    m_impl->labels = labels;
    setAccessibleName(labels.title.isEmpty() ? QString("Image pane") : labels.title);
    QStringList said{labels.subtitle, labels.topRight, labels.badge, labels.stepper, labels.caution, labels.metrics};
    if (!m_impl->image) said.append(labels.placeholder);
    said.removeAll(QString());
    setAccessibleDescription(said.join(", "));
    update();
}

const ViewportLabels& Viewport::labels() const { return m_impl->labels; }

void Viewport::setDisplay(const render::DisplayState& state) {
    auto& shown = m_impl->display;
    if (state.component != shown.component) m_impl->looks[shown.component] = {shown.window, shown.level, shown.colours};
    const double aspect = shown.pixelAspect;
    shown = state;
    shown.pixelAspect = m_impl->pixelSize ? aspect : state.pixelAspect;
    update();
}

const render::DisplayState& Viewport::display() const { return m_impl->display; }

void Viewport::setPixelSize(std::optional<PixelSize> size) {
    const bool usable = size && size->readoutMm > 0 && size->phaseMm > 0;
    m_impl->pixelSize = usable ? size : std::nullopt;
    m_impl->display.pixelAspect = usable ? size->readoutMm / size->phaseMm : 1;
    update();
}

void Viewport::setColourBar(bool shown, const QString& unit) {
    m_impl->colourBar = shown;
    m_impl->unit = unit;
    update();
}

void Viewport::setOverlayVisible(bool visible) {
    m_impl->overlayVisible = visible;
    update();
}

void Viewport::setFocusedPane(bool focused) {
    if (m_impl->focused == focused) return;
    m_impl->focused = focused;
    update();
}

void Viewport::setLinkedCursor(double row, double column) {
    update(m_impl->cursorArea());
    m_impl->linkedCursor = row >= 0 && column >= 0 ? std::optional(QPointF(column, row)) : std::nullopt;
    update(m_impl->cursorArea());
}

void Viewport::resetView() {
    m_impl->display.zoom = 1;
    m_impl->display.centreRow = m_impl->display.centreColumn = 0.5;
    update();
}

void Viewport::resetWindow() {
    m_impl->looks.clear();
    const auto [window, level] = m_impl->view.autoWindow(m_impl->display.component);
    m_impl->display.window = window;
    m_impl->display.level = level;
    update();
}

void Viewport::setComponent(render::Component component) {
    auto& shown = m_impl->display;
    if (component == shown.component) return;
    m_impl->looks[shown.component] = {shown.window, shown.level, shown.colours};
    const auto known = m_impl->looks.find(component);
    const auto look = known != m_impl->looks.end() ? known->second : m_impl->startLook(component);
    shown.component = component;
    shown.window = look.window;
    shown.level = look.level;
    shown.colours = look.colours;
    update();
}

ProbeInfo Viewport::probeAt(const QPoint& position) const {
    ProbeInfo info;
    if (!m_impl->image) return info;
    const auto at = m_impl->placement();
    info.column = static_cast<std::int64_t>(std::floor((position.x() + 0.5 - at.originX) / at.scaleX));
    info.row = static_cast<std::int64_t>(std::floor((position.y() + 0.5 - at.originY) / at.scaleY));
    info.inside = info.row >= 0 && info.column >= 0 && info.row < m_impl->image->extent(0) && info.column < m_impl->image->extent(1);
    if (!info.inside) return {};
    info.magnitude = m_impl->view.value(render::Component::Magnitude, info.row, info.column);
    info.phase = m_impl->view.value(render::Component::Phase, info.row, info.column);
    return info;
}

QImage Viewport::grabPane() const {
    const qreal ratio = devicePixelRatioF();
    QImage picture(m_impl->deviceSize(), QImage::Format_RGB32);
    picture.setDevicePixelRatio(ratio);
    QPainter painter(&picture);
    painter.setFont(font());
    m_impl->paint(painter);
    return picture;
}

QSize Viewport::minimumSizeHint() const { return {120, 120}; }

void Viewport::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    m_impl->paint(painter);
}

void Viewport::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    update();
}

void Viewport::wheelEvent(QWheelEvent* event) {
    event->accept();
    const int turned = event->angleDelta().y();
    if (event->modifiers() & Qt::ControlModifier) {
        m_impl->zoomAt(event->position(), std::pow(kZoomANotch, turned / kNotch));
        return;
    }
    m_impl->wheelRest += turned;
    const int notches = m_impl->wheelRest / QWheelEvent::DefaultDeltasPerStep;
    m_impl->wheelRest -= notches * QWheelEvent::DefaultDeltasPerStep;
    if (notches == 0) return;
    if (m_impl->areas.stepper.contains(event->position().toPoint())) Q_EMIT stepped(-notches);
    else Q_EMIT sliceStepped(-notches);
}

void Viewport::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) Q_EMIT activated();
    if (m_impl->stepAt(*event)) return;
    const bool pan = event->button() == Qt::LeftButton && event->modifiers() & Qt::ShiftModifier;
    const bool window = event->button() == Qt::MiddleButton;
    if (m_impl->image && (pan || window)) {
        m_impl->drag = pan ? Impl::Drag::Pan : Impl::Drag::Window;
        m_impl->dragStart = event->position();
        m_impl->dragDisplay = m_impl->display;
        m_impl->shapeCursor(event->modifiers());
    }
    event->setAccepted(event->button() != Qt::RightButton);
}

void Viewport::mouseMoveEvent(QMouseEvent* event) {
    if (m_impl->drag != Impl::Drag::None) m_impl->dragTo(event->position());
    m_impl->shapeCursor(event->modifiers());
    if (m_impl->drag == Impl::Drag::None && (m_impl->areas.back | m_impl->areas.forth).contains(event->position().toPoint())) setCursor(Qt::PointingHandCursor);
    m_impl->probe(event->position());
}

void Viewport::mouseReleaseEvent(QMouseEvent* event) {
    m_impl->drag = Impl::Drag::None;
    m_impl->shapeCursor(event->modifiers());
}

void Viewport::mouseDoubleClickEvent(QMouseEvent* event) {
    if (m_impl->stepAt(*event)) return;  // two quick clicks on an arrow are two steps
    if (event->button() == Qt::LeftButton && !(event->modifiers() & Qt::ShiftModifier)) Q_EMIT maximiseRequested();
}

void Viewport::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    Q_EMIT probed({});
}

bool Viewport::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const auto explains = [&](const QRect& area, const QString& text) {
            const bool here = area.contains(help->pos()) && !text.isEmpty();
            if (here) QToolTip::showText(help->globalPos(), wrapped(text), this, area);
            return here;
        };
        if (explains(m_impl->areas.caution, m_impl->labels.cautionReason)) return true;
        if (explains(m_impl->areas.metrics, m_impl->labels.metricsProtocol)) return true;
        if (explains(m_impl->areas.stepper, m_impl->labels.stepperHint)) return true;
        if (m_impl->areas.title.contains(help->pos()))
            QToolTip::showText(help->globalPos(), m_impl->labels.title, this, m_impl->areas.title);
        else
            QToolTip::hideText();
        return true;
    }
    if (event->type() == QEvent::FocusIn) {
        const auto reason = static_cast<QFocusEvent*>(event)->reason();
        if (reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason) Q_EMIT activated();
    }
    return QWidget::event(event);
}

}  // namespace larmor::ui
