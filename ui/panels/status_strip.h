#pragma once
// The status bar: what is under the pointer, window and level, memory, what runs.

#include <QTimer>
#include <QWidget>

#include "core/session/workbench/workbench.h"
#include "ui/widgets/viewport.h"

class QLabel;
class QLineEdit;

namespace larmor::ui {

class StatusStrip : public QWidget {
    Q_OBJECT
public:
    explicit StatusStrip(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);
    /// @param pane  that the pointer is on: maps of posterior samples tell mean and scatter
    void showProbe(const ProbeInfo& info, std::size_t pane = 0);
    void showWindow(double window, double level);

Q_SIGNALS:
    void windowTyped(double window, double level);

private:
    [[nodiscard]] QString valueText(const ProbeInfo& info, std::size_t pane) const;
    void showMemory();
    void takeTyped();

    session::Workbench& m_workbench;
    QLabel* m_probe;
    QLineEdit* m_window;
    QLineEdit* m_level;
    QLabel* m_memory;
    QLabel* m_run;
    QTimer m_memoryTimer;
};

}  // namespace larmor::ui
