#pragma once
// Posterior samples of the result in the framed pane: which of them is shown, and whether they scatter as much as they err.

#include <QWidget>

#include "core/session/workbench/workbench.h"

class QLabel;
class QPushButton;

namespace larmor::ui {

class CurvePlot;

class SamplesPanel : public QWidget {
    Q_OBJECT
public:
    explicit SamplesPanel(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);
    void showPlaying(bool playing);

Q_SIGNALS:
    void stepRequested(int steps);
    void playRequested(bool play);

private:
    QWidget* createButtons();
    void put(session::PaneContent content, std::int64_t sample);
    void showCheck(const session::PaneSamples& samples);
    /// The framed pane, or the first one where that shows something else than a result.
    [[nodiscard]] std::size_t target() const;

    session::Workbench& m_workbench;
    QPushButton* m_mean = nullptr;
    QPushButton* m_before = nullptr;
    QPushButton* m_sample = nullptr;
    QPushButton* m_next = nullptr;
    QPushButton* m_play = nullptr;
    QPushButton* m_deviation = nullptr;
    QPushButton* m_phase = nullptr;
    QPushButton* m_sideBySide = nullptr;
    QLabel* m_verdict;
    QLabel* m_details;
    CurvePlot* m_plot;
    bool m_playing = false;
};

}  // namespace larmor::ui
