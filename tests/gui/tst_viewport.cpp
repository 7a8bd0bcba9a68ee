// The image pane under real mouse, wheel and tooltip events.
#include <cmath>
#include <numbers>

#include <QHelpEvent>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QToolTip>
#include <QWheelEvent>
#include <QtTest>

#include "ui/widgets/figures.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/viewport.h"

using namespace larmor;
using namespace larmor::ui;

namespace {

/// [rows, columns], magnitude row + column / 1000, phase 0.5.
std::shared_ptr<const ComplexArray> countingImage(std::int64_t rows, std::int64_t columns) {
    ComplexArray image(Shape{rows, columns});
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t column = 0; column < columns; ++column)
            image(row, column) = std::polar(static_cast<float>(row) + static_cast<float>(column) / 1000, 0.5F);
    return std::make_shared<const ComplexArray>(std::move(image));
}

void turnWheel(QWidget& widget, const QPoint& at, int notches, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QWheelEvent wheel(at, widget.mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&widget, &wheel);
}

void drag(QWidget& widget, Qt::MouseButton button, Qt::KeyboardModifiers modifiers, const QPoint& from, const QPoint& to) {
    QTest::mousePress(&widget, button, modifiers, from);
    QMouseEvent move(QEvent::MouseMove, to, widget.mapToGlobal(to), Qt::NoButton, button, modifiers);
    QApplication::sendEvent(&widget, &move);
    QTest::mouseRelease(&widget, button, modifiers, to);
}

int brightPixels(const QImage& picture, const QRect& area) {
    int count = 0;
    for (int y = area.top(); y <= area.bottom(); ++y)
        for (int x = area.left(); x <= area.right(); ++x) count += qGray(picture.pixel(x, y)) > 120 ? 1 : 0;
    return count;
}

}  // namespace

