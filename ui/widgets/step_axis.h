#pragma once
// Where steps stand along a strip, and which of the kept ones have room for a picture. No widgets.

#include <vector>

namespace larmor::ui {

/// Steps count from 1 and are as wide as each other. A short run is packed to the left, a picture a step.
class StepAxis {
public:
    /// @param room    pixels there are @param picture  pixels that a picture and its gap take
    StepAxis(int steps, double left, double room, double picture);

    [[nodiscard]] double across(double step) const;  ///< the middle of the step
    [[nodiscard]] int stepAt(double x) const;        ///< the nearest
    [[nodiscard]] double left() const { return m_left; }
    [[nodiscard]] double right() const { return m_left + m_width; }
    [[nodiscard]] int steps() const { return m_steps; }
    /// Steps to write numbers at, at least that many pixels apart: the first, round ones, the last.
    [[nodiscard]] std::vector<int> numbers(double apart) const;

private:
    int m_steps;
    double m_left, m_width;
};

/// Room for one picture, which stands for the steps from `first` to `last`.
struct StepSlot {
    enum class Kind { Kept, NotKept, ToCome };
    Kind kind = Kind::ToCome;
    int first = 1, last = 1;
    int shown = 0;  ///< the kept step whose picture is shown; 0: none
    bool isRunning = false;
    double centre = 0;  ///< in pixels
};

/// As many places for pictures as fit without meeting each other. The current step is shown where it is kept, or else the kept one nearest
/// to the middle.
/// @param kept  ascending @param done  steps done @param running  the step that is computed now, 0: none
[[nodiscard]] std::vector<StepSlot> stepSlots(const StepAxis& axis, double picture, const std::vector<int>& kept, int done, int running,
                                              int current);

/// Of two that are as near the earlier; 0 if none is kept.
[[nodiscard]] int nearestStep(const std::vector<int>& kept, int step);

}  // namespace larmor::ui
