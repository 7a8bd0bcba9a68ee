// A parameter chosen from held-out lines with real clicks in the window.

#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QTest>

#include "core/session/tuning_curve.h"
#include "tests/gui/window_fixture.h"
#include "ui/panels/tuning_panel.h"
#include "ui/widgets/curve_plot.h"

using namespace larmor;
using larmor::test::kPatience;
using larmor::test::WindowFixture;

class WindowTuningTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void autoChoosesAndReconstructs();
    void stopLeavesTheValue();
    void cannotTellSaysWhy();
    void methodsWithoutUsualValuesHaveNoButton();
    void wrongFieldIsNamedFirst();
    void aValueThatLeansIsToldApart();

private:
    [[nodiscard]] double lambda() { return session::numberOf(m_fixture->bench().parameters(), "lambda"); }
    /// A mask by its text, and a method.
    void choose(const char* mask, const char* method) {
        m_fixture->bench().setMask(session::MaskChoice::fromText(mask));
        m_fixture->bench().setMethod(method);
        QVERIFY(m_fixture->settles());
    }

    test::TempDir m_folder, m_settings;
    QString m_scan;
    std::unique_ptr<WindowFixture> m_fixture;
};

void WindowTuningTest::initTestCase() {
    test::prepareApplication(m_settings);
    m_scan = test::writeScan(m_folder);
}

void WindowTuningTest::init() {
    m_fixture = std::make_unique<WindowFixture>();
    QVERIFY(m_fixture->openScan(m_scan));
}

void WindowTuningTest::cleanup() {
    const QStringList warnings = m_fixture->takeWarnings();
    m_fixture.reset();
    QCOMPARE(warnings.join("; "), QString());
}

void WindowTuningTest::autoChoosesAndReconstructs() {
    auto& w = *m_fixture;
    choose("random:R=2,acs=12,seed=3", "l1-wavelet");
    QVERIFY(!w.find<QWidget>("tuningPanel")->isVisible());
    w.click("method.lambda.auto");
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QLabel>("tuning.text")->text().contains("Trying values"), kPatience);
    QCOMPARE(w.find<QPushButton>("method.lambda.auto")->text(), QString("Stop"));
    QTRY_COMPARE_WITH_TIMEOUT(w.find<QTableWidget>("results.table")->rowCount(), 1, kPatience);
    QVERIFY(w.settles());
    QCOMPARE(w.find<QPushButton>("method.lambda.auto")->text(), QString("Auto"));
    const auto& result = w.bench().tuning().result;
    QVERIFY(result.has_value());
    QVERIFY2(result->doubt.empty(), result->doubt.c_str());
    QCOMPARE(lambda(), result->value);
    const QString field = w.find<QWidget>("method.lambda")->findChild<QLineEdit*>()->text();
    QCOMPARE(field.toDouble(), result->value);
    const QString text = w.find<QLabel>("tuning.text")->text();
    QVERIFY2(text.contains("held-out lines of slice 3"), qPrintable(text));
    auto* curve = w.find<ui::CurvePlot>("tuning.curve");
    QVERIFY(curve->isVisible());
    const auto best =
        std::min_element(result->curve.begin(), result->curve.end(), [](const auto& a, const auto& b) { return a.error < b.error; });
    QVERIFY2(curve->accessibleDescription().startsWith(QString::fromUtf8("λ ") + QString::number(best->value)),
             qPrintable(curve->accessibleDescription()));
    const auto* entry = w.bench().results().visible().front();
    QVERIFY(entry->result->protocol.tuned.has_value());
    w.click("tuning.close");
    QVERIFY(!w.find<QWidget>("tuningPanel")->isVisible());
    QCOMPARE(lambda(), result->value);
    w.click("method.lambda.auto");  // a new one opens it again
    QTRY_VERIFY_WITH_TIMEOUT(w.find<QWidget>("tuningPanel")->isVisible(), kPatience);
    QVERIFY(w.settles());
}

