#pragma once
// What a contact sheet holds, and the order, best and worst of its cells. No widgets.

#include <vector>

#include <QImage>
#include <QString>
#include <QStringList>

namespace larmor::ui {

struct SheetMetric {
    QString name, unit;
    bool higherIsBetter = false;
    int decimals = 4;
};

/// Rows and columns are values of one parameter each, or methods, priors, masks; with one parameter there is one row.
struct SheetPlan {
    QString rowName, columnName;  ///< "steps", "ζ"
    QStringList rows, columns;
    std::vector<SheetMetric> metrics;

    [[nodiscard]] int count() const { return static_cast<int>(rows.size() * columns.size()); }
    [[nodiscard]] QString caption(int cell) const;  ///< "ζ 2.1 · steps 100"
};

struct SheetCell {
    enum class State { Waiting, Running, Done, Failed };
    State state = State::Waiting;
    QImage picture;               ///< Grayscale8 and Grayscale16 are shown with the sheet's window, other formats as they are
    std::vector<double> metrics;  ///< one a metric of the plan; NaN or missing: not known
    double progress = 0;          ///< 0 to 1, while running
    QString reason;               ///< why it failed
    QString note;                 ///< what sets the picture apart from a result, over its lower edge: "half size"

    /// NaN unless the cell is done and has it.
    [[nodiscard]] double metric(int index) const;
};

/// Cells of the sheet, row by row, from the best of a metric to the worst; those without it keep their order at the end.
[[nodiscard]] std::vector<int> sheetOrder(const std::vector<SheetCell>& cells, int metric, bool higherIsBetter);

/// -1 where fewer than two cells have the metric, or all have the same.
struct SheetExtremes {
    int best = -1, worst = -1;
};
[[nodiscard]] SheetExtremes sheetExtremes(const std::vector<SheetCell>& cells, int metric, bool higherIsBetter);

/// A grey picture through a window given in parts of its format's range: level - window / 2 is black, level + window / 2 white.
[[nodiscard]] QImage windowed(const QImage& picture, double window, double level);

}  // namespace larmor::ui
