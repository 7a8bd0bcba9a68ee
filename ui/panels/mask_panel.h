#pragma once
// Which samples are kept: by rule or from a file, with what came of it.

#include <QTimer>
#include <QWidget>

#include "core/session/workbench/workbench.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace larmor::ui {

class ElidedLabel;
class CurvePlot;
class MaskPicture;
class ParamForm;

class MaskPanel : public QWidget {
    Q_OBJECT
public:
    explicit MaskPanel(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);
    /// What is wrong with a field, for Reconstruct to say: "R: must be at least 1", or empty.
    [[nodiscard]] QString firstProblem() const;
    /// Hands over at once what waits for the quiet of 50 ms.
    void flush();

private:
    QWidget* createPictures();
    void chooseKind(int index);
    void chooseFile();
    void chooseTarget();
    void send();
    void showChoice();
    void showState();
    void showLineCheck();

    session::Workbench& m_workbench;
    QTimer m_quiet;
    QComboBox* m_kind;
    ParamForm* m_form;
    QWidget* m_fileRow;
    ElidedLabel* m_file;
    QPushButton* m_save;
    QLabel* m_achieved;
    QWidget* m_pictures = nullptr;
    MaskPicture* m_picture = nullptr;
    CurvePlot* m_pointSpread = nullptr;
    QLabel* m_pointSpreadText = nullptr;
    QPushButton* m_checkLines;
    QLabel* m_warnings;
    QLabel* m_problem;
};

}  // namespace larmor::ui
