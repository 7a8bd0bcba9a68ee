#pragma once
#include <QTableWidget>

namespace larmor::ui {

/// A table of rows to pick from, read only; letters and Space stay with the window's keys.
class RowTable : public QTableWidget {
    Q_OBJECT
public:
    RowTable(const QString& objectName, const QStringList& columns, QWidget* parent = nullptr);
    /// Fills a cell; numbers are right-aligned.
    void setCell(int row, int column, const QString& text, bool number = false);

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

}  // namespace larmor::ui
