// Number fields and forms under real key, wheel and mouse events.
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <QtTest>

#include "core/base/described_param.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/number_scale.h"
#include "ui/widgets/param_form.h"
#include "ui/widgets/theme.h"

using namespace larmor;
using namespace larmor::ui;

namespace {

ParamSpec spec(const std::string& name, ParamType type, ParamValue initial, double minimum = 0, double maximum = 0) {
    auto made = describedParam(name, name, type, std::move(initial), {});
    made.minimum = minimum;
    made.maximum = maximum;
    return made;
}

ParamList sampleSpecs() {
    auto lambda = spec("lambda", ParamType::Real, 0.002, 0, 10);
    lambda.label = "Regularisation λ";
    lambda.logarithmic = true;
    lambda.doc = "Weight of the wavelet norm";
    auto iterations = spec("iterations", ParamType::Integer, std::int64_t{60}, 1, 1000);
    auto wavelet = spec("wavelet", ParamType::Choice, std::string("db2"));
    wavelet.choices = {"haar", "db2", "db4"};
    auto shifts = spec("random_shifts", ParamType::Boolean, true);
    auto tolerance = spec("tolerance", ParamType::Real, 0.0001, 0, 1);
    tolerance.advanced = true;
    return {lambda, iterations, wavelet, shifts, tolerance};
}

void turnWheel(QWidget& widget, int notches) {
    const QPoint at = widget.rect().center();
    QWheelEvent wheel(at, widget.mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(&widget, &wheel);
}

void typeOver(QLineEdit& edit, const QString& text) {
    edit.setFocus();
    edit.selectAll();
    QTest::keyClicks(&edit, text);
}

}  // namespace

class TestParamForm : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ParamForm> m_form;

