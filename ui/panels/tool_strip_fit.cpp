// Which texts of the toolbar have room.

#include <QPushButton>
#include <QToolButton>

#include "ui/panels/tool_strip.h"

namespace larmor::ui {

void ToolStrip::resizeEvent(QResizeEvent* event) {
    QToolBar::resizeEvent(event);
    fitTexts();
}

/// Where not all texts have room, those go first whose icon and tip say as much: better than a tool behind the chevron.
void ToolStrip::fitTexts() {
    constexpr int kAll = 3;
    if (!m_device) return;
    for (int dropped = 0; dropped <= kAll; ++dropped) {
        showTexts(dropped);
        if (sizeHint().width() <= width()) return;
    }
}

void ToolStrip::showTexts(int dropped) {
    const auto style = [dropped](int from) { return dropped >= from ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon; };
    m_links->setToolButtonStyle(style(1));
    m_error->setToolButtonStyle(style(1));
    m_open->setToolButtonStyle(style(2));
    m_step->setText(dropped >= 2 ? QString() : tr("Step"));
    m_stop->setText(dropped >= 2 ? QString() : tr("Stop"));
    m_pause->setText(dropped >= 3 ? QString() : m_pause->accessibleName());
}

}  // namespace larmor::ui
