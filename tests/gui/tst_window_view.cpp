// Files that scripts show in the window that is open; and axes that a person corrects.

#include <future>

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QtTest>

#include "tests/gui/window_fixture.h"
#include "tests/support/bart.h"
#include "tests/support/python.h"
#include "ui/panels/array_panel.h"
#include "ui/view_server.h"
#include "ui/widgets/viewport.h"

using namespace larmor;
using test::kPatience;

namespace {

/// NumPy writes `expression`, of shapes that say which it is.
void save(const std::string& path, const std::string& expression) {
    (void)test::runPython("import sys, numpy as np\nnp.save(sys.argv[1], np.asarray(eval(sys.argv[2]), dtype=np.complex64))", {path, expression});
}

}  // namespace

class WindowViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void filesOfAScript();
    void aFileIsReadAgain();
    void aFileOfBartIsReadAgain();
    void pairsAreShownAsComplex();
    void aHalfWrittenFile();
    void axesAreCorrectedAndRemembered();

private:
    [[nodiscard]] float pixel() const {
        const auto image = panel().viewport().image();
        return image ? (*image)[0].real() : -1;
    }
    [[nodiscard]] ui::ArrayPanel& panel() const { return *m_window->find<ui::ArrayPanel>("arrayPanel"); }
    [[nodiscard]] QString path(const char* name) const { return QString::fromStdString(m_folder->file(name)); }
    void choose(const char* box, const QString& text) {
        auto* meaning = m_window->find<QComboBox>(box);
        const int index = meaning->findText(text);
        QVERIFY2(index >= 0, qPrintable(text));
        meaning->setCurrentIndex(index);
        Q_EMIT meaning->activated(index);
    }

    std::unique_ptr<test::TempDir> m_folder;
    std::unique_ptr<test::WindowFixture> m_window;
};

void WindowViewTest::init() {
    m_folder = std::make_unique<test::TempDir>();
    test::prepareApplication(*m_folder);
    m_window = std::make_unique<test::WindowFixture>();
}

void WindowViewTest::cleanup() {
    m_window.reset();
    m_folder.reset();
}

void WindowViewTest::filesOfAScript() {
    save(m_folder->file("a.npy"), "np.full((4, 5), 3)");
    save(m_folder->file("b.npy"), "np.full((6, 7), 5)");
    const QString name = QStringLiteral("larmor-view-test-%1").arg(QCoreApplication::applicationPid());
    QVERIFY(!ui::ViewServer::send({path("a.npy")}, name));
    ui::ViewServer server, second;
    connect(&server, &ui::ViewServer::filesRequested, m_window->window.get(), [this](const QStringList& files) { m_window->window->showArrays(files); });
    QVERIFY(server.listen(name));
    auto third = std::async(std::launch::async, [&name] { return ui::ViewServer::send({}, name); });
    QTRY_VERIFY_WITH_TIMEOUT(third.wait_for(std::chrono::seconds(0)) == std::future_status::ready, kPatience);
    QVERIFY(third.get());
    const QStringList files{path("b.npy"), path("a.npy")};
    auto sent = std::async(std::launch::async, [&] { return ui::ViewServer::send(files, name); });
    QTRY_COMPARE_WITH_TIMEOUT(panel().files(), files, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 5.0F, kPatience);
    QVERIFY(sent.get());
    QVERIFY(panel().isVisible());
    choose("arrays.file", QStringLiteral("a.npy"));
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 3.0F, kPatience);
    choose("arrays.file", QStringLiteral("b.npy"));
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 5.0F, kPatience);
}

void WindowViewTest::aFileIsReadAgain() {
    save(m_folder->file("a.npy"), "np.arange(3)[:, None, None] * np.ones((3, 8, 9)) + 1");
    m_window->window->showArrays({path("a.npy")});
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 2.0F, kPatience);  // the middle of three
    m_window->find<QSlider>("arrays.index.0")->setValue(2);
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 3.0F, kPatience);
    auto display = panel().viewport().display();
    display.window = 40;
    display.level = 20;
    panel().viewport().setDisplay(display);
    save(m_folder->file("a.npy"), "10 * np.arange(3)[:, None, None] * np.ones((3, 8, 9)) + 1");
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 21.0F, kPatience);
    QCOMPARE(panel().choice().index[0], std::int64_t{2});
    QCOMPARE(panel().viewport().display().window, 40.0);
    // Replaced by another file of its name, as most programs write.
    save(m_folder->file("new.npy"), "20 * np.arange(3)[:, None, None] * np.ones((3, 8, 9)) + 1");
    QFile::remove(path("a.npy"));
    QVERIFY(QFile::rename(path("new.npy"), path("a.npy")));
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 41.0F, kPatience);
    save(m_folder->file("a.npy"), "np.full((6, 7), 9)");  // another shape: from the beginning
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 9.0F, kPatience);
    QCOMPARE(panel().viewport().image()->shape(), (Shape{6, 7}));
    QVERIFY(!panel().hasProblem());
}

