#pragma once
// The choice of a parameter from held-out lines: its buttons in the form, how far it is, and the curve with its verdict.

#include <map>

#include <QWidget>

#include "core/session/workbench/workbench.h"

class QLabel;
class QPushButton;

namespace larmor::ui {

class CurvePlot;
class ParamForm;

class TuningPanel : public QWidget {
    Q_OBJECT
public:
    explicit TuningPanel(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);
    /// Puts "Auto" into the rows of the parameters that can be tuned, "method.<parameter>.auto". To be called after each setSpecs().
    void addButtons(ParamForm& form);

Q_SIGNALS:
    void requested(const QString& parameter);

private:
    void press(const std::string& parameter);
    void showButtons();
    void showState();
    void showCurve(const Tuning& tuning, const QString& symbol);

    session::Workbench& m_workbench;
    std::map<std::string, QPushButton*> m_buttons;  ///< by parameter, of the form as it stands
    QLabel* m_text;
    CurvePlot* m_curve;
    QPushButton* m_close;
    session::RunId m_closed = 0;  ///< the tuning that was closed
};

/// "Regularisation λ = 0.0042 predicts 8 held-out lines of slice 3 best; 0.002 to 0.008 are as good.", or why the lines do not tell.
[[nodiscard]] QString verdictText(const Tuning& tuning, const QString& label);

}  // namespace larmor::ui
