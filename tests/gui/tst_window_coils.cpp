// Coils prepared and bad lines left out with real clicks in the window.

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTest>

#include "core/base/io/save.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/moved_lines.h"
#include "tests/support/phantom.h"

using namespace larmor;
using larmor::test::kPatience;
using larmor::test::WindowFixture;

class WindowCoilsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init() { m_fixture = std::make_unique<WindowFixture>(); }
    void cleanup();

    void coilsAreCompressed();
    void whiteningThatFailsGoesBack();
    void badLinesAreLeftOut();

private:
    test::TempDir m_folder, m_settings;
    QString m_scan;
    std::unique_ptr<WindowFixture> m_fixture;
};

void WindowCoilsTest::initTestCase() {
    test::prepareApplication(m_settings);
    m_scan = test::writeScan(m_folder);
}

void WindowCoilsTest::cleanup() {
    const QStringList warnings = m_fixture->takeWarnings();
    m_fixture.reset();
    QCOMPARE(warnings.join("; "), QString());
}

void WindowCoilsTest::coilsAreCompressed() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    w.type("coils.virtual_coils", "2");
    QCOMPARE(w.bench().coils().preparation().virtualCoils, std::int64_t{2});
    QVERIFY(w.settles());
    w.click("coils.estimate");
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QLabel>("coils.state")->text().startsWith("2 maps"), kPatience);
    w.key(Qt::Key_Space);
    QVERIFY(w.settles());
    QCOMPARE(w.bench().results().visible().size(), std::size_t{1});
    QCOMPARE(w.bench().results().visible().front()->result->protocol.coils.virtualCoils, std::int64_t{2});
    w.type("coils.virtual_coils", "many");
    w.key(Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QLabel>("banner.why")->text().contains("Virtual coils"), kPatience);
    QCOMPARE(w.bench().results().visible().size(), std::size_t{1});
}

void WindowCoilsTest::whiteningThatFailsGoesBack() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(m_scan));
    auto* whiten = w.find<QComboBox>("coils.whitening");
    whiten->setFocus();
    whiten->setCurrentText("noise-scan");
    QVERIFY(w.settles());
    QTRY_COMPARE_WITH_TIMEOUT(whiten->currentText(), QString("none"), kPatience);
    QVERIFY(w.find<QLabel>("banner.what")->text().startsWith("The coils cannot be whitened"));
    whiten->setCurrentText("edge");
    QVERIFY(w.settles());
    QCOMPARE(w.bench().coils().preparation().whitening, Whitening::KspaceEdge);
    QCOMPARE(whiten->currentText(), QString("edge"));
}

void WindowCoilsTest::badLinesAreLeftOut() {
    auto& w = *m_fixture;
    auto kspace = test::phantomKspace(6, 96, 90, 5e-3);
    test::moveLines(kspace, {38, 51}, 2);
    io::saveArray(m_folder.file("moved.npy"), kspace, "kspace");
    w.bench().open(m_folder.file("moved.npy"), "coil,readout,phase");
    QVERIFY(w.settles());
    (void)w.takeWarnings();  // the first mask of so small a matrix does not reach its R
    auto* kind = w.find<QComboBox>("mask.kind");
    w.bench().setMask({}, true);
    QVERIFY(w.settles());
    auto* check = w.find<QPushButton>("mask.checkLines");
    QTRY_VERIFY_WITH_TIMEOUT(check->isEnabled(), kPatience);
    w.click("mask.checkLines");
    QTRY_COMPARE_WITH_TIMEOUT(check->text(), QString("Stop"), kPatience);
    QVERIFY(w.settles());
    QCOMPARE(check->text(), QString("Check lines"));
    QTRY_COMPARE_WITH_TIMEOUT(w.find<QPushButton>("banner.action")->text(), QString("Leave them out"), kPatience);
    w.click("banner.action");
    QVERIFY(w.settles());
    QCOMPARE(w.bench().mask().resolved->mask.keptCount(), std::int64_t{96 * 88});
    QTRY_COMPARE_WITH_TIMEOUT(kind->currentText(), QString("From file"), kPatience);
    QCOMPARE(w.find<QPushButton>("banner.action")->text(), QString("Undo"));
    w.click("banner.action");
    QVERIFY(w.settles());
    QVERIFY(w.bench().mask().allSamples);
    QTRY_COMPARE_WITH_TIMEOUT(kind->currentText(), QString("All samples"), kPatience);
}

QTEST_MAIN(WindowCoilsTest)
#include "tst_window_coils.moc"
