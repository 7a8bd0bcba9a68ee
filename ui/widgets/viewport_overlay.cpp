#include "ui/widgets/viewport_overlay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <QPainter>
#include <QPainterPath>

#include "ui/widgets/figures.h"
#include "ui/widgets/theme.h"

namespace larmor::ui {

namespace {

constexpr int kMargin = 8, kGap = 12;
constexpr int kLeastText = 40;  ///< narrower than this, a shortened text says nothing
constexpr int kBarHeight = 8, kTagPadding = 6, kArrowWidth = 22;
constexpr int kRoomyRows = 8;  ///< panes higher than that spend a row on the title alone
const QColor kOutline(0, 0, 0, 175);

enum class Kind { Title, Text, Figures, Badge, Stepper, Tag, ScaleBar, ColourBar };

struct Item {
    Kind kind = Kind::Text;
    QString text;         ///< for bars: the text at the right end
    QString low;          ///< colour bar: the text at the left end; figures: a shorter text where there is little room
    double length = 0;    ///< of a bar
};

struct Row {
    std::optional<Item> left, right;
};

class OverlayPainter {
public:
    OverlayPainter(QPainter& painter, const OverlayScene& scene)
        : m_painter(painter), m_scene(scene), m_metrics(painter.font()), m_line(m_metrics.height() + 2) {}

    OverlayAreas paint() {
        std::vector<Row> top = rows(topLeft(), belowTitle(topRight()));
        std::vector<Row> bottom = m_scene.hasImage ? rows(bottomLeft(), bottomRight()) : std::vector<Row>{};
        const int room = std::max(1, (m_scene.size.height() - 2 * kMargin) / m_line);
        while (static_cast<int>(top.size() + bottom.size()) > room && !bottom.empty()) bottom.pop_back();
        while (static_cast<int>(top.size()) > room) top.pop_back();
        for (std::size_t i = 0; i < top.size(); ++i) paintRow(top[i], kMargin + static_cast<int>(i) * m_line);
        for (std::size_t i = 0; i < bottom.size(); ++i) {
            const int y = m_scene.size.height() - kMargin - static_cast<int>(i + 1) * m_line;
            paintRow(bottom[i], y);
            if (bottom[i].right)
                m_areas.metrics |= QRect(m_scene.size.width() - kMargin - widthOf(*bottom[i].right), y, widthOf(*bottom[i].right), m_line);
        }
        if (!m_scene.hasImage) paintPlaceholder(kMargin + static_cast<int>(top.size()) * m_line);
        return m_areas;
    }

private:
    using Items = std::vector<Item>;

    static std::vector<Row> rows(const Items& left, const Items& right) {
        std::vector<Row> paired(std::max(left.size(), right.size()));
        for (std::size_t i = 0; i < left.size(); ++i) paired[i].left = left[i];
        for (std::size_t i = 0; i < right.size(); ++i)
            if (!right[i].text.isEmpty()) paired[i].right = right[i];
        return paired;
    }

    static void add(Items& items, Kind kind, const QString& text, const QString& brief = {}) {
        if (!text.isEmpty()) items.push_back({kind, text, brief, 0});
    }

    /// The right side, moved down by a row where the title needs the whole width.
    [[nodiscard]] Items belowTitle(Items right) const {
        const int title = m_metrics.horizontalAdvance(m_scene.labels->title);
        const bool crowded = title > 0 && !right.empty() && title + kGap + widthOf(right.front()) > m_scene.size.width() - 2 * kMargin;
        if (crowded && m_scene.size.height() > kRoomyRows * m_line) right.insert(right.begin(), Item{});
        return right;
    }

    [[nodiscard]] Items topLeft() const {
        Items items;
        add(items, Kind::Title, m_scene.labels->title);
        add(items, Kind::Text, m_scene.labels->subtitle);
        add(items, Kind::Badge, m_scene.labels->badge);
        if (m_scene.hasImage) add(items, Kind::Stepper, m_scene.labels->stepper);
        return items;
    }

    [[nodiscard]] Items topRight() const {
        Items items;
        add(items, Kind::Text, m_scene.labels->topRight);
        add(items, Kind::Tag, m_scene.labels->caution);
        return items;
    }

    [[nodiscard]] Items bottomLeft() const {  // from the bottom
        const auto& display = m_scene.display;
        const QString zoom = QString::number(std::lround(100 * m_scene.screenPixelsAColumn)) + " %";
        Items items;
        if (m_scene.colourBar) {
            const double low = display.level - display.window / 2, high = display.level + display.window / 2;
            const QString unit = m_scene.unit.isEmpty() ? QString() : " " + m_scene.unit;
            items.push_back({Kind::ColourBar, shortFigure(high) + unit, shortFigure(low), std::clamp(m_scene.size.width() * 0.28, 40.0, 110.0)});
        } else {
            const QString window = "W " + steadyFigure(display.window) + " L " + steadyFigure(display.level);
            add(items, Kind::Figures, window + " · " + zoom, window);
        }
        if (const auto bar = scaleBar()) items.push_back(*bar);
        return items;
    }

