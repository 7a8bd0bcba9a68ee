// A sweep in the real window by mouse and keys: it starts, cells fill, are sorted and opened, run in full; it is cancelled half-way.

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTest>

#include "tests/gui/window_fixture.h"
#include "ui/widgets/contact_sheet.h"

using namespace larmor;
using larmor::test::kPatience;
using larmor::test::WindowFixture;

class WindowSweepTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void cellsFillAreSortedOpenedAndRunInFull();
    void aSweepIsCancelledHalfWay();
    void rowsAreASecondParameter();
    void rowsAreMasksOfSeveralKinds();
    void rowsAreEachMethodWithEachMask();
    void aQuickLookHasHalfTheSize();
    void whatIsWrongIsTold();

private:
    [[nodiscard]] session::Workbench& bench() { return m_fixture->bench(); }
    [[nodiscard]] ui::ContactSheet& sheet() { return *m_fixture->find<ui::ContactSheet>("sweep.sheet"); }
    [[nodiscard]] bool isDone(int cell) { return sheet().cell(cell).state == ui::SheetCell::State::Done; }
    void choose(const char* list, const QString& data);
    void put(const char* field, const QString& text);

    test::TempDir m_folder, m_settings;
    QString m_scan;
    std::unique_ptr<WindowFixture> m_fixture;
};

void WindowSweepTest::initTestCase() {
    test::prepareApplication(m_settings);
    m_scan = test::writeScan(m_folder);
}

void WindowSweepTest::init() {
    m_fixture = std::make_unique<WindowFixture>();
    QVERIFY(m_fixture->openScan(m_scan));
    QVERIFY(!m_fixture->find<QWidget>("dock.sweep")->isVisible());
    m_fixture->click("tool.sweep");
    QTRY_VERIFY(m_fixture->find<QWidget>("dock.sweep")->isVisible());
    QTRY_VERIFY(!m_fixture->find<QLineEdit>("sweep.values")->visibleRegion().isEmpty());
}

void WindowSweepTest::cleanup() {
    const QStringList warnings = m_fixture->takeWarnings();
    m_fixture.reset();
    QCOMPARE(warnings.join("; "), QString());
}

/// By keys: down from the first item.
void WindowSweepTest::choose(const char* list, const QString& data) {
    auto* box = m_fixture->find<QComboBox>(list);
    QVERIFY(box->findData(data) >= 0);
    QTest::keyClick(box, Qt::Key_Home);
    while (box->currentData().toString() != data) QTest::keyClick(box, Qt::Key_Down);
}

void WindowSweepTest::put(const char* field, const QString& text) {
    auto* edit = m_fixture->find<QLineEdit>(field);
    QTest::mouseClick(edit, Qt::LeftButton);
    edit->selectAll();
    QTest::keyClicks(edit, text);
    QCOMPARE(edit->text(), text);
}

