#include "ui/panels/queue_panel.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>

#include "ui/panels/section.h"
#include "ui/panels/start_page.h"
#include "ui/panels/table.h"

namespace larmor::ui {

using session::JobState;
using session::RunRow;

namespace {

enum Column { kWhat, kDevice, kProgress, kPercent, kLeft, kButton };

QString leftText(const RunRow& run) {
    if (run.failed) return QString::fromStdString(run.problem);
    const auto& progress = run.progress;
    if (progress.state == JobState::Waiting) return QueuePanel::tr("waiting");
    if (progress.state == JobState::Stopping) return QueuePanel::tr("stopping …");
    if (progress.secondsLeft) return QueuePanel::tr("%1 left").arg(durationText(*progress.secondsLeft));
    return QString::fromStdString(progress.step.stage.empty() ? "starting" : progress.step.stage);
}

}  // namespace

QString stateText(const RunRow& run) {
    if (run.failed) return QueuePanel::tr("failed");
    const QString percent = QueuePanel::tr("%1 %").arg(static_cast<int>(run.progress.fraction * 100));
    if (run.progress.state == JobState::Running) return percent + QStringLiteral(" · ") + leftText(run);
    return leftText(run);
}

QueuePanel::QueuePanel(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      m_workbench(workbench),
      m_table(new RowTable(QStringLiteral("queue.table"), {tr("Run"), tr("Device"), tr("Progress"), {}, tr("Time"), {}}, this)),
      m_empty(emptyPlace(tr("Nothing is running. Space reconstructs the slice that is shown."), QStringLiteral("queue.empty"), this)),
      m_card(new FirstCard(this)) {
    setObjectName(QStringLiteral("queuePanel"));
    m_table->setAccessibleName(tr("Queue"));
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    auto* header = m_table->horizontalHeader();
    header->setSectionResizeMode(kWhat, QHeaderView::Stretch);
    for (const auto& [column, width] : {std::pair{kDevice, 72}, {kProgress, 160}, {kPercent, 64}, {kLeft, 120}, {kButton, 88}}) {
        header->setSectionResizeMode(column, QHeaderView::Fixed);
        m_table->setColumnWidth(column, width);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_table);
    layout->addWidget(m_empty);
    layout->addWidget(m_card);
    layout->addStretch(0);
    connect(m_card, &FirstCard::closed, this, [this] {
        QSettings().setValue(QStringLiteral("firstCardClosed"), true);
        showEmptyPlace(m_ids.empty());
    });
    rebuild();
}

void QueuePanel::refresh(session::Changes changes) {
    if (!(changes & session::kQueueChanged)) return;
    const auto& rows = m_workbench.runs().rows();
    const bool same = std::equal(rows.begin(), rows.end(), m_ids.begin(), m_ids.end(), [](const RunRow& run, auto id) { return run.id == id; });
    if (!same) rebuild();
    for (int i = 0; i < static_cast<int>(rows.size()); ++i) update(i, rows[static_cast<std::size_t>(i)]);
}

void QueuePanel::rebuild() {
    m_ids.clear();
    const auto& rows = m_workbench.runs().rows();
    m_table->setRowCount(0);
    m_table->setRowCount(static_cast<int>(rows.size()));
    for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
        const session::RunId id = rows[static_cast<std::size_t>(i)].id;
        m_ids.push_back(id);
        auto* bar = new QProgressBar;
        bar->setObjectName(QStringLiteral("queue.progress.%1").arg(id));
        bar->setRange(0, 1000);
        bar->setTextVisible(false);
        bar->setFixedHeight(6);
        auto* centred = new QWidget;
        auto* middle = new QHBoxLayout(centred);
        middle->setContentsMargins(4, 0, 4, 0);
        middle->addWidget(bar);
        m_table->setCellWidget(i, kProgress, centred);
        auto* stop = button({}, QStringLiteral("queue.stop.%1").arg(id), tr("Stop this run, or take it off the list"));
        m_table->setCellWidget(i, kButton, stop);
        connect(stop, &QPushButton::clicked, this, [this, id] {
            const RunRow* run = m_workbench.runs().row(id);
            if (run && run->failed) m_workbench.runs().remove(id);
            else m_workbench.runs().stop(id);
        });
    }
    m_table->setColumnHidden(kDevice, m_workbench.devices().size() < 2);
    m_table->setVisible(!rows.empty());
    showEmptyPlace(rows.empty());
}

void QueuePanel::showEmptyPlace(bool empty) {
    const bool first = !QSettings().value(QStringLiteral("firstCardClosed")).toBool();
    m_card->setVisible(empty && first);
    m_empty->setVisible(empty && !first);
}

void QueuePanel::update(int row, const RunRow& run) {
    m_table->setCell(row, kWhat, QString::fromStdString(run.name));
    m_table->setCell(row, kDevice, QString::fromStdString(run.device));
    m_table->setCell(row, kPercent, run.failed ? tr("failed") : tr("%1 %").arg(static_cast<int>(run.progress.fraction * 100)), true);
    m_table->setCell(row, kLeft, leftText(run));
    if (auto* bar = m_table->cellWidget(row, kProgress)->findChild<QProgressBar*>()) bar->setValue(static_cast<int>(run.progress.fraction * 1000));
    auto* stop = qobject_cast<QPushButton*>(m_table->cellWidget(row, kButton));
    const bool removes = run.failed || run.progress.state == JobState::Waiting;
    stop->setText(removes ? tr("Remove") : tr("Stop"));
    stop->setAccessibleName(stop->text());
    stop->setEnabled(run.progress.state != JobState::Stopping);
}

}  // namespace larmor::ui
