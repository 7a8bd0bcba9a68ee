#include "ui/panels/results_panel.h"

#include <algorithm>
#include <cmath>

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>

#include "ui/panels/section.h"
#include "ui/panels/table.h"
#include "ui/widgets/theme.h"

namespace larmor::ui {

namespace {

constexpr int kParametersWidth = 180;
enum Column { kWhat, kMask, kR, kSlices, kParameters, kNrmse, kPsnr, kSsim, kTime };

}  // namespace

ResultsPanel::ResultsPanel(session::Workbench& workbench, QWidget* parent)
    : QWidget(parent),
      m_workbench(workbench),
      m_table(new RowTable(QStringLiteral("results.table"),
                           {tr("Method"), tr("Mask"), tr("R"), tr("Slices"), tr("Parameters"), tr("NRMSE"), tr("PSNR dB"), tr("SSIM"), tr("Time s")}, this)),
      m_empty(emptyPlace(tr("No results yet. Each run's result is kept here with what it took to make it."),
                         QStringLiteral("results.empty"), this)) {
    m_actions = createActions();
    setObjectName(QStringLiteral("resultsPanel"));
    m_table->setAccessibleName(tr("Results"));
    auto* header = m_table->horizontalHeader();
    header->setSectionResizeMode(kParameters, QHeaderView::Stretch);
    for (const auto& [column, width] : {std::pair{kWhat, 100}, {kMask, 96}, {kR, 52}, {kSlices, 56}, {kNrmse, 64}, {kPsnr, 64}, {kSsim, 64}, {kTime, 56}}) {
        const int text = header->fontMetrics().horizontalAdvance(m_table->horizontalHeaderItem(column)->text());
        m_table->setColumnWidth(column, std::max(width, text + 28));
    }
    for (const int column : {kR, kNrmse, kPsnr, kSsim, kTime}) m_table->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_table);
    layout->addWidget(m_empty);
    m_table->hide();
    connect(m_table, &QTableWidget::itemSelectionChanged, this, [this] {
        const int row = m_table->currentRow();
        const auto chosen = m_table->selectionModel()->selectedRows();
        if (!chosen.isEmpty() && row >= 0 && row < static_cast<int>(m_ids.size())) m_workbench.showResult(m_ids[static_cast<std::size_t>(row)]);
    });
}

QWidget* ResultsPanel::createActions() {
    auto* row = new QWidget(this);
    m_export = button(tr("Export…"), QStringLiteral("results.export"), tr("Save the picked result: h5, npy, cfl, mat, nii.gz or png (Ctrl+E)"), row);
    m_copyCommand = button(tr("Copy as larmor-cli"), QStringLiteral("results.copyCommand"), tr("Copy the command that makes the same bytes"), row);
    m_copyBart = button(tr("Copy as BART"), QStringLiteral("results.copyBart"), tr("Copy BART's equivalent, where there is one"), row);
    m_delete = iconButton(QStringLiteral("trash"), QStringLiteral("results.delete"), tr("Delete"),
                          tr("Delete the picked result: it moves to the bin, and Ctrl+Z takes it back"), row);
    m_undo = iconButton(QStringLiteral("reset"), QStringLiteral("results.undo"), tr("Undo"),
                        tr("Take back the result that was deleted last (Ctrl+Z)"), row);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    for (QPushButton* each : {m_export, m_copyCommand, m_copyBart, m_delete, m_undo}) {
        layout->addWidget(each);
        each->setEnabled(false);
    }
    connect(m_export, &QPushButton::clicked, this, &ResultsPanel::exportShown);
    connect(m_copyCommand, &QPushButton::clicked, this, [this] { copyText(m_workbench.commandLineOf(m_workbench.shownResult())); });
    connect(m_copyBart, &QPushButton::clicked, this, [this] { copyText(m_workbench.bartCommandOf(m_workbench.shownResult())); });
    connect(m_delete, &QPushButton::clicked, this, [this] { m_workbench.deleteResult(m_workbench.shownResult()); });
    connect(m_undo, &QPushButton::clicked, this, [this] { m_workbench.undo(); });
    return row;
}

void ResultsPanel::setCompact(bool compact) {
    // With room to spare the parameters take it; without, the table scrolls sideways rather than cutting them to nothing.
    m_table->horizontalHeader()->setSectionResizeMode(kParameters, compact ? QHeaderView::Interactive : QHeaderView::Stretch);
    if (compact) m_table->setColumnWidth(kParameters, kParametersWidth);
    for (const auto& [each, name] : {std::pair{m_export, "save"}, {m_copyCommand, "terminal"}, {m_copyBart, "copy"}}) {
        each->setText(compact ? QString() : each->accessibleName());
        each->setIcon(compact ? icon(QString::fromLatin1(name)) : QIcon());
        setStyleProperty(*each, "iconOnly", compact);
    }
}

