#include "render/component.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace larmor::render {

namespace {

constexpr double kShownPart = 0.995;     ///< part of the pixels that a grey window does not clip
constexpr double kLogTop = 0.9995, kLogBottom = 0.05;
constexpr double kMostDecades = 6, kFewestDecades = 1;

/// The value below which `part` of the finite values lie; 0 if there are none.
double quantile(std::vector<float>& values, double part) {
    std::erase_if(values, [](float v) { return !std::isfinite(v); });
    if (values.empty()) return 0;
    const auto index = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + index, values.end());
    return values[static_cast<std::size_t>(index)];
}

std::vector<float> absoluteValues(const ComplexArray& image, Component component) {
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(image.size()));
    for (const cfloat pixel : image.values()) values.push_back(static_cast<float>(std::abs(componentValue(pixel, component))));
    return values;
}

std::pair<double, double> logWindow(const ComplexArray& image) {
    auto values = absoluteValues(image, Component::Magnitude);
    std::erase_if(values, [](float v) { return !(v > 0); });
    if (values.empty()) return {1, 0.5};
    const double top = std::log10(quantile(values, kLogTop));
    const double bottom = std::clamp(std::log10(quantile(values, kLogBottom)), top - kMostDecades, top - kFewestDecades);
    return {top - bottom, (top + bottom) / 2};
}

}  // namespace

float quickPhase(float real, float imaginary) {
    const float x = std::abs(real), y = std::abs(imaginary);
    const float large = std::max(x, y);
    if (large == 0) return std::numeric_limits<float>::quiet_NaN();
    const float a = std::min(x, y) / large;
    const float s = a * a;
    float angle = ((-0.0464964749F * s + 0.15931422F) * s - 0.327622764F) * s * a + a;
    if (y > x) angle = std::numbers::pi_v<float> / 2 - angle;
    if (real < 0) angle = std::numbers::pi_v<float> - angle;
    return imaginary < 0 ? -angle : angle;
}

double componentValue(cfloat pixel, Component component) {
    switch (component) {
        case Component::Magnitude: return std::abs(pixel);
        case Component::Phase: return std::arg(pixel);
        case Component::Real: return pixel.real();
        case Component::Imaginary: return pixel.imag();
        case Component::LogMagnitude: return std::log10(std::abs(pixel));
    }
    return 0;
}

RealArray interpolatedField(const ComplexArray& image, Component component) {
    const Component shown = component == Component::LogMagnitude ? Component::Magnitude : component;
    RealArray field(image.shape());
    std::transform(image.values().begin(), image.values().end(), field.data(),
                   [shown](cfloat pixel) { return static_cast<float>(componentValue(pixel, shown)); });
    return field;
}

void toDecades(std::span<const float> magnitude, std::span<float> decades) {
    constexpr auto kDecadesPerOctave = static_cast<float>(std::numbers::ln2 / std::numbers::ln10);
    std::transform(magnitude.begin(), magnitude.end(), decades.begin(), [](float value) { return std::log2(value) * kDecadesPerOctave; });
}

void toRadians(std::span<const float> pairs, std::span<float> radians) {
    for (std::size_t i = 0; i < radians.size(); ++i) radians[i] = quickPhase(pairs[2 * i], pairs[2 * i + 1]);
}

std::pair<double, double> windowFor(const ComplexArray& image, Component component) {
    if (component == Component::Phase) return {2 * std::numbers::pi, 0};
    if (component == Component::LogMagnitude) return logWindow(image);
    auto values = absoluteValues(image, component);
    double top = quantile(values, kShownPart);
    if (top <= 0 && !values.empty()) top = *std::max_element(values.begin(), values.end());
    if (top <= 0) top = 1;
    return component == Component::Magnitude ? std::pair{top, top / 2} : std::pair{2 * top, 0.0};
}

}  // namespace larmor::render
