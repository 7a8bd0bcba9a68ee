// Projects in the real window: saved by the menu, closed, opened by an argument and by a drop; results and pictures that bring back their
// state.

#include <QAction>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QContextMenuEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QTableWidget>
#include <QTimer>

#include <filesystem>

#include "core/base/io/load.h"
#include "core/session/sweep_picture.h"
#include "tests/gui/window_fixture.h"
#include "ui/widgets/contact_sheet.h"

using namespace larmor;
using larmor::test::kPatience;
using larmor::test::WindowFixture;
namespace fs = std::filesystem;

class WindowProjectTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void isSavedByTheMenuAndOpensAsItWas();
    void closingSavesIt();
    void aMovedScanIsAskedFor();
    void aDroppedResultBringsItsStateBack();
    void aDroppedPictureOffersToReconstruct();
    void aSavedPaneCarriesItsProtocol();
    void aDroppedPictureOfASweepIsReadyToStart();
    void aPictureOfManyMasksAndMethodsIsBroughtAsItIs();
    void aForeignPictureIsRefused();
    void theSheetOfASweepIsThereAgain();

private:
    void makeSweep();
    void makeWork();
    void drop(const QString& path);
    /// Answers the next file dialog with a path.
    void answerWith(const QString& path);
    void triggerMenu(const char* name) { m_fixture->find<QAction>(name)->trigger(); }
    void newWindow();
    void isAsItWas();
    [[nodiscard]] session::Workbench& bench() { return m_fixture->bench(); }
    [[nodiscard]] QString path(const char* name) { return QString::fromStdString(m_folder->file(name)); }

    test::TempDir m_settings;
    std::unique_ptr<test::TempDir> m_folder;
    QString m_scan;
    std::unique_ptr<WindowFixture> m_fixture;
    QTimer m_answer;
};

void WindowProjectTest::initTestCase() {
    test::prepareApplication(m_settings);
}

void WindowProjectTest::init() {
    m_folder = std::make_unique<test::TempDir>();
    m_scan = test::writeScan(*m_folder);
    m_fixture = std::make_unique<WindowFixture>();
}

void WindowProjectTest::cleanup() {
    const QStringList warnings = m_fixture->takeWarnings();
    m_fixture.reset();
    QCOMPARE(warnings.join("; "), QString());
}

void WindowProjectTest::newWindow() {
    m_fixture.reset();
    m_fixture = std::make_unique<WindowFixture>();
}

void WindowProjectTest::drop(const QString& path) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    const QPoint middle = m_fixture->window->rect().center();
    QDragEnterEvent enter(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_fixture->window.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_fixture->window.get(), &event);
    QVERIFY(m_fixture->settles());
}

void WindowProjectTest::answerWith(const QString& path) {
    m_answer.disconnect();
    connect(&m_answer, &QTimer::timeout, this, [this, path] {
        auto* dialog = m_fixture->window->findChild<QFileDialog*>();
        if (!dialog) return;
        m_answer.stop();
        dialog->findChild<QLineEdit*>("fileNameEdit")->setText(path);  // selectFile() leaves a field that has the focus alone
        static_cast<QDialog*>(dialog)->accept();
    });
    m_answer.start(10);
}

/// Slice 5, R 2 with 16 ACS lines, CG-SENSE with 12 iterations and its result, four panes of which the first is framed.
void WindowProjectTest::makeWork() {
    QVERIFY(m_fixture->openScan(m_scan));
    m_fixture->type("mask.R", "2");
    m_fixture->type("mask.acs", "16");
    m_fixture->type("method.iterations", "12");
    m_fixture->key(Qt::Key_Up);
    m_fixture->key(Qt::Key_Up);
    QCOMPARE(bench().slice(), 4);
    QVERIFY(m_fixture->settles());
    m_fixture->click("tool.reconstruct");
    QTRY_COMPARE_WITH_TIMEOUT(m_fixture->find<QTableWidget>("results.table")->rowCount(), 1, kPatience);
    m_fixture->find<QAction>("tool.layout.4")->trigger();
    m_fixture->key(Qt::Key_1);
    QVERIFY(m_fixture->settles());
}

