#pragma once
#include <QString>

namespace larmor::ui {

/// Three significant figures that keep their width while they change: "1.00", "0.50", "12.3", "3.21e−4".
[[nodiscard]] QString steadyFigure(double value);
/// Up to three significant figures without idle zeros: "0", "0.2", "−3.14".
[[nodiscard]] QString shortFigure(double value);

}  // namespace larmor::ui
