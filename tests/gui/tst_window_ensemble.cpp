// Posterior samples in the real window by mouse and keys: flicking, maps, what is under the pointer, the check against the reference.

#include <QAction>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTabBar>
#include <QTest>
#include <QWheelEvent>

#include "tests/gui/steering_events.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/prior_file.h"
#include "ui/panels/activity_dock.h"
#include "ui/widgets/curve_plot.h"
#include "ui/widgets/figures.h"

using namespace larmor;
using larmor::test::kPatience;
using larmor::test::WindowFixture;

class WindowEnsembleTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void keysFlickWhileWindowAndZoomStay();
    void theArrowsInTheCornerAreClickedAndTurned();
    void panesOnSamplesFollowWhereTheyAreLinked();
    void theFlickingPlaysAndStops();
    void mapsHaveAColourBarAndTellMeanAndDeviation();
    void theSamplesTabSaysHowFarTheyCanBeTrusted();
    void withoutSamplesThereIsNoTab();
    void thePaneMenuNamesEachSample();

private:
    void reconstruct(std::int64_t samples);
    [[nodiscard]] session::Workbench& bench() { return m_fixture->bench(); }
    [[nodiscard]] QString title(std::size_t pane) { return m_fixture->pane(pane).labels().title; }
    /// The middle of an arrow of the stepper, the third row of the pane's corner.
    [[nodiscard]] QPoint arrow(ui::Viewport& pane, bool next) {
        const QFontMetrics metrics(pane.font());
        const int line = metrics.height() + 2;
        return {8 + (next ? 33 : 11), 8 + 2 * line + line / 2};
    }

    test::TempDir m_folder, m_settings;
    std::unique_ptr<test::EnvironmentGuard> m_priors;
    QString m_scan;
    std::unique_ptr<WindowFixture> m_fixture;
};

void WindowEnsembleTest::initTestCase() {
    test::prepareApplication(m_settings);
    m_priors = std::make_unique<test::EnvironmentGuard>("LARMOR_PRIORS", m_folder.path());
    test::writePrior(m_folder.file("aaa.safetensors"), test::gaussianPriorCard("aaa"));
    m_scan = test::writeScan(m_folder);
}

void WindowEnsembleTest::init() {
    m_fixture = std::make_unique<WindowFixture>();
    QVERIFY(m_fixture->openScan(m_scan));
    reconstruct(4);
}

void WindowEnsembleTest::cleanup() {
    const QStringList warnings = m_fixture->takeWarnings();
    m_fixture.reset();
    QCOMPARE(warnings.join("; "), QString());
}

void WindowEnsembleTest::reconstruct(std::int64_t samples) {
    bench().setMethod("dps");
    auto values = bench().parameters();
    values.set("steps", std::int64_t{5});
    values.set("samples", samples);
    bench().setParameters(values);
    QVERIFY(m_fixture->settles());
    const std::size_t before = bench().results().visible().size();
    m_fixture->click("tool.reconstruct");
    QTRY_COMPARE_WITH_TIMEOUT(bench().results().visible().size(), before + 1, kPatience);
    QVERIFY(m_fixture->settles());
}

void WindowEnsembleTest::keysFlickWhileWindowAndZoomStay() {
    auto& w = *m_fixture;
    w.key(Qt::Key_2);
    auto& pane = w.pane(2);
    QCOMPARE(title(2), QStringLiteral("DPS, mean of 4 samples"));
    const auto mean = pane.image();
    test::drag(pane, {100, 100}, {130, 110}, Qt::MiddleButton);
    QWheelEvent zoom({60, 60}, pane.mapToGlobal(QPointF(60, 60)), {}, {0, 120}, Qt::NoButton, Qt::ControlModifier, Qt::NoScrollPhase,
                     false);
    QApplication::sendEvent(&pane, &zoom);
    const render::DisplayState display = pane.display();
    QVERIFY(display.zoom > 1);
    w.key(Qt::Key_BracketRight);
    QTRY_COMPARE(title(2), QStringLiteral("DPS, sample 1 of 4, seed 1"));
    QVERIFY(pane.image() != mean);
    QVERIFY(pane.display() == display);
    w.key(Qt::Key_BracketLeft);
    QTRY_COMPARE(title(2), QStringLiteral("DPS, sample 4 of 4, seed 4"));
    QVERIFY(pane.display() == display);
    w.key(Qt::Key_S);
    QTRY_VERIFY(title(2).startsWith(QStringLiteral("Std. deviation of 4 samples × ")));
    w.key(Qt::Key_S);
    QTRY_COMPARE(title(2), QStringLiteral("Phase spread of 4 samples"));
    w.key(Qt::Key_S);
    QTRY_COMPARE(title(2), QStringLiteral("DPS, mean of 4 samples"));
    QVERIFY(pane.image() == mean);
    QCOMPARE(int(pane.display().colours), int(render::ColourMap::Grey));
}

