#pragma once
// A line where a thing happened: what, why, and a button that does the next sensible thing. Never a modal box.

#include <QFrame>

#include "core/session/workbench/workbench.h"

class QLabel;
class QPushButton;

namespace larmor::ui {

class Banner : public QFrame {
    Q_OBJECT
public:
    explicit Banner(QWidget* parent = nullptr);
    void show(const session::Notice& notice);
    void clear();

Q_SIGNALS:
    void actionRequested(larmor::session::Notice::Action action);
    void dismissed();

private:
    QLabel* m_symbol;
    QLabel* m_what;
    QLabel* m_why;
    QPushButton* m_action;
    session::Notice::Action m_kind = session::Notice::Action::None;
};

}  // namespace larmor::ui
