// The step strip and the curves of live steering under real mouse and key events.
#include <limits>

#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QtTest>

#include "tests/gui/steering_events.h"
#include "ui/widgets/curve_plot.h"
#include "ui/widgets/step_strip.h"
#include "ui/widgets/theme.h"

using namespace larmor::test;
using namespace larmor::ui;

namespace {

/// A trunk of 40 of 100 steps, of which the even ones are kept, and a branch that left it at step 20 and has kept 22, 25, 28 ... 58.
std::vector<StepLane> twoLanes() {
    StepLane trunk;
    trunk.id = "t";
    trunk.name = "main";
    trunk.done = 40;
    trunk.steps = 100;
    trunk.running = 41;
    trunk.removable = false;
    for (int step = 2; step <= 40; step += 2) trunk.kept.push_back({step, grey(64, 64)});
    StepLane branch;
    branch.id = "b";
    branch.name = "bold";
    branch.change = "ζ 1 → 2.1";
    branch.parent = "t";
    branch.forkStep = 20;
    branch.done = 60;
    branch.steps = 100;
    branch.mark = 1;
    for (int step = 22; step <= 60; step += 3) branch.kept.push_back({step, grey(64, 64)});
    return {trunk, branch};
}

}  // namespace

class TestSteeringWidgets : public QObject {
    Q_OBJECT
    std::unique_ptr<StepStrip> m_strip;
    std::unique_ptr<CurvePlot> m_plot;

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp); }

    void init() {
        m_strip = shown<StepStrip>({900, 220});
        m_strip->setLanes(twoLanes());
        m_strip->setCurrent("t", 10);
        m_plot = shown<CurvePlot>({400, 240});
    }

    void cleanup() {
        m_strip.reset();
        m_plot.reset();
    }

    void clickAndDragScrubToKeptSteps() {
        QSignalSpy scrubbed(m_strip.get(), &StepStrip::scrubbed);
        QTest::mouseClick(m_strip->viewport(), Qt::LeftButton, {}, m_strip->pointOf("t", 30));
        QCOMPARE(m_strip->currentStep(), 30);
        QCOMPARE(scrubbed.takeFirst().at(0).toInt(), 30);
        drag(*m_strip->viewport(), m_strip->pointOf("t", 30), m_strip->pointOf("t", 90));
        QCOMPARE(m_strip->currentStep(), 40);  // the last that is kept
        QCOMPARE(scrubbed.last().at(0).toInt(), 40);
        QTest::mouseClick(m_strip->viewport(), Qt::LeftButton, {}, QPoint(m_strip->pointOf("t", 16).x(), 8));  // on the scrubber
        QCOMPARE(m_strip->currentStep(), 16);
        const auto count = scrubbed.count();
        moveHeld(*m_strip->viewport(), m_strip->pointOf("t", 4));  // no button was pressed on the strip
        QCOMPARE(scrubbed.count(), count);
    }

    void setCurrentIsSilent() {
        QSignalSpy scrubbed(m_strip.get(), &StepStrip::scrubbed);
        QSignalSpy selected(m_strip.get(), &StepStrip::branchSelected);
        m_strip->setCurrent("b", 37);
        m_strip->setCurrent("nobody", 3);
        QCOMPARE(m_strip->currentStep(), 37);
        QCOMPARE(scrubbed.count() + selected.count(), 0);
    }

    void keysScrub() {
        QTest::keyClick(m_strip.get(), Qt::Key_Right);
        QCOMPARE(m_strip->currentStep(), 12);
        QTest::keyClick(m_strip.get(), Qt::Key_Left);
        QTest::keyClick(m_strip.get(), Qt::Key_Left);
        QCOMPARE(m_strip->currentStep(), 8);
        QTest::keyClick(m_strip.get(), Qt::Key_End);
        QCOMPARE(m_strip->currentStep(), 40);
        QTest::keyClick(m_strip.get(), Qt::Key_Home);
        QCOMPARE(m_strip->currentStep(), 2);
        QTest::keyClick(m_strip.get(), Qt::Key_Left);
        QCOMPARE(m_strip->currentStep(), 2);
        m_strip->setCurrent("t", 9);  // not kept: the neighbours are
        QTest::keyClick(m_strip.get(), Qt::Key_Right);
        QCOMPARE(m_strip->currentStep(), 10);
        m_strip->setCurrent("t", 9);
        QTest::keyClick(m_strip.get(), Qt::Key_Left);
        QCOMPARE(m_strip->currentStep(), 8);
    }

    void doubleClickAndReturnRewind() {
        QSignalSpy rewound(m_strip.get(), &StepStrip::rewindRequested);
        doubleClick(*m_strip->viewport(), m_strip->pointOf("t", 24));
        QCOMPARE(rewound.takeFirst().at(0).toInt(), 24);
        QTest::keyClick(m_strip.get(), Qt::Key_Return);
        QCOMPARE(rewound.count(), 1);
        m_strip->setCurrent("t", 9);
        QTest::keyClick(m_strip.get(), Qt::Key_Return);  // not kept
        QCOMPARE(rewound.count(), 1);
    }

    void doubleClickInAnotherLaneRewindsWhatTheFirstClickChose() {
        QSignalSpy rewound(m_strip.get(), &StepStrip::rewindRequested);
        QSignalSpy selected(m_strip.get(), &StepStrip::branchSelected);
        doubleClick(*m_strip->viewport(), m_strip->pointOf("b", 40));
        QCOMPARE(selected.takeFirst().at(0).toString(), QString("b"));
        QCOMPARE(rewound.takeFirst().at(0).toInt(), 40);
    }

    void theMenuRewindsAndBranches() {
        QSignalSpy rewound(m_strip.get(), &StepStrip::rewindRequested);
        QSignalSpy branched(m_strip.get(), &StepStrip::branchFromRequested);
        QVERIFY(choose(*m_strip->viewport(), m_strip->pointOf("t", 18), "strip.rewind"));
        QCOMPARE(rewound.takeFirst().at(0).toInt(), 18);
        QVERIFY(choose(*m_strip->viewport(), m_strip->pointOf("t", 18), "strip.branch"));
        QCOMPARE(branched.takeFirst().at(0).toInt(), 18);
        QTest::keyClick(m_strip.get(), Qt::Key_B);
        QCOMPARE(branched.takeFirst().at(0).toInt(), 18);
        m_strip->setCurrent("t", 9);
        QVERIFY(!choose(*m_strip->viewport(), m_strip->nameOf("t").center(), "strip.rewind"));  // step 9 is not kept
        QVERIFY(!choose(*m_strip->viewport(), m_strip->nameOf("t").center(), "strip.branch"));
        QCOMPARE(rewound.count() + branched.count(), 0);
    }

    void lanesAreSelected() {
        QSignalSpy selected(m_strip.get(), &StepStrip::branchSelected);
        QTest::mouseClick(m_strip->viewport(), Qt::LeftButton, {}, m_strip->nameOf("b").center());
        QCOMPARE(m_strip->selectedLane(), QString("b"));
        QTest::keyClick(m_strip.get(), Qt::Key_Up);
        QTest::keyClick(m_strip.get(), Qt::Key_Up);  // there is none above
        QTest::keyClick(m_strip.get(), Qt::Key_Down);
        QCOMPARE(selected.count(), 3);
        QCOMPARE(selected.last().at(0).toString(), QString("b"));
    }

    void aBranchSharesItsParentsFirstSteps() {
        m_strip->setCurrent("b", 22);
        QTest::keyClick(m_strip.get(), Qt::Key_Left);
        QCOMPARE(m_strip->currentStep(), 20);  // the trunk's
        QTest::keyClick(m_strip.get(), Qt::Key_Home);
        QCOMPARE(m_strip->currentStep(), 2);
        QTest::keyClick(m_strip.get(), Qt::Key_End);
        QCOMPARE(m_strip->currentStep(), 58);
    }

    void branchesAreCompared() {
        QSignalSpy compared(m_strip.get(), &StepStrip::compareRequested);
        QTest::mouseClick(m_strip->viewport(), Qt::LeftButton, Qt::ControlModifier, m_strip->nameOf("b").center());
        QCOMPARE(compared.takeFirst(), (QList<QVariant>{QString("t"), QString("b")}));
        QCOMPARE(m_strip->selectedLane(), QString("t"));
        QTest::mouseClick(m_strip->viewport(), Qt::LeftButton, Qt::ControlModifier, m_strip->nameOf("t").center());  // with itself
        QTest::keyClick(m_strip.get(), Qt::Key_C);  // the trunk has no parent
        QCOMPARE(compared.count(), 0);
        QVERIFY(choose(*m_strip->viewport(), m_strip->nameOf("b").center(), "strip.compare", "main"));
        QCOMPARE(compared.takeFirst(), (QList<QVariant>{QString("b"), QString("t")}));
        QTest::keyClick(m_strip.get(), Qt::Key_C);
        QCOMPARE(compared.takeFirst(), (QList<QVariant>{QString("t"), QString("b")}));
        const QImage before = m_strip->grab().toImage();
        m_strip->setCompared("t", "b");
        QVERIFY(m_strip->grab().toImage() != before);
    }

    void branchesAreRenamedInPlace() {
        QSignalSpy renamed(m_strip.get(), &StepStrip::renameRequested);
        QSignalSpy rewound(m_strip.get(), &StepStrip::rewindRequested);
        auto* edit = m_strip->findChild<QLineEdit*>("strip.rename");
        doubleClick(*m_strip->viewport(), m_strip->nameOf("b").center());
        QVERIFY(edit->isVisible());
        QTest::keyClicks(edit, "quiet");
        QTest::keyClick(edit, Qt::Key_Return);
        QVERIFY(!edit->isVisible());
        QCOMPARE(renamed.takeFirst(), (QList<QVariant>{QString("b"), QString("quiet")}));
        QTest::keyClick(m_strip.get(), Qt::Key_F2);
        QTest::keyClicks(edit, "never");
        QTest::keyClick(edit, Qt::Key_Escape);
        QVERIFY(!edit->isVisible());
        QTest::keyClick(m_strip.get(), Qt::Key_F2);
        edit->clear();
        QTest::keyClick(edit, Qt::Key_Return);  // a branch has a name
        QVERIFY(choose(*m_strip->viewport(), m_strip->nameOf("b").center(), "strip.renameAction"));
        QTRY_VERIFY(edit->isVisible());
        QTest::keyClick(edit, Qt::Key_Down);  // stays in the field
        QCOMPARE(m_strip->selectedLane(), QString("b"));
        QTest::keyClick(edit, Qt::Key_Return);  // unchanged
        QCOMPARE(renamed.count() + rewound.count(), 0);
    }

    void branchesAreDeletedAndKept() {
        QSignalSpy deleted(m_strip.get(), &StepStrip::deleteRequested);
        QSignalSpy promoted(m_strip.get(), &StepStrip::promoteRequested);
        QTest::keyClick(m_strip.get(), Qt::Key_Delete);  // the trunk stays
        QVERIFY(!choose(*m_strip->viewport(), m_strip->nameOf("t").center(), "strip.delete"));
        QCOMPARE(deleted.count(), 0);
        QVERIFY(choose(*m_strip->viewport(), m_strip->nameOf("b").center(), "strip.delete"));
        QTest::keyClick(m_strip.get(), Qt::Key_Delete);
        QCOMPARE(deleted.count(), 2);
        QCOMPARE(deleted.takeFirst().at(0).toString(), QString("b"));
        QVERIFY(choose(*m_strip->viewport(), m_strip->nameOf("b").center(), "strip.promote"));
        QCOMPARE(promoted.takeFirst().at(0).toString(), QString("b"));
    }

    void tipsComeFromTheOwner() {
        m_strip->setTipSource([](const QString& lane, int step) { return QString("%1:%2").arg(lane).arg(step); });
        QCOMPARE(m_strip->tipAt(m_strip->pointOf("t", 12)), QString("Step 12 of 100\nt:12"));
        QCOMPARE(m_strip->tipAt(m_strip->pointOf("t", 13)), QString("Step 13 of 100, not kept\nt:13"));
        QCOMPARE(m_strip->tipAt(m_strip->pointOf("t", 41)), QString("Step 41 of 100, being computed"));
        QCOMPARE(m_strip->tipAt(m_strip->pointOf("t", 99)), QString("Step 99 of 100, to come"));
        QCOMPARE(m_strip->tipAt(m_strip->nameOf("b").center()), QString("bold\nζ 1 → 2.1"));
    }

    void manyLanesScrollAndTheSelectedOneIsBroughtIntoView() {
        auto lanes = twoLanes();
        for (int i = 0; i < 20; ++i) {
            lanes.push_back(lanes[1]);
            lanes.back().id = QString("b%1").arg(i);
        }
        m_strip->setLanes(lanes);
        QCOMPARE(m_strip->selectedLane(), QString("t"));
        QVERIFY(m_strip->verticalScrollBar()->maximum() > 0);
        for (int i = 0; i < 30; ++i) QTest::keyClick(m_strip.get(), Qt::Key_Down);
        QCOMPARE(m_strip->selectedLane(), QString("b19"));
        QVERIFY(m_strip->viewport()->rect().contains(m_strip->nameOf("b19")));
        m_strip->setLanes(twoLanes());  // the selected one is gone
        QCOMPARE(m_strip->selectedLane(), QString("t"));
    }

    void anyNumberOfStepsIsDrawn() {
        for (const int steps : {1, 2, 1000}) {
            StepLane lane;
            lane.id = lane.name = "n";
            lane.steps = lane.done = steps;
            for (int step = 1; step <= steps; ++step) lane.kept.push_back({step, grey(30, 20)});
            m_strip->setLanes({lane});
            QTest::mouseClick(m_strip->viewport(), Qt::LeftButton, {}, m_strip->pointOf("n", steps));
            QCOMPARE(m_strip->currentStep(), steps);
            QVERIFY(!m_strip->grab().isNull());
        }
        m_strip->setLanes({});
        QTest::keyClick(m_strip.get(), Qt::Key_Right);
        QTest::mouseClick(m_strip->viewport(), Qt::LeftButton, {}, {400, 60});
        QVERIFY(!m_strip->grab().isNull());
    }

    void hoveringTellsStepAndValues() {
        const double none = std::numeric_limits<double>::quiet_NaN();
        m_plot->setBands({{{{"σ", {}, {10, 5, none}, 0}}, true, true}, {{{"residual", "× noise", {3, 2, 1.5}, 1}}, false, true}},
                         {1, 1, 5, "step"});
        QCOMPARE(m_plot->legend(0), QStringList{"σ"});
        QSignalSpy hovered(m_plot.get(), &CurvePlot::hovered);
        QSignalSpy ended(m_plot.get(), &CurvePlot::hoverEnded);
        int right = 0;
        while (right < m_plot->width() && m_plot->atPoint(QPointF(right, 50)) != 2.0) ++right;
        send(*m_plot, QEvent::MouseMove, QPointF(right, 50), Qt::NoButton, Qt::NoButton);
        QCOMPARE(hovered.takeFirst().at(0).toInt(), 2);
        QCOMPARE(m_plot->legend(0), QStringList{"σ 5.00"});
        QCOMPARE(m_plot->legend(1), QStringList{"residual 2.00 × noise"});
        send(*m_plot, QEvent::MouseMove, QPointF(right, 60), Qt::NoButton, Qt::NoButton);
        QCOMPARE(hovered.count(), 0);  // the same step
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(m_plot.get(), &leave);
        QCOMPARE(ended.count(), 1);
        m_plot->setCurrent(3);
        QCOMPARE(m_plot->legend(0), QStringList{QString("σ ") + QChar(0x2013)});
        QCOMPARE(m_plot->legend(1), QStringList{"residual 1.50 × noise"});
    }

    void aClickPicksWhereThatIsAllowed() {
        m_plot->setCurve({"residual", {}, {4, 3, 2, 1}, 0}, {1, 1, 0, "step"}, true);
        QSignalSpy picked(m_plot.get(), &CurvePlot::picked);
        const QPoint end(m_plot->width() - 4, 100);
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, end);
        QCOMPARE(picked.count(), 0);
        QCOMPARE(m_plot->focusPolicy(), Qt::NoFocus);
        m_plot->setPickable(true);
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, end);
        QCOMPARE(picked.takeFirst().at(0).toInt(), 4);
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, {0, 100});  // beside the curves
        QCOMPARE(picked.count(), 0);
    }

    void keysGoAlongTheCurve() {
        m_plot->setCurve({"residual", {}, {4, 3, 2, 1}, 0}, {1, 1, 0, "step"});
        m_plot->setPickable(true);
        m_plot->setCurrent(2);
        m_plot->setFocus();
        QSignalSpy hovered(m_plot.get(), &CurvePlot::hovered);
        QSignalSpy picked(m_plot.get(), &CurvePlot::picked);
        QTest::keyClick(m_plot.get(), Qt::Key_Right);
        QCOMPARE(hovered.last().at(0).toInt(), 3);
        QTest::keyClick(m_plot.get(), Qt::Key_Home);
        QTest::keyClick(m_plot.get(), Qt::Key_Left);
        QCOMPARE(hovered.last().at(0).toInt(), 1);
        QTest::keyClick(m_plot.get(), Qt::Key_End);
        QTest::keyClick(m_plot.get(), Qt::Key_Return);
        QCOMPARE(picked.takeFirst().at(0).toInt(), 4);
        m_plot->clear();
        QTest::keyClick(m_plot.get(), Qt::Key_Right);
        QVERIFY(!m_plot->grab().isNull());
    }

    void theyHaveNamesForAssistiveTools() {
        QVERIFY(!m_strip->accessibleName().isEmpty() && !m_plot->accessibleName().isEmpty());
        QVERIFY(m_strip->accessibleDescription().contains("step 10 of 100"));
    }
};

QTEST_MAIN(TestSteeringWidgets)
#include "tst_steering_widgets.moc"
