#include "ui/widgets/number_scale.h"

#include <algorithm>
#include <cmath>

#include <QLocale>

namespace larmor::ui {

namespace {

constexpr double kStepsADecade = 20;
constexpr double kDecadesFromZero = 6;  ///< of a logarithmic scale whose range begins at 0

double roundedTo(double value, int significant) {
    if (value == 0 || !std::isfinite(value)) return value;
    return QString::number(value, 'e', significant - 1).toDouble();
}

double smallestOf(const NumberField::Range& range) {
    if (range.minimum > 0) return range.minimum;
    const double byRange = range.maximum * std::pow(10.0, -kDecadesFromZero);
    const double small = range.initial > 0 ? std::min(byRange, range.initial / 100) : byRange;
    return range.integer ? 1 : small;
}

}  // namespace

NumberScale::NumberScale(const NumberField::Range& range) : m_range(range), m_smallest(smallestOf(range)) {
    if (m_range.maximum <= 0) m_range.logarithmic = false;
}

int NumberScale::position(double value) const {
    const double span = m_range.maximum - m_range.minimum;
    if (span <= 0) return 0;
    if (!m_range.logarithmic) return static_cast<int>(std::lround(kPositions * (value - m_range.minimum) / span));
    const int first = m_range.minimum > 0 ? 0 : 1;
    if (value < m_smallest) return value > 0 ? first : 0;
    const double part = std::log(value / m_smallest) / std::log(m_range.maximum / m_smallest);
    return first + static_cast<int>(std::lround((kPositions - first) * part));
}

double NumberScale::atPosition(int position) const {
    const double part = static_cast<double>(position) / kPositions;
    if (!m_range.logarithmic) return clamped(roundedTo(m_range.minimum + part * (m_range.maximum - m_range.minimum), 3));
    const int first = m_range.minimum > 0 ? 0 : 1;
    if (position < first) return 0;
    const double along = static_cast<double>(position - first) / (kPositions - first);
    return clamped(roundedTo(m_smallest * std::pow(m_range.maximum / m_smallest, along), 3));
}

double NumberScale::linearStep() const {
    const double step = m_range.step > 0 ? m_range.step : (m_range.maximum - m_range.minimum) / 100;
    return m_range.integer ? std::max(1.0, std::round(step)) : step;
}

double NumberScale::stepped(double value, int steps) const {
    if (!m_range.logarithmic || m_range.step > 0) {
        const double step = linearStep();
        const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step))) + 2);
        return clamped(QString::number(value + steps * step, 'f', std::min(decimals, 15)).toDouble());
    }
    if (value < m_smallest) return steps > 0 ? stepped(m_smallest, steps - 1) : clamped(0);
    double next = roundedTo(value * std::pow(10.0, steps / kStepsADecade), 3);
    if (m_range.integer) next = steps > 0 ? std::max(std::round(next), value + steps) : std::min(std::round(next), value + steps);
    return clamped(next < m_smallest && m_range.minimum <= 0 ? 0 : next);
}

double NumberScale::clamped(double value) const {
    const double inside = std::clamp(value, m_range.minimum, std::max(m_range.minimum, m_range.maximum));
    return m_range.integer ? std::round(inside) : inside;
}

QString NumberScale::text(double value) const {
    if (m_range.integer) return QString::number(std::llround(value));
    return QString::number(value, 'g', QLocale::FloatingPointShortest);
}

QString NumberScale::rangeText() const {
    return text(m_range.minimum) + " to " + text(m_range.maximum) + (m_range.unit.isEmpty() ? QString() : " " + m_range.unit);
}

NumberScale::Parsed NumberScale::parse(const QString& typed) const {
    const QString plain = typed.trimmed().replace(u',', u'.').replace(QChar(0x2212), u'-');
    if (plain.isEmpty()) return {{}, "a number is needed, " + rangeText()};
    bool isNumber = false;
    const double value = QLocale::c().toDouble(plain, &isNumber);
    if (!isNumber || !std::isfinite(value)) return {{}, QString("\"%1\" is not a number").arg(typed.trimmed())};
    if (m_range.integer && value != std::round(value)) return {{}, "must be a whole number"};
    const QString unit = m_range.unit.isEmpty() ? QString() : " " + m_range.unit;
    if (value < m_range.minimum) return {{}, "must be at least " + text(m_range.minimum) + unit};
    if (value > m_range.maximum) return {{}, "must be at most " + text(m_range.maximum) + unit};
    return {value, {}};
}

}  // namespace larmor::ui
