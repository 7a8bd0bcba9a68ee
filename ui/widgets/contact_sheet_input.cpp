#include <algorithm>
#include <cmath>

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPushButton>

#include "ui/widgets/area_tip.h"
#include "ui/widgets/contact_sheet.h"

namespace larmor::ui {

namespace {

constexpr double kWindowADragPixel = 0.005;

}  // namespace

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
    menu->addSeparator();
    QAction* saves = menu->addAction(tr("Save the sheet as a picture…"), this, &ContactSheet::pictureRequested);
    saves->setObjectName(QStringLiteral("sheet.menu.picture"));
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
    if (!here.note.isEmpty()) lines << here.note;
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
    return showTip(event, *this, [this](const QPoint& point) { return tipAt(point); }) || QAbstractScrollArea::viewportEvent(event);
}

}  // namespace larmor::ui
