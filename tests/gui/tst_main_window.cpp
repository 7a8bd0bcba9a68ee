// The main job in the real window: open, mask, reconstruct, compare, stop, fail, close.

#include <chrono>

#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include "core/base/io/load.h"
#include "tests/gui/window_fixture.h"

using namespace larmor;
using larmor::test::kPatience;
using larmor::test::WindowFixture;

namespace {

/// A run that takes long enough to be stopped.
void chooseLongRun(session::Workbench& bench) {
    bench.setMethod("l1-wavelet");
    ParamValues values = bench.parameters();
    values.set("iterations", std::int64_t{2000});
    bench.setParameters(values);
}

}  // namespace

class MainWindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void emptyWindowSaysWhatToDo();
    void opensAFile();
    void typedMaskIsAchieved();
    void reconstructsByButton();
    void reconstructsByKey();
    void showsTheImageAsItForms();
    void stopsHalfWay();
    void namesTheWrongField();
    void badFileShowsTheBannerAndTheWindowLivesOn();
    void failedRunShowsTheLog();
    void savesTheMask();
    void escapeAsksBeforeItStopsLongWork();
    void theQuestionGoesWhenTheRunEnds();
    void metricsNameTheirProtocol();
    void narrowWindowClipsNothing();
    void allToolsFitIntoASmallScreen();
    void closingDuringARunAsks();
    void opensADroppedFile();
    void deletedResultComesBack();

private:
    test::TempDir m_folder, m_settings;
    QString m_scan;
    std::unique_ptr<WindowFixture> m_fixture;
};

void MainWindowTest::initTestCase() {
    test::prepareApplication(m_settings);
    m_scan = test::writeScan(m_folder);
}

void MainWindowTest::init() { m_fixture = std::make_unique<WindowFixture>(); }

void MainWindowTest::cleanup() {
    const QStringList warnings = m_fixture->takeWarnings();
    m_fixture.reset();
    QCOMPARE(warnings, QStringList());
}

void MainWindowTest::emptyWindowSaysWhatToDo() {
    auto& w = *m_fixture;
    QVERIFY(w.find<QLabel>("start.text")->isVisible());
    QVERIFY(w.find<QLabel>("start.text")->text().contains("Drop a k-space file here"));
    QVERIFY(!w.find<QPushButton>("tool.reconstruct")->isEnabled());
    QVERIFY(w.window->windowTitle().contains("research use only"));
}

void MainWindowTest::opensAFile() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    QCOMPARE(w.find<QLabel>("data.file")->text(), QString("scan.h5"));
    QCOMPARE(w.find<QLabel>("data.coils")->text(), QString("4"));
    QVERIFY(w.find<QLabel>("data.simulated")->isVisible());
    QVERIFY(w.window->windowTitle().startsWith("scan.h5 (simulated)"));
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(1).image() != nullptr, kPatience);
    QCOMPARE(w.pane(1).image()->shape(), (Shape{64, 64}));
    QVERIFY(w.pane(1).labels().title.contains("RSS of all samples"));
    QCOMPARE(w.pane(1).labels().caution, QString("simulated"));
    QCOMPARE(w.pane(1).labels().subtitle, QString("slice 3/5"));
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(2).image() != nullptr, kPatience);
    QVERIFY(w.pane(2).labels().title.contains("Zero-filled preview"));
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(3).image() != nullptr, kPatience);
}

void MainWindowTest::typedMaskIsAchieved() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    w.type("mask.R", "2");
    QTRY_COMPARE_WITH_TIMEOUT(w.bench().mask().choice.spec->acceleration, 2.0, kPatience);
    QVERIFY(w.settles());
    QVERIFY(std::abs(w.bench().mask().resolved->total - 2.0) <= 0.04);
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QLabel>("mask.achieved")->text().contains("32 of 64 lines"), kPatience);
    QVERIFY(w.find<QLabel>("mask.pointSpreadText")->text().contains("side lobe"));
}

