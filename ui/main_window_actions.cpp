// Menus and keys of the window.

#include <array>
#include <functional>

#include <QApplication>
#include <QClipboard>
#include <QDockWidget>
#include <QFileDialog>
#include <QMenu>
#include <QMessageBox>

#include "core/base/io/save.h"
#include "core/base/version.h"
#include "ui/main_window.h"
#include "ui/panels/activity_dock.h"
#include "ui/panels/results_panel.h"
#include "ui/panels/slice_memory_menu.h"
#include "ui/panels/tool_strip.h"
#include "ui/panels/viewport_area.h"

namespace larmor::ui {

using render::Component;
using session::PaneContent;

void MainWindow::createMenu() {
    QMenu* menu = m_tools->mainMenu();
    const auto add = [&](QMenu* to, const QString& objectName, const QString& text, const QKeySequence& keys, auto&& call) {
        QAction* action = to->addAction(text);
        action->setObjectName(objectName);
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, call);
        addAction(action);  // its shortcut holds in the whole window
        return action;
    };
    add(menu, QStringLiteral("action.open"), tr("Open…"), QKeySequence::Open, [this] { chooseFile(); });
    menu->addMenu(m_tools->recentMenu());
    add(menu, QStringLiteral("action.newProject"), tr("New project"), QKeySequence::New, [this] { letGoThen([this] { m_workbench->project().close(); }); });
    add(menu, QStringLiteral("action.openProject"), tr("Open project…"), {}, [this] { openProject(); });
    add(menu, QStringLiteral("action.saveProject"), tr("Save project"), QKeySequence::Save, [this] { saveProject(); });
    add(menu, QStringLiteral("action.saveProjectAs"), tr("Save project as…"), tr("Ctrl+Shift+S"), [this] { saveProjectAs(); });
    menu->addSeparator();
    add(menu, QStringLiteral("action.arrays"), tr("Look at any file's arrays…"), tr("Ctrl+Shift+O"), [this] { showArrays(m_lastPath.isEmpty() ? QStringList() : QStringList(m_lastPath)); });
    add(menu, QStringLiteral("action.export"), tr("Export the result…"), tr("Ctrl+E"), [this] { m_activity->results().exportShown(); });
    add(menu, QStringLiteral("action.applyToAll"), tr("Apply the result's values to all slices"), {}, [this] { m_workbench->applyToAll(m_workbench->shownResult()); });
    add(menu, QStringLiteral("action.saveRecipe"), tr("Save the result's recipe…"), {}, [this] { saveRecipe(); });
    menu->addSeparator();
    createSampleMenu(menu->addMenu(tr("Posterior samples")));
    add(menu, QStringLiteral("action.undo"), tr("Undo"), QKeySequence::Undo, [this] { m_workbench->undo(); });
    menu->addSeparator();
    for (QDockWidget* dock : {m_left, m_right, static_cast<QDockWidget*>(m_activity), m_stepsDock, m_sweepDock, m_arraysDock}) {
        dock->toggleViewAction()->setObjectName(QStringLiteral("action.") + dock->objectName());
        menu->addAction(dock->toggleViewAction());
    }
    add(menu, QStringLiteral("action.resetLayout"), tr("Reset layout"), {}, [this] { resetLayout(); });
    fillSliceMemoryMenu(menu->addMenu(tr("Memory for slices")));
    menu->addSeparator();
    add(menu, QStringLiteral("action.keys"), tr("Keys and mouse"), QKeySequence(Qt::Key_F1), [this] { showKeys(); });
    add(menu, QStringLiteral("action.about"), tr("About Larmor"), {}, [this] { showAbout(); });
    menu->addSeparator();
    add(menu, QStringLiteral("action.quit"), tr("Quit"), QKeySequence(tr("Ctrl+Q")), [this] { close(); });
}

void MainWindow::saveRecipe() {
    const auto shown = m_workbench->shownResult();
    if (shown == 0) return m_workbench->tell({session::Notice::Kind::Info, session::Notice::Action::None, tr("There is no result yet.").toStdString(), {}});
    const QString path = QFileDialog::getSaveFileName(this, tr("Save recipe"), QStringLiteral("recipe.json"), tr("Recipe (*.json)"));
    if (!path.isEmpty()) m_workbench->saveRecipe(shown, path.toStdString());
}

