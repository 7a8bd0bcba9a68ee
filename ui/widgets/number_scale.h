#pragma once
// The arithmetic of a number field: steps, slider positions, text. No widgets.

#include <optional>

#include <QString>

#include "ui/widgets/number_field.h"

namespace larmor::ui {

class NumberScale {
public:
    explicit NumberScale(const NumberField::Range& range);

    static constexpr int kPositions = 1000;  ///< of the slider
    /// On a logarithmic scale that begins at 0, position 0 is 0 and the rest is logarithmic.
    [[nodiscard]] int position(double value) const;
    [[nodiscard]] double atPosition(int position) const;

    /// The value that many steps away, within the range and without digits that no step asked for.
    [[nodiscard]] double stepped(double value, int steps) const;
    [[nodiscard]] double clamped(double value) const;
    [[nodiscard]] QString text(double value) const;  ///< shortest that reads back the same
    /// "0 to 10 px"
    [[nodiscard]] QString rangeText() const;

    struct Parsed {
        std::optional<double> value;
        QString problem;
    };
    [[nodiscard]] Parsed parse(const QString& text) const;

private:
    [[nodiscard]] double linearStep() const;

    NumberField::Range m_range;
    double m_smallest;  ///< where the logarithmic part begins
};

}  // namespace larmor::ui
