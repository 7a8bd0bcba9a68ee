#pragma once
// The dock at the bottom: queue, results, posterior samples where there are some, log. Its title bar is the row of tabs, with the buttons of the tab that is open.

#include <QDockWidget>

#include "core/session/workbench/workbench.h"

class QStackedWidget;
class QTabBar;

namespace larmor::ui {

class LogPanel;
class QueuePanel;
class ResultsPanel;
class SamplesPanel;

class ActivityDock : public QDockWidget {
    Q_OBJECT
public:
    enum Tab { kQueue, kResults, kSamples, kLog };
    explicit ActivityDock(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);
    void showTab(Tab tab);
    [[nodiscard]] ResultsPanel& results() const { return *m_results; }
    [[nodiscard]] SamplesPanel& samples() const { return *m_samples; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* createTitle();

    session::Workbench& m_workbench;
    QTabBar* m_tabs = nullptr;
    QStackedWidget* m_buttons = nullptr;
    QStackedWidget* m_pages;
    QueuePanel* m_queue;
    ResultsPanel* m_results;
    SamplesPanel* m_samples;
    LogPanel* m_log;
};

/// A slim title bar for a dock: a place to grab it by, and a button that closes it.
[[nodiscard]] QWidget* dockTitle(QDockWidget* dock, QWidget* content, int margin = 12);

}  // namespace larmor::ui
