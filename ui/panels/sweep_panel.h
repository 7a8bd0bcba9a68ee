#pragma once
// A sweep: which values are tried, and the contact sheet that fills.

#include <optional>

#include <QImage>
#include <QWidget>

#include "core/session/workbench/workbench.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace larmor::ui {

class ContactSheet;

class SweepPanel : public QWidget {
    Q_OBJECT
public:
    explicit SweepPanel(session::Workbench& workbench, QWidget* parent = nullptr);
    void refresh(session::Changes changes);
    /// Starts with the values as they stand in the fields; what is wrong is told.
    void start();

Q_SIGNALS:
    void startRequested();
    void planBrought();       ///< by a picture: the fields hold it
    void pictureRequested();  ///< of the sheet, as a file

private:
    // What rows may differ by beside the parameters, whose names have no blank.
    [[nodiscard]] static QStringList proposedMasks(const session::MaskChoice& as);
    static constexpr char kAcceleration[] = "mask R", kMasks[] = "the mask", kPrior[] = "the prior", kMethod[] = "the method", kBrought[] = "as brought";
    QWidget* createForm();
    void connectParts();
    void fillParameters();
    void propose(const QComboBox* list, QLineEdit* values);
    [[nodiscard]] session::SweepPlan plan() const;  ///< @throws InputError
    void showPlan();
    void showRows(const session::SweepPlan& plan);
    [[nodiscard]] bool showKinds(const session::SweepPlan& plan);
    void addRows(const QComboBox* list, const QLineEdit* values, session::SweepPlan& plan) const;
    void offerBrought();
    void showForm();
    void showProgress();
    void showSheet();
    [[nodiscard]] QImage pictureOf(const session::SweptCell& cell);
    [[nodiscard]] QString labelOf(const std::string& parameter) const;

    session::Workbench& m_workbench;
    QComboBox* m_parameter;
    QLineEdit* m_values;
    QComboBox* m_second;
    QLineEdit* m_secondValues;
    QWidget* m_more;  ///< the line of what rows may differ by besides
    QComboBox* m_third;
    QLineEdit* m_thirdValues;
    QComboBox* m_size;  ///< data: what sizes are divided by
    QComboBox* m_jobs;  ///< data: cells at a time; 0: what threads and memory allow
    QPushButton* m_start;
    QLabel* m_progress;
    QLabel* m_empty;
    ContactSheet* m_sheet;
    QStringList m_choices;      ///< that the lists were filled for
    std::int64_t m_number = 0;  ///< of the sweep on the sheet
    std::vector<bool> m_there;  ///< cells that are on the sheet
    double m_white = 0;         ///< magnitude that all pictures show as white
    bool m_isOfReference = false;  ///< m_white
    std::int64_t m_plansShown = 0;  ///< of those that were brought
    std::optional<session::SweepPlan> m_brought;  ///< one whose rows the other choices cannot say
};

}  // namespace larmor::ui
