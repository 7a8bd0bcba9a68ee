// The window's parts, where they stand, and what is remembered of them.

#include <QDockWidget>
#include <QFileInfo>
#include <QMenu>
#include <QScrollArea>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QVBoxLayout>

#include "ui/main_window.h"
#include "ui/panels/activity_dock.h"
#include "ui/panels/array_panel.h"
#include "ui/panels/banner.h"
#include "ui/panels/coil_panel.h"
#include "ui/panels/data_panel.h"
#include "ui/panels/mask_panel.h"
#include "ui/panels/method_panel.h"
#include "ui/panels/section.h"
#include "ui/panels/start_page.h"
#include "ui/panels/status_strip.h"
#include "ui/panels/step_panel.h"
#include "ui/panels/sweep_panel.h"
#include "ui/panels/tool_strip.h"
#include "ui/panels/viewport_area.h"

namespace larmor::ui {

namespace {

constexpr int kLeftWidth = 300, kRightWidth = 320, kBottomHeight = 172;
constexpr int kLeastLeftWidth = 264, kLeastRightWidth = 252;  // as narrow as the forms go without cutting a text
constexpr qsizetype kKeptRecentFiles = 10;

}  // namespace

void MainWindow::createCentral() {
    setStyleSheet(windowStyle());
    auto* central = new QWidget(this);
    auto* layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_banner = new Banner(central);
    m_pages = new QStackedWidget(central);
    m_start = new StartPage(m_pages);
    m_area = new ViewportArea(*m_workbench, m_pages);
    m_pages->addWidget(m_start);
    m_pages->addWidget(m_area);
    layout->addWidget(m_banner);
    layout->addWidget(m_pages, 1);
    setCentralWidget(central);
}

void MainWindow::createToolBar() {
    m_tools = new ToolStrip(*m_workbench, *m_area, this);
    addToolBar(m_tools);
    m_status = new StatusStrip(*m_workbench, this);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(m_status, 1);
}

QDockWidget* MainWindow::createSideDock(const QString& objectName, const QString& title, QWidget* content, int leastWidth) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(objectName);
    auto* scroll = new QScrollArea(dock);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setMinimumWidth(leastWidth);
    scroll->setFocusPolicy(Qt::NoFocus);
    dock->setWidget(scroll);
    dock->setTitleBarWidget(dockTitle(dock, heading(title, dock)));
    return dock;
}

QDockWidget* MainWindow::createBottomDock(const QString& objectName, const QString& title, QWidget* content) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(objectName);
    dock->setWidget(content);
    dock->setTitleBarWidget(dockTitle(dock, heading(title, dock)));
    return dock;
}

void MainWindow::createDocks() {
    auto* scan = new QWidget;
    m_data = new DataPanel(*m_workbench, scan);
    m_mask = new MaskPanel(*m_workbench, scan);
    m_coils = new CoilPanel(*m_workbench, scan);
    auto* column = new QVBoxLayout(scan);
    column->setContentsMargins(12, 4, 8, 12);
    column->setSpacing(10);
    column->addWidget(m_data);
    column->addWidget(separator(scan));
    column->addWidget(m_mask);
    column->addWidget(separator(scan));
    column->addWidget(m_coils);
    column->addStretch(1);
    m_left = createSideDock(QStringLiteral("dock.scan"), tr("Data"), scan, kLeastLeftWidth);
    m_method = new MethodPanel(*m_workbench);
    m_method->setContentsMargins(12, 4, 12, 12);
    m_right = createSideDock(QStringLiteral("dock.method"), tr("Method"), m_method, kLeastRightWidth);
    m_activity = new ActivityDock(*m_workbench, this);
    m_steps = new StepPanel(*m_workbench, this);
    m_stepsDock = createBottomDock(QStringLiteral("dock.steps"), tr("Steps and branches"), m_steps);
    m_sweep = new SweepPanel(*m_workbench, this);
    m_sweepDock = createBottomDock(QStringLiteral("dock.sweep"), tr("Sweep"), m_sweep);
    m_arrays = new ArrayPanel([this](std::function<void()> call) { QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection); });
    connect(m_arrays, &ArrayPanel::kspaceRequested, this, &MainWindow::openFile);
    m_arraysDock = new QDockWidget(tr("Arrays"), this);
    m_arraysDock->setObjectName(QStringLiteral("dock.arrays"));
    m_arraysDock->setWidget(m_arrays);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    addDockWidget(Qt::LeftDockWidgetArea, m_left);
    addDockWidget(Qt::RightDockWidgetArea, m_right);
    addDockWidget(Qt::BottomDockWidgetArea, m_stepsDock);
    splitDockWidget(m_stepsDock, m_activity, Qt::Vertical);
    m_stepsDock->hide();
    tabifyDockWidget(m_activity, m_sweepDock);
    m_sweepDock->hide();
    addDockWidget(Qt::BottomDockWidgetArea, m_arraysDock);
    m_arraysDock->setFloating(true);
    m_arraysDock->resize(960, 680);
    m_arraysDock->hide();
    resizeDocks({m_left, m_right}, {kLeftWidth, kRightWidth}, Qt::Horizontal);
    resizeDocks({m_activity}, {kBottomHeight}, Qt::Vertical);
}

