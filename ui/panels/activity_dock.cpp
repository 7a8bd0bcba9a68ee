#include "ui/panels/activity_dock.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>

#include "ui/panels/log_panel.h"
#include "ui/panels/queue_panel.h"
#include "ui/panels/results_panel.h"
#include "ui/panels/samples_panel.h"
#include "ui/panels/section.h"

namespace larmor::ui {

QWidget* dockTitle(QDockWidget* dock, QWidget* content, int margin) {
    auto* bar = new QWidget(dock);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(margin, 0, 4, 0);
    row->setSpacing(8);
    row->addWidget(content, 1);
    auto* close = closeButton(dock->objectName() + QStringLiteral(".close"), QDockWidget::tr("Close %1").arg(dock->windowTitle()),
                              QDockWidget::tr("Close; the Larmor menu opens it again"), bar);
    row->addWidget(close);
    QObject::connect(close, &QPushButton::clicked, dock, &QWidget::close);
    return bar;
}

ActivityDock::ActivityDock(session::Workbench& workbench, QWidget* parent)
    : QDockWidget(tr("Queue, results and log"), parent),
      m_workbench(workbench),
      m_pages(new QStackedWidget(this)),
      m_queue(new QueuePanel(workbench)),
      m_results(new ResultsPanel(workbench)),
      m_samples(new SamplesPanel(workbench)),
      m_log(new LogPanel) {
    setObjectName(QStringLiteral("dock.activity"));
    auto* samples = new QScrollArea;  // so that its row of buttons does not keep the window wide
    samples->setObjectName(QStringLiteral("samples.scroll"));
    samples->setWidget(m_samples);
    samples->setWidgetResizable(true);
    samples->setFrameShape(QFrame::NoFrame);
    samples->setFocusPolicy(Qt::NoFocus);
    for (QWidget* page : {static_cast<QWidget*>(m_queue), static_cast<QWidget*>(m_results), static_cast<QWidget*>(samples), static_cast<QWidget*>(m_log)})
        m_pages->addWidget(page);
    m_pages->setMinimumHeight(96);
    setWidget(m_pages);
    setTitleBarWidget(createTitle());
}

QWidget* ActivityDock::createTitle() {
    constexpr int kWidthAsIcons = 5 * 28 + 4 * 4;
    auto* content = new QWidget(this);
    m_tabs = new QTabBar(content);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setExpanding(false);
    m_tabs->setObjectName(QStringLiteral("activity.tabs"));
    m_tabs->setAccessibleName(tr("Queue, results, log"));
    m_tabs->setDrawBase(false);
    m_tabs->setFocusPolicy(Qt::TabFocus);
    for (const QString& name : {tr("Queue"), tr("Results"), tr("Samples"), tr("Log")}) m_tabs->addTab(name);
    m_tabs->setTabVisible(kSamples, false);
    m_buttons = new QStackedWidget(content);
    m_buttons->addWidget(new QWidget);
    m_buttons->addWidget(m_results->actions());
    m_buttons->addWidget(new QWidget);
    m_buttons->addWidget(new QWidget);
    m_buttons->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_buttons->setMinimumWidth(kWidthAsIcons);  // so that the dock can become narrow enough to need the icons
    auto* row = new QHBoxLayout(content);
    row->setContentsMargins(0, 2, 0, 2);
    row->addWidget(m_tabs);
    row->addStretch(1);
    row->addWidget(m_buttons);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_pages->setCurrentIndex(tab);
        m_buttons->setCurrentIndex(tab);
    });
    return dockTitle(this, content, 0);
}

void ActivityDock::resizeEvent(QResizeEvent* event) {
    constexpr int kRoomForTexts = 700;
    m_results->setCompact(event->size().width() < kRoomForTexts);
    QDockWidget::resizeEvent(event);
}

void ActivityDock::showTab(Tab tab) {
    show();
    m_tabs->setCurrentIndex(tab);
}

void ActivityDock::refresh(session::Changes changes) {
    m_queue->refresh(changes);
    m_results->refresh(changes);
    m_samples->refresh(changes);
    const bool several = m_workbench.samples(m_workbench.focusedPane()).result != 0;
    if (!several && m_tabs->currentIndex() == kSamples) m_tabs->setCurrentIndex(kResults);
    m_tabs->setTabVisible(kSamples, several);
    const auto counted = [](const QString& name, std::size_t count) { return count == 0 ? name : QStringLiteral("%1  %2").arg(name).arg(count); };
    m_tabs->setTabText(kQueue, counted(tr("Queue"), m_workbench.runs().rows().size()));
    m_tabs->setTabText(kResults, counted(tr("Results"), m_workbench.results().visible().size()));
}

}  // namespace larmor::ui
