#include <algorithm>
#include <cmath>

#include <QScrollBar>

#include "ui/widgets/paint_colours.h"
#include "ui/widgets/step_strip.h"
#include "ui/widgets/step_strip_sizes.h"

namespace larmor::ui {

using namespace strip_sizes;

namespace {

constexpr int kHeader = 184, kNarrowHeader = 148, kWideFrom = 640;
constexpr double kLeastAspect = 0.5, kMostAspect = 2;
constexpr int kRoomyLanes = 3;  ///< that the size hint has room for

}  // namespace

QSize StepStrip::sizeHint() const {
    const int others = std::clamp(static_cast<int>(m_lanes.size()) - 1, 0, kRoomyLanes - 1);
    return {720, kRuler + kLargeRow + others * kSmallRow + kGap};
}

QSize StepStrip::minimumSizeHint() const { return {320, kRuler + kLargeRow + kGap}; }

int StepStrip::headerWidth() const { return viewport()->width() >= kWideFrom ? kHeader : kNarrowHeader; }

int StepStrip::stepCount() const {
    int steps = 1;
    for (const StepLane& lane : m_lanes) steps = std::max({steps, lane.steps, lane.done});
    return steps;
}

double StepStrip::pictureAspect() const {
    for (const StepLane& lane : m_lanes)
        for (const KeptStep& kept : lane.kept)
            if (!kept.picture.isNull())
                return std::clamp(static_cast<double>(kept.picture.width()) / kept.picture.height(), kLeastAspect, kMostAspect);
    return 1;
}

double StepStrip::pictureWidth(bool large) const { return std::round((large ? kPicture : kSmallPicture) * pictureAspect()); }

StepAxis StepStrip::axis() const {
    const double left = headerWidth() + kGap;
    return {stepCount(), left, viewport()->width() - left - kMargin, pictureWidth(true) + kGap};
}

QRect StepStrip::rowOf(int lane) const {
    const int before = lane * kSmallRow + (lane > m_selected ? kLargeRow - kSmallRow : 0);
    return {0, kRuler + before - verticalScrollBar()->value(), viewport()->width(), lane == m_selected ? kLargeRow : kSmallRow};
}

void StepStrip::updateScrollRange() {
    const int all = m_lanes.empty() ? 0 : kLargeRow + (static_cast<int>(m_lanes.size()) - 1) * kSmallRow;
    const int room = viewport()->height() - kRuler;
    verticalScrollBar()->setRange(0, std::max(0, all - room));
    verticalScrollBar()->setPageStep(std::max(room, 1));
    verticalScrollBar()->setSingleStep(kSmallRow);
}

StepStrip::Hit StepStrip::hitAt(const QPoint& point) const {
    if (m_lanes.empty()) return {};
    const bool isHeader = point.x() < headerWidth();
    const int step = axis().stepAt(point.x());
    if (point.y() < kRuler) return isHeader ? Hit{} : Hit{m_selected, Part::Steps, step};
    for (int lane = 0; lane < static_cast<int>(m_lanes.size()); ++lane) {
        if (!rowOf(lane).contains(point)) continue;
        if (isHeader) return {lane, Part::Name, 0};
        const bool beyond = point.x() > axis().right() + kGap;
        return {lane, beyond ? Part::None : Part::Steps, step};
    }
    return {};
}

QPoint StepStrip::pointOf(const QString& lane, int step) const {
    const QRect row = rowOf(std::max(laneIndex(lane), 0));
    return {static_cast<int>(std::lround(axis().across(step))), row.center().y()};
}

QRect StepStrip::nameOf(const QString& lane) const {
    const int index = std::max(laneIndex(lane), 0);
    const QRect row = rowOf(index);
    const int line = fontMetrics().height();
    const int top =
        index == m_selected ? row.top() + kGap + 4 : row.top() + (row.height() - line - QFontMetrics(figureFont(*this)).height()) / 2;
    return {kTextAt, top, headerWidth() - kTextAt - kGap, line};
}

}  // namespace larmor::ui
