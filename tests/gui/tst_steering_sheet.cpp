// The schedule and the contact sheet of live steering under real mouse and key events.
#include <cmath>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <QtTest>

#include "tests/gui/steering_events.h"
#include "ui/widgets/contact_sheet.h"
#include "ui/widgets/schedule_editor.h"
#include "ui/widgets/theme.h"

using namespace larmor::test;
using namespace larmor::ui;

namespace {

ScheduleCurve bent() {
    ScheduleCurve curve;
    curve.knots = {{1, 1}, {30, 1}, {60, 4}, {100, 1}};
    curve.steps = 100;
    curve.done = 37;
    return curve;
}

}  // namespace

class TestSteeringSheet : public QObject {
    Q_OBJECT
    std::unique_ptr<ScheduleEditor> m_schedule;
    std::unique_ptr<ContactSheet> m_sheet;

    void makeSheet() {
        m_sheet = shown<ContactSheet>({480, 700});
        m_sheet->setPlan({"steps", "ζ", {"50", "100"}, {"1", "2", "4"}, {{"NRMSE", {}, false}, {"SSIM", {}, true}}});
        for (int index = 0; index < 4; ++index) {
            SheetCell cell;
            cell.state = SheetCell::State::Done;
            cell.picture = grey(40, 60);
            cell.metrics = {0.1 * (1 + (index + 2) % 4), 0.9 - 0.1 * index};  // NRMSE 0.3 0.4 0.1 0.2, SSIM 0.9 0.8 0.7 0.6
            m_sheet->setCell(index, cell);
        }
        SheetCell failed;
        failed.state = SheetCell::State::Failed;
        failed.reason = "out of memory";
        m_sheet->setCell(4, failed);
    }

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp); }

    void init() {
        m_schedule = shown<ScheduleEditor>({500, 200});
        m_schedule->setName("ζ");
        m_schedule->setCurve(bent());
        makeSheet();
    }

    void cleanup() {
        m_schedule.reset();
        m_sheet.reset();
    }

    void aKnotIsDragged() {
        QSignalSpy edited(m_schedule.get(), &ScheduleEditor::edited);
        QSignalSpy committed(m_schedule.get(), &ScheduleEditor::committed);
        drag(*m_schedule, m_schedule->pointOf({60, 4}), m_schedule->pointOf({70, 10}));
        const auto knot = m_schedule->curve().knotAt(70);
        QVERIFY(knot);
        QVERIFY(std::abs(m_schedule->curve().knots[*knot].value - 10) < 0.5);
        QVERIFY(edited.count() >= 2);
        QCOMPARE(committed.count(), 1);
        QCOMPARE(committed.at(0).at(0).value<std::vector<ScheduleKnot>>(), m_schedule->curve().knots);
        QCOMPARE(m_schedule->curve().valueAt(30), 1.0);
    }

    void lockedKnotsAndStepsDoNotMove() {
        QSignalSpy edited(m_schedule.get(), &ScheduleEditor::edited);
        drag(*m_schedule, m_schedule->pointOf({30, 1}), m_schedule->pointOf({30, 8}));
        drag(*m_schedule, m_schedule->pointOf({15, 1}), m_schedule->pointOf({15, 8}));  // the line of the past
        doubleClick(*m_schedule, m_schedule->pointOf({20, 5}).toPoint());
        QCOMPARE(edited.count(), 0);
        QCOMPARE(m_schedule->curve().knots, bent().knots);
    }

    void theLineDragsAllThatIsToCome() {
        const auto before = bent();
        const QPointF on = m_schedule->pointOf({80, before.valueAt(80)});
        drag(*m_schedule, on, on - QPointF(0, 20));
        const ScheduleCurve& after = m_schedule->curve();
        for (int step = 1; step <= 37; ++step) QVERIFY(std::abs(after.valueAt(step) - before.valueAt(step)) < 1e-9);
        const double factor = after.valueAt(60) / before.valueAt(60);
        QVERIFY(factor > 1.2);
        for (const int step : {38, 80, 100}) QVERIFY(std::abs(after.valueAt(step) / before.valueAt(step) / factor - 1) < 0.02);
    }

    void doubleClickAddsAndDeleteRemoves() {
        QSignalSpy committed(m_schedule.get(), &ScheduleEditor::committed);
        doubleClick(*m_schedule, m_schedule->pointOf({80, 20}).toPoint());
        QCOMPARE(m_schedule->selectedStep(), std::optional(80));
        QVERIFY(std::abs(m_schedule->curve().valueAt(80) / 20 - 1) < 0.1);
        QTest::keyClick(m_schedule.get(), Qt::Key_Delete);
        QVERIFY(!m_schedule->curve().knotAt(80));
        QCOMPARE(m_schedule->selectedStep(), std::optional(100));
        QTest::keyClick(m_schedule.get(), Qt::Key_Insert);  // no room after the last
        QCOMPARE(committed.count(), 2);
    }

    void escapeTakesADragBack() {
        const QPointF from = m_schedule->pointOf({60, 4});
        send(*m_schedule, QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
        moveHeld(*m_schedule, from + QPointF(30, -30));
        QVERIFY(m_schedule->curve().knots != bent().knots);
        QTest::keyClick(m_schedule.get(), Qt::Key_Escape);
        QCOMPARE(m_schedule->curve().knots, bent().knots);
        moveHeld(*m_schedule, from + QPointF(60, -60));  // the drag is over
        QCOMPARE(m_schedule->curve().knots, bent().knots);
    }

    void aRunThatGoesOnKeepsThePastWhileDragging() {
        const QPointF from = m_schedule->pointOf({60, 4});
        send(*m_schedule, QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
        moveHeld(*m_schedule, from + QPointF(0, -20));
        m_schedule->setDone(45);
        const double used = m_schedule->curve().valueAt(45);
        moveHeld(*m_schedule, from + QPointF(0, 40));
        QVERIFY(std::abs(m_schedule->curve().valueAt(45) - used) < 1e-9);
        m_schedule->setDone(60);  // past its knot
        const auto knots = m_schedule->curve().knots;
        moveHeld(*m_schedule, from + QPointF(0, -40));
        QCOMPARE(m_schedule->curve().knots, knots);
    }

    void tabGoesFromKnotToKnotAndArrowsMoveThem() {
        QWidget window;
        auto* layout = new QVBoxLayout(&window);
        auto* before = new QLineEdit(&window);
        auto* editor = new ScheduleEditor(&window);
        auto* after = new QLineEdit(&window);
        for (QWidget* widget : {static_cast<QWidget*>(before), static_cast<QWidget*>(editor), static_cast<QWidget*>(after)})
            layout->addWidget(widget);
        editor->setCurve(bent());
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        before->setFocus();
        QTest::keyClick(before, Qt::Key_Tab);
        QCOMPARE(editor->selectedStep(), std::optional(60));  // the first that can move
        QTest::keyClick(editor, Qt::Key_Tab);
        QCOMPARE(editor->selectedStep(), std::optional(100));
        QTest::keyClick(editor, Qt::Key_Backtab);
        QTest::keyClick(editor, Qt::Key_Up);
        QVERIFY(std::abs(editor->curve().valueAt(60) / (4 * std::pow(10, 0.05)) - 1) < 0.01);  // a twentieth of a decade
        QTest::keyClick(editor, Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(editor->selectedStep(), std::optional(55));
        const double last = editor->curve().valueAt(100);
        QTest::keyClick(editor, Qt::Key_Down, Qt::ControlModifier);
        QVERIFY(editor->curve().valueAt(100) < last);
        QTest::keyClick(editor, Qt::Key_Tab);
        QTest::keyClick(editor, Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget(), after);
        QVERIFY(!editor->selectedStep());
    }

    void clicksSelectAndOpenFinishedCells() {
        QSignalSpy selected(m_sheet.get(), &ContactSheet::cellSelected);
        QSignalSpy opened(m_sheet.get(), &ContactSheet::opened);
        QTest::mouseClick(m_sheet->viewport(), Qt::LeftButton, {}, m_sheet->placeOf(1).center());
        QCOMPARE(selected.takeFirst().at(0).toInt(), 1);
        doubleClick(*m_sheet->viewport(), m_sheet->placeOf(2).center());
        QCOMPARE(opened.takeFirst().at(0).toInt(), 2);
        doubleClick(*m_sheet->viewport(), m_sheet->placeOf(4).center());  // failed
        doubleClick(*m_sheet->viewport(), m_sheet->placeOf(5).center());  // waiting
        QCOMPARE(m_sheet->selected(), 5);
        QTest::keyClick(m_sheet.get(), Qt::Key_Return);
        QCOMPARE(opened.count(), 0);
        QVERIFY(!m_sheet->findChild<QPushButton*>("sheet.open")->isEnabled());
    }

    void keysGoThroughTheGrid() {
        QSignalSpy opened(m_sheet.get(), &ContactSheet::opened);
        QTest::keyClick(m_sheet.get(), Qt::Key_Right);
        QCOMPARE(m_sheet->selected(), 0);
        QTest::keyClick(m_sheet.get(), Qt::Key_Down);
        QCOMPARE(m_sheet->selected(), 3);
        QTest::keyClick(m_sheet.get(), Qt::Key_Return);
        QCOMPARE(opened.takeFirst().at(0).toInt(), 3);
        QTest::keyClick(m_sheet.get(), Qt::Key_Up);
        QTest::keyClick(m_sheet.get(), Qt::Key_Up);
        QCOMPARE(m_sheet->selected(), 0);
        QTest::keyClick(m_sheet.get(), Qt::Key_End);
        QCOMPARE(m_sheet->selected(), 5);
    }

    void theMenuAndTheButtonsOpenAndRunInFull() {
        QSignalSpy opened(m_sheet.get(), &ContactSheet::opened);
        QSignalSpy promoted(m_sheet.get(), &ContactSheet::promoteRequested);
        QVERIFY(choose(*m_sheet->viewport(), m_sheet->placeOf(1).center(), "sheet.menu.open"));
        QCOMPARE(opened.takeFirst().at(0).toInt(), 1);
        QVERIFY(choose(*m_sheet->viewport(), m_sheet->placeOf(2).center(), "sheet.menu.promote"));
        QCOMPARE(promoted.takeFirst().at(0).toInt(), 2);
        QTest::mouseClick(m_sheet->findChild<QPushButton*>("sheet.promote"), Qt::LeftButton);
        QCOMPARE(promoted.takeFirst().at(0).toInt(), 2);
        QTest::mouseClick(m_sheet->findChild<QPushButton*>("sheet.open"), Qt::LeftButton);
        QCOMPARE(opened.takeFirst().at(0).toInt(), 2);
        QVERIFY(!choose(*m_sheet->viewport(), m_sheet->placeOf(4).center(), "sheet.menu.open"));  // failed
        QCOMPARE(opened.count(), 0);
    }

    void sortingListsTheBestFirst() {
        QCOMPARE(m_sheet->extremes().best, 2);
        QCOMPARE(m_sheet->extremes().worst, 1);
        QSignalSpy changed(m_sheet.get(), &ContactSheet::sortingChanged);
        auto* sort = m_sheet->findChild<QComboBox*>("sheet.sort");
        sort->setFocus();
        QTest::keyClick(sort, Qt::Key_Down);
        QCOMPARE(changed.takeFirst().at(0).toInt(), 0);
        const auto isBefore = [this](int a, int b) {
            const QPoint first = m_sheet->placeOf(a).topLeft(), second = m_sheet->placeOf(b).topLeft();
            return first.y() < second.y() || (first.y() == second.y() && first.x() < second.x());
        };
        QVERIFY(isBefore(2, 3) && isBefore(3, 0) && isBefore(0, 1) && isBefore(1, 4) && isBefore(4, 5));
        m_sheet->setSorting(1);
        QCOMPARE(m_sheet->extremes().best, 0);
        QVERIFY(isBefore(0, 1) && isBefore(1, 2) && isBefore(2, 3));
        QCOMPARE(changed.count(), 0);
    }

    void stateAndReasonAreTold() {
        QVERIFY(m_sheet->tipAt(m_sheet->placeOf(4).center()).contains("failed: out of memory"));
        QVERIFY(m_sheet->tipAt(m_sheet->placeOf(5).center()).contains("waiting"));
        const QString tip = m_sheet->tipAt(m_sheet->placeOf(0).center());
        QVERIFY(tip.startsWith("ζ 1 · steps 50") && tip.contains("NRMSE 0.3000 (lower is better)"));
        QVERIFY(m_sheet->findChild<QLabel*>("sheet.summary")->toolTip().contains("4 of 6 done · 1 failed"));
    }

    void picturesKeepTheirShapeAndShareAWindow() {
        const QRectF picture = m_sheet->pictureOf(0);
        QVERIFY(std::abs(picture.width() / picture.height() - 40.0 / 60.0) < 0.02);
        const auto brightness = [this](int index) {
            return m_sheet->grab()
                .toImage()
                .pixelColor(m_sheet->viewport()->mapTo(m_sheet.get(), m_sheet->pictureOf(index).center().toPoint()))
                .lightness();
        };
        QCOMPARE(brightness(0), brightness(3));
        const int before = brightness(0);
        QSignalSpy edited(m_sheet.get(), &ContactSheet::windowEdited);
        const QPointF centre = m_sheet->placeOf(1).center();
        drag(*m_sheet->viewport(), centre, centre - QPointF(0, 60), Qt::MiddleButton);  // upwards: brighter
        QVERIFY(edited.count() >= 1);
        QVERIFY(brightness(0) > before + 20);
        QCOMPARE(brightness(0), brightness(3));
    }

    void manyCellsScrollAndZoom() {
        QStringList many;
        for (int i = 0; i < 40; ++i) many << QString::number(i);
        m_sheet->setPlan({"seed", "ζ", many, many, {}});
        QVERIFY(m_sheet->verticalScrollBar()->maximum() > 0 && m_sheet->horizontalScrollBar()->maximum() > 0);
        QTest::keyClick(m_sheet.get(), Qt::Key_End);
        QVERIFY(m_sheet->viewport()->rect().contains(m_sheet->placeOf(1599)));
        const int width = m_sheet->placeOf(0).width();
        const QPoint at(300, 200);
        QWheelEvent wheel(at, m_sheet->viewport()->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::ControlModifier, Qt::NoScrollPhase,
                          false);
        QApplication::sendEvent(m_sheet->viewport(), &wheel);
        QVERIFY(m_sheet->placeOf(0).width() > width);
        m_sheet->setPlan({});
        QTest::keyClick(m_sheet.get(), Qt::Key_Right);
        QVERIFY(!m_sheet->grab().isNull());
    }

    void theyHaveNamesForAssistiveTools() {
        QVERIFY(!m_sheet->accessibleName().isEmpty());
        QCOMPARE(m_schedule->accessibleName(), QString("ζ over the steps"));
        QVERIFY(m_schedule->accessibleDescription().contains("37 of 100 steps done"));
        for (const auto* control : m_sheet->findChildren<QPushButton*>()) QVERIFY(!control->accessibleName().isEmpty());
    }
};

QTEST_MAIN(TestSteeringSheet)
#include "tst_steering_sheet.moc"
