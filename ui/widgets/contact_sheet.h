#pragma once
// A sweep's cells as a grid under the parameters' values, or sorted by a metric; all pictures share one window.

#include <vector>

#include <QAbstractScrollArea>

#include "ui/widgets/sheet_cells.h"

class QComboBox;
class QLabel;
class QMenu;
class QPushButton;

namespace larmor::ui {

/// Mouse: click selects, double click opens, middle drag changes the window of all pictures, Ctrl and the wheel their size.
/// Keys: arrows, Home and End select, Return opens.
class ContactSheet : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit ContactSheet(QWidget* parent = nullptr);

    /// All cells wait.
    void setPlan(const SheetPlan& plan);
    /// @param index  row by row
    void setCell(int index, const SheetCell& cell);
    [[nodiscard]] const SheetCell& cell(int index) const { return m_cells[static_cast<std::size_t>(index)]; }
    /// -1: as a grid. Best and worst are of this metric; of the first one in the grid.
    void setSorting(int metric);
    [[nodiscard]] int sorting() const { return m_sorting; }
    void setSelected(int index);  ///< without a signal; -1: none
    [[nodiscard]] int selected() const { return m_selected; }
    /// Of all pictures, in parts of their format's range.
    void setWindow(double window, double level);
    [[nodiscard]] SheetExtremes extremes() const;
    /// In the viewport, as scrolled now.
    [[nodiscard]] QRect placeOf(int index) const;
    [[nodiscard]] QRectF pictureOf(int index) const;
    [[nodiscard]] QString tipAt(const QPoint& point) const;

    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void cellSelected(int index);
    void opened(int index);            ///< a finished cell, to be compared
    void promoteRequested(int index);  ///< run it in full
    void pictureRequested();           ///< of the whole sheet
    void sortingChanged(int metric);
    void windowEdited(double window, double level);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void createBar();
    void fillSorting();
    void showSummary();
    void order();
    void select(int index);
    void open();
    [[nodiscard]] QMenu* makeMenu();
    void reveal(int index);
    void updateScrollRanges();

    [[nodiscard]] bool isList() const { return m_sorting >= 0; }
    [[nodiscard]] QSize headers() const;  ///< width of the row headers, height of the column headers
    [[nodiscard]] int columnsShown() const;
    [[nodiscard]] int cellWidth() const;
    [[nodiscard]] int pictureHeight() const;
    [[nodiscard]] int textLines() const;
    [[nodiscard]] QSize pitch() const;
    [[nodiscard]] int cellAt(const QPoint& point) const;
    [[nodiscard]] int rankOf(int index) const;
    [[nodiscard]] QString metricText(const SheetMetric& metric, double value) const;

    void paintCell(QPainter& painter, int index) const;
    void paintState(QPainter& painter, const SheetCell& cell, const QRectF& room) const;
    void paintText(QPainter& painter, int index, const QRectF& room) const;
    void paintTag(QPainter& painter, int index, const QRectF& room) const;
    void paintNote(QPainter& painter, const QString& note, const QRectF& room) const;
    void paintHeaders(QPainter& painter) const;

    SheetPlan m_plan;
    std::vector<SheetCell> m_cells;
    mutable std::vector<QImage> m_shown;  ///< through the window; null: to be made
    std::vector<int> m_order;             ///< cells as they follow each other on the sheet
    int m_sorting = -1, m_selected = -1;
    int m_zoomedWidth = 0;  ///< 0: what fits
    double m_window = 1, m_level = 0.5;
    bool m_windowing = false;
    QPoint m_from;
    double m_fromWindow = 1, m_fromLevel = 0.5;
    QWidget* m_bar;
    QComboBox* m_sort;
    QLabel* m_summary;
    QPushButton* m_open;
    QPushButton* m_promote;
};

}  // namespace larmor::ui
