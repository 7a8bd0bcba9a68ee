// Keys, layouts, links, arrays, and what is remembered from one window to the next.

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QTest>
#include <QMenu>
#include <QScrollBar>
#include <QToolButton>

#include "core/base/io/save.h"
#include "core/session/slice_memory.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/phantom.h"
#include "ui/panels/array_panel.h"
#include "ui/panels/key_map.h"

using namespace larmor;
using larmor::render::Component;
using larmor::test::kPatience;
using larmor::test::WindowFixture;

class WindowKeysTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void componentKeys_data();
    void componentKeys();
    void kspaceAndFourierKeys();
    void errorKey();
    void flickerKeyShowsTheOtherPaneWhileHeld();
    void overlayKey();
    void paneKeys();
    void sliceKeys();
    void keysTypedIntoAFieldStayThere();
    void keyListOpens();
    void layouts_data();
    void layouts();
    void windowsAreLinked();
    void imagesShareTheReferencesWindow();
    void unlinkedPanesKeepTheirSlice();
    void windowAndLevelByNumber();
    void errorGain();
    void listedSlicesAreReconstructed();
    void arraysOfAFile();
    void anArrayIsOpenedWithTheAxesThatAreTyped();
    void layoutIsRemembered();
    void memoryForSlicesIsChosenAndRemembered();
    void everyControlHasANameForAssistiveTools();

private:
    test::TempDir m_folder, m_settings;
    QString m_scan;
    std::unique_ptr<WindowFixture> m_fixture;
};

void WindowKeysTest::initTestCase() {
    test::prepareApplication(m_settings);
    m_scan = test::writeScan(m_folder);
}

void WindowKeysTest::init() {
    m_fixture = std::make_unique<WindowFixture>();
    QVERIFY(m_fixture->openScan(m_scan));
}

void WindowKeysTest::cleanup() {
    const QStringList warnings = m_fixture->takeWarnings();
    m_fixture.reset();
    QCOMPARE(warnings.join("; "), QString());  // so that a failure tells them
}

void WindowKeysTest::componentKeys_data() {
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("component");
    QTest::newRow("p: phase") << int(Qt::Key_P) << int(Component::Phase);
    QTest::newRow("r: real part") << int(Qt::Key_R) << int(Component::Real);
    QTest::newRow("i: imaginary part") << int(Qt::Key_I) << int(Component::Imaginary);
    QTest::newRow("m: magnitude") << int(Qt::Key_M) << int(Component::Magnitude);
}

void WindowKeysTest::componentKeys() {
    QFETCH(int, key);
    QFETCH(int, component);
    m_fixture->key(Qt::Key_2);
    m_fixture->key(static_cast<Qt::Key>(key));
    QCOMPARE(int(m_fixture->pane(2).display().component), component);
    QCOMPARE(int(m_fixture->pane(1).display().component), int(Component::Magnitude));
}

void WindowKeysTest::kspaceAndFourierKeys() {
    auto& w = *m_fixture;
    w.key(Qt::Key_1);
    w.key(Qt::Key_K);
    QVERIFY(w.settles());
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(1).labels().title.contains("k-space") && w.pane(1).image(), kPatience);
    QCOMPARE(int(w.pane(1).display().component), int(Component::LogMagnitude));
    // Full k-space: no sample is zero. The preview's has holes where the mask left lines out.
    const auto zeros = [](const ComplexArray& x) { return std::count(x.values().begin(), x.values().end(), cfloat{}); };
    QCOMPARE(zeros(*w.pane(1).image()), 0);
    w.key(Qt::Key_2);
    w.key(Qt::Key_K);
    QVERIFY(w.settles());
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(2).image() && w.pane(2).labels().title.contains("k-space"), kPatience);
    QCOMPARE(zeros(*w.pane(2).image()), 64 * (64 - w.bench().mask().kept->keptCount() / 64));
    w.key(Qt::Key_F);
    QVERIFY(w.settles());
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(2).labels().title.contains("Fourier") && w.pane(2).image(), kPatience);
    w.key(Qt::Key_F);
    QTRY_COMPARE_WITH_TIMEOUT(int(w.pane(2).display().component), int(Component::Magnitude), kPatience);
    w.key(Qt::Key_1);
    w.key(Qt::Key_M);
    QTRY_VERIFY_WITH_TIMEOUT(!w.pane(1).labels().title.contains("k-space"), kPatience);
}

