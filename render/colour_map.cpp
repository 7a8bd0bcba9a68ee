#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>

#include "render/slice_view.h"

namespace larmor::render {

namespace {

using Rgb = std::array<double, 3>;  ///< sRGB, 0 .. 1
constexpr int kEntries = 256;

/// Polynomials of degree 6 through matplotlib's maps (CC0), lowest power first.
using Polynomial = std::array<Rgb, 7>;
constexpr Polynomial kMagma{{{-0.002136485053939582, -0.000749655052795221, -0.005386127855323933},
                             {0.2516605407371642, 0.6775232436837668, 2.494026599312351},
                             {8.353717279216625, -3.577719514958484, 0.3144679030132573},
                             {-27.66873308576866, 14.26473078096533, -13.64921318813922},
                             {52.17613981234068, -27.94360607168351, 12.94416944238394},
                             {-50.76852536473588, 29.04658282127291, 4.23415299384598},
                             {18.65570506591883, -11.48977351997711, -5.601961508734096}}};
constexpr Polynomial kViridis{{{0.2777273272234177, 0.005407344544966578, 0.3340998053353061},
                               {0.1050930431085774, 1.404613529898575, 1.384590162594685},
                               {-0.3308618287255563, 0.214847559468213, 0.09509516302823659},
                               {-4.634230498983486, -5.799100973351585, -19.33244095627987},
                               {6.228269936347081, 14.17993336680509, 56.69055260068105},
                               {4.776384997670288, -13.74514537774601, -65.35303263337234},
                               {-5.435455855934631, 4.645852612178535, 26.3124352495832}}};

Rgb evaluate(const Polynomial& polynomial, double t) {
    Rgb sum{};
    for (auto power = polynomial.rbegin(); power != polynomial.rend(); ++power)
        for (std::size_t c = 0; c < 3; ++c) sum[c] = sum[c] * t + (*power)[c];
    return sum;
}

double gammaEncoded(double linear) {
    return linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
}

/// Ottosson's OKLab (2020): equal steps of lightness and hue look equal.
Rgb fromOklab(double lightness, double chroma, double hue) {
    const double a = chroma * std::cos(hue), b = chroma * std::sin(hue);
    const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    return {gammaEncoded(std::max(0.0, 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)),
            gammaEncoded(std::max(0.0, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)),
            gammaEncoded(std::max(0.0, -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s))};
}

/// One turn of hue at constant lightness; the last entry meets the first.
Rgb phaseWheel(double t) {
    return fromOklab(0.74, 0.125, 2 * std::numbers::pi * (t * (kEntries - 1) / kEntries) + 0.5);
}

/// Blue below zero, black at zero, orange above: zero melts into the image area.
Rgb diverging(double t) {
    const double distance = std::abs(2 * t - 1);
    const double hue = t < 0.5 ? 4.45 : 1.10;
    return fromOklab(0.88 * std::pow(distance, 0.8), 0.13 * std::sqrt(distance) * (1.15 - 0.5 * distance), hue);
}

std::vector<std::uint8_t> tabulate(const std::function<Rgb(double)>& colour) {
    std::vector<std::uint8_t> table;
    table.reserve(3 * kEntries);
    for (int i = 0; i < kEntries; ++i)
        for (const double part : colour(static_cast<double>(i) / (kEntries - 1)))
            table.push_back(static_cast<std::uint8_t>(std::lround(255 * std::clamp(part, 0.0, 1.0))));
    return table;
}

}  // namespace

const std::vector<std::uint8_t>& colourTable(ColourMap map) {
    static const auto grey = tabulate([](double t) { return Rgb{t, t, t}; });
    static const auto magma = tabulate([](double t) { return evaluate(kMagma, t); });
    static const auto viridis = tabulate([](double t) { return evaluate(kViridis, t); });
    static const auto wheel = tabulate(phaseWheel);
    static const auto signedMap = tabulate(diverging);
    switch (map) {
        case ColourMap::Grey: return grey;
        case ColourMap::Magma: return magma;
        case ColourMap::Viridis: return viridis;
        case ColourMap::PhaseWheel: return wheel;
        case ColourMap::Diverging: return signedMap;
    }
    return grey;
}

}  // namespace larmor::render
