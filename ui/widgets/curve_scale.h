#pragma once
// The arithmetic of a line plot: which part of an axis is shown, where its lines stand, where a value lies. No widgets.

#include <vector>

#include <QString>

namespace larmor::ui {

/// A vertical axis. Logarithmic: values that are not positive are gaps.
class CurveScale {
public:
    /// An axis that shows all finite values. Linear ones begin at 0 unless something lies below it; both end on round numbers.
    [[nodiscard]] static CurveScale of(const std::vector<const std::vector<double>*>& curves, bool logarithmic, bool fromZero = true);

    [[nodiscard]] bool isShown(double value) const;
    /// 0 at the bottom, 1 at the top.
    [[nodiscard]] double position(double value) const;
    [[nodiscard]] double atPosition(double position) const;
    /// From the bottom up, never more than seven: at whole decades, or at equal distances.
    [[nodiscard]] std::vector<double> lines() const;

private:
    [[nodiscard]] double onAxis(double value) const;

    double m_low = 0, m_high = 1, m_step = 0.5;  ///< in the units of the axis: decades where logarithmic
    bool m_logarithmic = false;
};

}  // namespace larmor::ui
