// Automatic windows against order statistics known by construction; colour maps against published anchors.
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "render/slice_view.h"
#include "tests/images/baseline.h"

using namespace larmor;
using namespace larmor::render;
using namespace larmor::test;

namespace {

void checkColour(ColourMap map, int index, int red, int green, int blue, int tolerance) {
    const auto* entry = colourTable(map).data() + 3 * index;
    CAPTURE(index);
    CHECK(std::abs(entry[0] - red) <= tolerance);
    CHECK(std::abs(entry[1] - green) <= tolerance);
    CHECK(std::abs(entry[2] - blue) <= tolerance);
}

/// CIE lightness of a table entry, 0 .. 100.
double lightness(ColourMap map, int index) {
    const auto* entry = colourTable(map).data() + 3 * index;
    const auto linear = [](int part) { return part <= 10 ? part / 255.0 / 12.92 : std::pow((part / 255.0 + 0.055) / 1.055, 2.4); };
    const double y = 0.2126 * linear(entry[0]) + 0.7152 * linear(entry[1]) + 0.0722 * linear(entry[2]);
    return y > 0.008856 ? 116 * std::cbrt(y) - 16 : 903.3 * y;
}

}  // namespace

TEST_CASE("the magnitude window ends at the 99.5 percentile") {
    ComplexArray ramp(Shape{20, 50});
    for (std::int64_t i = 0; i < 1000; ++i) ramp[i] = std::polar(static_cast<float>(i), 0.3F);  // 0 .. 999, in any phase
    SliceView view;
    view.setImage(share(std::move(ramp)));
    const auto [window, level] = view.autoWindow(Component::Magnitude);
    CHECK(window == doctest::Approx(994).epsilon(0.002));
    CHECK(level == doctest::Approx(window / 2));
}

TEST_CASE("signed components are symmetric about zero, phase spans a turn") {
    ComplexArray image(Shape{10, 10}, cfloat(1, -2));
    SliceView view;
    view.setImage(share(std::move(image)));
    CHECK(view.autoWindow(Component::Real).first == doctest::Approx(2));
    CHECK(view.autoWindow(Component::Real).second == 0);
    CHECK(view.autoWindow(Component::Imaginary).first == doctest::Approx(4));
    CHECK(view.autoWindow(Component::Phase).first == doctest::Approx(2 * std::numbers::pi));
    CHECK(view.autoWindow(Component::Phase).second == 0);
}

TEST_CASE("the logarithmic window spans one to six decades, whatever zeros there are") {
    ComplexArray image(Shape{100, 100});
    for (std::int64_t i = 0; i < 5000; ++i) image[i] = cfloat(static_cast<float>(std::pow(10.0, -8.0 * static_cast<double>(i) / 5000)));
    SliceView view;
    view.setImage(share(std::move(image)));
    const auto [window, level] = view.autoWindow(Component::LogMagnitude);
    CHECK(window == doctest::Approx(6).epsilon(0.01));
    CHECK(level + window / 2 == doctest::Approx(0).epsilon(0.02));
}

TEST_CASE("images without contrast or signal still get a usable window") {
    SliceView view;
    for (const cfloat value : {cfloat(0), cfloat(std::nanf("")), cfloat(7)}) {
        view.setImage(share(ComplexArray(Shape{4, 4}, value)));
        for (const auto component : {Component::Magnitude, Component::Phase, Component::Real, Component::Imaginary, Component::LogMagnitude}) {
            const auto [window, level] = view.autoWindow(component);
            CHECK(window > 0);
            CHECK(std::isfinite(window));
            CHECK(std::isfinite(level));
        }
    }
}

TEST_CASE("colour tables have 256 entries and grey is exact") {
    for (const auto map : {ColourMap::Grey, ColourMap::Magma, ColourMap::Viridis, ColourMap::PhaseWheel, ColourMap::Diverging})
        CHECK(colourTable(map).size() == 768);
    for (const int index : {0, 1, 100, 255}) checkColour(ColourMap::Grey, index, index, index, index, 0);
}

TEST_CASE("viridis and magma meet matplotlib's ends and middle") {
    checkColour(ColourMap::Viridis, 0, 68, 1, 84, 6);
    checkColour(ColourMap::Viridis, 128, 33, 145, 140, 6);
    checkColour(ColourMap::Viridis, 255, 253, 231, 37, 6);
    checkColour(ColourMap::Magma, 0, 0, 0, 4, 6);
    checkColour(ColourMap::Magma, 128, 183, 55, 121, 6);
    checkColour(ColourMap::Magma, 255, 252, 253, 191, 6);
}

TEST_CASE("sequential maps grow lighter all the way") {
    for (const auto map : {ColourMap::Grey, ColourMap::Magma, ColourMap::Viridis})
        for (int index = 8; index < 256; index += 8) CHECK(lightness(map, index) > lightness(map, index - 8));
}

TEST_CASE("the phase wheel closes and keeps its lightness") {
    const auto& table = colourTable(ColourMap::PhaseWheel);
    for (int c = 0; c < 3; ++c) CHECK(std::abs(table[static_cast<std::size_t>(c)] - table[static_cast<std::size_t>(765 + c)]) <= 6);
    for (int index = 0; index < 256; index += 5) CHECK(std::abs(lightness(ColourMap::PhaseWheel, index) - lightness(ColourMap::PhaseWheel, 0)) < 9);
}

TEST_CASE("the diverging map is dark at zero and equally light on both sides") {
    CHECK(lightness(ColourMap::Diverging, 127) < 8);
    for (int step = 1; step < 128; step += 6)
        CHECK(std::abs(lightness(ColourMap::Diverging, 127 - step) - lightness(ColourMap::Diverging, 128 + step)) < 9);
}

TEST_CASE("a montage puts tile after tile in reading order") {
    ComplexArray stack(Shape{5, 2, 3});
    for (std::int64_t i = 0; i < stack.size(); ++i) stack[i] = cfloat(static_cast<float>(i));
    const auto tiles = montage(stack, 2);
    CHECK(tiles.shape() == Shape{6, 6});
    CHECK(tiles(0, 0) == stack(0, 0, 0));
    CHECK(tiles(1, 5) == stack(1, 1, 2));
    CHECK(tiles(2, 0) == stack(2, 0, 0));
    CHECK(tiles(5, 2) == stack(4, 1, 2));
    CHECK(tiles(5, 5) == cfloat(0));
    CHECK_THROWS_AS((void)montage(ComplexArray(Shape{2, 2}), 1), ShapeError);
}

TEST_CASE("a picture at image resolution has one pixel a value, blue first") {
    const RealArray image(Shape{2, 3}, std::vector<float>{-1, 0, 0.5F, 1, 2, std::nanf("")});
    const auto frame = toFrame(image, 1, 0.5, ColourMap::Grey);
    CHECK(frame.width == 3);
    CHECK(frame.height == 2);
    CHECK(greyAt(frame, 0, 0) == 0);
    CHECK(greyAt(frame, 1, 0) == 0);
    CHECK(greyAt(frame, 2, 0) == 128);
    CHECK(greyAt(frame, 0, 1) == 255);
    CHECK(greyAt(frame, 1, 1) == 255);
    CHECK(greyAt(frame, 2, 1) == 0);
    const auto coloured = toFrame(RealArray(Shape{1, 1}, std::vector<float>{0.75F}), 1, 0.5, ColourMap::Viridis);
    const auto* entry = colourTable(ColourMap::Viridis).data() + 3 * 192;
    for (const int channel : {0, 1, 2}) CHECK(coloured.bgra.get()[channel] == entry[2 - channel]);
}