class TestViewport : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<Viewport> m_pane;

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp); }

    void init() {
        m_pane = std::make_unique<Viewport>();
        m_pane->resize(400, 300);
        m_pane->setImage(countingImage(100, 200));  // fits 400 x 200, 2 screen pixels an image pixel
        m_pane->resetWindow();
        m_pane->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_pane.get()));
    }
    void cleanup() { m_pane.reset(); }

    void wheelStepsSlicesAndCollectsFineTurns() {
        QSignalSpy stepped(m_pane.get(), &Viewport::sliceStepped);
        turnWheel(*m_pane, {200, 150}, -1);
        QCOMPARE(stepped.count(), 1);
        QCOMPARE(stepped.at(0).at(0).toInt(), 1);
        turnWheel(*m_pane, {200, 150}, 2);
        QCOMPARE(stepped.at(1).at(0).toInt(), -2);
        for (int part = 0; part < 4; ++part) {
            QWheelEvent fine(QPointF(9, 9), QPointF(9, 9), {}, {0, -30}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(m_pane.get(), &fine);
        }
        QCOMPARE(stepped.count(), 3);
    }

    void controlWheelZoomsAboutThePointer() {
        QSignalSpy edited(m_pane.get(), &Viewport::displayEdited);
        QSignalSpy stepped(m_pane.get(), &Viewport::sliceStepped);
        const QPoint at(300, 120);
        const auto before = m_pane->probeAt(at);
        turnWheel(*m_pane, at, 6, Qt::ControlModifier);
        QVERIFY(m_pane->display().zoom > 2.5);
        const auto after = m_pane->probeAt(at);
        QVERIFY(std::abs(after.row - before.row) <= 1 && std::abs(after.column - before.column) <= 1);
        QCOMPARE(edited.count(), 1);
        QCOMPARE(stepped.count(), 0);
        m_pane->resetView();
        QCOMPARE(m_pane->display().zoom, 1.0);
        QCOMPARE(edited.count(), 1);  // only a person's changes are told
    }

    void middleDragChangesWindowAndLevel() {
        QSignalSpy edited(m_pane.get(), &Viewport::displayEdited);
        const auto before = m_pane->display();
        drag(*m_pane, Qt::MiddleButton, Qt::NoModifier, {200, 150}, {250, 150});
        QVERIFY(m_pane->display().window > before.window);
        QCOMPARE(m_pane->display().level, before.level);
        drag(*m_pane, Qt::MiddleButton, Qt::NoModifier, {200, 150}, {200, 120});
        QVERIFY(m_pane->display().level < before.level);  // upwards: brighter
        QVERIFY(edited.count() >= 2);
    }

    void shiftDragPans() {
        turnWheel(*m_pane, {200, 150}, 6, Qt::ControlModifier);
        const auto seen = m_pane->probeAt({200, 150});
        drag(*m_pane, Qt::LeftButton, Qt::ShiftModifier, {200, 150}, {230, 170});
        const auto moved = m_pane->probeAt({230, 170});
        QVERIFY(std::abs(moved.row - seen.row) <= 1 && std::abs(moved.column - seen.column) <= 1);
    }

    void clickActivatesAndDoubleClickMaximises() {
        QSignalSpy activated(m_pane.get(), &Viewport::activated), maximise(m_pane.get(), &Viewport::maximiseRequested);
        QTest::mouseClick(m_pane.get(), Qt::LeftButton, {}, {50, 50});
        QCOMPARE(activated.count(), 1);
        QTest::mouseDClick(m_pane.get(), Qt::LeftButton, {}, {50, 50});
        QCOMPARE(maximise.count(), 1);
    }

    void cursorTellsTheAction() {
        QMouseEvent over(QEvent::MouseMove, QPointF(200, 150), QPointF(0, 0), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(m_pane.get(), &over);
        QCOMPARE(m_pane->cursor().shape(), Qt::CrossCursor);
        QTest::mousePress(m_pane.get(), Qt::MiddleButton, {}, {200, 150});
        QCOMPARE(m_pane->cursor().shape(), Qt::SizeAllCursor);
        QTest::mouseRelease(m_pane.get(), Qt::MiddleButton, {}, {200, 150});
        QTest::mousePress(m_pane.get(), Qt::LeftButton, Qt::ShiftModifier, {200, 150});
        QCOMPARE(m_pane->cursor().shape(), Qt::ClosedHandCursor);
        QTest::mouseRelease(m_pane.get(), Qt::LeftButton, {}, {200, 150});
        m_pane->setImage(nullptr);
        QCOMPARE(m_pane->cursor().shape(), Qt::ArrowCursor);
    }

    void probeNamesThePixelUnderThePointer() {
        QSignalSpy probed(m_pane.get(), &Viewport::probed);
        QMouseEvent over(QEvent::MouseMove, QPointF(61, 50 + 41), QPointF(0, 0), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(m_pane.get(), &over);
        QVERIFY(probed.count() >= 1);
        const auto info = probed.last().at(0).value<ProbeInfo>();
        QVERIFY(info.inside);
        QCOMPARE(info.row, 20);
        QCOMPARE(info.column, 30);
        QVERIFY(std::abs(info.magnitude - 20.03) < 1e-3);
        QVERIFY(std::abs(info.phase - 0.5) < 1e-5);
        QVERIFY(!m_pane->probeAt({200, 10}).inside);  // above the image
        m_pane->setImage(nullptr);
        QVERIFY(!m_pane->probeAt({200, 150}).inside);
    }

    void pixelSizeSetsTheAspectAndSurvivesALinkedDisplay() {
        m_pane->setPixelSize(PixelSize{1.5, 0.75});  // a row is twice as high as a column is wide
        QCOMPARE(m_pane->display().pixelAspect, 2.0);
        QVERIFY(!m_pane->probeAt({20, 150}).inside);  // 300 high: 1.5 a column, 300 of 400 wide
        QVERIFY(m_pane->probeAt({60, 2}).inside);
        auto linked = m_pane->display();
        linked.pixelAspect = 1;
        linked.zoom = 2;
        m_pane->setDisplay(linked);
        QCOMPARE(m_pane->display().pixelAspect, 2.0);
        QCOMPARE(m_pane->display().zoom, 2.0);
    }

    void everyComponentKeepsItsOwnWindow() {
        auto state = m_pane->display();
        state.window = 33;
        state.level = 11;
        m_pane->setDisplay(state);
        m_pane->setComponent(render::Component::Phase);
        QVERIFY(std::abs(m_pane->display().window - 2 * std::numbers::pi) < 1e-9);
        QCOMPARE(m_pane->display().level, 0.0);
        QCOMPARE(m_pane->display().colours, render::ColourMap::PhaseWheel);
        m_pane->setComponent(render::Component::Magnitude);
        QCOMPARE(m_pane->display().window, 33.0);
        QCOMPARE(m_pane->display().level, 11.0);
        QCOMPARE(m_pane->display().colours, render::ColourMap::Grey);
    }

    void grabShowsImageAndCorners() {
        ViewportLabels labels;
        labels.title = "Reference · RSS of all samples";
        labels.metrics = "NRMSE 0.071\nSSIM 0.941";
        m_pane->setLabels(labels);
        QCOMPARE(m_pane->grabPane().size(), QSize(400, 300) * m_pane->devicePixelRatioF());
        QVERIFY(brightPixels(m_pane->grabPane(), QRect(8, 8, 180, 16)) > 50);
        QVERIFY(brightPixels(m_pane->grabPane(), QRect(300, 255, 92, 37)) > 50);
        m_pane->setOverlayVisible(false);
        QCOMPARE(brightPixels(m_pane->grabPane(), QRect(8, 8, 180, 16)), 0);
    }

    void cornersNeverTouchInASmallPane() {
        m_pane->resize(220, 220);
        m_pane->setImage(std::make_shared<const ComplexArray>(Shape{64, 64}));
        ViewportLabels labels;
        labels.title = "Reference · RSS of all samples";
        m_pane->setLabels(labels);
        const QImage alone = m_pane->grabPane();
        labels.topRight = "R 4.97 equispaced";
        m_pane->setLabels(labels);
        // The title gives way: between both texts stays a gap without ink, as high as the line.
        const QImage both = m_pane->grabPane();
        int widest = 0, run = 0;
        for (int x = 8; x < 212; ++x) {
            run = brightPixels(both, QRect(x, 8, 1, 15)) == 0 ? run + 1 : 0;
            widest = std::max(widest, run);
        }
        QVERIFY(widest >= 8);
        QVERIFY(both != alone);
    }

    void cautionTagExplainsItself() {
        ViewportLabels labels;
        labels.caution = "simulated";
        labels.cautionReason = "12 simulated coils";
        m_pane->setLabels(labels);
        m_pane->repaint();
        const QPoint tag(m_pane->width() - 20, 16);
        QHelpEvent help(QEvent::ToolTip, tag, m_pane->mapToGlobal(tag));
        QApplication::sendEvent(m_pane.get(), &help);
        QVERIFY(QToolTip::text().contains("12 simulated coils"));
        QToolTip::hideText();
    }

    void metricsExplainTheirProtocol() {
        ViewportLabels labels;
        labels.metrics = "NRMSE 0.071\nSSIM 0.941";
        labels.metricsProtocol = "each slice on its own";
        m_pane->setLabels(labels);
        m_pane->repaint();
        const auto pointAt = [this](const QPoint& at) {
            QHelpEvent help(QEvent::ToolTip, at, m_pane->mapToGlobal(at));
            QApplication::sendEvent(m_pane.get(), &help);
        };
        pointAt({m_pane->width() - 20, m_pane->height() - 16});
        QVERIFY(QToolTip::text().contains("each slice on its own"));
        pointAt(m_pane->rect().center());
        QTRY_VERIFY(QToolTip::text().isEmpty());
    }

    void emptyPaneSpeaks() {
        m_pane->setImage(nullptr);
        ViewportLabels labels;
        labels.placeholder = "No reconstruction yet — press Space";
        m_pane->setLabels(labels);
        const QImage picture = m_pane->grabPane();
        QVERIFY(brightPixels(picture, QRect(50, 130, 300, 40)) > 50);
        QVERIFY(m_pane->accessibleDescription().contains("press Space"));
    }

    void focusIsABorderAndTheLinkedCursorACross() {
        const QImage plain = m_pane->grabPane();
        m_pane->setFocusedPane(true);
        const QImage framed = m_pane->grabPane();
        QCOMPARE(QColor(framed.pixel(0, 150)), palette::kAccent);
        m_pane->setFocusedPane(false);
        m_pane->setLinkedCursor(50, 100);  // the middle of the image
        const QImage crossed = m_pane->grabPane();
        QVERIFY(crossed.copy(180, 130, 42, 42) != plain.copy(180, 130, 42, 42));
        m_pane->setLinkedCursor(-1, -1);
        QCOMPARE(m_pane->grabPane(), plain);
    }

    void titlesAreAccessible() {
        ViewportLabels labels;
        labels.title = "|error| × 5";
        m_pane->setLabels(labels);
        QCOMPARE(m_pane->accessibleName(), QString("|error| × 5"));
    }

    void figuresKeepTheirWidth() {
        QCOMPARE(steadyFigure(1), QString("1.00"));
        QCOMPARE(steadyFigure(0.5), QString("0.50"));
        QCOMPARE(steadyFigure(12.345), QString("12.3"));
        QCOMPARE(steadyFigure(0), QString("0.00"));
        QCOMPARE(steadyFigure(3.21e-4), QString("3.21e\u22124"));
        QCOMPARE(shortFigure(0.2), QString("0.2"));
        QCOMPARE(shortFigure(-std::numbers::pi), QString("\u22123.14"));
        QCOMPARE(shortFigure(0), QString("0"));
    }
};

QTEST_MAIN(TestViewport)
#include "tst_viewport.moc"