void WindowProjectTest::isAsItWas() {
    QCOMPARE(bench().slice(), 4);
    QCOMPARE(bench().paneCount(), std::size_t{4});
    QCOMPARE(bench().focusedPane(), std::size_t{0});
    QCOMPARE(bench().method(), std::string("cg-sense"));
    QCOMPARE(bench().parameters().integer("iterations"), 12);
    QCOMPARE(bench().mask().choice.spec->acceleration, 2.0);
    QCOMPARE(bench().mask().choice.spec->acs, 16);
    QCOMPARE(m_fixture->find<QTableWidget>("results.table")->rowCount(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(m_fixture->pane(2).labels().title, QString("CG-SENSE"), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->pane(2).labels().metrics.contains("NRMSE"), kPatience);
    QVERIFY(!m_fixture->find<QWidget>("banner")->isVisible());
}

void WindowProjectTest::isSavedByTheMenuAndOpensAsItWas() {
    makeWork();
    answerWith(path("knee"));  // the extension is added
    triggerMenu("action.saveProjectAs");
    QTRY_VERIFY_WITH_TIMEOUT(fs::exists(path("knee.larmor/project.json").toStdString()), kPatience);
    QVERIFY(m_fixture->settles());
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->window->windowTitle().contains("knee"), kPatience);
    QTRY_VERIFY(!m_fixture->window->isWindowModified());
    m_fixture->key(Qt::Key_Down);
    QTRY_VERIFY(m_fixture->window->isWindowModified());
    m_fixture->key(Qt::Key_Up);
    QTRY_VERIFY(!m_fixture->window->isWindowModified());
    newWindow();
    QVERIFY(m_fixture->openScan(path("knee.larmor")));  // as the program does with its argument
    isAsItWas();
    QCOMPARE(m_fixture->window->windowTitle(), QString("scan.h5 (simulated) — knee[*] — Larmor — research use only"));
    QVERIFY(QSettings().value("recentFiles").toStringList().contains(path("knee.larmor")));
    triggerMenu("action.newProject");
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->find<QWidget>("start.text")->isVisible(), kPatience);
    QCOMPARE(m_fixture->find<QTableWidget>("results.table")->rowCount(), 0);
    drop(path("knee.larmor"));
    isAsItWas();
}

void WindowProjectTest::closingSavesIt() {
    makeWork();
    answerWith(path("knee.larmor"));
    triggerMenu("action.saveProject");  // asks where, the first time
    QTRY_VERIFY_WITH_TIMEOUT(!bench().project().folder().empty() && !bench().project().saving(), kPatience);
    m_fixture->key(Qt::Key_Down);
    QCOMPARE(bench().slice(), 3);
    m_fixture->window->close();
    QTRY_VERIFY_WITH_TIMEOUT(!m_fixture->window->isVisible(), kPatience);
    newWindow();
    QVERIFY(m_fixture->openScan(path("knee.larmor")));
    QCOMPARE(bench().slice(), 3);
    m_fixture->key(Qt::Key_Up);
    QVERIFY(m_fixture->settles());
    isAsItWas();
    fs::remove_all(path("knee.larmor").toStdString());
    test::writeFile(m_folder->file("knee.larmor"), "in the way");
    m_fixture->window->close();
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->find<QWidget>("banner")->isVisible(), kPatience);
    QVERIFY(m_fixture->find<QLabel>("banner.what")->text().contains("not saved"));
    QVERIFY(m_fixture->window->isVisible());
    m_fixture->window->close();  // once more: without
    QTRY_VERIFY_WITH_TIMEOUT(!m_fixture->window->isVisible(), kPatience);
}

