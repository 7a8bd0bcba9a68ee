// What the widgets of steering compute, without a window: schedules, axes of steps and curves, the order of a sheet.
#include <cmath>
#include <limits>

#include <QtTest>

#include "ui/widgets/curve_scale.h"
#include "ui/widgets/schedule_curve.h"
#include "ui/widgets/sheet_cells.h"
#include "ui/widgets/step_axis.h"

using namespace larmor::ui;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

bool isClose(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

/// 0.1 at step 1, 10 at step 101: the value is ten to the power of (step - 51) / 50.
ScheduleCurve ramp(int done = 0) {
    ScheduleCurve curve;
    curve.knots = {{1, 0.1}, {101, 10}};
    curve.steps = 101;
    curve.done = done;
    return curve;
}

SheetCell doneWith(std::vector<double> metrics) {
    SheetCell cell;
    cell.state = SheetCell::State::Done;
    cell.metrics = std::move(metrics);
    return cell;
}

std::vector<double> past(const ScheduleCurve& curve, int done) {
    auto values = curve.values();
    values.resize(static_cast<std::size_t>(done));
    return values;
}

bool areClose(const std::vector<double>& a, const std::vector<double>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), isClose);
}

}  // namespace

class TestSteeringArithmetic : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void valuesGoInEqualFactors() {
        const ScheduleCurve curve = ramp();
        QVERIFY(isClose(curve.valueAt(51), 1));
        QVERIFY(isClose(curve.valueAt(76), std::sqrt(10.0)));
        QCOMPARE(curve.valueAt(1), 0.1);
        QCOMPARE(curve.valueAt(101), 10.0);
        QCOMPARE(curve.values().size(), std::size_t{101});
        ScheduleCurve linear = curve;
        linear.logarithmic = false;
        QVERIFY(isClose(linear.valueAt(51), 5.05));
    }

    void beforeTheFirstAndAfterTheLastKnotTheValueStays() {
        ScheduleCurve curve = ramp();
        curve.knots = {{20, 2}, {40, 3}};
        QCOMPARE(curve.valueAt(1), 2.0);
        QCOMPARE(curve.valueAt(101), 3.0);
    }

    void positionsAreOfTheRange() {
        const ScheduleCurve curve = ramp();  // 0.01 to 100
        QVERIFY(isClose(curve.position(1), 0.5));
        QVERIFY(isClose(curve.atPosition(0.75), 10));
        QCOMPARE(curve.position(1e9), 1.0);
        QCOMPARE(curve.atPosition(-1), 0.01);
        ScheduleCurve zero = curve;
        zero.minimum = 0;
        QVERIFY(!zero.isLogarithmic());
        QVERIFY(isClose(zero.position(25), 0.25));
        QCOMPARE(curve.tidyValue(curve.position(1.23456)), 1.23);
    }

    void disorderIsTidied() {
        ScheduleCurve curve = ramp();
        curve.knots = {{400, 5}, {10, 1e6}, {10, 1e-9}, {30, kNone}};
        const ScheduleCurve tidy = curve.tidied();
        QCOMPARE(tidy.knots, (std::vector<ScheduleKnot>{{10, 0.01}, {101, 5}}));
        curve.knots.clear();
        QCOMPARE(curve.tidied().knots.size(), std::size_t{1});
    }

    void knotsStopAtTheirNeighboursAndAtTheRange() {
        ScheduleCurve curve = ramp();
        curve.knots = {{1, 1}, {50, 1}, {101, 1}};
        QCOMPARE(curve.moved(1, 500, 1e5).knots[1], (ScheduleKnot{100, 100}));
        QCOMPARE(curve.moved(1, -3, 0).knots[1], (ScheduleKnot{2, 0.01}));
    }

    void thePastStaysWhateverIsEdited() {
        const ScheduleCurve curve = ramp(40);
        const auto before = past(curve, 40);
        QVERIFY(areClose(past(curve.moved(1, 80, 0.02), 40), before));
        QVERIFY(areClose(past(curve.with({60, 50}), 40), before));
        QVERIFY(areClose(past(curve.without(1), 40), before));
        QVERIFY(areClose(past(curve.shifted(0.2), 40), before));
        QVERIFY(areClose(past(curve.thinned(0.5), 40), before));
        QCOMPARE(curve.moved(0, 5, 1).knots, curve.knots);  // locked
        QCOMPARE(curve.without(0).knots, curve.knots);
        QCOMPARE(curve.with({40, 7}).knots, curve.knots);                    // done
        QVERIFY(isClose(curve.without(1).valueAt(101), curve.valueAt(40)));  // nothing to come: it stays as it is
    }

    void aShiftActsFromTheNextStepAndKeepsTheForm() {
        const ScheduleCurve curve = ramp(40);
        const ScheduleCurve up = curve.shifted(0.25);                       // of four decades: a factor of ten
        QVERIFY(std::abs(up.valueAt(41) / curve.valueAt(41) - 10) < 0.05);  // three figures
        const ScheduleCurve most = curve.shifted(0.9);                      // the last knot has but a decade
        QCOMPARE(most.valueAt(101), 100.0);
        QVERIFY(std::abs(most.valueAt(60) / curve.valueAt(60) - 10) < 0.1);
        const ScheduleCurve done = ramp(101);
        QCOMPARE(done.shifted(0.1).knots, done.knots);
    }

    void theOnlyKnotStays() {
        ScheduleCurve curve = ramp();
        curve.knots = {{1, 2}};
        QCOMPARE(curve.without(0).knots.size(), std::size_t{1});
    }

    void thinningDropsWhatTheCurveDoesNotNeed() {
        ScheduleCurve curve = ramp();
        for (int step = 2; step <= 100; ++step) curve = curve.with({step, ramp().valueAt(step)});
        QCOMPARE(curve.thinned(1e-6).knots.size(), std::size_t{2});
        ScheduleCurve bent = ramp().with({51, 5});
        QCOMPARE(bent.thinned(0.01).knots.size(), std::size_t{3});
    }

    void stepsAreSpreadEvenly() {
        const StepAxis axis(100, 10, 1000, 80);
        QCOMPARE(axis.across(1), 15.0);
        QCOMPARE(axis.across(100), 1005.0);
        for (const int step : {1, 37, 100}) QCOMPARE(axis.stepAt(axis.across(step)), step);
        QCOMPARE(axis.stepAt(-50), 1);
        QCOMPARE(axis.stepAt(5000), 100);
        QCOMPARE(StepAxis(5, 0, 1000, 80).right(), 400.0);  // packed to the left
    }

    void numbersKeepApart() {
        for (const int steps : {1, 2, 7, 100, 1000}) {
            const StepAxis axis(steps, 0, 600, 78);
            const auto numbers = axis.numbers(40);
            QCOMPARE(numbers.front(), 1);
            for (std::size_t i = 1; i < numbers.size(); ++i) QVERIFY(axis.across(numbers[i]) - axis.across(numbers[i - 1]) >= 40 - 1e-9);
        }
        QCOMPARE(StepAxis(100, 0, 600, 78).numbers(40).back(), 100);
    }

    void picturesThinOutToWhatFits() {
        const StepAxis axis(1000, 0, 800, 80);
        std::vector<int> kept;
        for (int step = 1; step <= 400; ++step) kept.push_back(step);
        const auto places = stepSlots(axis, 80, kept, 400, 401, 123);
        QCOMPARE(places.size(), std::size_t{10});
        QCOMPARE(places.front().first, 1);
        QCOMPARE(places.back().last, 1000);
        for (std::size_t i = 1; i < places.size(); ++i) QCOMPARE(places[i].first, places[i - 1].last + 1);
        QCOMPARE(places[1].shown, 123);  // the current one
        QCOMPARE(places[2].shown, 250);  // the middle of 201 to 300
        QVERIFY(places[4].isRunning && places[4].kind == StepSlot::Kind::ToCome);
        QVERIFY(places[9].kind == StepSlot::Kind::ToCome && places[9].shown == 0);
    }

    void picturesNeverMeet() {
        for (int steps = 1; steps <= 60; ++steps)
            for (const double room : {320.0, 531.0, 700.0, 1011.0, 1140.0, 1700.0}) {
                const double picture = 60;
                const StepAxis axis(steps, 20, room, picture);
                const auto places = stepSlots(axis, picture, {}, steps, 0, 0);
                QVERIFY(!places.empty());
                QCOMPARE(places.front().first, 1);
                QCOMPARE(places.back().last, steps);
                double end = axis.left();
                for (const auto& place : places) {
                    const double left = std::max(std::min(place.centre - picture / 2, axis.right() - picture), axis.left());
                    QVERIFY2(left >= end - 1e-6,
                             qPrintable(QStringLiteral("%1 steps in %2 pixels: %3 before %4").arg(steps).arg(room).arg(left).arg(end)));
                    end = left + picture;
                }
                // Half of the room that there is for pictures is used, or every step has one.
                QVERIFY(static_cast<int>(places.size()) == steps || static_cast<double>(places.size()) * picture > room / 2 - picture);
            }
    }

    void stepsThatAreNotKeptAreEmptyPlaces() {
        const auto places = stepSlots(StepAxis(5, 0, 1000, 80), 80, {1, 4}, 4, 0, 2);
        QCOMPARE(places.size(), std::size_t{5});
        QVERIFY(places[0].kind == StepSlot::Kind::Kept && places[1].kind == StepSlot::Kind::NotKept);
        QVERIFY(places[3].kind == StepSlot::Kind::Kept && places[4].kind == StepSlot::Kind::ToCome);
    }

    void theNearestKeptStep() {
        QCOMPARE(nearestStep({}, 4), 0);
        QCOMPARE(nearestStep({2, 6}, 1), 2);
        QCOMPARE(nearestStep({2, 6}, 4), 2);
        QCOMPARE(nearestStep({2, 6}, 5), 6);
        QCOMPARE(nearestStep({2, 6}, 90), 6);
    }

    void axesEndOnRoundNumbers() {
        const std::vector<double> values{0.13, kNone, 0.87};
        const CurveScale linear = CurveScale::of({&values}, false);
        QCOMPARE(linear.lines(), (std::vector<double>{0, 0.5, 1}));
        QVERIFY(isClose(linear.position(0.25), 0.25));
        const std::vector<double> decades{0.02, 0, -3, 40};
        const CurveScale logarithmic = CurveScale::of({&decades}, true);
        QVERIFY(areClose(logarithmic.lines(), {0.01, 0.1, 1, 10, 100}));
        QVERIFY(!logarithmic.isShown(0) && !logarithmic.isShown(-3) && !logarithmic.isShown(kNone));
        QVERIFY(isClose(logarithmic.atPosition(0.5), 1));
    }

    void anyValuesMakeAnAxis() {
        const std::vector<double> flat{5, 5}, negative{-2, -1}, none{kNone}, wide{1e-9, 1e9}, high{0.91, 0.97};
        for (const auto* values : {&flat, &negative, &none, &wide}) {
            for (const bool logarithmic : {false, true}) {
                const auto lines = CurveScale::of({values}, logarithmic).lines();
                QVERIFY(lines.size() >= 2 && lines.size() <= 7);
            }
        }
        QVERIFY(CurveScale::of({&high}, false, false).lines().front() >= 0.85);
        QCOMPARE(CurveScale::of({&negative}, false).lines().back(), 0.0);
    }

    void cellsAreOrderedByAMetric() {
        std::vector<SheetCell> cells{doneWith({0.3, 0.8}), {}, doneWith({0.1, kNone}), doneWith({0.2, 0.9})};
        QCOMPARE(sheetOrder(cells, 0, false), (std::vector<int>{2, 3, 0, 1}));
        QCOMPARE(sheetOrder(cells, 1, true), (std::vector<int>{3, 0, 1, 2}));
        QCOMPARE(sheetOrder(cells, -1, false), (std::vector<int>{0, 1, 2, 3}));
        QCOMPARE(sheetExtremes(cells, 0, false).best, 2);
        QCOMPARE(sheetExtremes(cells, 0, false).worst, 0);
        cells[0].state = cells[3].state = SheetCell::State::Failed;
        QCOMPARE(sheetExtremes(cells, 0, false).best, -1);  // one alone is neither
    }

    void captionsNameTheParameters() {
        SheetPlan plan{"steps", "ζ", {"50", "100"}, {"1", "2.1", "4"}, {}};
        QCOMPARE(plan.count(), 6);
        QCOMPARE(plan.caption(4), QString("ζ 2.1 · steps 100"));
        QCOMPARE(plan.caption(6), QString());
        plan.rows = QStringList{QString()};
        QCOMPARE(plan.caption(2), QString("ζ 4"));
    }

    void windowsAreAppliedToAllDepths() {
        QImage deep(3, 1, QImage::Format_Grayscale16);
        auto* values = reinterpret_cast<quint16*>(deep.scanLine(0));
        values[0] = 0;
        values[1] = 32768;
        values[2] = 65535;
        const QImage half = windowed(deep, 0.5, 0.5);  // 0.25 black, 0.75 white
        QCOMPARE(int(half.constScanLine(0)[0]), 0);
        QVERIFY(std::abs(int(half.constScanLine(0)[1]) - 128) <= 1);
        QCOMPARE(int(half.constScanLine(0)[2]), 255);
        QImage colours(1, 1, QImage::Format_RGB32);
        colours.fill(QColor(10, 20, 30));
        QCOMPARE(windowed(colours, 0.1, 0.9).pixelColor(0, 0), QColor(10, 20, 30));
    }
};

QTEST_APPLESS_MAIN(TestSteeringArithmetic)
#include "tst_steering_arithmetic.moc"