void MainWindowTest::reconstructsByButton() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    w.type("mask.R", "2");
    w.type("mask.acs", "16");
    w.click("tool.reconstruct");
    auto* table = w.find<QTableWidget>("results.table");
    QTRY_COMPARE_WITH_TIMEOUT(table->rowCount(), 1, kPatience);
    QVERIFY(w.settles());
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(2).labels().metrics.contains("NRMSE"), kPatience);
    QCOMPARE(w.pane(2).labels().title, QString("CG-SENSE"));
    QVERIFY(w.pane(2).labels().topRight.contains("equispaced R 2.0"));
    // The phantom with little noise and half of its lines: SENSE of 4 coils comes close to the reference.
    const auto* entry = w.bench().results().visible().front();
    QVERIFY(entry->mean.has_value());
    QVERIFY2(entry->mean->nrmse < 0.15, qPrintable(QString::number(entry->mean->nrmse)));
    QCOMPARE(table->item(0, 5)->text(), QString::number(entry->mean->nrmse, 'f', 4));
}

void MainWindowTest::reconstructsByKey() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    const QSignalSpy ended(w.window.get(), &ui::MainWindow::runEnded);
    w.key(Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kPatience);
    QCOMPARE(w.bench().results().visible().size(), std::size_t{1});
    QVERIFY(w.settles());
}

void MainWindowTest::showsTheImageAsItForms() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    chooseLongRun(w.bench());
    w.key(Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(2).labels().badge.startsWith("step "), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(w.pane(2).labels().title, QString("L1-wavelet"), kPatience);
    const auto early = w.pane(2).image();
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(2).image() != early, kPatience);
    QVERIFY(w.find<QLabel>("status.run")->text().startsWith("L1-wavelet"));
    w.key(Qt::Key_Escape);
    QVERIFY(w.settles());
}

void MainWindowTest::stopsHalfWay() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    chooseLongRun(w.bench());
    w.key(Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(w.bench().runs().running() && w.bench().runs().running()->progress.step.step >= 5, kPatience);
    w.click("tool.stop");
    QTRY_VERIFY_WITH_TIMEOUT(!w.bench().runs().busy(), kPatience);
    QCOMPARE(w.bench().results().visible().size(), std::size_t{1});
    QVERIFY(w.bench().results().visible().front()->result->stoppedEarly);
    QTRY_COMPARE_WITH_TIMEOUT(w.pane(2).labels().caution.startsWith("stopped at step "), true, kPatience);
    QVERIFY(w.settles());
}

void MainWindowTest::namesTheWrongField() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    w.type("mask.R", "0.5");
    w.click("tool.reconstruct");
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QWidget>("banner")->isVisible(), kPatience);
    QVERIFY2(w.find<QLabel>("banner.why")->text().contains("Acceleration R"), qPrintable(w.find<QLabel>("banner.why")->text()));
    QVERIFY(!w.bench().runs().busy());
}

void MainWindowTest::badFileShowsTheBannerAndTheWindowLivesOn() {
    auto& w = *m_fixture;
    const std::string bad = m_folder.file("truncated.h5");
    test::writeFile(bad, test::readFile(m_scan.toStdString()).substr(0, 5000));
    w.window->openFile(QString::fromStdString(bad));
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QWidget>("banner")->isVisible(), kPatience);
    QVERIFY2(w.find<QLabel>("banner.what")->text().contains("truncated.h5"), qPrintable(w.find<QLabel>("banner.what")->text()));
    QCOMPARE(w.find<QPushButton>("banner.action")->text(), QString("Open another file…"));
    QCOMPARE(w.takeWarnings().size(), 1);  // the log says it too
    QVERIFY(w.openScan(m_scan));
    QTRY_VERIFY_WITH_TIMEOUT(!w.find<QWidget>("banner")->isVisible(), kPatience);
}

void MainWindowTest::failedRunShowsTheLog() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    w.bench().coils().setMapsFile(m_folder.file("absent.npy"));
    QVERIFY(w.settles());
    w.click("tool.reconstruct");
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QWidget>("banner.second")->isVisible(), kPatience);
    QCOMPARE(w.find<QPushButton>("banner.action")->text(), QString("Try again"));
    QCOMPARE(w.find<QPushButton>("banner.second")->text(), QString("Show log"));
    QVERIFY(!w.find<QPlainTextEdit>("log.text")->isVisible());
    w.find<QAction>("action.dock.activity")->trigger();  // even where the dock was closed
    w.click("banner.second");
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QPlainTextEdit>("log.text")->isVisible(), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QPlainTextEdit>("log.text")->toPlainText().contains("absent.npy"), kPatience);
    w.click("banner.close");
    QTRY_VERIFY_WITH_TIMEOUT(!w.find<QWidget>("banner")->isVisible(), kPatience);
    QVERIFY(!w.takeWarnings().isEmpty());  // the log says it too
}

