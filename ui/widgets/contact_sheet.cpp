#include "ui/widgets/contact_sheet.h"

#include <algorithm>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace larmor::ui {

namespace {

constexpr int kBar = 36;
constexpr double kLeastWindow = 0.01;

}  // namespace

ContactSheet::ContactSheet(QWidget* parent) : QAbstractScrollArea(parent) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Contact sheet"));
    viewport()->setBackgroundRole(QPalette::Window);
    createBar();
    fillSorting();
    showSummary();
}

void ContactSheet::createBar() {
    m_bar = new QWidget(this);
    m_sort = new QComboBox(m_bar);
    m_summary = new QLabel(m_bar);
    m_open = new QPushButton(tr("Open"), m_bar);
    m_promote = new QPushButton(tr("Run in full"), m_bar);
    setViewportMargins(0, kBar, 0, 0);
    m_sort->setObjectName(QStringLiteral("sheet.sort"));
    m_sort->setAccessibleName(tr("Order of the cells"));
    m_sort->setToolTip(tr("As the parameters lie, or from the best of a metric to the worst"));
    m_summary->setObjectName(QStringLiteral("sheet.summary"));
    m_summary->setProperty("dim", true);
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_open->setObjectName(QStringLiteral("sheet.open"));
    m_open->setAccessibleName(tr("Open in compare view"));
    m_open->setToolTip(tr("Open the selected cell in the compare view (Return)"));
    m_promote->setObjectName(QStringLiteral("sheet.promote"));
    m_promote->setAccessibleName(m_promote->text());
    m_promote->setToolTip(tr("Reconstruct with the selected cell's values, always at full size"));
    auto* layout = new QHBoxLayout(m_bar);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->setSpacing(8);
    layout->addWidget(m_sort);
    layout->addWidget(m_summary, 1);
    layout->addWidget(m_open);
    layout->addWidget(m_promote);
    connect(m_sort, &QComboBox::activated, this, [this](int row) {
        setSorting(row - 1);
        Q_EMIT sortingChanged(m_sorting);
    });
    connect(m_open, &QPushButton::clicked, this, &ContactSheet::open);
    connect(m_promote, &QPushButton::clicked, this, [this] { Q_EMIT promoteRequested(m_selected); });
}

void ContactSheet::fillSorting() {
    m_sort->clear();
    m_sort->addItem(tr("Grid"));
    for (const SheetMetric& metric : m_plan.metrics) m_sort->addItem(tr("Best %1 first").arg(metric.name));
    m_sort->setCurrentIndex(m_sorting + 1);
}

void ContactSheet::setPlan(const SheetPlan& plan) {
    m_plan = plan;
    m_cells.assign(static_cast<std::size_t>(plan.count()), {});
    m_shown.assign(m_cells.size(), {});
    m_selected = m_sorting = -1;
    fillSorting();
    order();
}

void ContactSheet::setCell(int index, const SheetCell& cell) {
    if (index < 0 || index >= static_cast<int>(m_cells.size())) return;
    m_cells[static_cast<std::size_t>(index)] = cell;
    m_shown[static_cast<std::size_t>(index)] = {};
    order();
}

void ContactSheet::setSorting(int metric) {
    m_sorting = std::clamp(metric, -1, static_cast<int>(m_plan.metrics.size()) - 1);
    m_sort->setCurrentIndex(m_sorting + 1);
    order();
    if (m_selected >= 0) reveal(m_selected);
}

void ContactSheet::order() {
    m_order = sheetOrder(m_cells, m_sorting, isList() && m_plan.metrics[static_cast<std::size_t>(m_sorting)].higherIsBetter);
    updateScrollRanges();
    showSummary();
    viewport()->update();
}

void ContactSheet::setWindow(double window, double level) {
    m_window = std::max(window, kLeastWindow);
    m_level = level;
    std::fill(m_shown.begin(), m_shown.end(), QImage());
    viewport()->update();
}

SheetExtremes ContactSheet::extremes() const {
    if (m_plan.metrics.empty()) return {};
    const int metric = std::max(m_sorting, 0);
    return sheetExtremes(m_cells, metric, m_plan.metrics[static_cast<std::size_t>(metric)].higherIsBetter);
}

void ContactSheet::showSummary() {
    const auto of = [this](SheetCell::State state) {
        return std::count_if(m_cells.begin(), m_cells.end(), [state](const SheetCell& cell) { return cell.state == state; });
    };
    QString text = tr("%1 of %2 done").arg(of(SheetCell::State::Done)).arg(m_cells.size());
    if (const auto failed = of(SheetCell::State::Failed)) text += tr(" · %1 failed").arg(failed);
    const SheetExtremes ends = extremes();
    if (ends.best >= 0) text += tr(" · best: %1").arg(m_plan.caption(ends.best));
    m_summary->setText(m_summary->fontMetrics().elidedText(text, Qt::ElideRight, m_summary->width()));
    m_summary->setToolTip(text);
    const bool isSelected = m_selected >= 0;
    m_open->setEnabled(isSelected && cell(m_selected).state == SheetCell::State::Done);
    m_promote->setEnabled(isSelected);
    setAccessibleDescription(isSelected ? tr("%1 selected").arg(m_plan.caption(m_selected)) : text);
}

void ContactSheet::setSelected(int index) {
    m_selected = index >= 0 && index < static_cast<int>(m_cells.size()) ? index : -1;
    showSummary();
    viewport()->update();
}

void ContactSheet::select(int index) {
    if (index < 0) return;
    reveal(index);
    if (index == m_selected) return;
    setSelected(index);
    Q_EMIT cellSelected(index);
}

void ContactSheet::open() {
    if (m_selected >= 0 && cell(m_selected).state == SheetCell::State::Done) Q_EMIT opened(m_selected);
}

void ContactSheet::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void ContactSheet::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void ContactSheet::resizeEvent(QResizeEvent*) {
    m_bar->setGeometry(0, 0, viewport()->width(), kBar);
    m_bar->layout()->activate();
    showSummary();
    updateScrollRanges();
}

}  // namespace larmor::ui
