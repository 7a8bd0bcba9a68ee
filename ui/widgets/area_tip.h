#pragma once
// The tooltip of an area that draws its things by itself.

#include <QAbstractScrollArea>
#include <QHelpEvent>
#include <QToolTip>

namespace larmor::ui {

/// Shows tipAt(point) where `event` asks for a tooltip; its lines stay lines. false: the event is another one.
template <class TipAt>
bool showTip(QEvent* event, QAbstractScrollArea& area, TipAt&& tipAt) {
    if (event->type() != QEvent::ToolTip) return false;
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), tipAt(help->pos()).toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>")),
                       area.viewport());
    return true;
}

}  // namespace larmor::ui