void WindowProjectTest::aMovedScanIsAskedFor() {
    makeWork();
    answerWith(path("knee.larmor"));
    triggerMenu("action.saveProject");
    QTRY_VERIFY_WITH_TIMEOUT(!bench().project().folder().empty() && !bench().project().saving(), kPatience);
    fs::create_directories(m_folder->file("archive"));
    fs::rename(m_scan.toStdString(), m_folder->file("archive/old.h5"));
    newWindow();
    drop(path("knee.larmor"));
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->find<QWidget>("banner")->isVisible(), kPatience);
    QCOMPARE(m_fixture->find<QPushButton>("banner.action")->text(), QString("Find…"));
    answerWith(path("archive/old.h5"));
    m_fixture->click("banner.action");
    QTRY_VERIFY_WITH_TIMEOUT(bench().acquisition() != nullptr, kPatience);
    QVERIFY(m_fixture->settles());
    isAsItWas();
    QCOMPARE(bench().path(), m_folder->file("archive/old.h5"));
}

void WindowProjectTest::aDroppedResultBringsItsStateBack() {
    makeWork();
    bench().exportResult(bench().shownResult(), m_folder->file("made.h5"));
    QVERIFY(m_fixture->settles());
    const ComplexArray pixels = *bench().results().visible().front()->images.at(4);
    newWindow();
    drop(path("made.h5"));
    QVERIFY(bench().acquisition() != nullptr);
    QCOMPARE(bench().slice(), 4);
    QCOMPARE(bench().parameters().integer("iterations"), 12);
    QTRY_COMPARE_WITH_TIMEOUT(m_fixture->find<QTableWidget>("results.table")->rowCount(), 1, kPatience);
    QVERIFY(*bench().results().visible().front()->images.at(4) == pixels);
    QTRY_COMPARE_WITH_TIMEOUT(m_fixture->pane(2).labels().title, QString("CG-SENSE"), kPatience);
}

void WindowProjectTest::aDroppedPictureOffersToReconstruct() {
    makeWork();
    const ComplexArray pixels = *bench().results().visible().front()->images.at(4);
    bench().exportResult(bench().shownResult(), m_folder->file("made.png"));
    QVERIFY(m_fixture->settles());
    fs::remove(m_folder->file("made.png.json"));  // what is in the picture is enough
    newWindow();
    drop(path("made.png"));
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->find<QWidget>("banner")->isVisible(), kPatience);
    QCOMPARE(m_fixture->find<QPushButton>("banner.action")->text(), QString("Reconstruct"));
    QCOMPARE(bench().mask().choice.spec->acs, 16);
    m_fixture->click("banner.action");
    QTRY_COMPARE_WITH_TIMEOUT(m_fixture->find<QTableWidget>("results.table")->rowCount(), 1, kPatience);
    QVERIFY(m_fixture->settles());
    QVERIFY(*bench().results().visible().front()->images.at(4) == pixels);
}

void WindowProjectTest::aSavedPaneCarriesItsProtocol() {
    makeWork();
    auto& pane = m_fixture->pane(2);
    QContextMenuEvent event(QContextMenuEvent::Mouse, pane.rect().center(), pane.mapToGlobal(pane.rect().center()));
    QApplication::sendEvent(&pane, &event);
    auto* menu = m_fixture->find<QMenu>("paneMenu");
    answerWith(path("pane.png"));
    for (QAction* each : menu->actions())
        if (each->text().startsWith("Save as a picture")) each->trigger();
    menu->close();
    const auto stored = io::readStoredResult(m_folder->file("pane.png"));
    QVERIFY(stored.has_value());
    QCOMPARE(stored->protocol.method, std::string("cg-sense"));
    QVERIFY(stored->protocol.slices == std::vector<std::int64_t>{4});
    QVERIFY(stored->protocol.sourceHash == bench().results().visible().front()->result->protocol.sourceHash);
}