void MainWindowTest::savesTheMask() {
    auto& w = *m_fixture;
    QVERIFY(!w.find<QPushButton>("mask.save")->isEnabled());
    QVERIFY(w.openScan(m_scan));
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QPushButton>("mask.save")->isEnabled(), kPatience);
    const QString path = QString::fromStdString(m_folder.file("kept.npy"));
    QTimer answer;
    connect(&answer, &QTimer::timeout, &answer, [&] {
        auto* dialog = w.window->findChild<QFileDialog*>();
        if (!dialog) return;
        answer.stop();
        dialog->findChild<QLineEdit*>("fileNameEdit")->setText(path);  // selectFile() leaves a field that has the focus alone
        static_cast<QDialog*>(dialog)->accept();
    });
    answer.start(10);
    w.click("mask.save");
    QVERIFY(w.settles());
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QLabel>("banner.what")->text().contains("kept.npy"), kPatience);
    QVERIFY(io::readMask(path.toStdString(), 64, 64).samples() == w.bench().mask().kept->samples());
}

void MainWindowTest::escapeAsksBeforeItStopsLongWork() {
    auto& w = *m_fixture;
    const auto start = [&] {
        w.key(Qt::Key_Space);
        return QTest::qWaitFor([&] { return w.bench().runs().running() != nullptr; }, kPatience);
    };
    const auto pretendAge = [&](std::chrono::seconds age) {
        w.bench().setClock([at = w.bench().runs().running()->started + age] { return at; });
    };
    QVERIFY(w.openScan(m_scan));
    chooseLongRun(w.bench());
    QVERIFY(start());
    pretendAge(std::chrono::seconds(59));
    w.key(Qt::Key_Escape);
    QVERIFY(!w.window->findChild<QMessageBox*>("stopBox"));
    QTRY_VERIFY_WITH_TIMEOUT(!w.bench().runs().busy(), kPatience);
    QVERIFY(w.settles());

    QVERIFY(start());
    pretendAge(std::chrono::seconds(61));
    w.key(Qt::Key_Escape);
    auto* box = w.find<QMessageBox>("stopBox");
    QVERIFY(box->isVisible());
    QCOMPARE(box->defaultButton(), w.find<QPushButton>("stopBox.stay"));
    QTest::keyClick(box, Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->findChild<QMessageBox*>("stopBox"), kPatience);
    QVERIFY(w.bench().runs().running() && w.bench().runs().running()->progress.state == session::JobState::Running);
    w.key(Qt::Key_Space);  // stops too, and asks too
    w.click("stopBox.stop");
    QTRY_VERIFY_WITH_TIMEOUT(!w.bench().runs().busy(), kPatience);
    QVERIFY(w.settles());
}

void MainWindowTest::theQuestionGoesWhenTheRunEnds() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    chooseLongRun(w.bench());
    w.key(Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(w.bench().runs().running(), kPatience);
    w.bench().setClock([] { return std::chrono::steady_clock::now() + std::chrono::hours(1); });
    w.key(Qt::Key_Escape);
    QVERIFY(w.find<QMessageBox>("stopBox")->isVisible());
    w.bench().runs().stopAll();
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->findChild<QMessageBox*>("stopBox"), kPatience);
    QVERIFY(w.settles());
}

void MainWindowTest::metricsNameTheirProtocol() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(2).labels().metrics.contains("SSIM"), kPatience);
    QVERIFY(w.pane(2).labels().metricsProtocol.contains("largest value of the reference slice"));
    w.key(Qt::Key_Space);
    auto* table = w.find<QTableWidget>("results.table");
    QTRY_COMPARE_WITH_TIMEOUT(table->rowCount(), 1, kPatience);
    QVERIFY(w.settles());
    for (const int column : {5, 6, 7}) {
        QTRY_VERIFY_WITH_TIMEOUT(table->item(0, column)->toolTip().contains("RSS of all samples"), kPatience);
        QVERIFY(table->item(0, column)->toolTip().contains("largest value of the reference slice"));
        QVERIFY(table->horizontalHeaderItem(column)->toolTip().contains("largest value of the reference slice"));
    }
}