void ResultsPanel::copyText(const std::string& text) {
    QGuiApplication::clipboard()->setText(QString::fromStdString(text));
    m_workbench.tell({session::Notice::Kind::Info, session::Notice::Action::None, "Copied to the clipboard", text});
}

void ResultsPanel::exportShown() {
    const auto* entry = m_workbench.results().entry(m_workbench.shownResult());
    if (!entry) return;
    const QString path = QFileDialog::getSaveFileName(this, tr("Export the result"), QString::fromStdString(entry->result->protocol.method + ".h5"),
                                                      tr("Results (*.h5 *.npy *.cfl *.mat *.nii.gz *.nii *.png)"));
    if (!path.isEmpty()) m_workbench.exportResult(entry->id, path.toStdString());
}

void ResultsPanel::refresh(session::Changes changes) {
    if (!(changes & session::kResultsChanged)) return;
    const auto entries = m_workbench.results().visible();
    for (const int column : {kNrmse, kPsnr, kSsim}) m_table->horizontalHeaderItem(column)->setToolTip(wrapped(metricsProtocol()));
    const QSignalBlocker quiet(m_table);
    m_table->setRowCount(static_cast<int>(entries.size()));
    m_ids.clear();
    int shown = -1;
    for (int i = 0; i < static_cast<int>(entries.size()); ++i) {
        const auto& entry = *entries[static_cast<std::size_t>(i)];
        m_ids.push_back(entry.id);
        fillRow(i, entry);
        if (entry.id == m_workbench.shownResult()) shown = i;
    }
    m_table->setVisible(!entries.empty());
    m_empty->setVisible(entries.empty());
    if (shown >= 0) m_table->selectRow(shown);
    else m_table->clearSelection();
    for (QPushButton* each : {m_export, m_copyCommand, m_delete}) each->setEnabled(shown >= 0);
    m_copyBart->setEnabled(shown >= 0 && !m_workbench.bartCommandOf(m_workbench.shownResult()).empty());
    m_undo->setEnabled(m_workbench.results().canUndo());
}

QString ResultsPanel::metricsProtocol() const {
    return QString::fromStdString(session::metricsProtocolText(m_workbench.scale()));
}

void ResultsPanel::fillRow(int row, const session::ResultEntry& entry) {
    const Protocol& protocol = entry.result->protocol;
    const QString stopped = entry.result->stoppedEarly ? QStringLiteral(" (%1)").arg(QString::fromStdString(session::stoppedText(*entry.result))) : QString();
    m_table->setCell(row, kWhat, QString::fromStdString(entry.method) + stopped);
    m_table->setCell(row, kMask, QString::fromStdString(session::maskName(protocol.mask)));
    m_table->setCell(row, kR, QString::number(protocol.totalAcceleration, 'f', 2), true);
    m_table->setCell(row, kSlices, QString::fromStdString(session::sliceListText(protocol.slices)).section(QLatin1Char(' '), 1));
    m_table->setCell(row, kParameters, QString::fromStdString(entry.parameters));
    const QString none = entry.metricsProblem.empty() ? QStringLiteral("…") : QStringLiteral("–");
    const auto number = [&](double value, int digits) {
        if (!entry.mean) return none;
        return std::isinf(value) ? QStringLiteral("∞") : QString::number(value, 'f', digits);
    };
    const metrics::SliceMetrics mean = entry.mean.value_or(metrics::SliceMetrics{});
    m_table->setCell(row, kNrmse, number(mean.nrmse, 4), true);
    m_table->setCell(row, kPsnr, number(mean.psnr, 1), true);
    m_table->setCell(row, kSsim, number(mean.ssim, 4), true);
    m_table->setCell(row, kTime, QString::number(entry.result->seconds, 'f', 1), true);
    const QString how = entry.reference.empty()
                            ? QString::fromStdString(entry.metricsProblem)
                            : tr("Against %1, mean over the slices. %2").arg(QString::fromStdString(entry.reference), metricsProtocol());
    for (const int column : {kNrmse, kPsnr, kSsim}) m_table->item(row, column)->setToolTip(wrapped(how));
}

}  // namespace larmor::ui
