#pragma once
// Mouse and key events on painted widgets, and what is chosen from their menus.

#include <memory>

#include <QApplication>
#include <QContextMenuEvent>
#include <QImage>
#include <QMenu>
#include <QMouseEvent>
#include <QTest>

namespace larmor::test {

inline void send(QWidget& widget, QEvent::Type type, const QPointF& at, Qt::MouseButton button, Qt::MouseButtons held,
                 Qt::KeyboardModifiers keys = {}) {
    QMouseEvent event(type, at, widget.mapToGlobal(at), button, held, keys);
    QApplication::sendEvent(&widget, &event);
}

inline void moveHeld(QWidget& widget, const QPointF& to, Qt::MouseButton button = Qt::LeftButton) {
    send(widget, QEvent::MouseMove, to, Qt::NoButton, button);
}

inline void drag(QWidget& widget, const QPointF& from, const QPointF& to, Qt::MouseButton button = Qt::LeftButton) {
    send(widget, QEvent::MouseButtonPress, from, button, button);
    moveHeld(widget, (from + to) / 2, button);
    moveHeld(widget, to, button);
    send(widget, QEvent::MouseButtonRelease, to, button, Qt::NoButton);
}

inline void doubleClick(QWidget& widget, const QPoint& at) {
    QTest::mouseClick(&widget, Qt::LeftButton, {}, at);
    QTest::mouseDClick(&widget, Qt::LeftButton, {}, at);
}

/// Opens the context menu there and clicks the action of that name; false if there is none or it is disabled.
inline bool choose(QWidget& widget, const QPoint& at, const QString& name, const QString& text = {}) {
    QTest::mouseClick(&widget, Qt::RightButton, {}, at);
    QContextMenuEvent asked(QContextMenuEvent::Mouse, at, widget.mapToGlobal(at));
    QApplication::sendEvent(&widget, &asked);
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    if (!menu) return false;
    for (QAction* action : menu->actions()) {
        if (action->objectName() != name || !action->text().contains(text)) continue;
        const bool enabled = action->isEnabled();
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
        menu->close();
        return enabled;
    }
    menu->close();
    return false;
}

/// A widget on the screen.
template <typename Widget>
std::unique_ptr<Widget> shown(const QSize& size) {
    auto widget = std::make_unique<Widget>();
    widget->resize(size);
    widget->show();
    if (!QTest::qWaitForWindowExposed(widget.get())) QTest::qFail("the widget is not shown", __FILE__, __LINE__);
    return widget;
}

inline QImage grey(int width, int height) {
    QImage image(width, height, QImage::Format_Grayscale8);
    image.fill(128);
    return image;
}

}  // namespace larmor::test
