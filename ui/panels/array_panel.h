#pragma once
// Any array of any file that is understood: two axes on screen, sliders for the others, a montage of a third.

#include <QWidget>

#include "core/session/workbench/array_plane.h"
#include "core/session/workbench/background.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace larmor::ui {

class ElidedLabel;
class Viewport;

class ArrayPanel : public QWidget {
    Q_OBJECT
public:
    explicit ArrayPanel(session::Post post, QWidget* parent = nullptr);
    ~ArrayPanel() override;
    void openFile(const QString& path);
    [[nodiscard]] const session::PlaneChoice& choice() const { return m_choice; }
    [[nodiscard]] bool hasProblem() const;
    [[nodiscard]] Viewport& viewport() const { return *m_viewport; }

Q_SIGNALS:
    /// The person named the axes of the array that is shown.
    void kspaceRequested(const QString& path, const QString& dims, const QString& array);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void createTop(QVBoxLayout* layout);
    void createKspaceRow(QVBoxLayout* layout);
    void showFile(io::ArrayFilePtr file);
    void chooseArray(int index);
    void buildAxes();
    QWidget* axisRow(std::size_t axis);
    void showComponent(int index);
    void setRole(std::size_t axis, int role);
    void read();
    void showPlane(const ComplexArray& stack);
    [[nodiscard]] const io::ArrayEntry* entry() const;
    [[nodiscard]] QString axisName(std::size_t axis) const;

    ElidedLabel* m_fileLabel = nullptr;
    QComboBox* m_arrays = nullptr;
    QComboBox* m_component = nullptr;
    QLabel* m_facts = nullptr;
    QLabel* m_problem = nullptr;
    QLineEdit* m_dims = nullptr;
    QWidget* m_axes = nullptr;
    QVBoxLayout* m_axesLayout = nullptr;
    Viewport* m_viewport;
    io::ArrayFilePtr m_file;
    session::PlaneChoice m_choice;
    bool m_freshWindow = true;
    session::Background m_background;  // last: joined before the widgets it answers to go away
};

}  // namespace larmor::ui
