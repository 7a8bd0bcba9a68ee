// Projects in the window: menu, what is remembered of the window in them, closing.

#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>

#include <nlohmann/json.hpp>

#include "ui/main_window.h"
#include "ui/panels/tool_strip.h"
#include "ui/panels/viewport_area.h"

namespace larmor::ui {

namespace {

const QString kExtension = QString::fromLatin1(session::kProjectExtension);

QString text(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? QString::fromStdString(found->get<std::string>()) : QString();
}

bool isOn(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || !found->is_boolean() || found->get<bool>();
}

QByteArray bytes(const nlohmann::json& object, const char* name) {
    return QByteArray::fromBase64(text(object, name).toLatin1());
}

}  // namespace

void MainWindow::openProject() {
    const QString path =
        QFileDialog::getExistingDirectory(this, tr("Open project (a folder NAME.larmor)"), QFileInfo(m_lastPath).absolutePath());
    if (path.isEmpty()) return;
    if (session::projectFolderOf(path.toStdString()).empty())
        return m_workbench->tell({session::Notice::Kind::Caution, session::Notice::Action::None,
                                  tr("%1 is no project.").arg(QFileInfo(path).fileName()).toStdString(),
                                  tr("A project is a folder whose name ends with .larmor.").toStdString()});
    openFile(path);
}

void MainWindow::saveProject() {
    if (m_workbench->project().folder().empty()) return saveProjectAs();
    m_workbench->project().setWindow(windowPlace());
    m_workbench->project().save();
}

void MainWindow::saveProjectAs() {
    const QFileInfo scan(m_lastPath);
    const QString offered = m_lastPath.isEmpty() ? QStringLiteral("project") + kExtension
                                                 : scan.absolutePath() + QLatin1Char('/') + scan.completeBaseName() + kExtension;
    QString path = QFileDialog::getSaveFileName(this, tr("Save project"), offered, tr("Projects (*%1)").arg(kExtension), nullptr,
                                                QFileDialog::DontConfirmOverwrite);
    if (path.isEmpty()) return;
    if (!path.endsWith(kExtension)) path += kExtension;
    m_workbench->project().setWindow(windowPlace());
    m_workbench->project().save(path.toStdString());
}

void MainWindow::findSource() {
    const auto& asked = m_workbench->project().asked();
    if (!asked) return;
    const QFileInfo was(QString::fromStdString(asked->path));
    const QString folder = QFileInfo::exists(was.absolutePath()) ? was.absolutePath() : QFileInfo(m_lastPath).absolutePath();
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Where is %1 now?").arg(was.fileName()), folder, tr("%1;;All files (*)").arg(was.fileName()));
    if (!path.isEmpty()) m_workbench->project().find(path.toStdString());
}

/// What a project keeps of the window: places of the docks, and what the panes do together.
nlohmann::json MainWindow::windowPlace() const {
    const PaneLinks& links = m_area->links();
    const auto base64 = [](const QByteArray& state) { return state.toBase64().toStdString(); };
    return {{"geometry", base64(saveGeometry())},
            {"layout", base64(QMainWindow::saveState(kLayoutVersion))},
            {"zoom", links.zoom},
            {"pan", links.pan},
            {"window", links.window},
            {"cursor", links.cursor}};
}

void MainWindow::takeWindowPlace(const nlohmann::json& place) {
    if (place.empty()) return;
    restoreGeometry(bytes(place, "geometry"));
    QMainWindow::restoreState(bytes(place, "layout"), kLayoutVersion);
    m_arraysDock->hide();
    m_tools->setLinks({isOn(place, "zoom"), isOn(place, "pan"), isOn(place, "window"), isOn(place, "cursor")}, m_workbench->slicesLinked());
}

void MainWindow::showProject() {
    const auto& project = m_workbench->project();
    const QString folder = QString::fromStdString(project.folder());
    if (folder != m_projectFolder) {
        m_projectFolder = folder;
        if (!folder.isEmpty()) {
            rememberFile(folder);
            takeWindowPlace(project.window());
        }
    }
    if (!m_closing && !project.saving() && !project.saveFailed()) m_savedForClosing = false;
    showTitle();
}

/// Saves what a project does not hold yet, and closes once it does. False: there is nothing to wait for.
bool MainWindow::savesBeforeClosing() {
    auto& project = m_workbench->project();
    if (project.folder().empty()) return false;
    if (!project.saving()) {
        if (m_savedForClosing) return false;  // a second attempt leaves without what could not be saved
        project.setWindow(windowPlace());
        if (!project.unsaved()) return false;
        project.save();
    }
    m_savedForClosing = true;
    m_closing = true;
    return true;
}

}  // namespace larmor::ui