void MainWindow::createKeys() {
    const QString run = tr("Running"), panes = tr("Panes"), slices = tr("Slices"), mouse = tr("Mouse on an image");
    m_keys.add({Qt::Key_Space, run, tr("reconstruct; pause and go on where a run can be steered, else stop"), [this] { toggleRun(); }, {}});
    m_keys.add({Qt::Key_Period, run, tr("one step of a run that is steered, then pause"), [this] { m_workbench->stepOnce(); }, {}});
    m_keys.add({Qt::Key_Escape, run, tr("stop what runs; asks if it is older than a minute"), [this] { stopOrAsk(); }, {}});
    createImageKeys();
    createSampleKeys();
    createSeriesKeys();
    for (int i = 0; i < static_cast<int>(session::kMaximumPanes); ++i)
        m_keys.add({Qt::Key_1 + i, panes, {}, [this, i] { m_area->focusPane(static_cast<std::size_t>(i)); }, {}});
    for (const auto& [key, steps] : {std::pair{Qt::Key_Left, -1}, {Qt::Key_Down, -1}, {Qt::Key_Right, 1}, {Qt::Key_Up, 1}})
        m_keys.add({key, slices, {}, [this, steps = steps] { stepSlice(steps); }, {}});
    const QString files = tr("Window");
    const std::array<QString, 3> described[] = {{panes, QStringLiteral("1 – 9"), tr("frame a pane; keys act on the framed one")},
                                                {slices, tr("Right, Up"), tr("next slice")},
                                                {slices, tr("Left, Down"), tr("slice before")},
                                                {slices, tr("Wheel"), tr("turn through the slices")},
                                                {mouse, tr("Ctrl+wheel"), tr("zoom at the pointer")},
                                                {mouse, tr("Middle drag"), tr("window (across) and level (up and down)")},
                                                {mouse, tr("Shift+drag"), tr("move the image")},
                                                {mouse, tr("Double click"), tr("one pane full, and back")},
                                                {mouse, tr("Right click"), tr("choose what the pane shows")},
                                                {files, QStringLiteral("Ctrl+O"), tr("open a k-space file, a result or its picture")},
                                                {files, QStringLiteral("Ctrl+S"), tr("save the project")},
                                                {files, QStringLiteral("Ctrl+Shift+S"), tr("save it as another one")},
                                                {files, QStringLiteral("Ctrl+N"), tr("new project: nothing is open")},
                                                {files, QStringLiteral("Ctrl+Shift+O"), tr("look at any file's arrays")},
                                                {files, QStringLiteral("Ctrl+E"), tr("export the result that is shown")},
                                                {files, QStringLiteral("Ctrl+Z"), tr("take back what was deleted last, or lines left out")},
                                                {files, QStringLiteral("F1"), tr("this list")},
                                                {files, QStringLiteral("Ctrl+Q"), tr("quit")}};
    for (const auto& [group, keys, effect] : described) m_keys.describe(group, keys, effect);
}

void MainWindow::createImageKeys() {
    struct ImageKey {
        Qt::Key key;
        QString effect;
        std::function<void()> pressed, released;
    };
    const auto component = [this](Component shown) { return [this, shown] { m_area->showComponent(shown); }; };
    const ImageKey keys[] = {
        {Qt::Key_M, tr("magnitude"), component(Component::Magnitude), {}},
        {Qt::Key_P, tr("phase"), component(Component::Phase), {}},
        {Qt::Key_R, tr("real part"), component(Component::Real), {}},
        {Qt::Key_I, tr("imaginary part"), component(Component::Imaginary), {}},
        {Qt::Key_K, tr("k-space of the slice, logarithmic"), [this] { m_area->showKspace(); }, {}},
        {Qt::Key_F, tr("Fourier transform of what is shown"), [this] { m_area->showFourier(); }, {}},
        {Qt::Key_E, tr("error map; again: signed"), [this] { m_workbench->toggleError(m_workbench->focusedPane()); }, {}},
        {Qt::Key_X, tr("while held: the pane framed before, in its place"), [this] { m_area->setFlicker(true); },
         [this] { m_area->setFlicker(false); }},
        {Qt::Key_H, tr("hide or show the text on the images"), [this] { m_area->setOverlayVisible(!m_area->overlayVisible()); }, {}},
        {Qt::Key_0, tr("whole image, its own window"), [this] { m_area->resetViews(); }, {}},
    };
    for (const ImageKey& each : keys) m_keys.add({each.key, tr("The framed pane"), each.effect, each.pressed, each.released});
}