void WindowTuningTest::stopLeavesTheValue() {
    auto& w = *m_fixture;
    choose("random:R=2,acs=12,seed=3", "l1-wavelet");
    w.type("method.iterations", "2000");
    const double before = lambda();
    w.click("method.lambda.auto");
    QTRY_VERIFY_WITH_TIMEOUT(w.bench().runs().running() && w.bench().runs().running()->progress.fraction > 0, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(w.find<QPushButton>("method.lambda.auto")->text(), QString("Stop"), kPatience);
    w.click("method.lambda.auto");
    QVERIFY(w.settles());
    QCOMPARE(w.find<QPushButton>("method.lambda.auto")->text(), QString("Auto"));
    QCOMPARE(lambda(), before);
    QCOMPARE(w.find<QTableWidget>("results.table")->rowCount(), 0);
    QVERIFY(!w.find<QWidget>("tuningPanel")->isVisible());
}

void WindowTuningTest::cannotTellSaysWhy() {
    auto& w = *m_fixture;
    choose("equispaced:R=4,acs=12,seed=1", "cg-sense");
    w.click("method.lambda.auto");
    QVERIFY(w.settles());
    QVERIFY(w.bench().tuning().result.has_value());
    const QString text = w.find<QLabel>("tuning.text")->text();
    QVERIFY2(text.contains(QString::fromUtf8("Cannot tell: Regularisation λ stays as it is. Too few lines")), qPrintable(text));
    QVERIFY(!w.find<QWidget>("tuning.curve")->isVisible());
    QVERIFY(w.find<QWidget>("banner")->isVisible());
    QCOMPARE(lambda(), 0.01);
    QCOMPARE(w.find<QTableWidget>("results.table")->rowCount(), 0);
}

void WindowTuningTest::aValueThatLeansIsToldApart() {
    Tuning tuning;
    tuning.parameter = "zeta";
    tuning.lowest = 12.4;
    tuning.value = 7.52;
    tuning.flatLow = tuning.flatHigh = 12.5;
    tuning.heldOut = 6;
    tuning.unit = "line";
    const QString leaning = ui::verdictText(tuning, "Data weight ζ");
    QVERIFY2(leaning.contains("= 12.4 predicts 6 held-out lines") && leaning.contains("7.52 is taken"), qPrintable(leaning));
    tuning.value = 12.4;
    QVERIFY(!ui::verdictText(tuning, "Data weight ζ").contains("taken"));
    tuning.doubt = "Too few lines.";
    tuning.value = 1;
    QVERIFY(!ui::verdictText(tuning, "Data weight ζ").contains("taken"));
}

void WindowTuningTest::methodsWithoutUsualValuesHaveNoButton() {
    auto& w = *m_fixture;
    QVERIFY(w.window->findChild<QPushButton*>("method.lambda.auto"));
    QVERIFY(!w.window->findChild<QPushButton*>("method.iterations.auto"));
    w.bench().setMethod("zero-filled");
    QTRY_VERIFY_WITH_TIMEOUT(!w.window->findChild<QPushButton*>("method.lambda.auto"), kPatience);
    w.bench().setMethod("cg-sense");
    QTRY_VERIFY_WITH_TIMEOUT(w.window->findChild<QPushButton*>("method.lambda.auto"), kPatience);
    QVERIFY(w.settles());
}

void WindowTuningTest::wrongFieldIsNamedFirst() {
    auto& w = *m_fixture;
    w.type("method.iterations", "many");
    w.click("method.lambda.auto");
    QTRY_VERIFY_WITH_TIMEOUT(w.bench().notice().has_value(), kPatience);
    QVERIFY(w.bench().notice()->why.find("Iterations") != std::string::npos);
    QVERIFY(!w.bench().tuning().working);
}

QTEST_MAIN(WindowTuningTest)
#include "tst_window_tuning.moc"