void WindowEnsembleTest::theArrowsInTheCornerAreClickedAndTurned() {
    auto& pane = m_fixture->pane(2);
    QCOMPARE(pane.labels().stepper, QStringLiteral("mean of 4"));
    (void)pane.grabPane();  // paints, so that the arrows have their places
    test::doubleClick(pane, arrow(pane, true));
    QTRY_COMPARE(pane.labels().stepper, QStringLiteral("2 / 4"));
    QVERIFY(m_fixture->pane(1).isVisible());  // no pane became full
    (void)pane.grabPane();
    QTest::mouseClick(&pane, Qt::LeftButton, {}, arrow(pane, false));
    QTRY_COMPARE(pane.labels().stepper, QStringLiteral("1 / 4"));
    (void)pane.grabPane();
    const auto slice = bench().slice();
    const QPointF at(arrow(pane, true));
    QWheelEvent turn(at, pane.mapToGlobal(at), {}, {0, -120}, Qt::NoButton, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&pane, &turn);
    QTRY_COMPARE(pane.labels().stepper, QStringLiteral("2 / 4"));
    QCOMPARE(bench().slice(), slice);
}

void WindowEnsembleTest::panesOnSamplesFollowWhereTheyAreLinked() {
    auto& w = *m_fixture;
    w.click("samples.sideBySide");
    QTRY_COMPARE(w.pane(2).labels().stepper, QStringLiteral("1 / 4"));
    QCOMPARE(w.pane(1).labels().stepper, QStringLiteral("mean of 4"));
    QVERIFY(title(3).startsWith(QStringLiteral("Std. deviation")));
    w.key(Qt::Key_1);
    w.key(Qt::Key_BracketRight);
    QTRY_COMPARE(w.pane(1).labels().stepper, QStringLiteral("1 / 4"));
    QCOMPARE(w.pane(2).labels().stepper, QStringLiteral("2 / 4"));
    w.find<QAction>("tool.link.sample")->setChecked(false);
    w.key(Qt::Key_BracketRight);
    QTRY_COMPARE(w.pane(1).labels().stepper, QStringLiteral("2 / 4"));
    QCOMPARE(w.pane(2).labels().stepper, QStringLiteral("2 / 4"));
}

void WindowEnsembleTest::theFlickingPlaysAndStops() {
    auto& w = *m_fixture;
    w.key(Qt::Key_2);
    w.key(Qt::Key_L);
    QVERIFY(w.window->viewports().playing());
    QCOMPARE(w.find<QPushButton>("samples.play")->accessibleName(), QStringLiteral("Stop flicking"));
    QTRY_COMPARE_WITH_TIMEOUT(w.pane(2).labels().stepper, QStringLiteral("3 / 4"), kPatience);
    w.click("samples.play");
    QVERIFY(!w.window->viewports().playing());
    w.click("samples.play");
    QVERIFY(w.window->viewports().playing());
    w.key(Qt::Key_BracketLeft);  // a hand on the keys ends it
    QVERIFY(!w.window->viewports().playing());
    w.key(Qt::Key_L);
    w.key(Qt::Key_Left);  // a slice without a result
    QTRY_VERIFY(!w.window->viewports().playing());
    QVERIFY(w.settles());
    QTRY_VERIFY(w.find<QLabel>("samples.verdict")->text().contains(QStringLiteral("Slice 2 is not in this result")));
    QVERIFY(!w.find<QWidget>("samples.next")->isEnabled());
}

