#pragma once
// Coils: what is done to them first, how their maps are estimated or the file these come from, and small pictures of them.

#include <QImage>
#include <QWidget>

#include "core/session/workbench/workbench.h"

class QLabel;
class QPushButton;

namespace larmor::ui {

class ParamForm;

/// |S| of each coil as a grid of thumbnails.
class MapGrid : public QWidget {
public:
    explicit MapGrid(QWidget* parent = nullptr);
    void setMaps(const ComplexArray& maps);
    void clear();
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] int edge(int width) const;
    std::vector<QImage> m_tiles;
};

class CoilPanel : public QWidget {
    Q_OBJECT
public:
    explicit CoilPanel(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);
    [[nodiscard]] QString firstProblem() const;

private:
    QWidget* createButtons();
    void chooseFile();
    void chooseCalibration();
    void showState();

    session::Workbench& m_workbench;
    ParamForm* m_preparation;
    ParamForm* m_form;
    QLabel* m_state;
    QPushButton* m_estimate = nullptr;
    QPushButton* m_clear = nullptr;
    MapGrid* m_grid;
    std::shared_ptr<const CoilMaps> m_shown;
};

}  // namespace larmor::ui
