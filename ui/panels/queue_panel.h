#pragma once
// What waits, runs or failed: progress, time left, stop.

#include <QWidget>

#include "core/session/workbench/workbench.h"

class QLabel;

namespace larmor::ui {

class FirstCard;
class RowTable;

class QueuePanel : public QWidget {
    Q_OBJECT
public:
    explicit QueuePanel(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);

private:
    void rebuild();
    void showEmptyPlace(bool empty);
    void update(int row, const session::RunRow& run);

    session::Workbench& m_workbench;
    RowTable* m_table;
    QLabel* m_empty;
    FirstCard* m_card;
    std::vector<session::RunId> m_ids;
};

/// "37 %, 0:24 left", "waiting", "stopping …", "failed"
[[nodiscard]] QString stateText(const session::RunRow& run);

}  // namespace larmor::ui
