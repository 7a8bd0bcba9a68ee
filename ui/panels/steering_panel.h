#pragma once
// Steering of the run that goes on: where it stands, the data weight over the steps to come, and its curves.

#include <QWidget>

#include "core/session/workbench/workbench.h"

class QLabel;

namespace larmor::ui {

class CurvePlot;
class ScheduleEditor;
struct ScheduleKnot;

class SteeringPanel : public QWidget {
    Q_OBJECT
public:
    explicit SteeringPanel(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);

private:
    void showState(const session::RunSnapshot& run);
    void showSchedule(const session::RunSnapshot& run);
    void showCurves(const session::RunSnapshot& run);
    void takeSchedule(const std::vector<ScheduleKnot>& knots);

    session::Workbench& m_workbench;
    QLabel* m_state;
    QLabel* m_scheduleName;
    ScheduleEditor* m_schedule;
    CurvePlot* m_curves;
    QString m_scheduleText;  ///< that the editor shows
    std::int64_t m_steps = 0;
    session::BranchId m_branch = 0;
    bool m_hovers = false;
};

/// The knots of a schedule as a parameter's text gives it: numbers at equal distances from the first step to the last.
[[nodiscard]] std::vector<ScheduleKnot> knotsOf(const std::vector<double>& numbers, int steps);
/// The knots of a run's schedule: in the steps that were done as they had it, then as those to come will.
[[nodiscard]] std::vector<ScheduleKnot> knotsOf(const session::RunSnapshot& run, const ParamSpec& spec);
/// The text for a value each step: one number where all that are to come are the same.
[[nodiscard]] std::string scheduleText(const std::vector<double>& values, int done);

}  // namespace larmor::ui