    [[nodiscard]] Items bottomRight() const {  // from the bottom
        Items items;
        const QStringList lines = m_scene.labels->metrics.split(u'\n', Qt::SkipEmptyParts);
        for (auto line = lines.crbegin(); line != lines.crend(); ++line) add(items, Kind::Figures, *line);
        return items;
    }

    /// The longest of 1, 2, 5 times a power of ten mm that takes at most a quarter of the width.
    [[nodiscard]] std::optional<Item> scaleBar() const {
        if (!m_scene.mmAPixel || !(*m_scene.mmAPixel > 0)) return std::nullopt;
        const double most = std::clamp(m_scene.size.width() * 0.25, 30.0, 120.0) * *m_scene.mmAPixel;
        const double decade = std::pow(10.0, std::floor(std::log10(most)));
        double length = decade;
        for (const double factor : {2.0, 5.0})
            if (factor * decade <= most) length = factor * decade;
        return Item{Kind::ScaleBar, shortFigure(length) + " mm", {}, length / *m_scene.mmAPixel};
    }

    [[nodiscard]] int widthOf(const Item& item) const {
        const int text = m_metrics.horizontalAdvance(item.text);
        switch (item.kind) {
            case Kind::Badge:
            case Kind::Tag: return text + 2 * kTagPadding;
            case Kind::Stepper: return text + 2 * kArrowWidth + kTagPadding;
            case Kind::ScaleBar: return static_cast<int>(std::ceil(item.length)) + 6 + text;
            case Kind::ColourBar: return m_metrics.horizontalAdvance(item.low) + 6 + static_cast<int>(item.length) + 6 + text;
            default: return text;
        }
    }

    static bool mayShorten(const Item& item) { return item.kind == Kind::Title || item.kind == Kind::Text; }

    void paintRow(const Row& row, int y) {
        const int room = m_scene.size.width() - 2 * kMargin;
        int left = row.left ? widthOf(*row.left) : 0, right = row.right ? widthOf(*row.right) : 0;
        Item leftItem = row.left.value_or(Item{});
        if (right > 0 && left + kGap + right > room) {
            if (leftItem.kind == Kind::Figures && !leftItem.low.isEmpty()) {
                leftItem.text = leftItem.low;
                left = widthOf(leftItem);
            }
            if (left > 0 && left + kGap + right > room) share(leftItem, *row.right, room - kGap, left, right);
        }
        if (left > 0) paintItem(leftItem, kMargin, y, std::min(left, room));
        if (right > 0) {
            right = std::min(right, room);
            paintItem(*row.right, m_scene.size.width() - kMargin - right, y, right);
        }
    }

    /// Room for two items that do not both fit: what cannot be shortened keeps its width, right before left, or goes.
    static void share(const Item& leftItem, const Item& rightItem, int room, int& left, int& right) {
        if (mayShorten(leftItem)) {
            if (mayShorten(rightItem)) right = std::min(right, std::max(room * 2 / 5, room - left));
            left = std::min(left, room - right);
            if (left < kLeastText) left = 0;
        } else {
            left = left + right > room ? 0 : left;
        }
        if (left == 0 && right > room + kGap && !mayShorten(rightItem)) right = 0;
    }

    void paintItem(const Item& item, int x, int y, int width) {
        const double baseline = y + m_metrics.ascent() + 1;
        switch (item.kind) {
            case Kind::Title:
            case Kind::Text: paintText(item, x, y, width, baseline); break;
            case Kind::Figures:
                if (widthOf(item) <= width) paintOutlined(m_painter, {static_cast<double>(x), baseline}, item.text, palette::kText);
                break;
            case Kind::Badge:
            case Kind::Tag: paintTag(item, QRect(x, y, width, m_line - 1)); break;
            case Kind::Stepper: paintStepper(item, QRect(x, y, width, m_line - 1)); break;
            case Kind::ScaleBar: paintScaleBar(item, x, y, baseline); break;
            case Kind::ColourBar: paintColourBar(item, x, y, baseline); break;
        }
    }

    [[nodiscard]] QString shortened(const QString& text, int width) const {
        return m_metrics.horizontalAdvance(text) <= width ? text : m_metrics.elidedText(text, Qt::ElideRight, width);
    }

    void paintText(const Item& item, int x, int y, int width, double baseline) {
        const QString shown = shortened(item.text, width);
        if (item.kind == Kind::Title && shown != item.text) m_areas.title = QRect(x, y, width, m_line);
        paintOutlined(m_painter, {static_cast<double>(x), baseline}, shown, palette::kText);
    }

    void paintTag(const Item& item, const QRect& box) {
        const bool badge = item.kind == Kind::Badge;
        const QString shown = shortened(item.text, box.width() - 2 * kTagPadding);
        m_painter.setRenderHint(QPainter::Antialiasing);
        m_painter.setPen(badge ? Qt::NoPen : QPen(palette::kCaution));
        m_painter.setBrush(badge ? palette::kAccent : QColor(0, 0, 0, 190));
        m_painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        m_painter.setRenderHint(QPainter::Antialiasing, false);
        m_painter.setPen(badge ? palette::kOnAccent : palette::kCaution);
        m_painter.drawText(box, Qt::AlignCenter, shown);
        if (!badge) m_areas.caution = box;
    }

