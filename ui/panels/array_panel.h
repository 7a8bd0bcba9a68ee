#pragma once
// Any array of any file that is understood: two axes on screen, sliders for the others, a montage of a third. Of several files one is shown;
// what is written anew is read again, and stays on the same axes, index and window.

#include <map>

#include <QTimer>
#include <QWidget>

#include "core/session/workbench/array_plane.h"
#include "core/session/workbench/background.h"
#include "ui/panels/array_files.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace larmor::ui {

class Viewport;

class ArrayPanel : public QWidget {
    Q_OBJECT
public:
    explicit ArrayPanel(session::Post post, QWidget* parent = nullptr);
    ~ArrayPanel() override;
    void openFile(const QString& path);
    /// All of them at hand, the first one shown.
    void openFiles(const QStringList& paths);
    [[nodiscard]] const QStringList& files() const { return m_files.paths(); }
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
    void list(const QString& path);
    void readFile(const QString& path);
    void readAgain(const QString& path);
    void fileFailed(const QString& path, const session::Problem& problem);
    void showFile(io::ArrayFilePtr file);
    [[nodiscard]] int arrayToShow(const QString& path) const;
    void chooseArray(int index);
    void buildAxes();
    QWidget* axisRow(std::size_t axis);
    void showComponent(int index);
    void setRole(std::size_t axis, int role);
    void read();
    void showPlane(const ComplexArray& stack);
    [[nodiscard]] const io::ArrayEntry* entry() const;
    [[nodiscard]] QString axisName(std::size_t axis) const;

    /// How a file was looked at.
    struct Look {
        std::string array;
        Shape shape;
        session::PlaneChoice choice;
    };
    void rememberLook();

    ArrayFiles m_files;
    std::map<QString, Look> m_looks;
    QTimer m_retry;  ///< a file that cannot be read may be half written
    int m_tries = 0;
    QComboBox* m_fileList = nullptr;
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
    QString m_shownPath;
    bool m_freshWindow = true;
    session::Background m_background;  // last: joined before the widgets it answers to go away
};

}  // namespace larmor::ui
