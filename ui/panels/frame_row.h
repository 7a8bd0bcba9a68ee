#pragma once
// Going through time: the frame of the slice that is shown, and a cine that runs through all of them.

#include <QTimer>
#include <QWidget>

#include "core/session/workbench/workbench.h"

class QLabel;
class QPushButton;
class QSlider;
class QSpinBox;

namespace larmor::ui {

class FrameRow : public QWidget {
    Q_OBJECT
public:
    explicit FrameRow(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh();
    /// Scans with frames only; else the row has nothing to show.
    [[nodiscard]] bool hasFrames() const;
    void step(int frames);  ///< of the same place, round and round
    void setPlaying(bool playing);
    [[nodiscard]] bool playing() const { return m_clock.isActive(); }

private:
    void show(std::int64_t frame);

    session::Workbench& m_workbench;
    QSlider* m_slider;
    QLabel* m_number;
    QPushButton* m_play;
    QSpinBox* m_rate;
    QTimer m_clock;
};

}  // namespace larmor::ui
