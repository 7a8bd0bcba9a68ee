#include "ui/widgets/sheet_cells.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace larmor::ui {

namespace {

/// [rows, columns] of T through the window, rounded to 8 bits.
template <typename T>
QImage through(const QImage& picture, double window, double level) {
    constexpr double kMost = std::numeric_limits<T>::max();
    const double low = level - window / 2;
    std::vector<uchar> table(static_cast<std::size_t>(kMost) + 1);
    for (std::size_t value = 0; value < table.size(); ++value)
        table[value] = static_cast<uchar>(std::lround(255 * std::clamp((static_cast<double>(value) / kMost - low) / window, 0.0, 1.0)));
    QImage shown(picture.size(), QImage::Format_Grayscale8);
    for (int row = 0; row < picture.height(); ++row) {
        const auto* from = reinterpret_cast<const T*>(picture.constScanLine(row));
        std::transform(from, from + picture.width(), shown.scanLine(row), [&table](T value) { return table[value]; });
    }
    return shown;
}

}  // namespace

QString SheetPlan::caption(int cell) const {
    const auto across = static_cast<int>(columns.size());
    if (across == 0 || cell < 0 || cell >= count()) return {};
    QStringList parts;
    const auto add = [&parts](const QString& name, const QString& value) {
        if (!value.isEmpty()) parts << (name + QLatin1Char(' ') + value).trimmed();
    };
    add(columnName, columns[cell % across]);
    add(rowName, rows[cell / across]);
    return parts.join(QStringLiteral(" · "));
}

double SheetCell::metric(int index) const {
    const bool known = state == State::Done && index >= 0 && index < static_cast<int>(metrics.size());
    return known ? metrics[static_cast<std::size_t>(index)] : std::numeric_limits<double>::quiet_NaN();
}

std::vector<int> sheetOrder(const std::vector<SheetCell>& cells, int metric, bool higherIsBetter) {
    std::vector<int> order(cells.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        const double first = cells[static_cast<std::size_t>(a)].metric(metric), second = cells[static_cast<std::size_t>(b)].metric(metric);
        if (std::isnan(first) || std::isnan(second)) return !std::isnan(first) && std::isnan(second);
        return higherIsBetter ? first > second : first < second;
    });
    return order;
}

SheetExtremes sheetExtremes(const std::vector<SheetCell>& cells, int metric, bool higherIsBetter) {
    std::vector<int> order = sheetOrder(cells, metric, higherIsBetter);
    const auto value = [&](int cell) { return cells[static_cast<std::size_t>(cell)].metric(metric); };
    std::erase_if(order, [&](int cell) { return std::isnan(value(cell)); });
    if (order.size() < 2 || value(order.front()) == value(order.back())) return {};
    return {order.front(), order.back()};
}

QImage windowed(const QImage& picture, double window, double level) {
    if (window <= 0) return picture;
    if (picture.format() == QImage::Format_Grayscale16) return through<quint16>(picture, window, level);
    return picture.format() == QImage::Format_Grayscale8 ? through<quint8>(picture, window, level) : picture;
}

}  // namespace larmor::ui