void MainWindow::showSweep() {
    m_sweepDock->show();
    m_sweepDock->raise();
    if (!m_sweepDock->isFloating()) resizeDocks({m_sweepDock}, {height() / 2}, Qt::Vertical);
}

void MainWindow::resetLayout() {
    QMainWindow::restoreState(m_initialLayout, kLayoutVersion);
    for (QDockWidget* dock : {m_left, m_right, static_cast<QDockWidget*>(m_activity)}) {
        dock->setFloating(false);
        dock->show();
    }
    m_arraysDock->hide();
    m_stepsDock->setVisible(m_workbench->steering() != nullptr);
    m_sweepDock->hide();
    resizeDocks({m_left, m_right}, {kLeftWidth, kRightWidth}, Qt::Horizontal);
    resizeDocks({m_activity}, {kBottomHeight}, Qt::Vertical);
    m_workbench->setPaneCount(3);
    m_tools->setLinks({}, true);
    m_area->resetViews();
}

void MainWindow::restoreState() {
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
    QMainWindow::restoreState(settings.value(QStringLiteral("layout")).toByteArray(), kLayoutVersion);
    m_arraysDock->hide();  // they hold nothing yet
    m_stepsDock->hide();
    m_sweepDock->hide();
    m_workbench->setPaneCount(settings.value(QStringLiteral("panes"), 3).toUInt());
    const auto on = [&](const char* name) { return settings.value(QStringLiteral("link/") + QString::fromLatin1(name), true).toBool(); };
    m_tools->setLinks({on("zoom"), on("pan"), on("window"), on("cursor"), on("sample")}, on("slice"));
    showRecentFiles();
}

void MainWindow::saveState() const {
    QSettings settings;
    settings.setValue(QStringLiteral("geometry"), saveGeometry());
    settings.setValue(QStringLiteral("layout"), QMainWindow::saveState(kLayoutVersion));
    settings.setValue(QStringLiteral("panes"), static_cast<uint>(m_workbench->paneCount()));
    const PaneLinks& links = m_area->links();
    for (const auto& [name, state] : {std::pair{"zoom", links.zoom}, {"pan", links.pan}, {"window", links.window}, {"cursor", links.cursor},
                                      {"sample", links.sample}, {"slice", m_tools->slicesLinked()}})
        settings.setValue(QStringLiteral("link/") + QString::fromLatin1(name), state);
}

void MainWindow::rememberFile(const QString& path) {
    QSettings settings;
    QStringList files = settings.value(QStringLiteral("recentFiles")).toStringList();
    files.removeAll(path);
    files.prepend(path);
    settings.setValue(QStringLiteral("recentFiles"), files.mid(0, kKeptRecentFiles));
    showRecentFiles();
}

void MainWindow::showRecentFiles() {
    QStringList files = QSettings().value(QStringLiteral("recentFiles")).toStringList();
    files.removeIf([](const QString& path) { return !QFileInfo::exists(path); });
    m_start->setRecentFiles(files);
    QMenu* menu = m_tools->recentMenu();
    menu->clear();
    for (const QString& path : files) {
        QAction* action = menu->addAction(QFileInfo(path).fileName());
        action->setToolTip(path);
        connect(action, &QAction::triggered, this, [this, path] { openFile(path); });
    }
    if (files.isEmpty()) menu->addAction(tr("No files yet"))->setEnabled(false);
}

}  // namespace larmor::ui
