// Steering in the real window by mouse and keys: pause, step, a changed value, going back, branches, curves, stop, closing in mid-run.

#include <filesystem>
#include <map>

#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QTest>
#include <QTimer>

#include <nlohmann/json.hpp>

#include "tests/gui/window_fixture.h"
#include "tests/support/prior_file.h"
#include "ui/panels/step_panel.h"
#include "ui/widgets/curve_plot.h"
#include "ui/widgets/schedule_editor.h"
#include "ui/widgets/step_strip.h"

using namespace larmor;
using larmor::session::BranchTree;
using larmor::session::SteeredState;
using larmor::test::kPatience;
using larmor::test::WindowFixture;

class WindowSteeringTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void aRunIsPausedSteppedChangedAndStopped();
    void zetaTypedWhileTheRunWorksHoldsFromTheNextStepOn();
    void thePriorPanelSaysWhatThePriorIs();
    void goingBackAndLeftAloneGivesTheSamePixels();
    void aBranchIsMadeComparedAndDeleted();
    void theScheduleIsDragged();
    void theScheduleShowsWhatStepsHad();
    void curvesScrubTheStrip();
    void aRunThatWasKilledIsOfferedByTheNextWindow();
    void theWindowClosesInMidRun();

private:
    void start(std::int64_t steps);
    void doubleClick(int step);  ///< of the first branch, while it is the only one
    [[nodiscard]] session::Workbench& bench() { return m_fixture->bench(); }
    [[nodiscard]] std::shared_ptr<const session::RunSnapshot> run() { return bench().steering(); }
    [[nodiscard]] ui::StepStrip& strip() { return *m_fixture->find<ui::StepStrip>("steps.strip"); }
    [[nodiscard]] ComplexArray lastPixels() { return *bench().results().visible().back()->images.at(bench().slice()); }

    test::TempDir m_folder, m_settings;
    std::unique_ptr<test::EnvironmentGuard> m_priors;
    QString m_scan;
    std::unique_ptr<WindowFixture> m_fixture;
};

void WindowSteeringTest::initTestCase() {
    test::prepareApplication(m_settings);
    m_priors = std::make_unique<test::EnvironmentGuard>("LARMOR_PRIORS", m_folder.path());
    test::writePrior(m_folder.file("aaa.safetensors"), test::gaussianPriorCard("aaa"));
    m_scan = test::writeScan(m_folder);
}

void WindowSteeringTest::init() {
    m_fixture = std::make_unique<WindowFixture>();
    QVERIFY(m_fixture->openScan(m_scan));
    auto* methods = m_fixture->find<QComboBox>("method.list");
    methods->setCurrentIndex(methods->findData(QStringLiteral("dps")));
    Q_EMIT methods->activated(methods->currentIndex());
    QTRY_COMPARE(bench().method(), std::string("dps"));
}

void WindowSteeringTest::cleanup() {
    const QStringList warnings = m_fixture->takeWarnings();
    m_fixture.reset();
    QCOMPARE(warnings.join("; "), QString());
}

void WindowSteeringTest::start(std::int64_t steps) {
    auto values = bench().parameters();
    values.set("steps", steps);
    bench().setParameters(values);
    QVERIFY(m_fixture->settles());
    m_fixture->click("tool.reconstruct");
}

void WindowSteeringTest::doubleClick(int step) {
    const QPoint place = strip().pointOf(QString::number(BranchTree::kRoot), step);
    QTest::mouseClick(strip().viewport(), Qt::LeftButton, {}, place);
    QTest::mouseDClick(strip().viewport(), Qt::LeftButton, {}, place);
}

