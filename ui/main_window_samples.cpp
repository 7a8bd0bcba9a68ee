// Keys and menus of posterior samples.

#include <QMenu>

#include "ui/main_window.h"
#include "ui/panels/viewport_area.h"

namespace larmor::ui {

using session::PaneContent;

void MainWindow::createSampleKeys() {
    const QString group = tr("Posterior samples");
    m_keys.add({Qt::Key_BracketRight, group, tr("next sample in the framed pane"), [this] { m_area->stepSample(1); }, {}});
    m_keys.add({Qt::Key_BracketLeft, group, tr("sample before"), [this] { m_area->stepSample(-1); }, {}});
    m_keys.add(
        {Qt::Key_L, group, tr("flick through them, four a second; again: stop"), [this] { m_area->setPlaying(!m_area->playing()); }, {}});
    m_keys.add({Qt::Key_S,
                group,
                tr("mean, sample, standard deviation, phase spread"),
                [this] { m_workbench->turnSamples(m_workbench->focusedPane()); },
                {}});
}

void MainWindow::createSampleMenu(QMenu* menu) {
    menu->setObjectName(QStringLiteral("menu.samples"));
    const auto add = [&](const QString& objectName, const QString& text, auto&& call) {
        QAction* action = menu->addAction(text);
        action->setObjectName(objectName);
        connect(action, &QAction::triggered, this, call);
    };
    add(QStringLiteral("action.samples.next"), tr("Next sample\t]"), [this] { m_area->stepSample(1); });
    add(QStringLiteral("action.samples.before"), tr("Sample before\t["), [this] { m_area->stepSample(-1); });
    add(QStringLiteral("action.samples.play"), tr("Flick through them, or stop\tL"), [this] { m_area->setPlaying(!m_area->playing()); });
    add(QStringLiteral("action.samples.sideBySide"), tr("Mean, sample and deviation side by side"),
        [this] { m_workbench->laySamplesOut(); });
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        const bool several = m_workbench->samples(m_workbench->focusedPane()).count > 0;
        for (QAction* action : menu->actions()) action->setEnabled(several);
    });
}

void MainWindow::addSamples(QMenu* menu, std::size_t pane) {
    const session::PaneSamples samples = m_workbench->samples(pane);
    if (samples.count == 0) return;
    const session::Pane now = m_workbench->pane(pane);
    QMenu* own = menu->addMenu(tr("Samples of this result"));
    own->setObjectName(QStringLiteral("paneMenu.samples"));
    const auto add = [&](const QString& text, PaneContent content, std::int64_t sample) {
        QAction* action = own->addAction(text);
        action->setCheckable(true);
        action->setChecked(now.content == content && (content != PaneContent::Reconstruction || samples.shown == sample));
        connect(action, &QAction::triggered, this,
                [this, pane, content, result = now.result, sample] { m_workbench->setPaneContent(pane, content, result, sample); });
    };
    add(tr("Mean"), PaneContent::Reconstruction, -1);
    add(tr("Standard deviation"), PaneContent::Deviation, -1);
    add(tr("Phase spread"), PaneContent::PhaseSpread, -1);
    own->addSeparator();
    for (std::int64_t i = 0; i < samples.count; ++i) add(tr("Sample %1").arg(i + 1), PaneContent::Reconstruction, i);
}

}  // namespace larmor::ui
