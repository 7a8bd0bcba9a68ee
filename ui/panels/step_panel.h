#pragma once
// The kept steps and branches of the run that is steered, below the images.

#include <map>

#include <QImage>
#include <QWidget>

#include "core/session/workbench/workbench.h"

namespace larmor::ui {

class StepStrip;
struct StepLane;

class StepPanel : public QWidget {
    Q_OBJECT
public:
    explicit StepPanel(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);
    [[nodiscard]] StepStrip& strip() const { return *m_strip; }

private:
    struct Picture {
        std::weak_ptr<const session::StepSummary> summary;
        double brightest = 0;
        QImage image;  ///< null: to be made with the window as it stands
    };
    void connectStrip();
    void showRun(const session::RunSnapshot& snapshot);
    [[nodiscard]] StepLane laneOf(const session::RunSnapshot& snapshot, const session::Branch& branch, int mark);
    Picture& pictureFor(const std::shared_ptr<const session::StepSummary>& summary);
    [[nodiscard]] QImage imageOf(const std::shared_ptr<const session::StepSummary>& summary);
    [[nodiscard]] QString tipOf(const QString& lane, int step) const;

    session::Workbench& m_workbench;
    StepStrip* m_strip;
    std::map<const session::StepSummary*, Picture> m_pictures;
    double m_white = 0;  ///< magnitude that all pictures show as white: that of the brightest step
};

}  // namespace larmor::ui
