#include "ui/widgets/figures.h"

#include <algorithm>
#include <cmath>

namespace larmor::ui {

namespace {

/// A true minus sign, which is as wide as a figure, and exponents without idle zeros.
QString typeset(QString number) {
    number.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-");
    return number.replace(QChar('-'), QChar(0x2212));
}

}  // namespace

QString steadyFigure(double value) {
    if (!std::isfinite(value)) return QString(QChar(0x2013));
    const double size = std::abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e6)) return typeset(QString::number(value, 'e', 2));
    const int decimals = size == 0 ? 2 : std::clamp(2 - static_cast<int>(std::floor(std::log10(size))), 0, 5);
    return typeset(QString::number(value, 'f', size < 1 ? std::max(2, decimals - 1) : decimals));
}

QString shortFigure(double value) {
    if (!std::isfinite(value)) return QString(QChar(0x2013));
    return typeset(QString::number(std::abs(value) < 1e-30 ? 0.0 : value, 'g', 3));
}

}  // namespace larmor::ui