void WindowKeysTest::errorKey() {
    auto& w = *m_fixture;
    w.key(Qt::Key_2);
    w.key(Qt::Key_E);
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(2).labels().title.startsWith("|error|"), kPatience);
    QCOMPARE(int(w.pane(2).display().colours), int(render::ColourMap::Magma));
    w.key(Qt::Key_E);
    QTRY_COMPARE_WITH_TIMEOUT(int(w.pane(2).display().colours), int(render::ColourMap::Diverging), kPatience);
    QCOMPARE(w.pane(2).display().level, 0.0);
    w.key(Qt::Key_E);
    QTRY_COMPARE_WITH_TIMEOUT(int(w.pane(2).display().colours), int(render::ColourMap::Grey), kPatience);
}

void WindowKeysTest::flickerKeyShowsTheOtherPaneWhileHeld() {
    auto& w = *m_fixture;
    w.key(Qt::Key_1);
    w.key(Qt::Key_2);
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(2).image() && w.pane(1).image() && w.bench().focusedPane() == 1, kPatience);
    QTest::qWait(0);
    const auto own = w.pane(2).image();
    QTest::keyPress(&w.window->viewports(), Qt::Key_X);
    QCOMPARE(w.pane(2).image(), w.pane(1).image());
    QVERIFY(w.pane(2).labels().title.startsWith("Reference"));
    QTest::keyRelease(&w.window->viewports(), Qt::Key_X);
    QCOMPARE(w.pane(2).image(), own);
}

void WindowKeysTest::overlayKey() {
    auto& w = *m_fixture;
    const QImage with = w.pane(1).grabPane();
    w.key(Qt::Key_H);
    QVERIFY(!w.window->viewports().overlayVisible());
    QVERIFY(w.pane(1).grabPane() != with);
    w.key(Qt::Key_H);
    QCOMPARE(w.pane(1).grabPane(), with);
}

void WindowKeysTest::paneKeys() {
    auto& w = *m_fixture;
    w.key(Qt::Key_3);
    QCOMPARE(w.bench().focusedPane(), std::size_t{2});
    w.key(Qt::Key_7);  // not on screen
    QCOMPARE(w.bench().focusedPane(), std::size_t{2});
    w.key(Qt::Key_1);
    QCOMPARE(w.bench().focusedPane(), std::size_t{0});
}

void WindowKeysTest::sliceKeys() {
    auto& w = *m_fixture;
    QCOMPARE(w.bench().slice(), 2);
    w.key(Qt::Key_Right);
    w.key(Qt::Key_Up);
    w.key(Qt::Key_Up);  // the last slice is the end
    QCOMPARE(w.bench().slice(), 4);
    w.key(Qt::Key_Left);
    QCOMPARE(w.bench().slice(), 3);
    QVERIFY(w.settles());
    QTRY_COMPARE_WITH_TIMEOUT(w.pane(1).labels().subtitle, QString("slice 4/5"), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(1).image() != nullptr, kPatience);
}

void WindowKeysTest::keysTypedIntoAFieldStayThere() {
    auto& w = *m_fixture;
    auto* dims = w.find<QLineEdit>("data.dims");
    dims->selectAll();
    QTest::keyClicks(dims, "p m 3");
    QCOMPARE(dims->text(), QString("p m 3"));
    QCOMPARE(w.bench().focusedPane(), std::size_t{1});
    QVERIFY(!w.bench().runs().busy());
}

void WindowKeysTest::keyListOpens() {
    auto& w = *m_fixture;
    w.find<QAction>("action.keys")->trigger();
    auto* dialog = w.window->findChild<ui::KeyMapDialog*>();
    QVERIFY(dialog && dialog->isVisible());
    QStringList texts;
    for (const QLabel* label : dialog->findChildren<QLabel*>()) texts << label->text();
    for (const char* line : {"magnitude", "phase", "real part", "imaginary part", "error map; again: signed"}) QVERIFY2(texts.contains(line), line);
    w.click("keyMap.close");
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->findChild<ui::KeyMapDialog*>(), kPatience);
}

void WindowKeysTest::layouts_data() {
    QTest::addColumn<int>("count");
    for (const int count : {1, 2, 3, 4, 6, 9}) QTest::addRow("%d panes", count) << count;
}

void WindowKeysTest::layouts() {
    QFETCH(int, count);
    auto& w = *m_fixture;
    w.find<QAction>(qPrintable(QString("tool.layout.%1").arg(count)))->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(static_cast<std::size_t>(count)).isVisible(), kPatience);
    if (count < 9) QTRY_VERIFY_WITH_TIMEOUT(!w.pane(static_cast<std::size_t>(count) + 1).isVisible(), kPatience);
    QVERIFY(w.settles());
    Q_EMIT w.pane(1).maximiseRequested();
    QTRY_VERIFY(w.pane(1).isVisible());
    if (count > 1) QVERIFY(!w.pane(2).isVisible());
    Q_EMIT w.pane(1).maximiseRequested();
    if (count > 1) QTRY_VERIFY(w.pane(2).isVisible());
}

