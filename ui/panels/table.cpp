#include "ui/panels/table.h"

#include <QHeaderView>
#include <QKeyEvent>

namespace larmor::ui {

RowTable::RowTable(const QString& objectName, const QStringList& columns, QWidget* parent)
    : QTableWidget(0, static_cast<int>(columns.size()), parent) {
    setObjectName(objectName);
    setHorizontalHeaderLabels(columns);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(28);
    setEditTriggers(NoEditTriggers);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setShowGrid(false);
    setWordWrap(false);
    setFrameShape(QFrame::NoFrame);
    setTabKeyNavigation(false);
}

void RowTable::setCell(int row, int column, const QString& text, bool number) {
    QTableWidgetItem* cell = item(row, column);
    if (!cell) {
        cell = new QTableWidgetItem;
        setItem(row, column, cell);
    }
    if (cell->text() == text) return;
    cell->setText(text);
    cell->setToolTip(text);
    cell->setTextAlignment((number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

void RowTable::keyPressEvent(QKeyEvent* event) {
    const bool types = !event->text().isEmpty() && event->text().front().isPrint() && !(event->modifiers() & Qt::ControlModifier);
    if (types || event->key() == Qt::Key_Escape) return event->ignore();
    QTableWidget::keyPressEvent(event);
}

}  // namespace larmor::ui