void WindowEnsembleTest::mapsHaveAColourBarAndTellMeanAndDeviation() {
    auto& w = *m_fixture;
    w.key(Qt::Key_2);
    w.click("samples.deviation");
    QTRY_VERIFY(title(2).startsWith(QStringLiteral("Std. deviation")));
    auto& pane = w.pane(2);
    QCOMPARE(int(pane.display().colours), int(render::ColourMap::Magma));
    const double peak = bench().picture(2).referencePeak;
    QVERIFY(peak > 0);
    QVERIFY(qFuzzyCompare(pane.display().window, peak / w.window->viewports().errorGain()));  // the scale of the error map beside it
    QVERIFY(qFuzzyCompare(pane.display().window, w.pane(3).display().window));
    const auto probe = w.find<QLabel>("status.probe");
    test::moveHeld(pane, QPointF(pane.rect().center()), Qt::NoButton);
    QVERIFY2(probe->text().contains(QStringLiteral("mean |x| ")) && probe->text().contains(QStringLiteral("deviation ")),
             qPrintable(probe->text()));
    w.click("samples.phase");
    QTRY_VERIFY(title(2).startsWith(QStringLiteral("Phase spread")));
    QCOMPARE(int(pane.display().colours), int(render::ColourMap::Viridis));
    QCOMPARE(pane.display().window, 1.0);
    test::moveHeld(pane, QPointF(pane.rect().center()) + QPointF(3, 0), Qt::NoButton);
    QVERIFY2(probe->text().contains(QStringLiteral("phase spread ")), qPrintable(probe->text()));
    w.click("samples.mean");
    QTRY_COMPARE(title(2), QStringLiteral("DPS, mean of 4 samples"));
    test::moveHeld(pane, QPointF(pane.rect().center()), Qt::NoButton);
    QVERIFY2(probe->text().contains(QStringLiteral("rad · deviation ")), qPrintable(probe->text()));
}

void WindowEnsembleTest::theSamplesTabSaysHowFarTheyCanBeTrusted() {
    auto& w = *m_fixture;
    auto* tabs = w.find<QTabBar>("activity.tabs");
    QCOMPARE(tabs->currentIndex(), int(ui::ActivityDock::kSamples));
    const auto told = bench().samples(bench().focusedPane());
    QVERIFY(told.check != nullptr);
    QTRY_COMPARE(w.find<QLabel>("samples.verdict")->text(), QString::fromStdString(session::verdictOf(*told.check)));
    QVERIFY(w.find<QLabel>("samples.details")->text().contains(QStringLiteral("are expected of 4 samples")));
    auto* plot = w.find<ui::CurvePlot>("samples.coverage");
    QVERIFY(plot->isVisible());
    const auto* scroll = w.find<QScrollArea>("samples.scroll");  // all of it fits below the strip of steps
    QVERIFY(!scroll->verticalScrollBar()->isVisible() && !scroll->horizontalScrollBar()->isVisible());
    QCOMPARE(plot->legend(0), QStringList({QStringLiteral("found"), QStringLiteral("ideal")}));
    test::moveHeld(*plot, QPointF(plot->width() - 4, plot->height() / 2), Qt::NoButton);
    const double share = 100 * told.check->coverage.back().found;
    QCOMPARE(plot->legend(0), QStringList({QStringLiteral("found %1 %").arg(ui::steadyFigure(share)), QStringLiteral("ideal 90.0 %")}));
}

void WindowEnsembleTest::withoutSamplesThereIsNoTab() {
    auto* tabs = m_fixture->find<QTabBar>("activity.tabs");
    QVERIFY(tabs->isTabVisible(ui::ActivityDock::kSamples));
    reconstruct(1);
    QTRY_VERIFY(!tabs->isTabVisible(ui::ActivityDock::kSamples));
    QCOMPARE(tabs->currentIndex(), int(ui::ActivityDock::kResults));
    m_fixture->key(Qt::Key_2);
    m_fixture->key(Qt::Key_BracketRight);
    QVERIFY(m_fixture->pane(2).labels().stepper.isEmpty());
}

void WindowEnsembleTest::thePaneMenuNamesEachSample() {
    auto& pane = m_fixture->pane(2);
    QContextMenuEvent asked(QContextMenuEvent::Mouse, pane.rect().center(), pane.mapToGlobal(pane.rect().center()));
    QApplication::sendEvent(&pane, &asked);
    auto* menu = m_fixture->find<QMenu>("paneMenu.samples");
    QCOMPARE(menu->actions().size(), 8);  // three, a line, and four samples
    QCOMPARE(menu->actions().front()->isChecked(), true);
    menu->actions().back()->trigger();
    QApplication::activePopupWidget()->close();
    QTRY_COMPARE(pane.labels().stepper, QStringLiteral("4 / 4"));
}

QTEST_MAIN(WindowEnsembleTest)
#include "tst_window_ensemble.moc"
