#include "ui/widgets/wheel_guard.h"

#include <QEvent>
#include <QWidget>

namespace larmor::ui {

namespace {

class Guard : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override {
        const auto* control = qobject_cast<QWidget*>(watched);
        if (event->type() != QEvent::Wheel || !control || control->hasFocus()) return false;
        event->ignore();
        return true;
    }
};

}  // namespace

void guardWheel(QWidget& control) {
    control.setFocusPolicy(Qt::StrongFocus);
    control.installEventFilter(new Guard(&control));
}

}  // namespace larmor::ui
