#include "ui/widgets/step_axis.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace larmor::ui {

StepAxis::StepAxis(int steps, double left, double room, double picture)
    : m_steps(std::max(steps, 1)), m_left(left), m_width(std::max(1.0, std::min(room, m_steps * picture))) {}

double StepAxis::across(double step) const { return m_left + (step - 0.5) / m_steps * m_width; }

int StepAxis::stepAt(double x) const { return std::clamp(1 + static_cast<int>(std::floor((x - m_left) / m_width * m_steps)), 1, m_steps); }

std::vector<int> StepAxis::numbers(double apart) const {
    const double least = apart / m_width * m_steps;
    int distance = 1;
    for (const int factor : {2, 5, 10, 20, 50, 100, 200, 500, 1000})
        if (distance < least) distance = factor;
    std::vector<int> numbers{1};
    for (int step = distance; step < m_steps; step += distance)
        if (step - numbers.back() >= least && m_steps - step >= least) numbers.push_back(step);
    if (m_steps - numbers.back() >= least && m_steps > 1) numbers.push_back(m_steps);
    return numbers;
}

namespace {

/// The steps in `count` groups of about the same number.
std::vector<StepSlot> grouped(const StepAxis& axis, int count) {
    std::vector<StepSlot> slots(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        StepSlot& slot = slots[static_cast<std::size_t>(i)];
        slot.first = i * axis.steps() / count + 1;
        slot.last = (i + 1) * axis.steps() / count;
        slot.centre = (axis.across(slot.first) + axis.across(slot.last)) / 2;
    }
    return slots;
}

/// Pictures in the middle of their steps, moved inside of the axis where they would stand out, do not meet.
bool areApart(const std::vector<StepSlot>& slots, const StepAxis& axis, double picture) {
    constexpr double kRounding = 1e-6;
    const auto place = [&](const StepSlot& slot) {
        return std::max(std::min(slot.centre, axis.right() - picture / 2), axis.left() + picture / 2);
    };
    for (std::size_t i = 1; i < slots.size(); ++i)
        if (place(slots[i]) - place(slots[i - 1]) < picture - kRounding) return false;
    return true;
}

}  // namespace

std::vector<StepSlot> stepSlots(const StepAxis& axis, double picture, const std::vector<int>& kept, int done, int running, int current) {
    int count = std::clamp(static_cast<int>((axis.right() - axis.left()) / picture + 1e-6), 1, axis.steps());
    while (count > 1 && !areApart(grouped(axis, count), axis, picture)) --count;
    auto slots = grouped(axis, count);
    for (StepSlot& slot : slots) {
        const double middle = (slot.first + slot.last) / 2.0;
        for (auto step = std::lower_bound(kept.begin(), kept.end(), slot.first); step != kept.end() && *step <= slot.last; ++step)
            if (slot.shown == 0 || *step == current || (slot.shown != current && std::abs(*step - middle) < std::abs(slot.shown - middle)))
                slot.shown = *step;
        slot.isRunning = running >= slot.first && running <= slot.last;
        slot.kind = slot.shown > 0 ? StepSlot::Kind::Kept : slot.first <= done ? StepSlot::Kind::NotKept : StepSlot::Kind::ToCome;
    }
    return slots;
}

int nearestStep(const std::vector<int>& kept, int step) {
    if (kept.empty()) return 0;
    const auto after = std::lower_bound(kept.begin(), kept.end(), step);
    if (after == kept.begin()) return *after;
    const int before = *std::prev(after);
    return after == kept.end() || step - before <= *after - step ? before : *after;
}

}  // namespace larmor::ui