void MainWindow::paneMenu(std::size_t pane, const QPoint& position) {
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("paneMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const session::Pane now = m_workbench->pane(pane);
    const auto add = [&](QMenu* to, const QString& text, PaneContent content, session::ResultId result) {
        QAction* action = to->addAction(text);
        action->setCheckable(true);
        action->setChecked(now.content == content && now.result == result);
        connect(action, &QAction::triggered, this, [this, pane, content, result] { m_workbench->setPaneContent(pane, content, result); });
    };
    add(menu, tr("Reference"), PaneContent::Reference, 0);
    add(menu, tr("Reconstruction that is current"), PaneContent::Reconstruction, 0);
    add(menu, tr("Its error map"), PaneContent::Error, 0);
    add(menu, tr("Coil maps"), PaneContent::CoilMaps, 0);
    const auto entries = m_workbench->results().visible();
    if (!entries.empty()) {
        QMenu* images = menu->addMenu(tr("One result"));
        QMenu* errors = menu->addMenu(tr("Error map of one result"));
        for (const auto* entry : entries) {
            const QString text = QString::fromStdString(entry->method + " · " + entry->maskText() + " · " + entry->parameters);
            add(images, text, PaneContent::Reconstruction, entry->id);
            add(errors, text, PaneContent::Error, entry->id);
        }
    }
    addSamples(menu, pane);
    menu->addSeparator();
    connect(menu->addAction(tr("Whole image, its own window")), &QAction::triggered, this, [this] { m_area->resetViews(); });
    connect(menu->addAction(tr("Copy as a picture")), &QAction::triggered, this,
            [this, pane] { QApplication::clipboard()->setImage(m_area->viewport(pane).grabPane()); });
    connect(menu->addAction(tr("Save as a picture…")), &QAction::triggered, this, [this, pane] {
        QImage picture = m_area->viewport(pane).grabPane();
        const session::Pane& shown = m_workbench->pane(pane);
        const bool isOfResult = shown.content == PaneContent::Reconstruction || shown.content == PaneContent::Error;
        if (const auto* entry = m_workbench->results().entry(shown.result != 0 ? shown.result : m_workbench->shownResult()); entry && isOfResult)
            picture.setText(QString::fromLatin1(io::kPngProtocol), QString::fromStdString(io::pictureProtocol(entry->result->protocol, shown.slice)));
        const QString path = QFileDialog::getSaveFileName(this, tr("Save the pane"), QStringLiteral("pane.png"), tr("Pictures (*.png)"));
        if (!path.isEmpty() && !picture.save(path))
            m_workbench->tell({session::Notice::Kind::Failure, session::Notice::Action::None, "The picture could not be written to " + path.toStdString(),
                               "Is the folder writable, and is there room on the disk?"});
    });
    menu->popup(position);
}

void MainWindow::saveSweepPicture() {
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the sheet"), QStringLiteral("sweep.svg"), tr("Pictures (*.svg)"));
    if (!path.isEmpty()) m_workbench->saveSweepPicture(path.toStdString());
}

void MainWindow::showKeys() {
    if (findChild<KeyMapDialog*>()) return;
    (new KeyMapDialog(m_keys, this))->show();
}

void MainWindow::showAbout() {
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About Larmor"), tr("Larmor %1").arg(QString::fromStdString(version())), QMessageBox::Close, this);
    box->setObjectName(QStringLiteral("aboutBox"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("A workbench for accelerated MRI reconstruction.\n\n%1").arg(QString::fromLatin1(kResearchUseOnly)));
    box->open();
}

}  // namespace larmor::ui