/// Two rows by two columns on the slice that is shown, by the fields of the form.
void WindowProjectTest::makeSweep() {
    makeWork();
    m_fixture->click("tool.sweep");
    QTRY_VERIFY(!m_fixture->find<QLineEdit>("sweep.values")->visibleRegion().isEmpty());
    auto* second = m_fixture->find<QComboBox>("sweep.second");
    QTest::keyClick(second, Qt::Key_Home);
    while (second->currentData().toString() != QLatin1String("mask R")) QTest::keyClick(second, Qt::Key_Down);
    QTRY_VERIFY(m_fixture->find<QWidget>("sweep.secondValues")->isVisible());
    m_fixture->find<QLineEdit>("sweep.values")->setText("0.01/0.1");
    m_fixture->find<QLineEdit>("sweep.secondValues")->setText("2/3");
    m_fixture->click("sweep.start");
    QTRY_VERIFY_WITH_TIMEOUT(bench().sweepState() && !bench().sweepState()->running(), kPatience);
    QVERIFY(m_fixture->settles());
    for (const auto& cell : bench().sweepState()->cells) QVERIFY(cell.done());
}

void WindowProjectTest::aDroppedPictureOfASweepIsReadyToStart() {
    makeSweep();
    const ComplexArray pixels = bench().sweepState()->cells[3].result->images.pixels;
    auto& sheet = *m_fixture->find<ui::ContactSheet>("sweep.sheet");
    QTest::mouseClick(sheet.viewport(), Qt::LeftButton, {}, sheet.placeOf(0).center());
    QContextMenuEvent event(QContextMenuEvent::Mouse, sheet.placeOf(0).center(), sheet.viewport()->mapToGlobal(sheet.placeOf(0).center()));
    QApplication::sendEvent(sheet.viewport(), &event);
    auto* menu = m_fixture->find<QMenu>("sheet.menu");
    answerWith(path("sheet.svg"));
    m_fixture->find<QAction>("sheet.menu.picture")->trigger();
    menu->close();
    QVERIFY(m_fixture->settles());
    QVERIFY(fs::exists(m_folder->file("sheet.svg")));
    newWindow();
    drop(path("sheet.svg"));
    QTRY_VERIFY(m_fixture->find<QWidget>("dock.sweep")->isVisible());
    QCOMPARE(bench().slice(), 4);
    QCOMPARE(bench().parameters().integer("iterations"), 12);
    QCOMPARE(m_fixture->find<QComboBox>("sweep.parameter")->currentData().toString(), QString("lambda"));
    QCOMPARE(m_fixture->find<QLineEdit>("sweep.values")->text(), QString("0.01/0.1"));
    QCOMPARE(m_fixture->find<QComboBox>("sweep.second")->currentData().toString(), QString("mask R"));
    QCOMPARE(m_fixture->find<QLineEdit>("sweep.secondValues")->text(), QString("2/3"));
    QTRY_COMPARE_WITH_TIMEOUT(m_fixture->find<QPushButton>("banner.action")->text(), QString("Start the sweep"), kPatience);
    m_fixture->click("banner.action");
    QTRY_VERIFY_WITH_TIMEOUT(bench().sweepState() && !bench().sweepState()->running(), kPatience);
    QVERIFY(m_fixture->settles());
    QVERIFY(bench().sweepState()->cells[3].result->images.pixels == pixels);
}

