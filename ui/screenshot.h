#pragma once
// Pictures of the window made by a command, for the documents: open, set, run, wait, save.

#include <QObject>
#include <QSize>
#include <QString>
#include <QStringList>

#include "core/session/workbench/workbench.h"

namespace larmor::ui {

class MainWindow;

struct ScreenshotPlan {
    QString output;           ///< PNG; empty: no picture
    QSize size{1440, 900};
    QString method, mask;     ///< empty: as the window has them
    QStringList settings;     ///< "name=value" of the method
    QString device, contrast;
    int panes = 0;            ///< 0: as the window has them
    bool run = false;         ///< presses Reconstruct
    int atStep = 0;           ///< with `run`: takes the picture at this step; 0: when all is done
    bool ofArrays = false;    ///< the picture is of the panel of arrays
    bool quit = false;        ///< closes the window after that
};

/// Follows a window and carries the plan out, each part when the window has come to rest.
class Screenshot : public QObject {
    Q_OBJECT
public:
    Screenshot(MainWindow& window, ScreenshotPlan plan);

private:
    enum class Stage { Opening, Setting, Running, Done };
    void proceed();
    [[nodiscard]] bool arraysAreThere() const;
    void applySettings();
    void takePicture();

    MainWindow& m_window;
    ScreenshotPlan m_plan;
    Stage m_stage = Stage::Opening;
};

}  // namespace larmor::ui
