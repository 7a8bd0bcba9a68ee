#pragma once
// The diffusion prior of the methods that need one: which, what it saw, the contrast, what it recommends, and where it is not at home.

#include <QWidget>

#include "core/session/workbench/workbench.h"

class QComboBox;
class QLabel;

namespace larmor::ui {

class PriorPanel : public QWidget {
    Q_OBJECT
public:
    explicit PriorPanel(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);

private:
    void show(const session::KnownPrior& prior);
    void fillContrasts(const session::KnownPrior& prior);
    void showAdvice();

    session::Workbench& m_workbench;
    QComboBox* m_list;
    QLabel* m_facts;
    QComboBox* m_contrast;
    QLabel* m_recommended;
    QLabel* m_caution;
    QLabel* m_none;
    QString m_shown;
};

}  // namespace larmor::ui
