#include "ui/widgets/mini_plots.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <QPainter>

#include "ui/widgets/theme.h"

namespace larmor::ui {

namespace {

constexpr int kPictureSide = 112;

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

}  // namespace larmor::ui