/// As larmor-cli sweep makes them: what the form has no fields for is kept as one choice.
void WindowProjectTest::aPictureOfManyMasksAndMethodsIsBroughtAsItIs() {
    session::SweepRequest request;
    session::SweepScan scan;
    scan.name = "scan.h5";
    scan.acquisition = io::openAcquisition(m_scan.toStdString());
    scan.slices = {2};
    request.scans = {scan};
    request.masks = {session::MaskChoice::fromText("equispaced:R=2,acs=16"), session::MaskChoice::fromText("random:R=3,acs=16,seed=2")};
    const std::vector<session::SweepAxis> axes{{"iterations", {"3", "5"}}, {"lambda", {"0.01", "1"}}};
    request.methods = {{"cg-sense", {}, axes}, {"l1-wavelet", {}, axes}};
    request.reduction = 2;
    session::SweepPicture().save(m_folder->file("many.svg"), {}, session::recordOf(request));
    drop(path("many.svg"));
    QTRY_VERIFY(m_fixture->find<QWidget>("dock.sweep")->isVisible());
    QCOMPARE(m_fixture->find<QComboBox>("sweep.size")->currentText(), QString("Half"));
    QCOMPARE(m_fixture->find<QComboBox>("sweep.second")->currentText(), QString("As brought"));
    auto* rows = m_fixture->find<QLineEdit>("sweep.secondValues");
    QVERIFY(rows->isReadOnly());
    QCOMPARE(rows->text(), QString::fromUtf8("2 masks × cg-sense/l1-wavelet × iterations 3/5"));
    m_fixture->click("sweep.start");
    QTRY_VERIFY_WITH_TIMEOUT(bench().sweepState() && !bench().sweepState()->running(), kPatience);
    QVERIFY(m_fixture->settles());
    QCOMPARE(bench().sweepState()->rows.size(), std::size_t{8});
    QCOMPARE(bench().sweepState()->cells.size(), std::size_t{16});
    QCOMPARE(bench().sweepState()->cells[15].scored->mask, request.masks[1].toText());
    QCOMPARE(bench().sweepState()->cells[15].scored->method, std::string("l1-wavelet"));
    auto* second = m_fixture->find<QComboBox>("sweep.second");
    QTest::keyClick(second, Qt::Key_Home);
    QVERIFY(!rows->isVisible());
    QTest::keyClick(second, Qt::Key_End);
    QCOMPARE(rows->text(), QString::fromUtf8("2 masks × cg-sense/l1-wavelet × iterations 3/5"));
}

void WindowProjectTest::aForeignPictureIsRefused() {
    QVERIFY(m_fixture->openScan(m_scan));
    test::writeFile(m_folder->file("foreign.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect/></svg>");
    drop(path("foreign.svg"));
    QTRY_VERIFY_WITH_TIMEOUT(m_fixture->find<QWidget>("banner")->isVisible(), kPatience);
    QVERIFY(m_fixture->find<QLabel>("banner.what")->text().contains("says nothing of a sweep"));
    QVERIFY(bench().acquisition() != nullptr);
    (void)m_fixture->takeWarnings();  // the log says it too
}

void WindowProjectTest::theSheetOfASweepIsThereAgain() {
    makeSweep();
    const ComplexArray pixels = bench().sweepState()->cells[1].result->images.pixels;
    const QImage before = m_fixture->find<ui::ContactSheet>("sweep.sheet")->cell(1).picture;
    const double nrmse = m_fixture->find<ui::ContactSheet>("sweep.sheet")->cell(1).metric(0);
    bench().project().save(m_folder->file("one.larmor"));
    QVERIFY(m_fixture->settles());
    newWindow();
    drop(path("one.larmor"));
    m_fixture->click("tool.sweep");
    auto& sheet = *m_fixture->find<ui::ContactSheet>("sweep.sheet");
    QTRY_VERIFY_WITH_TIMEOUT(sheet.isVisible() && sheet.cell(1).state == ui::SheetCell::State::Done, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(sheet.cell(1).picture == before, kPatience);
    QCOMPARE(sheet.cell(1).metric(0), nrmse);
    QCOMPARE(m_fixture->find<QLineEdit>("sweep.values")->text(), QString("0.01/0.1"));
    QCOMPARE(m_fixture->find<QLineEdit>("sweep.secondValues")->text(), QString("2/3"));
    QTest::mouseClick(sheet.viewport(), Qt::LeftButton, {}, sheet.placeOf(1).center());
    QTest::mouseDClick(sheet.viewport(), Qt::LeftButton, {}, sheet.placeOf(1).center());
    QTRY_COMPARE_WITH_TIMEOUT(bench().results().visible().size(), std::size_t{2}, kPatience);
    QVERIFY(m_fixture->settles());
    m_fixture->click("sheet.promote");
    QTRY_COMPARE_WITH_TIMEOUT(bench().results().visible().size(), std::size_t{3}, kPatience);
    QVERIFY(m_fixture->settles());
    QVERIFY(*bench().results().visible().back()->images.at(4) == pixels.slice(0));
}

QTEST_MAIN(WindowProjectTest)
#include "tst_window_project.moc"
