#pragma once
// The kept steps of a run as pictures with a scrubber, and its branches below each other, each from the step where it left its parent.

#include <functional>
#include <vector>

#include <QAbstractScrollArea>
#include <QImage>

#include "ui/widgets/step_axis.h"

class QLineEdit;
class QMenu;

namespace larmor::ui {

struct KeptStep {
    int step = 1;
    QImage picture;  ///< null: kept, its picture is not there yet
};

/// One branch. Steps count from 1.
struct StepLane {
    QString id, name;
    QString change;              ///< what it changed: "ζ 1 → 2.1"
    QString parent;              ///< id; empty: the trunk
    int forkStep = 0;            ///< the last step that it shares with its parent
    int done = 0, steps = 1;     ///< of the whole run, the shared ones included
    int running = 0;             ///< the step that is computed now; 0: none
    std::vector<KeptStep> kept;  ///< ascending; those up to forkStep are its parent's
    int mark = 0;                ///< its colour and shape: seriesMark()
    bool removable = true;
};

/// The selected lane is drawn large, its first steps are its parent's. Scrubbing goes from kept step to kept step.
/// Keys: Left, Right, Home, End scrub, Up and Down select a lane, Return rewinds, B branches, F2 renames, Delete deletes, C compares with
/// the parent. Ctrl with a click on another lane compares it with the selected one.
class StepStrip : public QAbstractScrollArea {
    Q_OBJECT
public:
    using TipSource = std::function<QString(const QString& lane, int step)>;

    explicit StepStrip(QWidget* parent = nullptr);

    /// Parents stand before their children. A selected lane that is gone gives way to the first; without a signal.
    void setLanes(std::vector<StepLane> lanes);
    /// Without a signal. The step need not be kept.
    void setCurrent(const QString& lane, int step);
    /// Marks two lanes A and B; empty: none.
    void setCompared(const QString& first, const QString& second);
    /// What a step's tooltip says of it, asked when the pointer rests there.
    void setTipSource(TipSource source);

    [[nodiscard]] QString selectedLane() const;
    [[nodiscard]] int currentStep() const { return m_step; }
    /// In the viewport: the middle of a step in a lane's row, and the lane's name.
    [[nodiscard]] QPoint pointOf(const QString& lane, int step) const;
    [[nodiscard]] QRect nameOf(const QString& lane) const;
    [[nodiscard]] QString tipAt(const QPoint& point) const;  ///< plain text
    /// The first kept picture's width against its height; 1 without one.
    [[nodiscard]] double pictureAspect() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void scrubbed(int step);  ///< of the selected lane
    void rewindRequested(int step);
    void branchFromRequested(int step);
    void branchSelected(const QString& id);
    void compareRequested(const QString& first, const QString& second);
    void renameRequested(const QString& id, const QString& name);
    void deleteRequested(const QString& id);
    void promoteRequested(const QString& id);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    enum class Part { None, Name, Steps };
    struct Hit {
        int lane = -1;
        Part part = Part::None;
        int step = 0;
    };
    [[nodiscard]] int laneIndex(const QString& id) const;
    [[nodiscard]] const StepLane& selected() const { return m_lanes[static_cast<std::size_t>(m_selected)]; }
    [[nodiscard]] const KeptStep* keptAt(const StepLane& lane, int step) const;
    [[nodiscard]] std::vector<int> keptSteps(const StepLane& lane, bool shared) const;
    [[nodiscard]] int nearestKept(int step) const;

    [[nodiscard]] int headerWidth() const;
    [[nodiscard]] int stepCount() const;
    [[nodiscard]] double pictureWidth(bool large) const;
    [[nodiscard]] StepAxis axis() const;
    [[nodiscard]] QRect rowOf(int lane) const;
    [[nodiscard]] Hit hitAt(const QPoint& point) const;

    void select(int lane);
    void scrub(int step);
    void scrubBy(int places);
    void rewindHere();
    void compareWithParent();
    void editName();
    void endEditing(bool take);
    [[nodiscard]] QMenu* makeMenu();
    void updateScrollRange();
    void revealSelected();
    void describe();

    void paintConnector(QPainter& painter, int lane) const;
    void paintLane(QPainter& painter, int lane) const;
    void paintSlot(QPainter& painter, const StepLane& lane, const StepSlot& slot, const QRectF& row, bool large) const;
    void paintHeader(QPainter& painter, int lane) const;
    double paintBadges(QPainter& painter, const StepLane& lane, const QRectF& name) const;
    void paintRuler(QPainter& painter) const;

    std::vector<StepLane> m_lanes;
    int m_selected = 0;
    int m_step = 0;  ///< shown; 0: none
    QString m_compared[2];
    TipSource m_tips;
    Hit m_pressed;
    bool m_scrubbing = false;
    QLineEdit* m_rename;
};

}  // namespace larmor::ui
