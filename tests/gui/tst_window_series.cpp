// A scan with frames in the window: the row that goes through time, its keys, and a method that brings all frames.

#include <set>

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTest>

#include "core/base/io/save.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/moving_phantom.h"
#include "tests/support/phantom.h"
#include "ui/panels/data_panel.h"
#include "ui/panels/frame_row.h"

using namespace larmor;
using larmor::test::kPatience;
using larmor::test::WindowFixture;

namespace {
/// 5 frames of 2 slices, in fastMRI's layout.
QString writeCine(const test::TempDir& folder) {
    const test::MovingPhantom phantom{5, 2, 4, 64, 64, 0.005};
    const auto scan = test::movingScan(phantom, "none");
    io::KspaceWriter::Header header;
    header.slices = 10;
    header.frames = 5;
    header.coils = 4;
    header.encoded = header.recon = {64, 64, 1};
    header.encodedFov = header.reconFov = {200, 200, 8};
    header.simulation = "a moving phantom";
    io::KspaceWriter writer(folder.file("cine.h5"), header);
    for (std::int64_t i = 0; i < 10; ++i) writer.writeSlice(i, scan->readSlice(i), RealArray({64, 64}));
    writer.finish();
    return QString::fromStdString(folder.file("cine.h5"));
}
}  // namespace

class WindowSeriesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { test::prepareApplication(m_settings); }
    void init() { m_fixture = std::make_unique<WindowFixture>(); }
    void cleanup() { m_fixture.reset(); }

    void scansWithoutFramesHaveNoRow();
    void framesAreGoneThrough();
    void framesArePlayed();
    void theMaskIsThatOfTheFrame();
    void aMethodOfSeriesBringsAllFrames();
    void aScanThatStandsStillIsRefused();

private:
    test::TempDir m_folder, m_settings;
    std::unique_ptr<WindowFixture> m_fixture;
};

void WindowSeriesTest::scansWithoutFramesHaveNoRow() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(test::writeScan(m_folder)));
    QVERIFY(!w.find<QSlider>("data.frameSlider")->isVisible());
    const auto before = w.bench().slice();
    w.key(Qt::Key_PageDown);
    w.key(Qt::Key_C);
    QVERIFY(!w.window->findChild<ui::DataPanel*>()->frames().playing());
    QCOMPARE(w.bench().slice(), before);
}

void WindowSeriesTest::framesAreGoneThrough() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(writeCine(m_folder)));
    auto* slider = w.find<QSlider>("data.frameSlider");
    QVERIFY(slider->isVisible());
    QCOMPARE(slider->maximum(), 4);
    w.bench().setSlice(1);
    w.key(Qt::Key_PageDown);
    QCOMPARE(w.bench().slice(), 3);
    w.key(Qt::Key_PageUp);
    w.key(Qt::Key_PageUp);
    QCOMPARE(w.bench().slice(), 9);  // round and round, in the second slice
    QVERIFY(w.settles());
    QTRY_COMPARE(slider->value(), 4);
    QCOMPARE(w.find<QLabel>("data.frame")->text(), QStringLiteral("5 of 5"));
    slider->setValue(2);
    QCOMPARE(w.bench().slice(), 5);
    QVERIFY(w.settles());
    QCOMPARE(w.pane(1).labels().subtitle, QStringLiteral("frame 3/5, slice 2/2"));
    QVERIFY(w.takeWarnings().isEmpty());
}

void WindowSeriesTest::framesArePlayed() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(writeCine(m_folder)));
    w.find<QSpinBox>("data.frameRate")->setValue(60);
    w.bench().setSlice(0);
    std::set<std::int64_t> seen;
    w.key(Qt::Key_C);
    QVERIFY(QTest::qWaitFor([&] { seen.insert(w.bench().slice()); return seen.size() == 5; }, kPatience));
    QCOMPARE(seen, (std::set<std::int64_t>{0, 2, 4, 6, 8}));
    w.click("data.play");
    const auto stopped = w.bench().slice();
    QVERIFY(w.settles());
    QCOMPARE(w.bench().slice(), stopped);
    w.key(Qt::Key_C);
    QVERIFY(w.openScan(test::writeScan(m_folder, "still.h5")));  // another scan ends it
    QVERIFY(QTest::qWaitFor([&] { return !w.window->findChild<ui::DataPanel*>()->frames().playing(); }, kPatience));
}

void WindowSeriesTest::theMaskIsThatOfTheFrame() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(writeCine(m_folder)));
    w.bench().setMask(session::MaskChoice::fromText("kt-uniform:R=4,acs=12"));
    QVERIFY(w.settles());
    QCOMPARE(w.find<QComboBox>("mask.kind")->currentText(), QStringLiteral("k-t uniform"));
    for (const std::int64_t frame : {0, 3}) {
        w.bench().setSlice(2 * frame);
        QVERIFY(w.settles());
        QCOMPARE(*w.bench().mask().kept, masks::generate(masks::parseMaskSpec("kt-uniform:R=4,acs=12"), 64, 64, 0, -1, frame));
    }
}

void WindowSeriesTest::aMethodOfSeriesBringsAllFrames() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(writeCine(m_folder)));
    w.bench().setMask(session::MaskChoice::fromText("kt-uniform:R=4,acs=12"));
    w.bench().setMethod("low-rank-sparse");
    ParamValues values = w.bench().parameters();
    values.set("iterations", std::int64_t{5});
    w.bench().setParameters(values);
    QVERIFY(w.settles());
    w.bench().setSlice(3);
    QVERIFY(w.bench().reconstruct() != 0);
    QVERIFY(w.settles());
    const auto shown = w.bench().results().visible();
    QCOMPARE(shown.size(), std::size_t{1});
    QCOMPARE(shown.front()->result->protocol.slices, (std::vector<std::int64_t>{1, 3, 5, 7, 9}));
    QCOMPARE(w.bench().shownResult(), shown.front()->id);
    QVERIFY(w.takeWarnings().isEmpty());
}

void WindowSeriesTest::aScanThatStandsStillIsRefused() {
    auto& w = *m_fixture;
    QVERIFY(w.openScan(test::writeScan(m_folder)));
    w.bench().setMethod("kt-wavelet");
    QCOMPARE(w.bench().reconstruct(), session::RunId{0});
    QVERIFY(w.bench().notice());
    QVERIFY(QString::fromStdString(w.bench().notice()->what).contains(QStringLiteral("holds one image of each place")));
}

QTEST_MAIN(WindowSeriesTest)
#include "tst_window_series.moc"
