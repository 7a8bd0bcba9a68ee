#include "ui/main_window.h"

#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMimeData>
#include <QStackedWidget>

#include "core/base/version.h"
#include "ui/panels/activity_dock.h"
#include "ui/panels/array_panel.h"
#include "ui/panels/banner.h"
#include "ui/panels/coil_panel.h"
#include "ui/panels/data_panel.h"
#include "ui/panels/mask_panel.h"
#include "ui/panels/method_panel.h"
#include "ui/panels/results_panel.h"
#include "ui/panels/samples_panel.h"
#include "ui/panels/start_page.h"
#include "ui/panels/status_strip.h"
#include "ui/panels/step_panel.h"
#include "ui/panels/sweep_panel.h"
#include "ui/panels/tool_strip.h"
#include "ui/panels/viewport_area.h"

namespace larmor::ui {

using session::Notice;

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent) {
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    createModel();
    createCentral();
    createToolBar();
    createDocks();
    createMenu();
    createKeys();
    connectPanels();
    showTitle();
    resize(1440, 900);
    m_initialLayout = QMainWindow::saveState();
    restoreState();
    m_area->setFocus();
    onChanged(~session::Changes{0});
    m_workbench->offerInterrupted();
}

MainWindow::~MainWindow() = default;

/// The one place where answers of other threads come to the window's thread.
void MainWindow::createModel() {
    session::Workbench::Events events;
    events.changed = [this](session::Changes changes) { onChanged(changes); };
    events.runEnded = [this](session::RunId, const session::Outcome& outcome) {
        const bool failed = std::holds_alternative<session::Failed>(outcome), cancelled = std::holds_alternative<session::CancelledJob>(outcome);
        const bool several = m_workbench->samples(m_workbench->focusedPane()).count > 0;
        if (m_activity && !cancelled)
            m_activity->showTab(failed ? ActivityDock::kQueue : several ? ActivityDock::kSamples : ActivityDock::kResults);
        Q_EMIT runEnded();
    };
    const auto post = [this](std::function<void()> call) { QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection); };
    m_workbench = std::make_unique<session::Workbench>(post, std::move(events));
}

void MainWindow::onChanged(session::Changes changes) {
    if (!m_status) return;  // the window is still being built
    if (changes & session::kDataChanged) {
        const bool isOpen = m_workbench->acquisition() != nullptr;
        m_pages->setCurrentIndex(isOpen ? 1 : 0);
        m_start->setOpening(m_workbench->opening());
        if (isOpen && !m_workbench->opening() && QString::fromStdString(m_workbench->path()) != m_lastPath) {
            m_lastPath = QString::fromStdString(m_workbench->path());
            if (m_workbench->project().folder().empty()) rememberFile(m_lastPath);
        }
        showTitle();
    }
    m_data->refresh(changes);
    m_mask->refresh(changes);
    m_coils->refresh(changes);
    m_method->refresh(changes);
    m_activity->refresh(changes);
    m_tools->refresh(changes);
    m_status->refresh(changes);
    m_area->refresh(changes);
    m_steps->refresh(changes);
    m_sweep->refresh(changes);
    if (changes & (session::kSteeringChanged | session::kDataChanged)) showSteps();
    if (changes & session::kProjectChanged) showProject();
    const bool resultsCame = (changes & session::kProjectChanged) && (changes & session::kResultsChanged) && !m_workbench->results().visible().empty();
    if (resultsCame) m_activity->showTab(ActivityDock::kResults);
    if (!m_projectFolder.isEmpty()) setWindowModified(m_workbench->project().unsaved());
    if (changes & session::kNoticeChanged) {
        const auto& notice = m_workbench->notice();
        notice ? m_banner->show(*notice) : m_banner->clear();
    }
    Q_EMIT changed(changes);
}

void MainWindow::showSteps() {
    const bool steered = m_workbench->steering() != nullptr;
    if (steered != m_stepsShown) m_stepsDock->setVisible(steered);
    m_stepsShown = steered;
    const std::size_t branches = steered ? m_workbench->steering()->tree.branches().size() : 0;
    if (branches > m_branchesShown && branches > 1)  // a branch more is room for a lane more, as far as the strip asks for it
        resizeDocks({m_stepsDock}, {m_stepsDock->titleBarWidget()->height() + m_steps->sizeHint().height()}, Qt::Vertical);
    m_branchesShown = branches;
}

void MainWindow::showTitle() {
    const auto& acquisition = m_workbench->acquisition();
    QString title = tr("Larmor — research use only");
    const bool isProject = !m_workbench->project().folder().empty();
    if (isProject) title = tr("%1[*] — ").arg(QString::fromStdString(m_workbench->project().name())) + title;
    if (!isProject) setWindowModified(false);
    if (acquisition) {
        const QString name = QFileInfo(QString::fromStdString(m_workbench->path())).fileName();
        title = (acquisition->header().provenance.simulated ? tr("%1 (simulated) — ").arg(name) : name + QStringLiteral(" — ")) + title;
    }
    setWindowTitle(title);
}

void MainWindow::openFile(const QString& path, const QString& dims, const QString& array) {
    if (!session::projectFolderOf(path.toStdString()).empty())
        return letGoThen([this, path] { m_workbench->open(QFileInfo(path).absoluteFilePath().toStdString()); });
    m_workbench->open(QFileInfo(path).absoluteFilePath().toStdString(), dims.toStdString(), array.toStdString());
}

