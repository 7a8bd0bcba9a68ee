#pragma once
// The method and its parameters, as its manifest declares them, and the convergence of the run.

#include <QWidget>

#include "core/session/workbench/workbench.h"

class QComboBox;
class QLabel;

namespace larmor::ui {

class CurvePlot;
class ParamForm;
class PriorPanel;
class SteeringPanel;
class TuningPanel;

class MethodPanel : public QWidget {
    Q_OBJECT
public:
    explicit MethodPanel(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);
    [[nodiscard]] QString firstProblem() const;

Q_SIGNALS:
    void tuningRequested(const QString& parameter);

private:
    void take();
    void showMethod();
    void showCurve();

    session::Workbench& m_workbench;
    QComboBox* m_method;
    QLabel* m_summary;
    PriorPanel* m_prior;
    ParamForm* m_form;
    TuningPanel* m_tuning;
    SteeringPanel* m_steering;
    QLabel* m_curveHeading;
    CurvePlot* m_curve;
    QLabel* m_curveText;
    QString m_formOf;
};

}  // namespace larmor::ui
