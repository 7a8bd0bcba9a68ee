#include "ui/widgets/mini_plots.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QPainter>
#include <QPainterPath>

#include "ui/widgets/figures.h"
#include "ui/widgets/theme.h"

namespace larmor::ui {

namespace {

constexpr int kPictureSide = 112;

struct Extent {
    double low = 0, high = 1;
};

bool isShown(double value, bool logarithmic) { return std::isfinite(value) && (!logarithmic || value > 0); }
double onAxis(double value, bool logarithmic) { return logarithmic ? std::log10(value) : value; }

/// Of the finite values, in the units of the axis; linear axes begin at 0 unless something lies below it.
Extent extentOf(const std::vector<double>& values, bool logarithmic) {
    Extent extent{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
    for (const double value : values) {
        if (!isShown(value, logarithmic)) continue;
        extent.low = std::min(extent.low, onAxis(value, logarithmic));
        extent.high = std::max(extent.high, onAxis(value, logarithmic));
    }
    if (extent.low > extent.high) return {};
    if (logarithmic) return {std::floor(extent.low), std::max(std::ceil(extent.high), std::floor(extent.low) + 1)};
    extent.low = std::min(extent.low, 0.0);
    return extent.high > extent.low ? extent : Extent{extent.low, extent.low + 1};
}

/// Curve through the shown values, broken where one is missing.
QPainterPath curve(const std::vector<double>& values, bool logarithmic, const Extent& extent, const QRectF& area) {
    QPainterPath path;
    bool drawing = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!isShown(values[i], logarithmic)) {
            drawing = false;
            continue;
        }
        const double along = values.size() > 1 ? static_cast<double>(i) / static_cast<double>(values.size() - 1) : 0.5;
        const double up = (onAxis(values[i], logarithmic) - extent.low) / (extent.high - extent.low);
        const QPointF point(area.left() + along * area.width(), area.bottom() - up * area.height());
        drawing ? path.lineTo(point) : path.moveTo(point);
        drawing = true;
    }
    return path;
}

QString tickText(double onThisAxis, bool logarithmic) { return shortFigure(logarithmic ? std::pow(10.0, onThisAxis) : onThisAxis); }

/// Means over equal, possibly fractional, stretches of a line of values that lie `stride` apart.
std::vector<float> means(const float* values, int count, int stride, int stretches) {
    std::vector<float> result(static_cast<std::size_t>(stretches));
    const double length = static_cast<double>(count) / stretches;
    for (int i = 0; i < stretches; ++i) {
        const double from = i * length, to = from + length;
        double sum = 0;
        for (int at = static_cast<int>(from); at < std::min(count, static_cast<int>(std::ceil(to))); ++at)
            sum += (std::min(to, at + 1.0) - std::max(from, static_cast<double>(at))) * values[std::ptrdiff_t{at} * stride];
        result[static_cast<std::size_t>(i)] = static_cast<float>(sum / length);
    }
    return result;
}

/// Averaged in linear light: half-covered pixels look half as bright, so that a regular comb does not seem to fade where it beats
/// against the screen's pixels.
QImage averaged(const QImage& mask, const QSize& size) {
    std::vector<float> narrow;  // [mask rows, target columns]
    for (int row = 0; row < mask.height(); ++row) {
        const std::vector<float> line(mask.constScanLine(row), mask.constScanLine(row) + mask.width());
        const auto shrunk = means(line.data(), mask.width(), 1, size.width());
        narrow.insert(narrow.end(), shrunk.begin(), shrunk.end());
    }
    QImage small(size, QImage::Format_Grayscale8);
    for (int column = 0; column < size.width(); ++column) {
        const auto shrunk = means(narrow.data() + column, mask.height(), size.width(), size.height());
        for (int row = 0; row < size.height(); ++row)
            small.scanLine(row)[column] = static_cast<uchar>(std::lround(255 * std::pow(shrunk[static_cast<std::size_t>(row)] / 255.0, 1 / 2.2)));
    }
    return small;
}

}  // namespace

