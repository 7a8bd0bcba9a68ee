#include "ui/widgets/contact_sheet.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QMouseEvent>
#include <QPushButton>
#include <QScrollBar>
#include <QToolTip>

#include "ui/widgets/theme.h"

namespace larmor::ui {

namespace {

constexpr int kBar = 36;
constexpr double kWindowADragPixel = 0.005;
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
    m_open = new QPushButton(tr("Open in compare view"), m_bar);
    m_promote = new QPushButton(tr("Run in full"), m_bar);
    setViewportMargins(0, kBar, 0, 0);
    m_sort->setObjectName(QStringLiteral("sheet.sort"));
    m_sort->setAccessibleName(tr("Order of the cells"));
    m_sort->setToolTip(tr("As the parameters lie, or from the best of a metric to the worst"));
    m_summary->setObjectName(QStringLiteral("sheet.summary"));
    m_summary->setProperty("dim", true);
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_open->setObjectName(QStringLiteral("sheet.open"));
    m_open->setAccessibleName(m_open->text());
    m_open->setToolTip(tr("Show the selected cell's image beside the others (Return)"));
    m_promote->setObjectName(QStringLiteral("sheet.promote"));
    m_promote->setAccessibleName(m_promote->text());
    m_promote->setToolTip(tr("Reconstruct with the selected cell's values at full size"));
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
    m_summary->setText(text);
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

void ContactSheet::mousePressEvent(QMouseEvent* event) {
    m_from = event->pos();
    if (event->button() == Qt::MiddleButton) {
        m_windowing = true;
        m_fromWindow = m_window;
        m_fromLevel = m_level;
    } else {
        select(cellAt(event->pos()));
    }
}

void ContactSheet::mouseMoveEvent(QMouseEvent* event) {
    if (!m_windowing) return;
    // As in a pane. To the right: wider. Upwards: brighter, because a lower level is.
    const QPoint moved = event->pos() - m_from;
    setWindow(m_fromWindow * std::exp(kWindowADragPixel * moved.x()), m_fromLevel + m_fromWindow * kWindowADragPixel / 2 * moved.y());
    Q_EMIT windowEdited(m_window, m_level);
}

void ContactSheet::mouseReleaseEvent(QMouseEvent*) { m_windowing = false; }

void ContactSheet::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && cellAt(event->pos()) == m_selected) open();
}

void ContactSheet::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    if (m_selected < 0 || (!byKey && cellAt(event->pos()) != m_selected)) return;
    makeMenu()->popup(byKey ? viewport()->mapToGlobal(placeOf(m_selected).center()) : event->globalPos());
}

QMenu* ContactSheet::makeMenu() {
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("sheet.menu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* opens = menu->addAction(tr("Open in compare view"), this, &ContactSheet::open);
    opens->setObjectName(QStringLiteral("sheet.menu.open"));
    opens->setEnabled(m_open->isEnabled());
    QAction* promotes = menu->addAction(tr("Run in full"), this, [this] { Q_EMIT promoteRequested(m_selected); });
    promotes->setObjectName(QStringLiteral("sheet.menu.promote"));
    return menu;
}

void ContactSheet::keyPressEvent(QKeyEvent* event) {
    if (m_order.empty()) return QWidget::keyPressEvent(event);
    const int rank = m_selected >= 0 ? rankOf(m_selected) : -1, last = static_cast<int>(m_order.size()) - 1;
    const auto go = [&](int to) { select(m_order[static_cast<std::size_t>(std::clamp(to, 0, last))]); };
    switch (event->key()) {
        case Qt::Key_Left: return go(rank - 1);
        case Qt::Key_Right: return go(rank + 1);
        case Qt::Key_Up: return go(rank < columnsShown() ? std::max(rank, 0) : rank - columnsShown());
        case Qt::Key_Down: return go(rank + columnsShown() > last ? std::max(rank, 0) : std::max(rank + columnsShown(), 0));
        case Qt::Key_Home: return go(0);
        case Qt::Key_End: return go(last);
        case Qt::Key_Return:
        case Qt::Key_Enter: return open();
        default: QWidget::keyPressEvent(event);
    }
}

QString ContactSheet::tipAt(const QPoint& point) const {
    const int index = cellAt(point);
    if (index < 0) return {};
    QStringList lines{m_plan.caption(index)};
    const SheetCell& here = cell(index);
    if (here.state == SheetCell::State::Waiting) lines << tr("waiting");
    if (here.state == SheetCell::State::Running) lines << tr("running, %1 %").arg(std::lround(100 * here.progress));
    if (here.state == SheetCell::State::Failed) lines << tr("failed: %1").arg(here.reason);
    for (int metric = 0; metric < static_cast<int>(m_plan.metrics.size()); ++metric)
        if (const double value = here.metric(metric); !std::isnan(value)) {
            const SheetMetric& what = m_plan.metrics[static_cast<std::size_t>(metric)];
            lines << what.name + QLatin1Char(' ') + metricText(what, value) +
                         (what.higherIsBetter ? tr(" (higher is better)") : tr(" (lower is better)"));
        }
    return lines.join(QLatin1Char('\n'));
}

bool ContactSheet::viewportEvent(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), tipAt(help->pos()).toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>")),
                       viewport());
    return true;
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
    m_bar->setGeometry(0, 0, width(), kBar);
    updateScrollRanges();
}

}  // namespace larmor::ui
