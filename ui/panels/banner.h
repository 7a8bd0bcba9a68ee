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
    struct Offer {
        QPushButton* shown = nullptr;
        session::Notice::Action action = session::Notice::Action::None;
    };
    void create(Offer& offered, const QString& objectName);
    static void offer(Offer& offered, session::Notice::Action action);

    QLabel* m_symbol;
    QLabel* m_what;
    QLabel* m_why;
    Offer m_first, m_second;
};

}  // namespace larmor::ui