MaskPicture::MaskPicture(QWidget* parent) : QWidget(parent) {
    setAccessibleName("Sampling mask");
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void MaskPicture::setMask(const SamplingMask& mask) {
    m_picture = {};
    if (!mask.empty()) {
        m_picture = QImage(static_cast<int>(mask.phase()), static_cast<int>(mask.readout()), QImage::Format_Grayscale8);
        for (int row = 0; row < m_picture.height(); ++row)
            std::transform(mask.samples().data() + std::int64_t{row} * mask.phase(), mask.samples().data() + (std::int64_t{row} + 1) * mask.phase(),
                           m_picture.scanLine(row), [](std::uint8_t kept) { return kept ? std::uint8_t{235} : std::uint8_t{0}; });
        setToolTip(QString("Kept samples, %1 x %2: phase encode to the right, readout downwards").arg(mask.readout()).arg(mask.phase()));
    }
    updateGeometry();
    update();
}

QSize MaskPicture::sizeHint() const { return {kPictureSide, kPictureSide}; }

void MaskPicture::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QRect frame = rect().adjusted(0, 0, -1, -1);
    painter.fillRect(frame, palette::kImageArea);
    if (!m_picture.isNull()) {
        const qreal ratio = devicePixelRatioF();
        const QSize room = (QSizeF(size() - QSize(2, 2)) * ratio).toSize();
        const QSize target = m_picture.size().scaled(room, Qt::KeepAspectRatio);
        // Averaged when smaller than the mask, so that thin lines stay visible; squares when larger.
        const bool smaller = target.width() < m_picture.width() && !target.isEmpty();
        QImage shown = smaller ? averaged(m_picture, target) : m_picture.scaled(target, Qt::IgnoreAspectRatio, Qt::FastTransformation);
        shown.setDevicePixelRatio(ratio);
        const QSizeF drawn = QSizeF(target) / ratio;
        painter.drawImage(QPointF((width() - drawn.width()) / 2, (height() - drawn.height()) / 2), shown);
    }
    painter.setPen(palette::kLine);
    painter.drawRect(frame);
}

LinePlot::LinePlot(QWidget* parent) : QWidget(parent) {
    setAccessibleName("Curve");
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void LinePlot::setSeries(std::vector<double> y, const QString& name, bool logarithmic) {
    m_y = std::move(y);
    m_name = name;
    m_logarithmic = logarithmic;
    setAccessibleName(name.isEmpty() ? QString("Curve") : name);
    update();
}

void LinePlot::setXRange(double from, double to, const QString& unit) {
    m_from = from;
    m_to = to;
    m_unit = unit;
    update();
}

void LinePlot::clear() {
    m_y.clear();
    update();
}

QSize LinePlot::sizeHint() const { return {240, 112}; }

void LinePlot::paintEvent(QPaintEvent*) {
    if (m_y.empty()) return;
    QPainter painter(this);
    QFont small = font();
    small.setPixelSize(11);
    painter.setFont(small);
    const QFontMetrics metrics(small);
    const Extent extent = extentOf(m_y, m_logarithmic);
    const QString low = tickText(extent.low, m_logarithmic), high = tickText(extent.high, m_logarithmic);
    const int left = std::max(metrics.horizontalAdvance(low), metrics.horizontalAdvance(high)) + 6;
    const QRectF area = QRectF(rect()).adjusted(left, metrics.height() + 4, -2, -metrics.height() - 4);
    if (area.width() < 20 || area.height() < 10) return;

    painter.setPen(palette::kLine);
    for (const double part : {0.0, 0.5, 1.0}) painter.drawLine(area.topLeft() + QPointF(0, part * area.height()), area.topRight() + QPointF(0, part * area.height()));
    painter.setPen(palette::kDimText);
    painter.drawText(QRectF(0, area.top() - 8, left - 6, 16), Qt::AlignRight | Qt::AlignVCenter, high);
    painter.drawText(QRectF(0, area.bottom() - 8, left - 6, 16), Qt::AlignRight | Qt::AlignVCenter, low);
    const QRectF below(area.left(), area.bottom() + 3, area.width(), metrics.height());
    painter.drawText(below, Qt::AlignLeft, shortFigure(m_from));
    painter.drawText(below, Qt::AlignRight, shortFigure(m_to) + (m_unit.isEmpty() ? QString() : " " + m_unit));
    painter.setPen(palette::kAccent);
    painter.drawText(QRectF(area.left(), 0, area.width(), metrics.height()), Qt::AlignLeft,
                     metrics.elidedText(m_name, Qt::ElideRight, static_cast<int>(area.width())));

    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(palette::kAccent, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPainterPath path = curve(m_y, m_logarithmic, extent, area);
    painter.drawPath(path);
    if (path.elementCount() == 1) painter.drawEllipse(QPointF(path.elementAt(0)), 1.5, 1.5);
}

}  // namespace larmor::ui