void MainWindowTest::narrowWindowClipsNothing() {
    auto& w = *m_fixture;
    constexpr int kNarrow = 910;
    w.window->resize(kNarrow, 640);
    QVERIFY(w.openScan(m_scan));
    w.key(Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(w.find<QTableWidget>("results.table")->rowCount(), 1, kPatience);
    QVERIFY(w.settles());
    QCOMPARE(w.window->width(), kNarrow);
    QStringList clipped;
    for (const char* dock : {"dock.scan", "dock.method", "dock.activity", "toolStrip", "statusStrip"})
        for (const QWidget* each : w.find<QWidget>(dock)->findChildren<QWidget*>()) {
            const auto* button = qobject_cast<const QAbstractButton*>(each);
            const bool hasText =
                qobject_cast<const QLabel*>(each) || (button && !button->text().isEmpty()) || qobject_cast<const QLineEdit*>(each);
            if (!hasText || !each->isVisible() || each->objectName().startsWith("qt_")) continue;
            const bool beyond = !each->visibleRegion().isEmpty() && each->visibleRegion().boundingRect().width() < each->width();
            if (beyond || each->width() < each->minimumSizeHint().width())
                clipped << QString("%1 %2").arg(each->metaObject()->className(), each->objectName());
        }
    QCOMPARE(clipped.join("; "), QString());
}

void MainWindowTest::allToolsFitIntoASmallScreen() {
    auto& w = *m_fixture;
    auto* links = w.find<QToolButton>("tool.links");
    auto* more = w.find<QToolButton>("qt_toolbar_ext_button");
    for (const int width : {1900, 1366, 1280}) {
        w.window->resize(width, 768);
        QTRY_COMPARE(w.window->width(), width);
        QTRY_VERIFY(!more->isVisible());
        QVERIFY(w.find<QToolButton>("tool.device")->isVisible());
        const bool roomy = width == 1900;
        QCOMPARE(links->toolButtonStyle() == Qt::ToolButtonTextBesideIcon, roomy);
        QVERIFY(!links->toolTip().isEmpty() && !links->accessibleName().isEmpty());
    }
}

void MainWindowTest::closingDuringARunAsks() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    chooseLongRun(w.bench());
    w.key(Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(w.bench().runs().running(), kPatience);
    QVERIFY(!w.window->close());
    QVERIFY(w.window->isVisible());
    w.click("closeBox.stay");
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->findChild<QMessageBox*>("closeBox"), kPatience);
    QVERIFY(w.bench().runs().busy());
    QVERIFY(!w.window->close());
    w.click("closeBox.stop");
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->isVisible(), kPatience);
    QVERIFY(!w.bench().runs().busy());
}

void MainWindowTest::opensADroppedFile() {
    auto& w = *m_fixture;
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(m_scan)});
    QDragEnterEvent enter(QPoint(600, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(w.window.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(600, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(w.window.get(), &drop);
    QTRY_VERIFY_WITH_TIMEOUT(w.bench().acquisition() != nullptr, kPatience);
    QVERIFY(w.settles());
}

void MainWindowTest::deletedResultComesBack() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    w.key(Qt::Key_Space);
    auto* table = w.find<QTableWidget>("results.table");
    QTRY_COMPARE_WITH_TIMEOUT(table->rowCount(), 1, kPatience);
    QVERIFY(w.settles());
    w.click("results.copyCommand");
    QVERIFY(w.find<QLabel>("banner.why") != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QLabel>("banner.why")->text().startsWith("larmor-cli recon"), kPatience);
    w.click("results.delete");
    QTRY_COMPARE_WITH_TIMEOUT(table->rowCount(), 0, kPatience);
    w.click("banner.action");
    QTRY_COMPARE_WITH_TIMEOUT(table->rowCount(), 1, kPatience);
    QVERIFY(w.settles());
}

QTEST_MAIN(MainWindowTest)
#include "tst_main_window.moc"