void WindowSweepTest::cellsFillAreSortedOpenedAndRunInFull() {
    QCOMPARE(m_fixture->find<QComboBox>("sweep.parameter")->currentData().toString(), QStringLiteral("lambda"));
    QVERIFY(m_fixture->find<QLineEdit>("sweep.values")->text().contains(QLatin1Char('/')));  // a proposal
    put("sweep.values", QStringLiteral("10 / 0.01/1"));
    m_fixture->click("sweep.start");
    QTRY_VERIFY_WITH_TIMEOUT(bench().sweepState() && !bench().sweepState()->running() && isDone(0) && isDone(1) && isDone(2), kPatience);
    QTRY_COMPARE(m_fixture->find<QPushButton>("sweep.start")->text(), QStringLiteral("Start"));
    QVERIFY(!sheet().cell(1).picture.isNull());
    QCOMPARE(sheet().cell(1).picture.size(), QSize(64, 64));
    const double best = sheet().cell(1).metric(0);
    QVERIFY(best < sheet().cell(2).metric(0) && sheet().cell(2).metric(0) < sheet().cell(0).metric(0));
    QCOMPARE(sheet().extremes().best, 1);
    QCOMPARE(sheet().extremes().worst, 0);

    auto* sort = m_fixture->find<QComboBox>("sheet.sort");
    QTest::keyClick(sort, Qt::Key_Down);
    QTRY_COMPARE(sheet().sorting(), 0);
    QVERIFY(sheet().placeOf(1).left() < sheet().placeOf(2).left() && sheet().placeOf(2).left() < sheet().placeOf(0).left());

    const QPoint place = sheet().placeOf(1).center();
    QTest::mouseClick(sheet().viewport(), Qt::LeftButton, {}, place);
    QTest::mouseDClick(sheet().viewport(), Qt::LeftButton, {}, place);
    QTRY_COMPARE_WITH_TIMEOUT(bench().results().visible().size(), std::size_t{1}, kPatience);
    QVERIFY(m_fixture->settles());
    const auto pixels = bench().sweepState()->cells[1].result->images.pixels.slice(0);
    QTRY_VERIFY(m_fixture->pane(2).image() && *m_fixture->pane(2).image() == pixels);
    QTRY_VERIFY(m_fixture->pane(1).image() && m_fixture->pane(3).image());
    QCOMPARE(bench().pane(2).content, session::PaneContent::Error);
    QCOMPARE(bench().results().visible().front()->metrics.at(bench().slice()).nrmse, best);

    m_fixture->click("sheet.promote");
    QTRY_COMPARE_WITH_TIMEOUT(bench().results().visible().size(), std::size_t{2}, kPatience);
    QVERIFY(m_fixture->settles());
    QVERIFY(*bench().results().visible().back()->images.at(bench().slice()) == pixels);
}

