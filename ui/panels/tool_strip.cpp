#include "ui/panels/tool_strip.h"

#include <QActionGroup>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

#include "ui/panels/section.h"
#include "ui/widgets/theme.h"

namespace larmor::ui {

ToolStrip::ToolStrip(session::Workbench& workbench, ViewportArea& area, QWidget* parent) : QToolBar(parent), m_workbench(workbench), m_area(area) {
    setObjectName(QStringLiteral("toolStrip"));
    setWindowTitle(tr("Toolbar"));
    setMovable(false);
    setContextMenuPolicy(Qt::PreventContextMenu);
    setIconSize({20, 20});
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_mainMenu = new QMenu(this);
    m_recentMenu = new QMenu(tr("Recent files"), this);
    QToolButton* brand = menuButton(QStringLiteral("tool.menu"), tr("Files, docks, keys, about"), m_mainMenu);
    brand->setText(tr("Larmor"));
    brand->setStyleSheet(QStringLiteral("font-weight: 600"));
    createOpen();
    addSeparator();
    createRun();
    addSeparator();
    createLayouts();
    addSeparator();
    createLinks();
    createErrorMenu();
    createDevice();
    if (auto* more = findChild<QToolButton*>(QStringLiteral("qt_toolbar_ext_button"))) {  // what does not fit is behind it
        more->setIcon(icon(QStringLiteral("chevron-right")));
        more->setAccessibleName(tr("More tools"));
        more->setToolTip(tr("Tools that do not fit into the window"));
    }
}

void ToolStrip::createOpen() {
    m_open = new QToolButton(this);
    m_open->setObjectName(QStringLiteral("tool.open"));
    m_open->setText(tr("Open"));
    m_open->setAccessibleName(tr("Open"));
    m_open->setIcon(icon(QStringLiteral("open")));
    m_open->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_open->setToolTip(tr("Open a k-space file (Ctrl+O)"));
    m_open->setPopupMode(QToolButton::MenuButtonPopup);
    m_open->setMenu(m_recentMenu);
    addWidget(m_open);
    connect(m_open, &QToolButton::clicked, this, &ToolStrip::openRequested);
}

QToolButton* ToolStrip::menuButton(const QString& objectName, const QString& toolTip, QMenu* menu) {
    auto* made = new QToolButton(this);
    made->setObjectName(objectName);
    made->setToolTip(toolTip);
    made->setAccessibleName(toolTip);
    made->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    made->setPopupMode(QToolButton::InstantPopup);
    made->setMenu(menu);
    addWidget(made);
    return made;
}

void ToolStrip::createRun() {
    m_reconstruct = button(tr("Reconstruct"), QStringLiteral("tool.reconstruct"), tr("Reconstruct with the mask and method as they stand (Space)"), this);
    m_reconstruct->setProperty("primary", true);
    m_reconstruct->setIcon(icon(QStringLiteral("play"), palette::kOnAccent));
    m_slices = new QComboBox(this);
    m_slices->setObjectName(QStringLiteral("tool.slices"));
    m_slices->setAccessibleName(tr("Slices to reconstruct"));
    m_slices->setToolTip(tr("Which slices Reconstruct works on"));
    m_slices->addItems({tr("This slice"), tr("All slices"), tr("Slices…")});
    keepKeysWithImages(m_slices);
    m_listed = new QLineEdit(this);
    m_listed->setObjectName(QStringLiteral("tool.sliceList"));
    m_listed->setAccessibleName(tr("List of slices"));
    m_listed->setPlaceholderText(tr("1-5, 8"));
    m_listed->setToolTip(tr("Slices, counted from 1: 1-5, 8"));
    m_listed->setFixedWidth(88);
    m_pause = button(tr("Pause"), QStringLiteral("tool.pause"), tr("Pause after this step, and go on (Space); for runs of one slice with a prior"), this);
    m_step = button(tr("Step"), QStringLiteral("tool.step"), tr("Make one step, then pause (.)"), this);
    m_step->setIcon(icon(QStringLiteral("step")));
    m_stop = button(tr("Stop"), QStringLiteral("tool.stop"), tr("Stop what runs; an iterative method keeps its last estimate (Esc)"), this);
    m_stop->setIcon(icon(QStringLiteral("stop")));
    m_stop->setEnabled(false);
    m_sweep = button(tr("Sweep…"), QStringLiteral("tool.sweep"), tr("Try values of one or two parameters on this slice, side by side"), this);
    addWidget(m_reconstruct);
    addWidget(m_slices);
    m_listedAction = addWidget(m_listed);
    m_listedAction->setVisible(false);
    for (QPushButton* each : {m_pause, m_step, m_stop, m_sweep}) addWidget(each);
    showSteering();
    connect(m_pause, &QPushButton::clicked, this, [this] { m_workbench.steeringRuns() ? m_workbench.pauseSteering() : m_workbench.resumeSteering(); });
    connect(m_step, &QPushButton::clicked, this, [this] { m_workbench.stepOnce(); });
    connect(m_reconstruct, &QPushButton::clicked, this, &ToolStrip::reconstructRequested);
    connect(m_stop, &QPushButton::clicked, this, &ToolStrip::stopRequested);
    connect(m_sweep, &QPushButton::clicked, this, &ToolStrip::sweepRequested);
    connect(m_slices, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_listedAction->setVisible(index == 2);
        fitTexts();
        if (index == 2) m_listed->setFocus();
        takeSliceChoice();
    });
    connect(m_listed, &QLineEdit::textChanged, this, &ToolStrip::takeSliceChoice);
}