void MainWindow::chooseFile() {
    const QString folder = QFileInfo(m_lastPath).absolutePath();
    const QString path = QFileDialog::getOpenFileName(this, tr("Open k-space, or a result with all that it was made with"), folder,
                                                      tr("K-space (*.h5 *.hdf5 *.mrd *.cfl *.hdr *.npy *.mat *.dat);;Results and their pictures (*.h5 *.npy *.cfl *.nii *.nii.gz *.png);;All files (*)"));
    if (!path.isEmpty()) openFile(path);
}

void MainWindow::showArrays(const QStringList& paths) {
    m_arraysDock->show();
    m_arraysDock->raise();
    m_arrays->openFiles(paths);
}

/// Tells which field is wrong.
bool MainWindow::fieldsAreRight() {
    m_mask->flush();
    for (const QString& problem : {m_mask->firstProblem(), m_method->firstProblem(), m_coils->firstProblem()}) {
        if (problem.isEmpty()) continue;
        m_workbench->tell(
            {Notice::Kind::Caution, Notice::Action::None, tr("A field is not right yet.").toStdString(), problem.toStdString()});
        return false;
    }
    return true;
}

void MainWindow::reconstruct() {
    if (fieldsAreRight() && m_workbench->reconstruct() != 0) m_activity->showTab(ActivityDock::kQueue);
}

void MainWindow::tune(const QString& parameter) {
    if (fieldsAreRight() && m_workbench->startTuning(parameter.toStdString()) != 0) m_activity->showTab(ActivityDock::kQueue);
}

void MainWindow::stepSlice(int steps) { m_workbench->setSlice(m_workbench->slice() + steps); }

void MainWindow::onNoticeAction(Notice::Action action) {
    switch (action) {
        case Notice::Action::Retry: m_workbench->retry(); break;
        case Notice::Action::OpenLog: m_activity->showTab(ActivityDock::kLog); break;
        case Notice::Action::OpenAsArrays: showArrays({QString::fromStdString(m_workbench->refusedPath())}); break;
        case Notice::Action::OpenAnother: chooseFile(); break;
        case Notice::Action::Undo: m_workbench->undo(); break;
        case Notice::Action::LeaveLinesOut: m_workbench->lines().leaveOut(); break;
        case Notice::Action::GoOn: m_workbench->reopenInterrupted(); break;
        case Notice::Action::FindSource: findSource(); break;
        case Notice::Action::Reconstruct: reconstruct(); break;
        case Notice::Action::StartSweep:
            showSweep();
            if (fieldsAreRight()) m_sweep->start();
            break;
        case Notice::Action::None: break;
    }
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    for (const QUrl& url : event->mimeData()->urls()) {
        if (!url.isLocalFile()) continue;
        event->acceptProposedAction();
        return openFile(url.toLocalFile());
    }
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
    if (!m_keys.press(*event)) QMainWindow::keyPressEvent(event);
}

void MainWindow::keyReleaseEvent(QKeyEvent* event) {
    if (!m_keys.release(*event)) QMainWindow::keyReleaseEvent(event);
}

void MainWindow::connectPanels() {
    connect(m_tools, &ToolStrip::openRequested, this, &MainWindow::chooseFile);
    connect(m_tools, &ToolStrip::reconstructRequested, this, &MainWindow::reconstruct);
    connect(m_tools, &ToolStrip::sweepRequested, this, &MainWindow::showSweep);
    connect(m_sweep, &SweepPanel::startRequested, this, [this] {
        if (fieldsAreRight()) m_sweep->start();
    });
    connect(m_sweep, &SweepPanel::planBrought, this, &MainWindow::showSweep);
    connect(m_sweep, &SweepPanel::pictureRequested, this, &MainWindow::saveSweepPicture);
    connect(m_tools, &ToolStrip::stopRequested, this, [this] { m_workbench->stopCurrent(); });
    connect(m_method, &MethodPanel::tuningRequested, this, &MainWindow::tune);
    connect(m_start, &StartPage::openRequested, this, &MainWindow::chooseFile);
    connect(m_start, &StartPage::fileChosen, this, [this](const QString& path) { openFile(path); });
    connect(m_data, &DataPanel::openRequested, this, &MainWindow::chooseFile);
    connect(m_banner, &Banner::actionRequested, this, &MainWindow::onNoticeAction);
    connect(m_banner, &Banner::dismissed, this, [this] { m_workbench->dismissNotice(); });
    connect(m_area, &ViewportArea::probed, m_status, &StatusStrip::showProbe);
    connect(m_area, &ViewportArea::paneMenuRequested, this, &MainWindow::paneMenu);
    connect(&m_activity->samples(), &SamplesPanel::stepRequested, m_area, &ViewportArea::stepSample);
    connect(&m_activity->samples(), &SamplesPanel::playRequested, m_area, &ViewportArea::setPlaying);
    connect(m_area, &ViewportArea::playingChanged, &m_activity->samples(), &SamplesPanel::showPlaying);
    connect(m_area, &ViewportArea::windowChanged, this, [this] {
        const auto& display = m_area->focused().display();
        m_status->showWindow(display.window, display.level);
    });
    connect(m_status, &StatusStrip::windowTyped, m_area, &ViewportArea::setWindowLevel);
    connect(this, &MainWindow::changed, this, [this] {
        if (m_closing) closeWhenStopped();
    });
}

}  // namespace larmor::ui