void WindowSweepTest::aSweepIsCancelledHalfWay() {
    m_fixture->type("method.iterations", QStringLiteral("500"));
    QVERIFY(m_fixture->settles());
    auto values = bench().parameters();
    values.set("tolerance", 0.0);
    bench().setParameters(values);
    put("sweep.values", QStringLiteral("0/0.001/0.002/0.003/0.004/0.005/0.006/0.007"));
    QTest::keyClick(m_fixture->find<QLineEdit>("sweep.values"), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(bench().sweepState() && bench().sweepState()->cells[0].done() && isDone(0), kPatience);
    QCOMPARE(m_fixture->find<QPushButton>("sweep.start")->text(), QStringLiteral("Stop"));
    m_fixture->click("sweep.start");
    QTRY_VERIFY_WITH_TIMEOUT(!bench().sweepState()->running(), kPatience);
    QVERIFY(m_fixture->settles());
    QTRY_COMPARE(m_fixture->find<QPushButton>("sweep.start")->text(), QStringLiteral("Start"));
    QVERIFY(isDone(0));
    QCOMPARE(sheet().cell(7).state, ui::SheetCell::State::Waiting);
    for (int i = 1; i < 7; ++i) QVERIFY(isDone(i) || sheet().cell(i).state == ui::SheetCell::State::Waiting);
    QVERIFY(bench().results().visible().empty());
}

void WindowSweepTest::rowsAreASecondParameter() {
    QVERIFY(!m_fixture->find<QWidget>("sweep.secondValues")->isVisible());
    choose("sweep.second", QStringLiteral("mask R"));
    QTRY_VERIFY(m_fixture->find<QWidget>("sweep.secondValues")->isVisible());
    put("sweep.values", QStringLiteral("0.01/0.1"));
    put("sweep.secondValues", QStringLiteral("2/5"));
    m_fixture->click("sweep.start");
    QTRY_VERIFY_WITH_TIMEOUT(bench().sweepState() && !bench().sweepState()->running(), kPatience);
    QTRY_VERIFY(isDone(3));
    QCOMPARE(bench().sweepState()->rows.size(), std::size_t{2});
    QVERIFY(sheet().cell(0).metric(0) < sheet().cell(2).metric(0));  // more samples, less error
    QVERIFY(m_fixture->settles());
}

void WindowSweepTest::rowsAreMasksOfSeveralKinds() {
    choose("sweep.second", QStringLiteral("the mask"));
    auto* masks = m_fixture->find<QLineEdit>("sweep.secondValues");
    QVERIFY2(masks->text().contains(QStringLiteral("; random:R=")), qPrintable(masks->text()));  // proposed beside the one that is set
    put("sweep.values", QStringLiteral("0.01"));
    put("sweep.secondValues", QStringLiteral("equispaced:R=2,acs=16; random:R=2,acs=16,seed=3"));
    m_fixture->click("sweep.start");
    QTRY_VERIFY_WITH_TIMEOUT(bench().sweepState() && !bench().sweepState()->running() && isDone(0) && isDone(1), kPatience);
    QCOMPARE(bench().sweepState()->rows.size(), std::size_t{2});
    QVERIFY(bench().sweepState()->rows[1].find("random") != std::string::npos);
    QVERIFY(sheet().cell(0).metric(0) != sheet().cell(1).metric(0));
    put("sweep.secondValues", QStringLiteral("spiral:R=2"));
    m_fixture->click("sweep.start");
    QTRY_VERIFY(m_fixture->find<QWidget>("banner")->isVisible());
    QVERIFY(m_fixture->settles());
}

void WindowSweepTest::rowsAreEachMethodWithEachMask() {
    QVERIFY(!m_fixture->find<QWidget>("sweep.third")->isVisible());
    choose("sweep.second", QStringLiteral("the method"));
    QTRY_VERIFY(m_fixture->find<QWidget>("sweep.third")->isVisible());
    put("sweep.secondValues", QStringLiteral("cg-sense/l1-wavelet"));
    choose("sweep.third", QStringLiteral("the mask"));
    QTRY_VERIFY(m_fixture->find<QWidget>("sweep.thirdValues")->isVisible());
    put("sweep.thirdValues", QStringLiteral("equispaced:R=2,acs=16; random:R=3,acs=16,seed=3"));
    put("sweep.values", QStringLiteral("0.01/0.1"));
    m_fixture->click("sweep.start");
    QTRY_VERIFY_WITH_TIMEOUT(bench().sweepState() && !bench().sweepState()->running() && isDone(7), kPatience);
    QCOMPARE(bench().sweepState()->rows.size(), std::size_t{4});
    QVERIFY(bench().sweepState()->rows[3].find("random") != std::string::npos);
    choose("sweep.third", QStringLiteral("the method"));  // twice: told, and nothing starts
    m_fixture->click("sweep.start");
    QTRY_VERIFY(m_fixture->find<QWidget>("banner")->isVisible());
    QCOMPARE(bench().sweepState()->rows.size(), std::size_t{4});
    QVERIFY(m_fixture->settles());
}

void WindowSweepTest::aQuickLookHasHalfTheSize() {
    auto* size = m_fixture->find<QComboBox>("sweep.size");
    QCOMPARE(size->currentText(), QStringLiteral("Full"));
    QTest::keyClick(size, Qt::Key_Down);
    QCOMPARE(size->currentText(), QStringLiteral("Half"));
    put("sweep.values", QStringLiteral("0.01/1"));
    m_fixture->click("sweep.start");
    QTRY_VERIFY_WITH_TIMEOUT(bench().sweepState() && !bench().sweepState()->running() && isDone(0) && isDone(1), kPatience);
    QCOMPARE(sheet().cell(0).picture.size(), QSize(32, 32));
    QCOMPARE(sheet().cell(0).note, QStringLiteral("half size"));
    QVERIFY(sheet().tipAt(sheet().placeOf(0).center()).contains(QStringLiteral("half size")));
    QTest::mouseClick(sheet().viewport(), Qt::LeftButton, {}, sheet().placeOf(0).center());
    m_fixture->click("sheet.promote");
    QTRY_COMPARE_WITH_TIMEOUT(bench().results().visible().size(), std::size_t{1}, kPatience);
    QVERIFY(m_fixture->settles());
    QCOMPARE(bench().results().visible().back()->images.at(bench().slice())->shape(), (Shape{64, 64}));
}

void WindowSweepTest::whatIsWrongIsTold() {
    put("sweep.values", QStringLiteral("1/lots"));
    m_fixture->click("sweep.start");
    QTRY_VERIFY(m_fixture->find<QWidget>("banner.what")->isVisible());
    QVERIFY(!bench().sweepState());
    QVERIFY(m_fixture->find<QWidget>("sweep.empty")->isVisible());
}

QTEST_MAIN(WindowSweepTest)
#include "tst_window_sweep.moc"