    void paintStepper(const Item& item, const QRect& box) {
        m_painter.setRenderHint(QPainter::Antialiasing);
        m_painter.setPen(palette::kDimText);
        m_painter.setBrush(QColor(0, 0, 0, 190));
        m_painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
        m_painter.setPen(QPen(palette::kText, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        m_areas.stepper = box;
        m_areas.back = QRect(box.topLeft(), QSize(kArrowWidth, box.height()));
        m_areas.forth = m_areas.back.translated(kArrowWidth, 0);  // beside it, so that it stays put while the text changes
        for (const auto& [arrow, tip] : {std::pair{m_areas.back, -2.5}, {m_areas.forth, 2.5}}) {
            const QPointF middle = QRectF(arrow).center();
            m_painter.drawPolyline(QPolygonF({middle + QPointF(-tip, -4), middle + QPointF(tip, 0), middle + QPointF(-tip, 4)}));
        }
        m_painter.setRenderHint(QPainter::Antialiasing, false);
        m_painter.drawText(box.adjusted(2 * kArrowWidth, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, item.text);
    }

    void paintScaleBar(const Item& item, int x, int y, double baseline) {
        const double middle = y + m_line / 2.0, end = x + item.length;
        m_painter.setRenderHint(QPainter::Antialiasing);
        QPainterPath bar(QPointF(x + 0.5, middle - 3));
        bar.lineTo(x + 0.5, middle + 3);
        bar.moveTo(x + 0.5, middle);
        bar.lineTo(end - 0.5, middle);
        bar.moveTo(end - 0.5, middle - 3);
        bar.lineTo(end - 0.5, middle + 3);
        m_painter.strokePath(bar, QPen(kOutline, 3.5));
        m_painter.strokePath(bar, QPen(palette::kText, 1.5));
        m_painter.setRenderHint(QPainter::Antialiasing, false);
        paintOutlined(m_painter, {end + 6, baseline}, item.text, palette::kText);
    }

    void paintColourBar(const Item& item, int x, int y, double baseline) {
        const auto& table = render::colourTable(m_scene.display.colours);
        QImage strip(256, 1, QImage::Format_RGB32);
        for (int i = 0; i < 256; ++i) {
            const auto* entry = table.data() + 3 * i;
            strip.setPixel(i, 0, qRgb(entry[0], entry[1], entry[2]));
        }
        const int start = x + m_metrics.horizontalAdvance(item.low) + 6, length = static_cast<int>(item.length);
        const QRect bar(start, y + (m_line - kBarHeight) / 2, length, kBarHeight);
        paintOutlined(m_painter, {static_cast<double>(x), baseline}, item.low, palette::kText);
        m_painter.drawImage(bar, strip);
        m_painter.setBrush(Qt::NoBrush);
        m_painter.setPen(palette::kDimText);
        m_painter.drawRect(bar.adjusted(-1, -1, 0, 0));
        paintOutlined(m_painter, {start + length + 6.0, baseline}, item.text, palette::kText);
    }

    void paintPlaceholder(int top) {
        m_painter.setPen(palette::kDimText);
        const QRect whole(QPoint(0, 0), m_scene.size);
        QRect box = whole.adjusted(2 * kMargin, top, -2 * kMargin, -std::min(top, m_scene.size.height() / 4));
        m_painter.drawText(box, Qt::AlignCenter | Qt::TextWordWrap, m_scene.labels->placeholder);
    }

    QPainter& m_painter;
    const OverlayScene& m_scene;
    QFontMetrics m_metrics;
    int m_line;
    OverlayAreas m_areas;
};

}  // namespace

OverlayAreas paintOverlay(QPainter& painter, const OverlayScene& scene) { return OverlayPainter(painter, scene).paint(); }

void paintCrosshair(QPainter& painter, const QPointF& at) {
    constexpr double kFree = 4, kReach = 12;
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto& pen : {QPen(kOutline, 3), QPen(palette::kAccent, 1.25)}) {
        painter.setPen(pen);
        for (const QPointF& arm : {QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)})
            painter.drawLine(at + kFree * arm, at + kReach * arm);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void paintOutlined(QPainter& painter, const QPointF& baseline, const QString& text, const QColor& colour) {
    constexpr std::array<QPointF, 8> kAround{QPointF(-1, -1), QPointF(0, -1), QPointF(1, -1), QPointF(-1, 0),
                                             QPointF(1, 0),   QPointF(-1, 1), QPointF(0, 1),  QPointF(1, 1)};
    painter.setPen(kOutline);
    for (const auto& offset : kAround) painter.drawText(baseline + offset, text);
    painter.setPen(colour);
    painter.drawText(baseline, text);
}

}  // namespace larmor::ui
