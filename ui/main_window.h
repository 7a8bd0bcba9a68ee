#pragma once
// The workbench's window: docks around the images. It decides nothing; session::Workbench does.

#include <memory>

#include <QMainWindow>

#include "core/session/workbench/workbench.h"
#include "ui/panels/key_map.h"

class QDockWidget;
class QMenu;
class QStackedWidget;

namespace larmor::ui {

class ActivityDock;
class ArrayPanel;
class Banner;
class CoilPanel;
class DataPanel;
class MaskPanel;
class MethodPanel;
class StartPage;
class StatusStrip;
class StepPanel;
class SweepPanel;
class ToolStrip;
class ViewportArea;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] session::Workbench& workbench() { return *m_workbench; }
    [[nodiscard]] ViewportArea& viewports() { return *m_area; }
    void openFile(const QString& path, const QString& dims = {}, const QString& array = {});
    void showArrays(const QStringList& paths);
    void chooseFile();
    /// As the button does: says which field is wrong, or puts a run into the queue.
    void reconstruct();
    /// Brings up the sweep's form and sheet.
    void showSweep();
    void saveSweepPicture();
    /// The same for the choice of a parameter from held-out lines, and the run that follows.
    void tune(const QString& parameter);
    void resetLayout();

Q_SIGNALS:
    void changed(larmor::session::Changes changes);  ///< after the panels have taken it in
    void runEnded();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void createModel();
    void createCentral();
    void createDocks();
    void createToolBar();
    void createMenu();
    void saveRecipe();
    void openProject();
    void saveProject();
    void saveProjectAs();
    void findSource();
    void showProject();
    bool savesBeforeClosing();
    void letGoThen(const std::function<void()>& next);
    [[nodiscard]] nlohmann::json windowPlace() const;
    void takeWindowPlace(const nlohmann::json& place);
    void createKeys();
    void createImageKeys();
    void createSampleKeys();
    void createSeriesKeys();
    void createSampleMenu(QMenu* menu);
    void addSamples(QMenu* menu, std::size_t pane);
    void connectPanels();
    void onChanged(session::Changes changes);
    void onNoticeAction(session::Notice::Action action);
    void paneMenu(std::size_t pane, const QPoint& position);
    void stepSlice(int steps);
    void showSteps();
    [[nodiscard]] bool fieldsAreRight();
    void showKeys();
    void showAbout();
    void toggleRun();
    void stopOrAsk();
    void askBeforeStopping(session::RunId run);
    void askBeforeClosing();
    void closeWhenStopped();
    void rememberFile(const QString& path);
    void showRecentFiles();
    void showTitle();
    void restoreState();
    void saveState() const;
    QDockWidget* createBottomDock(const QString& objectName, const QString& title, QWidget* content);
    QDockWidget* createSideDock(const QString& objectName, const QString& title, QWidget* content, int leastWidth);

    static constexpr int kLayoutVersion = 3;  ///< raised when the docks change, so that an old layout is not restored into new ones

    std::unique_ptr<session::Workbench> m_workbench;
    KeyMap m_keys;
    QStackedWidget* m_pages = nullptr;
    StartPage* m_start = nullptr;
    ViewportArea* m_area = nullptr;
    Banner* m_banner = nullptr;
    ToolStrip* m_tools = nullptr;
    DataPanel* m_data = nullptr;
    MaskPanel* m_mask = nullptr;
    CoilPanel* m_coils = nullptr;
    MethodPanel* m_method = nullptr;
    ActivityDock* m_activity = nullptr;
    StatusStrip* m_status = nullptr;
    ArrayPanel* m_arrays = nullptr;
    StepPanel* m_steps = nullptr;
    QDockWidget* m_stepsDock = nullptr;
    SweepPanel* m_sweep = nullptr;
    QDockWidget* m_sweepDock = nullptr;
    QDockWidget* m_left = nullptr;
    QDockWidget* m_right = nullptr;
    QDockWidget* m_arraysDock = nullptr;
    QByteArray m_initialLayout;
    QString m_lastPath;
    QString m_projectFolder;      ///< whose place the window has taken
    bool m_closing = false, m_savedForClosing = false;
    std::size_t m_branchesShown = 0;
    bool m_stepsShown = false;  ///< they came up for the run that is steered; from then on the person decides
};

}  // namespace larmor::ui