void ToolStrip::takeSliceChoice() {
    using Kind = session::SliceChoice::Kind;
    constexpr Kind kinds[] = {Kind::This, Kind::All, Kind::Listed};
    m_workbench.setSliceChoice({kinds[m_slices->currentIndex()], m_listed->text().toStdString()});
}

/// What a project brought: nothing of it is a choice of a person's.
void ToolStrip::showChoices() {
    const session::SliceChoice choice = m_workbench.sliceChoice();
    const QSignalBlocker quiet(m_slices), quietList(m_listed), quietLink(m_linkActions[0]), quietScale(m_scale);
    m_slices->setCurrentIndex(static_cast<int>(choice.kind));
    if (m_listed->text().toStdString() != choice.listed) m_listed->setText(QString::fromStdString(choice.listed));
    m_listedAction->setVisible(choice.kind == session::SliceChoice::Kind::Listed);
    m_linkActions[0]->setChecked(m_workbench.slicesLinked());
    m_scale->setChecked(m_workbench.scale() == metrics::Scale::LeastSquares);
    showLinks();
}

void ToolStrip::createLayouts() {
    m_layouts = new QActionGroup(this);
    for (const int count : {1, 2, 3, 4, 6, 9}) {
        QAction* action = addAction(icon(QStringLiteral("layout-%1").arg(count)), QString());
        action->setObjectName(QStringLiteral("tool.layout.%1").arg(count));
        action->setText(count == 1 ? tr("1 pane") : tr("%1 panes").arg(count));
        action->setToolTip(action->text());
        action->setCheckable(true);
        action->setData(count);
        m_layouts->addAction(action);
        auto* shown = qobject_cast<QToolButton*>(widgetForAction(action));
        shown->setToolButtonStyle(Qt::ToolButtonIconOnly);
        shown->setObjectName(action->objectName() + QStringLiteral(".button"));
        shown->setAccessibleName(action->text());
        connect(action, &QAction::triggered, this, [this, count] { m_workbench.setPaneCount(static_cast<std::size_t>(count)); });
    }
}

void ToolStrip::createLinks() {
    auto* menu = new QMenu(this);
    const std::pair<const char*, QString> names[] = {{"slice", tr("Slice")}, {"zoom", tr("Zoom")}, {"pan", tr("Pan")}, {"window", tr("Window")}, {"cursor", tr("Cursor")}, {"sample", tr("Sample")}};
    for (std::size_t i = 0; i < m_linkActions.size(); ++i) {
        QAction* action = menu->addAction(names[i].second);
        action->setObjectName(QStringLiteral("tool.link.%1").arg(QString::fromLatin1(names[i].first)));
        action->setCheckable(true);
        action->setChecked(true);
        connect(action, &QAction::toggled, this, &ToolStrip::takeLinks);
        m_linkActions[i] = action;
    }
    m_links = menuButton(QStringLiteral("tool.links"), tr("What the panes do together"), menu);
    m_links->setIcon(icon(QStringLiteral("link")));
    showLinks();
}

void ToolStrip::takeLinks() {
    m_area.setLinks({m_linkActions[1]->isChecked(), m_linkActions[2]->isChecked(), m_linkActions[3]->isChecked(), m_linkActions[4]->isChecked(),
                     m_linkActions[5]->isChecked()});
    m_workbench.setSlicesLinked(slicesLinked());
    showLinks();
}

bool ToolStrip::slicesLinked() const { return m_linkActions[0]->isChecked(); }

