#include <algorithm>
#include <cmath>

#include <QScrollBar>
#include <QWheelEvent>

#include "ui/widgets/contact_sheet.h"
#include "ui/widgets/paint_colours.h"

namespace larmor::ui {

namespace {

constexpr int kGap = 8;
constexpr int kLeastWidth = 128, kMostWidth = 240;  ///< of a cell that fits itself
constexpr int kLeastZoomed = 80, kMostZoomed = 640;
constexpr int kListWidth = 176;
constexpr int kMostRowHeader = 160;
constexpr double kZoomANotch = 1.15;
constexpr double kDeltasANotch = QWheelEvent::DefaultDeltasPerStep;

}  // namespace

QSize ContactSheet::sizeHint() const { return {720, 480}; }

QSize ContactSheet::headers() const {
    if (isList()) return {0, 0};
    int widest = fontMetrics().horizontalAdvance(m_plan.rowName);
    for (const QString& row : m_plan.rows) widest = std::max(widest, fontMetrics().horizontalAdvance(row));
    return {std::min(widest, kMostRowHeader) + 2 * kGap, 2 * fontMetrics().height() + kGap};
}

int ContactSheet::columnsShown() const {
    if (!isList()) return std::max(1, static_cast<int>(m_plan.columns.size()));
    return std::max(1, (viewport()->width() - kGap) / ((m_zoomedWidth > 0 ? m_zoomedWidth : kListWidth) + kGap));
}

int ContactSheet::cellWidth() const {
    if (m_zoomedWidth > 0) return m_zoomedWidth;
    const int room = (viewport()->width() - headers().width() - kGap) / columnsShown() - kGap;
    return std::clamp(room, kLeastWidth, isList() ? std::max(kListWidth, room) : kMostWidth);
}

int ContactSheet::pictureHeight() const {
    for (const SheetCell& cell : m_cells)
        if (!cell.picture.isNull())
            return std::clamp(cellWidth() * cell.picture.height() / std::max(cell.picture.width(), 1), cellWidth() / 2, 2 * cellWidth());
    return cellWidth();
}

int ContactSheet::textLines() const { return static_cast<int>(m_plan.metrics.size()) + (isList() ? 1 : 0); }

QSize ContactSheet::pitch() const {
    const int line = QFontMetrics(figureFont(*this)).height();
    return {cellWidth() + kGap, pictureHeight() + textLines() * line + 6 + kGap};
}

int ContactSheet::rankOf(int index) const { return static_cast<int>(std::find(m_order.begin(), m_order.end(), index) - m_order.begin()); }

QRect ContactSheet::placeOf(int index) const {
    const int rank = rankOf(index), columns = columnsShown();
    const QPoint corner(headers().width() + kGap + rank % columns * pitch().width(),
                        headers().height() + kGap / 2 + rank / columns * pitch().height());
    return {corner - QPoint(horizontalScrollBar()->value(), verticalScrollBar()->value()), pitch() - QSize(kGap, kGap)};
}

QRectF ContactSheet::pictureOf(int index) const {
    const QRect place = placeOf(index);
    return fitted(cell(index).picture.size(), QRectF(place.left(), place.top(), place.width(), pictureHeight()));
}

int ContactSheet::cellAt(const QPoint& point) const {
    if (point.x() < headers().width() || point.y() < headers().height()) return -1;
    for (const int index : m_order)
        if (placeOf(index).contains(point)) return index;
    return -1;
}

void ContactSheet::updateScrollRanges() {
    const int count = static_cast<int>(m_order.size()), columns = columnsShown();
    const int rows = (count + columns - 1) / columns;
    const QSize room = viewport()->size() - headers();
    verticalScrollBar()->setRange(0, std::max(0, rows * pitch().height() + kGap - room.height()));
    verticalScrollBar()->setPageStep(std::max(1, room.height()));
    verticalScrollBar()->setSingleStep(std::max(1, pitch().height() / 4));
    horizontalScrollBar()->setRange(0, std::max(0, columns * pitch().width() + kGap - room.width()));
    horizontalScrollBar()->setPageStep(std::max(1, room.width()));
    horizontalScrollBar()->setSingleStep(std::max(1, pitch().width() / 4));
}

void ContactSheet::reveal(int index) {
    const QRect place = placeOf(index);
    const auto into = [](QScrollBar* bar, int from, int to, int low, int high) {
        if (from < low) bar->setValue(bar->value() + from - low);
        else if (to > high) bar->setValue(bar->value() + std::min(to - high, from - low));
    };
    into(verticalScrollBar(), place.top(), place.bottom() + kGap / 2, headers().height() + kGap / 2, viewport()->height());
    into(horizontalScrollBar(), place.left(), place.right() + kGap / 2, headers().width() + kGap, viewport()->width());
}

void ContactSheet::wheelEvent(QWheelEvent* event) {
    if (!(event->modifiers() & Qt::ControlModifier)) return QAbstractScrollArea::wheelEvent(event);
    const double notches = event->angleDelta().y() / kDeltasANotch;
    m_zoomedWidth = std::clamp(static_cast<int>(std::lround(cellWidth() * std::pow(kZoomANotch, notches))), kLeastZoomed, kMostZoomed);
    updateScrollRanges();
    viewport()->update();
    event->accept();
}

}  // namespace larmor::ui
