#pragma once
// What was made: how, how well, how long; pick one to show it.

#include <QWidget>

#include "core/session/workbench/workbench.h"

class QLabel;
class QPushButton;

namespace larmor::ui {

class RowTable;

class ResultsPanel : public QWidget {
    Q_OBJECT
public:
    explicit ResultsPanel(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);
    /// The buttons for the picked result; the dock's title bar takes them.
    [[nodiscard]] QWidget* actions() const { return m_actions; }
    /// Buttons with their icons only, where there is little room.
    void setCompact(bool compact);
    void exportShown();

private:
    QWidget* createActions();
    void fillRow(int row, const session::ResultEntry& entry);
    [[nodiscard]] QString metricsProtocol() const;
    void copyText(const std::string& text);

    session::Workbench& m_workbench;
    RowTable* m_table;
    QLabel* m_empty;
    QWidget* m_actions = nullptr;
    QPushButton* m_export = nullptr;
    QPushButton* m_copyCommand = nullptr;
    QPushButton* m_copyBart = nullptr;
    QPushButton* m_delete = nullptr;
    QPushButton* m_undo = nullptr;
    std::vector<session::ResultId> m_ids;
};

}  // namespace larmor::ui