    QLineEdit* editOf(const QString& name) { return m_form->findChild<QWidget*>("method." + name)->findChild<QLineEdit*>("edit"); }

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp); }

    void init() {
        m_form = std::make_unique<ParamForm>("method");
        m_form->setSpecs(sampleSpecs());
        m_form->resize(300, 300);
        m_form->show();
        QApplication::setActiveWindow(m_form.get());  // there may be no window manager to do it
        QVERIFY(QTest::qWaitForWindowExposed(m_form.get()));
    }
    void cleanup() { m_form.reset(); }

    void everyParameterHasANamedControlOfItsKind() {
        QVERIFY(m_form->findChild<NumberField*>("method.lambda"));
        QVERIFY(m_form->findChild<NumberField*>("method.iterations"));
        QVERIFY(m_form->findChild<QComboBox*>("method.wavelet"));
        QVERIFY(m_form->findChild<QCheckBox*>("method.random_shifts"));
        QCOMPARE(editOf("lambda")->accessibleName(), QString("Regularisation λ"));
        QCOMPARE(editOf("lambda")->text(), QString("0.002"));
        QVERIFY(editOf("lambda")->toolTip().contains("Weight of the wavelet norm"));
        QVERIFY(editOf("lambda")->toolTip().contains("0 to 10"));
        QVERIFY(editOf("lambda")->toolTip().contains("default 0.002"));
    }

    void typingChangesTheValues() {
        QSignalSpy edited(m_form.get(), &ParamForm::edited);
        typeOver(*editOf("lambda"), "0.05");
        typeOver(*editOf("iterations"), "80");
        m_form->findChild<QComboBox*>("method.wavelet")->setCurrentText("db4");
        QTest::mouseClick(m_form->findChild<QCheckBox*>("method.random_shifts"), Qt::LeftButton, {}, {8, 12});
        const auto values = m_form->values();
        QCOMPARE(values.real("lambda"), 0.05);
        QCOMPARE(values.integer("iterations"), 80);
        QCOMPARE(values.choice("wavelet"), std::string("db4"));
        QCOMPARE(values.boolean("random_shifts"), false);
        QVERIFY(edited.count() >= 4);
    }

    void aScheduleTakesSeveralNumbersAndSaysWhatIsWrong() {
        m_form->setSpecs({spec("zeta", ParamType::Schedule, std::string("1"), 0, 10)});
        auto* edit = m_form->findChild<QLineEdit*>("method.zeta");
        QVERIFY(edit);
        QCOMPARE(edit->text(), QString("1"));
        QSignalSpy edited(m_form.get(), &ParamForm::edited);
        typeOver(*edit, "2.1,1");
        QVERIFY(edited.count() > 0);
        QVERIFY(m_form->firstProblem().isEmpty());
        QCOMPARE(m_form->values().schedule("zeta"), (std::vector<double>{2.1, 1}));
        typeOver(*edit, "2.1,x");
        QVERIFY(m_form->firstProblem().contains("zeta"));
        QCOMPARE(m_form->values().schedule("zeta"), std::vector<double>{1});
    }

    void wrongTextIsMarkedWithTheReasonAndKeepsTheLastRightValue() {
        auto* edit = editOf("lambda");
        typeOver(*edit, "40");
        QCOMPARE(m_form->firstProblem(), QString("Regularisation λ: must be at most 10"));
        QCOMPARE(edit->property("wrong").toBool(), true);
        QCOMPARE(edit->toolTip(), QString("Must be at most 10."));
        QCOMPARE(m_form->values().real("lambda"), 4.0);  // "4" was the last right text on the way to "40"
        typeOver(*edit, "x");
        QVERIFY(m_form->firstProblem().contains("not a number"));
        QTest::keyClick(edit, Qt::Key_Escape);
        QCOMPARE(m_form->firstProblem(), QString());
        QCOMPARE(edit->text(), QString("4"));
        typeOver(*editOf("iterations"), "2.5");
        QCOMPARE(m_form->firstProblem(), QString("iterations: must be a whole number"));
    }

    void aDecimalCommaIsUnderstood() {
        typeOver(*editOf("lambda"), "0,25");
        QCOMPARE(m_form->values().real("lambda"), 0.25);
    }

    void advancedParametersAreFoldedUntilAskedForOrWrong() {
        auto* tolerance = m_form->findChild<NumberField*>("method.tolerance");
        auto* more = m_form->findChild<QToolButton*>("method.more");
        QVERIFY(!tolerance->isVisible());
        QTest::mouseClick(more, Qt::LeftButton);
        QVERIFY(tolerance->isVisible());
        typeOver(*editOf("tolerance"), "7");
        QTest::mouseClick(more, Qt::LeftButton);
        QVERIFY(!tolerance->isVisible());
        QCOMPARE(m_form->firstProblem(), QString("tolerance: must be at most 1"));
        QVERIFY(tolerance->isVisible());
    }

    void valuesGoInWithoutASignal() {
        QSignalSpy edited(m_form.get(), &ParamForm::edited);
        ParamValues values(sampleSpecs());
        values.set("lambda", 0.5);
        values.set("wavelet", std::string("haar"));
        values.set("random_shifts", false);
        m_form->setValues(values);
        QCOMPARE(edited.count(), 0);
        QCOMPARE(m_form->values().real("lambda"), 0.5);
        QCOMPARE(m_form->values().choice("wavelet"), std::string("haar"));
        QCOMPARE(m_form->values().boolean("random_shifts"), false);
    }

    void otherSpecsReplaceTheForm() {
        m_form->setSpecs({spec("only", ParamType::Integer, std::int64_t{3}, 0, 9)});
        QVERIFY(!m_form->findChild<QWidget*>("method.lambda"));
        QCOMPARE(m_form->values().integer("only"), 3);
        m_form->setSpecs({});
        QCOMPARE(m_form->firstProblem(), QString());
    }

    void tabGoesDownTheForm() {
        editOf("lambda")->setFocus();
        QStringList visited;
        for (int i = 0; i < 3; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            auto* at = QApplication::focusWidget();
            visited << (at->objectName() == "edit" ? at->parentWidget()->objectName() : at->objectName());
        }
        QCOMPARE(visited, QStringList({"method.iterations", "method.wavelet", "method.random_shifts"}));
    }

    void arrowKeysAndTheWheelOfAFocusedFieldStep() {
        auto* edit = editOf("iterations");
        edit->setFocus();
        QTest::keyClick(edit, Qt::Key_Up);
        const auto up = m_form->values().integer("iterations");
        QVERIFY(up > 60);
        turnWheel(*edit, -1);
        QCOMPARE(m_form->values().integer("iterations"), 60);
        editOf("lambda")->setFocus();
        turnWheel(*edit, 5);  // no longer focused
        QCOMPARE(m_form->values().integer("iterations"), 60);
        auto* wavelet = m_form->findChild<QComboBox*>("method.wavelet");
        turnWheel(*wavelet, 1);
        QCOMPARE(wavelet->currentText(), QString("db2"));
    }

    void labelsDragAndReset() {
        NumberField::Range range;
        range.maximum = 100;
        range.initial = 20;
        NumberField field(range);
        QLabel label("R");
        field.attachLabel(&label);
        QSignalSpy edited(&field, &NumberField::valueEdited);
        QCOMPARE(label.cursor().shape(), Qt::SizeHorCursor);
        QTest::mousePress(&label, Qt::LeftButton, {}, {5, 5});
        QMouseEvent move(QEvent::MouseMove, QPointF(35, 5), label.mapToGlobal(QPointF(35, 5)), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&label, &move);
        QCOMPARE(field.value(), 30.0);
        QTest::mouseRelease(&label, Qt::LeftButton, {}, {35, 5});
        QTest::mouseDClick(&label, Qt::LeftButton, {}, {5, 5});
        QCOMPARE(field.value(), 20.0);
        QVERIFY(edited.count() >= 2);
    }

    void aLogarithmicSliderBeginsAtZero() {
        auto* slider = m_form->findChild<QWidget*>("method.lambda")->findChild<QSlider*>();
        QVERIFY(slider);
        slider->setValue(0);
        QCOMPARE(m_form->values().real("lambda"), 0.0);
        slider->setValue(slider->maximum());
        QCOMPARE(m_form->values().real("lambda"), 10.0);
        slider->setValue(slider->maximum() / 2);
        QVERIFY(m_form->values().real("lambda") > 1e-3 && m_form->values().real("lambda") < 0.1);
    }

    void scalesRoundTripAndPrintShortNumbers() {
        NumberField::Range range;
        range.minimum = 1e-4;
        range.maximum = 10;
        range.initial = 0.01;
        range.logarithmic = true;
        const NumberScale scale(range);
        for (int position = 0; position <= NumberScale::kPositions; position += 25)
            QVERIFY(std::abs(scale.position(scale.atPosition(position)) - position) <= 1);
        QCOMPARE(scale.text(0.002), QString("0.002"));
        double value = 0.01;
        for (int i = 0; i < 20; ++i) value = scale.stepped(value, 1);
        QVERIFY(std::abs(value - 0.1) < 0.002);  // twenty steps a decade
        range.logarithmic = false;
        range.step = 0.1;
        const NumberScale linear(range);
        QCOMPARE(linear.text(linear.stepped(0.2, 1)), QString("0.3"));
        QCOMPARE(linear.stepped(9.95, 1), 10.0);
    }

    void unitsStandInTheField() {
        NumberField::Range range;
        range.maximum = 64;
        range.initial = 24;
        range.integer = true;
        NumberField plain(range);
        range.unit = "lines";
        NumberField withUnit(range);
        for (auto* field : {&plain, &withUnit}) field->resize(160, 28);
        QVERIFY(withUnit.grab().toImage() != plain.grab().toImage());
        QCOMPARE(withUnit.text(), QString("24"));
        withUnit.setRange(0, 10);
        QCOMPARE(withUnit.value(), 10.0);
    }

    void controlsAre28PixelsHigh() {
        for (const char* name : {"method.lambda", "method.iterations", "method.wavelet"})
            QCOMPARE(m_form->findChild<QWidget*>(name)->height(), 28);
    }
};

QTEST_MAIN(TestParamForm)
#include "tst_param_form.moc"