void WindowKeysTest::windowsAreLinked() {
    auto& w = *m_fixture;
    auto edited = w.pane(1).display();
    edited.window = 0.5;
    edited.zoom = 3;
    edited.centreRow = 0.25;
    w.pane(1).setDisplay(edited);
    Q_EMIT w.pane(1).displayEdited(edited);
    QCOMPARE(w.pane(2).display().window, 0.5);
    QCOMPARE(w.pane(2).display().zoom, 3.0);
    QCOMPARE(w.pane(3).display().centreRow, 0.25);
    QVERIFY(w.pane(3).display().window != 0.5);  // an error map has its own
    w.find<QAction>("tool.link.zoom")->setChecked(false);
    edited.zoom = 1;
    Q_EMIT w.pane(1).displayEdited(edited);
    QCOMPARE(w.pane(2).display().zoom, 3.0);
}

void WindowKeysTest::imagesShareTheReferencesWindow() {
    auto& w = *m_fixture;
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(1).image() && w.pane(2).image(), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(w.pane(2).display().window, w.pane(1).display().window, kPatience);
    const double shared = w.pane(1).display().window;
    w.pane(1).resetWindow();
    QCOMPARE(w.pane(1).display().window, shared);  // whichever image came first
}

void WindowKeysTest::unlinkedPanesKeepTheirSlice() {
    auto& w = *m_fixture;
    w.find<QAction>("tool.link.slice")->setChecked(false);
    w.key(Qt::Key_1);
    w.key(Qt::Key_Left);
    QVERIFY(w.settles());
    QTRY_COMPARE_WITH_TIMEOUT(w.pane(1).labels().subtitle, QString("slice 2/5"), kPatience);
    QCOMPARE(w.pane(2).labels().subtitle, QString("slice 3/5"));
}

void WindowKeysTest::windowAndLevelByNumber() {
    auto& w = *m_fixture;
    w.key(Qt::Key_1);
    w.type("status.window", "0.75");
    w.type("status.level", "0.25");
    QCOMPARE(w.pane(1).display().window, 0.75);
    QCOMPARE(w.pane(1).display().level, 0.25);
    QCOMPARE(w.pane(2).display().window, 0.75);
}

void WindowKeysTest::errorGain() {
    auto& w = *m_fixture;
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(3).image() != nullptr, kPatience);
    const double atFive = w.pane(3).display().window;
    w.find<QAction>("tool.gain.10")->trigger();
    QCOMPARE(w.pane(3).display().window, atFive / 2);
    QVERIFY(w.pane(3).labels().title.contains("× 10"));
    QCOMPARE(w.find<QToolButton>("tool.error")->text(), QString("Error × 10"));
}

void WindowKeysTest::listedSlicesAreReconstructed() {
    auto& w = *m_fixture;
    w.find<QComboBox>("tool.slices")->setCurrentIndex(2);
    auto* list = w.find<QLineEdit>("tool.sliceList");
    QTRY_VERIFY_WITH_TIMEOUT(list->isVisible(), kPatience);
    list->setText("1-2, 5");
    w.click("tool.reconstruct");
    QTRY_COMPARE_WITH_TIMEOUT(w.bench().results().visible().size(), std::size_t{1}, kPatience);
    QVERIFY(w.settles());
    const auto* entry = w.bench().results().visible().front();
    QCOMPARE(entry->result->protocol.slices, (std::vector<std::int64_t>{0, 1, 4}));
    QCOMPARE(entry->metrics.size(), std::size_t{3});
    w.bench().showResult(entry->id);
    QTRY_VERIFY_WITH_TIMEOUT(w.pane(2).labels().placeholder.contains("Slice 3 is not in this result"), kPatience);
    list->setText("9");
    w.click("tool.reconstruct");
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QWidget>("banner")->isVisible(), kPatience);
}