/// BART writes the two files of an array in place, one after the other, here of another size than before.
void WindowViewTest::aFileOfBartIsReadAgain() {
    if (!test::haveBart("a file of BART is read again")) QSKIP("BART is not installed.");
    const test::BartFolder bart;
    const QString header = QString::fromStdString(bart.file("a") + ".hdr");
    bart.run("ones 2 8 9 @a");
    m_window->window->showArrays({QString::fromStdString(bart.file("a") + ".cfl")});
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 1.0F, kPatience);
    bart.run("scale 5 @a @b");
    bart.run("copy @b @a");
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 5.0F, kPatience);
    bart.run("ones 3 6 7 4 @c");
    bart.run("scale 3 @c @a");
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 3.0F, kPatience);
    QCOMPARE(panel().viewport().image()->size(), std::int64_t{42});
    QVERIFY(!panel().hasProblem());
    QVERIFY(QFile::rename(header, header + QStringLiteral(".away")));  // half of an array
    QTRY_VERIFY_WITH_TIMEOUT(panel().hasProblem(), kPatience);
    QCOMPARE(pixel(), 3.0F);  // what was read last
    bart.run("scale 2 @c @a");
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 2.0F, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!panel().hasProblem(), kPatience);
}

void WindowViewTest::pairsAreShownAsComplex() {
    (void)test::runPython("import sys, numpy as np\nx = np.zeros((8, 9, 2), np.float32)\nx[..., 0] = 3\nx[..., 1] = 4\nnp.save(sys.argv[1], x)", {m_folder->file("a.npy")});
    m_window->window->showArrays({path("a.npy")});
    QTRY_VERIFY_WITH_TIMEOUT(panel().viewport().image() != nullptr, kPatience);
    QCOMPARE(panel().viewport().image()->shape(), (Shape{8, 9}));
    QCOMPARE((*panel().viewport().image())[0], cfloat(3, 4));
    choose("arrays.list", QStringLiteral("the array   8 × 9 × 2"));
    QTRY_COMPARE_WITH_TIMEOUT(panel().viewport().image()->size(), std::int64_t{18}, kPatience);
}

void WindowViewTest::aHalfWrittenFile() {
    save(m_folder->file("a.npy"), "np.full((40, 50), 3)");
    m_window->window->showArrays({path("a.npy")});
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 3.0F, kPatience);
    QFile file(path("a.npy"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray whole = file.readAll();
    file.close();
    test::writeFile(m_folder->file("a.npy"), whole.left(whole.size() / 2).toStdString());
    QTRY_VERIFY_WITH_TIMEOUT(panel().hasProblem(), kPatience);
    QCOMPARE(pixel(), 3.0F);  // what was read last
    save(m_folder->file("a.npy"), "np.full((40, 50), 4)");
    QTRY_COMPARE_WITH_TIMEOUT(pixel(), 4.0F, kPatience);
    QVERIFY(!panel().hasProblem());
    QFile::remove(path("a.npy"));
    QTRY_VERIFY_WITH_TIMEOUT(panel().hasProblem(), kPatience);
}

void WindowViewTest::axesAreCorrectedAndRemembered() {
    save(m_folder->file("first.npy"), "np.random.default_rng(1).normal(size=(8, 40, 48))");
    save(m_folder->file("second.npy"), "np.random.default_rng(2).normal(size=(6, 50, 32))");
    QVERIFY(m_window->openScan(path("first.npy")));
    auto* axes = m_window->find<QWidget>("axesPanel");
    QVERIFY(axes->isVisible());
    QVERIFY(m_window->find<QLabel>("axes.reason")->text().contains(QLatin1String("smallest (8)")));
    QVERIFY(!m_window->find<QPushButton>("axes.forget")->isVisible());
    choose("axes.meaning.2", QStringLiteral("Readout"));  // axis 1 becomes phase encode
    const auto matrix = [this] { return m_window->bench().acquisition()->header().encoded; };
    QTRY_VERIFY_WITH_TIMEOUT((matrix() == Matrix{48, 40, 1}), kPatience);
    QVERIFY(m_window->settles());
    QVERIFY(m_window->find<QPushButton>("axes.forget")->isVisible());
    QVERIFY(m_window->openScan(path("second.npy")));
    QTRY_VERIFY_WITH_TIMEOUT((matrix() == Matrix{32, 50, 1}), kPatience);
    QVERIFY(m_window->settles());
    m_window->click("axes.forget");
    QTRY_VERIFY_WITH_TIMEOUT((matrix() == Matrix{50, 32, 1}), kPatience);
    QVERIFY(m_window->settles());
    m_window->click("axes.keep");
    QTRY_VERIFY_WITH_TIMEOUT(m_window->find<QPushButton>("axes.forget")->isVisible(), kPatience);
    QVERIFY(m_window->openScan(test::writeScan(*m_folder)));  // says itself what its axes are
    QVERIFY(!axes->isVisible());
}

QTEST_MAIN(WindowViewTest)
#include "tst_window_view.moc"