void ToolStrip::setLinks(const PaneLinks& links, bool slice) {
    const bool states[] = {slice, links.zoom, links.pan, links.window, links.cursor, links.sample};
    for (std::size_t i = 0; i < m_linkActions.size(); ++i) {
        const QSignalBlocker quiet(m_linkActions[i]);
        m_linkActions[i]->setChecked(states[i]);
    }
    takeLinks();
}

void ToolStrip::showLinks() {
    QStringList on;
    for (const QAction* action : m_linkActions)
        if (action->isChecked()) on << action->text().toLower();
    const bool all = on.size() == static_cast<int>(m_linkActions.size());
    m_links->setText(all ? tr("Linked") : on.isEmpty() ? tr("Not linked") : tr("Linked: %1").arg(on.size() > 2 ? tr("%1 of %2").arg(on.size()).arg(m_linkActions.size()) : on.join(QStringLiteral(", "))));
    fitTexts();
    m_links->setToolTip(tr("What the panes do together: %1").arg(on.isEmpty() ? tr("nothing") : on.join(QStringLiteral(", "))));
}

void ToolStrip::createErrorMenu() {
    auto* menu = new QMenu(this);
    auto* gains = new QActionGroup(menu);
    for (const int gain : {1, 2, 5, 10, 20}) {
        QAction* action = menu->addAction(tr("× %1").arg(gain));
        action->setObjectName(QStringLiteral("tool.gain.%1").arg(gain));
        action->setCheckable(true);
        action->setChecked(gain == static_cast<int>(m_area.errorGain()));
        gains->addAction(action);
        connect(action, &QAction::triggered, this, [this, gain] {
            m_area.setErrorGain(gain);
            showGain();
        });
    }
    menu->addSeparator();
    m_scale = menu->addAction(tr("Scale images to the reference first (least squares)"));
    m_scale->setObjectName(QStringLiteral("tool.scale"));
    m_scale->setCheckable(true);
    connect(m_scale, &QAction::toggled, this, [this](bool on) { m_workbench.setScale(on ? metrics::Scale::LeastSquares : metrics::Scale::None); });
    m_error = menuButton(QStringLiteral("tool.error"), tr("How much error maps are magnified"), menu);
    m_error->setIcon(icon(QStringLiteral("error")));
    showGain();
}

void ToolStrip::showGain() {
    m_error->setText(tr("Error × %1").arg(m_area.errorGain()));
    m_error->setToolTip(tr("Error maps are magnified × %1").arg(m_area.errorGain()));
    fitTexts();
}

void ToolStrip::createDevice() {
    auto* space = new QWidget(this);
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    addWidget(space);
    m_deviceMenu = new QMenu(this);
    m_device = menuButton(QStringLiteral("tool.device"), tr("What runs are computed on"), m_deviceMenu);
    m_device->setText(tr("CPU"));
}

void ToolStrip::refresh(session::Changes changes) {
    if (changes & (session::kQueueChanged | session::kDataChanged)) {
        m_stop->setEnabled(m_workbench.runs().busy());
        m_reconstruct->setEnabled(m_workbench.acquisition() != nullptr);
    }
    if (changes & session::kPanesChanged)
        for (QAction* action : m_layouts->actions()) action->setChecked(action->data().toULongLong() == m_workbench.paneCount());
    if (changes & session::kDevicesChanged) showDevices();
    if (changes & session::kProjectChanged) showChoices();
    if (changes & (session::kSteeringChanged | session::kQueueChanged | session::kDataChanged)) showSteering();
}

void ToolStrip::showSteering() {
    const auto run = m_workbench.steering();
    const bool makes = m_workbench.steeringRuns();
    const bool more = run && run->step < run->steps;
    m_pause->setAccessibleName(makes || !more ? tr("Pause") : tr("Go on"));
    m_pause->setIcon(icon(makes || !more ? QStringLiteral("pause") : QStringLiteral("play")));
    m_pause->setEnabled(makes || more);
    m_step->setEnabled(more);
    fitTexts();
}

void ToolStrip::showDevices() {
    m_deviceMenu->clear();
    for (const DeviceInfo& device : m_workbench.devices()) {
        QAction* action = m_deviceMenu->addAction(QString::fromStdString(device.name));
        action->setCheckable(true);
        action->setChecked(device.id == m_workbench.device());
        if (action->isChecked()) m_device->setText(action->text());
        connect(action, &QAction::triggered, this, [this, id = device.id] { m_workbench.setDevice(id); });
    }
    fitTexts();
}

}  // namespace larmor::ui