void WindowKeysTest::anArrayIsOpenedWithTheAxesThatAreTyped() {
    auto& w = *m_fixture;
    // 30 rows, 3 coils and 48 columns in an order that no guess takes.
    const ComplexArray inOrder = test::phantomKspace(3, 30, 48, 0.002, 1);
    ComplexArray odd({30, 3, 48});
    for (std::int64_t c = 0; c < 3; ++c)
        for (std::int64_t r = 0; r < 30; ++r)
            for (std::int64_t p = 0; p < 48; ++p) odd(r, c, p) = inOrder(c, r, p);
    const std::string path = m_folder.file("odd.npy");
    io::saveArray(path, odd, "kspace");
    w.window->showArrays({QString::fromStdString(path)});
    auto* dims = w.find<QLineEdit>("arrays.dims");
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QComboBox>("arrays.list")->count() == 1, test::kPatience);
    QTest::keyClicks(dims, "readout, coil, phase");
    QTest::keyClick(dims, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(w.bench().acquisition() && !w.bench().working(), test::kPatience);
    const AcquisitionHeader& header = w.bench().acquisition()->header();
    QCOMPARE(header.coils, std::int64_t{3});
    QVERIFY(w.bench().acquisition()->readSlice(0) == inOrder);
}

void WindowKeysTest::arraysOfAFile() {
    auto& w = *m_fixture;
    w.window->showArrays({m_scan});
    auto* panel = w.find<ui::ArrayPanel>("arrayPanel");
    QTRY_VERIFY_WITH_TIMEOUT(panel->viewport().image() != nullptr, kPatience);
    QCOMPARE(panel->viewport().image()->shape(), (Shape{64, 64}));
    // A montage of the coils: 4 tiles as 2 x 2.
    auto* coils = w.find<QComboBox>("arrays.role.1");
    coils->setCurrentIndex(3);
    Q_EMIT coils->activated(3);
    QTRY_COMPARE_WITH_TIMEOUT(panel->viewport().image()->shape(), (Shape{128, 128}), kPatience);
    QTest::keyClick(panel, Qt::Key_P);
    QCOMPARE(int(panel->viewport().display().component), int(Component::Phase));
}

void WindowKeysTest::layoutIsRemembered() {
    auto& w = *m_fixture;
    w.find<QAction>("tool.layout.4")->trigger();
    w.find<QAction>("tool.link.cursor")->setChecked(false);
    w.find<QAction>("action.dock.method")->trigger();
    QVERIFY(!w.find<QWidget>("dock.method")->isVisible());
    w.window->close();
    ui::MainWindow next;
    next.show();
    QCOMPARE(next.workbench().paneCount(), std::size_t{4});
    QVERIFY(!next.findChild<QAction*>("tool.link.cursor")->isChecked());
    QVERIFY(!next.findChild<QWidget*>("dock.method")->isVisible());
    bool recent = false;
    for (const QAction* action : next.findChild<QToolButton*>("tool.open")->menu()->actions()) recent = recent || action->text() == "scan.h5";
    QVERIFY(recent);
    next.resetLayout();
    QVERIFY(next.findChild<QWidget*>("dock.method")->isVisible());
    QCOMPARE(next.workbench().paneCount(), std::size_t{3});
    QVERIFY(QTest::qWaitFor([&] { return !next.workbench().working(); }, kPatience));
}

void WindowKeysTest::memoryForSlicesIsChosenAndRemembered() {
    auto& w = *m_fixture;
    session::setSliceMemory(0);
    QCOMPARE(session::sliceMemory(), session::kDefaultSliceMemory);
    w.find<QAction>("action.sliceMemory.128")->trigger();
    QCOMPARE(session::sliceMemory(), qint64{128} << 20);
    QVERIFY(w.openScan(m_scan));
    session::setSliceMemory(0);
    ui::MainWindow next;
    QCOMPARE(session::sliceMemory(), qint64{128} << 20);
    QVERIFY(next.findChild<QAction*>("action.sliceMemory.128")->isChecked());
    session::setSliceMemory(0);
}

void WindowKeysTest::everyControlHasANameForAssistiveTools() {
    QStringList nameless;
    for (const QWidget* widget : m_fixture->window->findChildren<QWidget*>()) {
        const bool control = qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QComboBox*>(widget) ||
                             qobject_cast<const QAbstractSlider*>(widget) || qobject_cast<const QLineEdit*>(widget);
        const bool innerPart = widget->objectName().startsWith("qt_") || qobject_cast<const QScrollBar*>(widget) ||
                               widget->inherits("QTableCornerButton");
        if (!control || innerPart || qobject_cast<const QAbstractSpinBox*>(widget->parentWidget())) continue;
        const auto* asButton = qobject_cast<const QAbstractButton*>(widget);
        const bool named = !widget->accessibleName().isEmpty() || (asButton && !asButton->text().isEmpty());
        if (!named) nameless << QString("%1 %2").arg(widget->metaObject()->className(), widget->objectName());
    }
    QCOMPARE(nameless.join("; "), QString());
}

QTEST_MAIN(WindowKeysTest)
#include "tst_window_keys.moc"
