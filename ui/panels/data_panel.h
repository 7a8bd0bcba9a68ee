#pragma once
// What is open: the file, how its dimensions were read and why, slices, matrix, pixel, coils.

#include <QWidget>

#include "core/session/workbench/workbench.h"

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSlider;
class QSpinBox;

namespace larmor::ui {

class AxesPanel;
class ElidedLabel;
class FrameRow;

class DataPanel : public QWidget {
    Q_OBJECT
public:
    explicit DataPanel(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);
    [[nodiscard]] FrameRow& frames() { return *m_frames; }

Q_SIGNALS:
    void openRequested();

private:
    QWidget* createFacts();
    void createReference(QWidget* facts);
    void showHeader(const AcquisitionHeader& header);

    session::Workbench& m_workbench;
    ElidedLabel* m_file;
    QLabel* m_simulated;
    QLabel* m_empty;
    QWidget* m_facts = nullptr;
    QSlider* m_sliceSlider = nullptr;
    QSpinBox* m_slice = nullptr;
    FrameRow* m_frames = nullptr;
    QFormLayout* m_form = nullptr;
    QLineEdit* m_dims = nullptr;
    QComboBox* m_reference = nullptr;
    AxesPanel* m_axes = nullptr;
    ElidedLabel* m_matrix = nullptr;
    ElidedLabel* m_encoded = nullptr;
    ElidedLabel* m_pixel = nullptr;
    ElidedLabel* m_coils = nullptr;
    ElidedLabel* m_format = nullptr;
    QLabel* m_notes = nullptr;
};

}  // namespace larmor::ui
