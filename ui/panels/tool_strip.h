#pragma once
// The toolbar: open, run and stop, layouts, links, error gain, device.

#include <QToolBar>

#include "core/session/workbench/workbench.h"
#include "ui/panels/viewport_area.h"

class QActionGroup;
class QComboBox;
class QLineEdit;
class QMenu;
class QPushButton;
class QToolButton;

namespace larmor::ui {

class ToolStrip : public QToolBar {
    Q_OBJECT
public:
    ToolStrip(session::Workbench& workbench, ViewportArea& area, QWidget* parent = nullptr);
    void refresh(session::Changes changes);
    /// The menu behind the program's name; the window fills it.
    [[nodiscard]] QMenu* mainMenu() const { return m_mainMenu; }
    [[nodiscard]] QMenu* recentMenu() const { return m_recentMenu; }
    void setLinks(const PaneLinks& links, bool slice);
    [[nodiscard]] bool slicesLinked() const;

Q_SIGNALS:
    void openRequested();
    void reconstructRequested();
    void stopRequested();
    void sweepRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void createOpen();
    void createRun();
    void createLayouts();
    void createLinks();
    void createErrorMenu();
    void createDevice();
    QToolButton* menuButton(const QString& objectName, const QString& toolTip, QMenu* menu);
    void takeSliceChoice();
    void takeLinks();
    void showLinks();
    void showGain();
    void showDevices();
    void showSteering();
    void fitTexts();
    void showTexts(int dropped);
    void showChoices();

    session::Workbench& m_workbench;
    ViewportArea& m_area;
    QMenu* m_mainMenu = nullptr;
    QMenu* m_recentMenu = nullptr;
    QToolButton* m_open = nullptr;
    QPushButton* m_reconstruct = nullptr;
    QPushButton* m_pause = nullptr;
    QPushButton* m_step = nullptr;
    QPushButton* m_stop = nullptr;
    QPushButton* m_sweep = nullptr;
    QComboBox* m_slices = nullptr;
    QLineEdit* m_listed = nullptr;
    QAction* m_listedAction = nullptr;
    QActionGroup* m_layouts = nullptr;
    QToolButton* m_links = nullptr;
    std::array<QAction*, 6> m_linkActions{};  ///< slice, zoom, pan, window, cursor, sample
    QToolButton* m_error = nullptr;
    QAction* m_scale = nullptr;
    QToolButton* m_device = nullptr;
    QMenu* m_deviceMenu = nullptr;
};

}  // namespace larmor::ui
