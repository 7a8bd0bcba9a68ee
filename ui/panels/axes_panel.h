#pragma once
// What the axes of a file are, one row each, where the file itself does not say: the guess and why, and another meaning at a click. The panes
// show at once what it looks like.

#include <optional>
#include <vector>

#include <QWidget>

#include "core/base/data/acquisition.h"

class QLabel;
class QPushButton;

namespace larmor::ui {

class AxesPanel : public QWidget {
    Q_OBJECT
public:
    explicit AxesPanel(QWidget* parent = nullptr);
    /// @param remembered  the axes are those that were named for an earlier file of this kind
    void showAxes(const AcquisitionHeader& header, bool remembered);

Q_SIGNALS:
    void dimsChosen(const QString& dims);  ///< in the file's written order
    void kept();                           ///< they are right as they are
    void forgotten();

private:
    void buildRows(const AcquisitionHeader& header);
    void choose(std::size_t axis, Dim meaning);

    std::vector<std::optional<Dim>> m_dims;  ///< one an axis, in the file's written order
    QLabel* m_reason;
    QWidget* m_rows = nullptr;
    QPushButton* m_keep;
    QPushButton* m_forget;
};

}  // namespace larmor::ui