void WindowSteeringTest::aRunIsPausedSteppedChangedAndStopped() {
    QVERIFY(!m_fixture->find<QWidget>("dock.steps")->isVisible());
    start(1000);
    QTRY_VERIFY_WITH_TIMEOUT(bench().steeringRuns() && run()->step > 2, kPatience);
    m_fixture->key(Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(run()->state == SteeredState::Paused, kPatience);
    const auto paused = run()->step;
    QVERIFY(paused < 1000);
    QTRY_VERIFY(m_fixture->find<QWidget>("dock.steps")->isVisible());
    QTRY_VERIFY(m_fixture->find<QLabel>("steering.state")->text().contains(QStringLiteral("Paused at step %1 of 1000").arg(paused)));
    m_fixture->type("method.zeta", QStringLiteral("3"));
    m_fixture->click("tool.step");
    QTRY_VERIFY_WITH_TIMEOUT(run()->step == paused + 1 && run()->state == SteeredState::Paused, kPatience);
    for (const auto& record : run()->records) {
        const auto& summary = *record.summary;
        if (summary.key.step == 0) continue;
        QCOMPARE(QString::fromStdString(summary.values.at("zeta").get<std::string>()), summary.key.step <= paused ? QStringLiteral("1") : QStringLiteral("3"));
    }
    QCOMPARE(run()->tree.branches().size(), std::size_t{1});  // nothing was done yet that it could leave
    m_fixture->key(Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(run()->step > paused + 2, kPatience);
    const auto seen = run()->step;
    m_fixture->key(Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!bench().results().visible().empty(), kPatience);
    const auto& stopped = *bench().results().visible().front()->result;
    QVERIFY(stopped.stoppedEarly);
    QVERIFY(!stopped.protocol.steering.empty() && stopped.protocol.steering.back().ends);
    const auto last = stopped.protocol.steering.back().step;
    QVERIFY2(last >= seen && last < seen + 100, qPrintable(QString::number(last)));  // a step takes less than the window needs to see it
    QTRY_VERIFY(m_fixture->pane(2).labels().caution == QStringLiteral("stopped at step %1").arg(last));
    QVERIFY(m_fixture->settles());
}

void WindowSteeringTest::zetaTypedWhileTheRunWorksHoldsFromTheNextStepOn() {
    start(1000);
    QTRY_VERIFY_WITH_TIMEOUT(bench().steeringRuns() && run()->step > 2, kPatience);
    m_fixture->type("method.zeta", QStringLiteral("3"));
    const auto typed = run()->step;
    QTRY_VERIFY_WITH_TIMEOUT(run()->step > typed + 4, kPatience);
    m_fixture->click("tool.pause");
    QTRY_VERIFY_WITH_TIMEOUT(run()->state == SteeredState::Paused, kPatience);
    std::map<std::int64_t, std::string> zetas;
    for (const auto& record : run()->records)
        if (record.summary->key.step > 0) zetas[record.summary->key.step] = record.summary->values.at("zeta").get<std::string>();
    QCOMPARE(zetas.begin()->second, std::string("1"));
    QCOMPARE(zetas.rbegin()->second, std::string("3"));
    int changes = 0;
    for (auto zeta = std::next(zetas.begin()); zeta != zetas.end(); ++zeta) changes += zeta->second != std::prev(zeta)->second;
    QCOMPARE(changes, 1);
    QCOMPARE(run()->tree.branches().size(), std::size_t{1});
    m_fixture->key(Qt::Key_Escape);
    QVERIFY(m_fixture->settles());
    const auto recipe = m_folder.file("recipe.json");
    QTimer answer;
    connect(&answer, &QTimer::timeout, this, [&] {
        auto* dialog = m_fixture->window->findChild<QFileDialog*>();
        if (!dialog) return;
        answer.stop();
        dialog->findChild<QLineEdit*>("fileNameEdit")->setText(QString::fromStdString(recipe));  // selectFile() leaves a field that has the focus alone
        static_cast<QDialog*>(dialog)->accept();
    });
    answer.start(10);
    m_fixture->find<QAction>("action.saveRecipe")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(recipe), kPatience);
    QVERIFY(test::readFile(recipe).find("\"zeta\"") != std::string::npos);
    QVERIFY(m_fixture->settles());
}

void WindowSteeringTest::thePriorPanelSaysWhatThePriorIs() {
    auto* facts = m_fixture->find<QLabel>("prior.facts");
    QTRY_VERIFY(facts->text().startsWith(QStringLiteral("Saw ")));
    QVERIFY2(facts->text().contains(QStringLiteral(" MB")), qPrintable(facts->text()));
    QCOMPARE(m_fixture->find<QComboBox>("prior.list")->count(), static_cast<int>(bench().priors().size()));
}

void WindowSteeringTest::goingBackAndLeftAloneGivesTheSamePixels() {
    start(12);
    QTRY_VERIFY_WITH_TIMEOUT(!bench().results().visible().empty() && m_fixture->settles(), kPatience);
    const auto pixels = lastPixels();
    doubleClick(5);
    QTRY_VERIFY_WITH_TIMEOUT(run()->step == 5, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->pane(2).labels().badge.startsWith(QStringLiteral("step 5 / 12")), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->pane(2).image() && !(*m_fixture->pane(2).image() == pixels), kPatience);
    m_fixture->key(Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(bench().results().visible().size(), std::size_t{2}, kPatience);
    QVERIFY(m_fixture->settles());
    QVERIFY(lastPixels() == pixels);
}

void WindowSteeringTest::aBranchIsMadeComparedAndDeleted() {
    start(12);
    QTRY_VERIFY_WITH_TIMEOUT(!bench().results().visible().empty() && m_fixture->settles(), kPatience);
    const auto pixels = lastPixels();
    QTest::mouseClick(strip().viewport(), Qt::LeftButton, {}, strip().pointOf(QString::number(BranchTree::kRoot), 5));
    QTRY_VERIFY(bench().lookedAt().has_value());
    QTest::keyClick(&strip(), Qt::Key_B);
    QTRY_COMPARE_WITH_TIMEOUT(run()->tree.branches().size(), std::size_t{2}, kPatience);
    m_fixture->type("method.zeta", QStringLiteral("4"));
    m_fixture->key(Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(bench().results().visible().size(), std::size_t{2}, kPatience);
    QVERIFY(m_fixture->settles());
    QVERIFY(!(lastPixels() == pixels));
    const auto second = run()->branch;
    QVERIFY(second != BranchTree::kRoot);
    QTest::keyClick(&strip(), Qt::Key_C);
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->pane(3).image() != nullptr && m_fixture->pane(1).image() && *m_fixture->pane(1).image() == pixels, kPatience);
    QVERIFY(*m_fixture->pane(2).image() == lastPixels());
    QVERIFY(m_fixture->pane(3).labels().title.contains(QStringLiteral("minus")));
    QTest::keyClick(&strip(), Qt::Key_F2);
    auto* name = strip().findChild<QLineEdit*>("strip.rename");
    QVERIFY(name && name->isVisible());
    QTest::keyClicks(name, QStringLiteral("stronger"));
    QTest::keyClick(name, Qt::Key_Return);
    QTRY_COMPARE(run()->tree.at(second).name, std::string("stronger"));
    for (const Qt::Key key : {Qt::Key_Up, Qt::Key_End, Qt::Key_Return}) QTest::keyClick(&strip(), key);
    QTRY_VERIFY_WITH_TIMEOUT(run()->branch == BranchTree::kRoot, kPatience);
    QTest::keyClick(&strip(), Qt::Key_Down);
    QTest::keyClick(&strip(), Qt::Key_Delete);
    QTRY_COMPARE(run()->tree.branches().size(), std::size_t{1});
    QTRY_VERIFY(m_fixture->find<QWidget>("banner.action")->isVisible());
    m_fixture->click("banner.action");
    QTRY_COMPARE(run()->tree.branches().size(), std::size_t{2});
    QCOMPARE(run()->tree.at(second).name, std::string("stronger"));
    Q_EMIT strip().promoteRequested(QString::number(second));
    QTRY_COMPARE_WITH_TIMEOUT(bench().results().visible().size(), std::size_t{3}, kPatience);
    QVERIFY(m_fixture->settles());
    QVERIFY(lastPixels() == *bench().results().visible()[1]->images.at(bench().slice()));
}

void WindowSteeringTest::theScheduleIsDragged() {
    start(12);
    QTRY_VERIFY_WITH_TIMEOUT(!bench().results().visible().empty() && m_fixture->settles(), kPatience);
    bench().rewindTo(BranchTree::kRoot, 5);
    QTRY_VERIFY_WITH_TIMEOUT(run()->step == 5, kPatience);
    auto* editor = m_fixture->find<ui::ScheduleEditor>("steering.schedule");
    QTRY_COMPARE_WITH_TIMEOUT(editor->curve().done, 5, kPatience);
    const QPoint from = editor->pointOf({9, editor->curve().valueAt(9)}).toPoint();
    QTest::mousePress(editor, Qt::LeftButton, {}, from);
    QTest::mouseMove(editor, from - QPoint(0, 12));
    QTest::mouseMove(editor, from - QPoint(0, 24));
    QTest::mouseRelease(editor, Qt::LeftButton, {}, from - QPoint(0, 24));
    QTRY_VERIFY_WITH_TIMEOUT(run()->waiting, kPatience);
    const double dragged = editor->curve().valueAt(9);
    QVERIFY(dragged > 1.05);
    m_fixture->key(Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(bench().results().visible().size(), std::size_t{2}, kPatience);
    QVERIFY(m_fixture->settles());
    const auto& steering = bench().results().visible().back()->result->protocol.steering;
    QCOMPARE(steering.size(), std::size_t{1});
    QCOMPARE(steering.front().step, std::int64_t{5});
    m_fixture->find<QAction>("action.applyToAll")->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(bench().results().visible().size(), std::size_t{3}, kPatience);
    QVERIFY(m_fixture->settles());
    QCOMPARE(bench().results().visible().back()->images.size(), std::size_t{5});
    QVERIFY(*bench().results().visible().back()->images.at(bench().slice()) == *bench().results().visible()[1]->images.at(bench().slice()));
    QCOMPARE(QString::fromStdString(steering.front().values.at("zeta").get<std::string>()).toDouble(), QString::number(dragged, 'g', 4).toDouble());
}

void WindowSteeringTest::theScheduleShowsWhatStepsHad() {
    start(12);
    QTRY_VERIFY_WITH_TIMEOUT(!bench().results().visible().empty() && m_fixture->settles(), kPatience);
    auto* editor = m_fixture->find<ui::ScheduleEditor>("steering.schedule");
    const double before = editor->curve().valueAt(3);
    bench().rewindTo(BranchTree::kRoot, 5);
    QTRY_VERIFY_WITH_TIMEOUT(run()->step == 5, kPatience);
    bench().steer({{"zeta", "7"}});
    m_fixture->key(Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(bench().results().visible().size(), std::size_t{2}, kPatience);
    QVERIFY(m_fixture->settles());
    QTRY_COMPARE_WITH_TIMEOUT(editor->curve().valueAt(12), 7.0, kPatience);
    QCOMPARE(editor->curve().valueAt(6), 7.0);
    QCOMPARE(editor->curve().valueAt(5), before);
    QCOMPARE(editor->curve().valueAt(1), before);
    bench().rewindTo(BranchTree::kRoot, 12);
    QTRY_COMPARE_WITH_TIMEOUT(editor->curve().valueAt(12), before, kPatience);
    bench().rewindTo(BranchTree::kRoot, 6);
    bench().steer({{"zeta", "30"}});  // beyond what the editor spans otherwise
    QTRY_COMPARE_WITH_TIMEOUT(editor->curve().valueAt(7), 30.0, kPatience);
}

void WindowSteeringTest::curvesScrubTheStrip() {
    start(12);
    QTRY_VERIFY_WITH_TIMEOUT(!bench().results().visible().empty() && m_fixture->settles(), kPatience);
    auto* curves = m_fixture->find<ui::CurvePlot>("steering.curves");
    QTRY_VERIFY(curves->isVisible());
    QVERIFY(curves->legend(0).join(' ').startsWith(QStringLiteral("σ")));
    QTRY_VERIFY(curves->legend(2).join(' ').startsWith(QStringLiteral("NRMSE")));
    QVERIFY(curves->legend(3).join(' ').startsWith(QStringLiteral("SSIM")));
    QWidget* holder = curves;
    while (holder && !qobject_cast<QScrollArea*>(holder)) holder = holder->parentWidget();
    if (auto* area = qobject_cast<QScrollArea*>(holder)) area->ensureWidgetVisible(curves);
    int moved = 0;  // again until it is seen: the panel may still be laid out
    QTRY_VERIFY((QTest::mouseMove(curves, QPoint(curves->width() / 3 + moved++ % 2, 30)), bench().lookedAt().has_value()));
    QVERIFY(bench().lookedAt()->second > 1 && bench().lookedAt()->second < 12);
    QTRY_COMPARE(static_cast<std::int64_t>(strip().currentStep()), bench().lookedAt()->second);
    QTest::mouseMove(&strip(), QPoint(5, 5));
    QTRY_VERIFY(!bench().lookedAt().has_value());
}

void WindowSteeringTest::aRunThatWasKilledIsOfferedByTheNextWindow() {
    namespace fs = std::filesystem;
    start(12);
    QTRY_VERIFY_WITH_TIMEOUT(!bench().results().visible().empty() && m_fixture->settles(), kPatience);
    const auto pixels = lastPixels();
    doubleClick(5);
    QTRY_VERIFY_WITH_TIMEOUT(run()->step == 5 && m_fixture->settles(), kPatience);
    const auto runs = fs::path(m_settings.path()) / "larmor" / "runs";
    fs::path own;
    for (const auto& each : fs::directory_iterator(runs)) own = each.path();
    fs::rename(own, m_folder.file("left"));  // what a process that is gone would have left: none has the number below
    m_fixture.reset();
    fs::rename(m_folder.file("left"), runs / "4194305-1");
    m_fixture = std::make_unique<WindowFixture>();
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->find<QWidget>("banner.action")->isVisible(), kPatience);
    m_fixture->click("banner.action");
    QTRY_VERIFY_WITH_TIMEOUT(bench().steering() && run()->step == 5 && m_fixture->settles(), kPatience);
    m_fixture->key(Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(bench().results().visible().size(), std::size_t{1}, kPatience);
    QVERIFY(m_fixture->settles());
    QVERIFY(lastPixels() == pixels);
}

void WindowSteeringTest::theWindowClosesInMidRun() {
    start(1000);
    QTRY_VERIFY_WITH_TIMEOUT(bench().steeringRuns(), kPatience);
    m_fixture->window.reset();
    m_fixture = std::make_unique<WindowFixture>();
    QVERIFY(m_fixture->settles());
}

QTEST_MAIN(WindowSteeringTest)
#include "tst_window_steering.moc"
