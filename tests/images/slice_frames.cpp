// What a pane shows, pixel by pixel: orientation, window, interpolation, components.
#include <cmath>
#include <numbers>

#include "render/slice_view.h"
#include "tests/images/baseline.h"

using namespace larmor;
using namespace larmor::render;
using namespace larmor::test;

namespace {

/// Windows 0 .. 1.
DisplayState unitWindow() {
    DisplayState state;
    state.window = 1;
    state.level = 0.5;
    return state;
}

const std::uint8_t* pixelAt(const Frame& frame, int x, int y) { return frame.bgra.get() + 4 * (y * frame.width + x); }

bool isBlack(const std::uint8_t* pixel) { return pixel[0] == 0 && pixel[1] == 0 && pixel[2] == 0 && pixel[3] == 255; }

}  // namespace

TEST_CASE("an F stays upright: row 0 is at the top, column 0 at the left") {
    SliceView view;
    view.setImage(share(letterF()));
    const auto frame = view.render(unitWindow(), 160, 240);  // 10 screen pixels an image pixel
    CHECK(greyAt(frame, 3 * 10 + 5, 3 * 10 + 5) > 220);      // where stem and top bar meet
    CHECK(greyAt(frame, 12 * 10 + 5, 3 * 10 + 5) > 190);     // right end of the top bar
    CHECK(greyAt(frame, 3 * 10 + 5, 20 * 10 + 5) > 190);     // foot of the stem
    CHECK(greyAt(frame, 12 * 10 + 5, 20 * 10 + 5) < 40);     // nothing at the lower right
    CHECK(greyAt(frame, 12 * 10 + 5, 12 * 10 + 5) < 40);     // the middle bar is shorter than the top bar
    checkAgainstBaseline("letter_f", frame);
}

TEST_CASE("pixels of unequal sides keep their shape") {
    SliceView view;
    view.setImage(share(letterF()));
    auto state = unitWindow();
    state.pixelAspect = 0.5;  // half as high as wide
    const auto frame = view.render(state, 240, 240);
    CHECK(greyAt(frame, 3 * 15 + 7, 30 + 3 * 7 + 4) > 220);
    CHECK(isBlack(pixelAt(frame, 120, 10)));  // 24 rows of 7.5 leave 30 above and below
    CHECK(isBlack(pixelAt(frame, 120, 229)));
    checkAgainstBaseline("letter_f_wide_pixels", frame);
}

TEST_CASE("window and level map values to greys linearly, and clip") {
    ComplexArray ramp(Shape{1, 5});
    for (std::int64_t i = 0; i < 5; ++i) ramp(std::int64_t{0}, i) = cfloat(static_cast<float>(i));  // 0 1 2 3 4
    SliceView view;
    view.setImage(share(std::move(ramp)));
    DisplayState state;
    state.window = 2;
    state.level = 2;  // black at 1, white at 3
    const auto frame = view.render(state, 50, 10);
    CHECK(greyAt(frame, 5, 5) == 0);
    CHECK(greyAt(frame, 15, 5) == 0);
    CHECK(std::abs(greyAt(frame, 25, 5) - 128) <= 1);
    CHECK(greyAt(frame, 35, 5) == 255);
    CHECK(greyAt(frame, 45, 5) == 255);
}

TEST_CASE("squares beyond 4 screen pixels an image pixel, a linear blend below") {
    ComplexArray pair(Shape{1, 2});
    pair(0, 1) = cfloat(1);
    SliceView view;
    view.setImage(share(std::move(pair)));
    const auto squares = view.render(unitWindow(), 20, 10);
    for (int x = 0; x < 20; ++x) CHECK(greyAt(squares, x, 5) == (x < 10 ? 0 : 255));
    const auto blend = view.render(unitWindow(), 8, 4);  // pixel centres at 2 and 6
    for (int x = 0; x < 8; ++x) {
        const double expected = 255 * std::clamp((x + 0.5 - 2) / 4, 0.0, 1.0);
        CHECK(std::abs(greyAt(blend, x, 2) - expected) <= 1.5);
    }
}

TEST_CASE("zoom and centre choose the part that is shown") {
    SliceView view;
    view.setImage(share(letterF()));
    auto state = unitWindow();
    state.zoom = 4;
    state.centreRow = 4.0 / 24;
    state.centreColumn = 4.0 / 16;
    const auto at = view.placement(state, 160, 240);
    CHECK(at.scaleX == doctest::Approx(40));
    CHECK(at.originX + 4 * at.scaleX == doctest::Approx(80));
    CHECK(at.originY + 4 * at.scaleY == doctest::Approx(120));
    checkAgainstBaseline("letter_f_zoomed", view.render(state, 160, 240));
}

TEST_CASE("what lies outside the image is black under every colour map") {
    SliceView view;
    view.setImage(share(ComplexArray(Shape{10, 10}, cfloat(0.2F, 0.4F))));
    for (const auto map : {ColourMap::Grey, ColourMap::Magma, ColourMap::Viridis, ColourMap::PhaseWheel, ColourMap::Diverging})
        for (const auto component : {Component::Magnitude, Component::Phase, Component::Real, Component::LogMagnitude}) {
            auto state = unitWindow();
            state.colours = map;
            state.component = component;
            const auto frame = view.render(state, 60, 30);
            CHECK(isBlack(pixelAt(frame, 2, 15)));
            CHECK(isBlack(pixelAt(frame, 57, 15)));
        }
}

TEST_CASE("components show what their names say") {
    const cfloat pixel(-3, 4);
    SliceView view;
    view.setImage(share(ComplexArray(Shape{2, 2}, pixel)));
    CHECK(view.value(Component::Magnitude, 0, 0) == doctest::Approx(5));
    CHECK(view.value(Component::Phase, 0, 0) == doctest::Approx(std::atan2(4.0, -3.0)));
    CHECK(view.value(Component::Real, 1, 0) == doctest::Approx(-3));
    CHECK(view.value(Component::Imaginary, 0, 1) == doctest::Approx(4));
    CHECK(view.value(Component::LogMagnitude, 1, 1) == doctest::Approx(std::log10(5.0)));
    CHECK(std::isnan(view.value(Component::Magnitude, 2, 0)));
    CHECK(std::isnan(view.value(Component::Magnitude, 0, -1)));
    for (const auto component : {Component::Magnitude, Component::Phase, Component::Real, Component::Imaginary, Component::LogMagnitude}) {
        DisplayState state;
        state.component = component;
        state.window = 20;
        state.level = 1;  // black at -9, white at 11
        const double expected = (view.value(component, 0, 0) + 9) / 20 * 256;
        CHECK(std::abs(greyAt(view.render(state, 30, 30), 15, 15) - expected) <= 1);
    }
}

TEST_CASE("phase is right in every quadrant and at the axes") {
    for (int i = 0; i < 64; ++i) {
        const double angle = -std::numbers::pi + (i + 0.5) * std::numbers::pi / 32;
        SliceView view;
        view.setImage(share(ComplexArray(Shape{1, 1}, std::polar(2.0F, static_cast<float>(angle)))));
        DisplayState state;
        state.component = Component::Phase;
        state.window = 2 * std::numbers::pi;
        state.level = 0;
        const double expected = (angle + std::numbers::pi) / (2 * std::numbers::pi) * 256;
        CHECK(std::abs(greyAt(view.render(state, 4, 4), 2, 2) - expected) <= 1.5);
    }
}

TEST_CASE("a phase wrap is interpolated the short way round") {
    ComplexArray pair(Shape{1, 2});
    pair(0, 0) = std::polar(1.0F, 3.0F);
    pair(0, 1) = std::polar(1.0F, -3.0F);
    SliceView view;
    view.setImage(share(std::move(pair)));
    DisplayState state;
    state.component = Component::Phase;
    state.window = 2 * std::numbers::pi;
    state.level = 0;
    const auto frame = view.render(state, 8, 4);
    for (int x = 0; x < 8; ++x) CHECK(std::abs(greyAt(frame, x, 2) - 127.5) > 110);  // never through zero phase, which is mid-grey
}

TEST_CASE("pixels that are not numbers are black and harm no others") {
    ComplexArray image(Shape{3, 3}, cfloat(0.5F));
    image(1, 1) = cfloat(std::nanf(""), 0);
    SliceView view;
    view.setImage(share(std::move(image)));
    const auto frame = view.render(unitWindow(), 30, 30);
    CHECK(greyAt(frame, 15, 15) == 0);
    CHECK(std::abs(greyAt(frame, 5, 5) - 128) <= 1);
    CHECK(view.autoWindow(Component::Magnitude).first == doctest::Approx(0.5));
}

TEST_CASE("phase wheel and logarithm of a spiral") {
    constexpr std::int64_t kSide = 61;
    ComplexArray image(Shape{kSide, kSide});
    for (std::int64_t row = 0; row < kSide; ++row)
        for (std::int64_t column = 0; column < kSide; ++column) {
            const double x = static_cast<double>(column) - 30, y = static_cast<double>(row) - 30, r = std::hypot(x, y);
            image(row, column) = cfloat(std::polar(std::pow(10.0, -r / 10), std::atan2(y, x) + 0.1 * r));
        }
    SliceView view;
    view.setImage(share(std::move(image)));
    DisplayState state;
    state.component = Component::Phase;
    state.colours = ColourMap::PhaseWheel;
    state.window = 2 * std::numbers::pi;
    state.level = 0;
    checkAgainstBaseline("spiral_phase", view.render(state, 183, 183), 4);
    state.component = Component::LogMagnitude;
    state.colours = ColourMap::Magma;
    state.window = 4;
    state.level = -2;
    checkAgainstBaseline("spiral_log", view.render(state, 183, 183), 4);
    state.component = Component::Real;
    state.colours = ColourMap::Diverging;
    state.window = 0.4;
    state.level = 0;
    checkAgainstBaseline("spiral_real", view.render(state, 183, 183), 4);
}

TEST_CASE("a frame keeps its pixels while others are drawn, and outlives its view") {
    Frame first;
    {
        SliceView view;
        view.setImage(share(ComplexArray(Shape{8, 8}, cfloat(1))));
        first = view.render(unitWindow(), 40, 40);
        auto dark = unitWindow();
        dark.level = 9;
        const auto second = view.render(dark, 40, 40), third = view.render(dark, 20, 20);
        CHECK(greyAt(second, 20, 20) == 0);
        CHECK(greyAt(third, 10, 10) == 0);
        CHECK(greyAt(first, 20, 20) == 255);
    }
    CHECK(greyAt(first, 20, 20) == 255);
}

TEST_CASE("odd panes: one pixel, no image, a new image of another size") {
    SliceView view;
    CHECK_FALSE(view.hasImage());
    CHECK(isBlack(pixelAt(view.render({}, 7, 3), 6, 2)));
    CHECK_FALSE(view.render({}, 0, 5).bgra);
    view.setImage(share(ComplexArray(Shape{5, 3}, cfloat(1))));
    CHECK(view.render(unitWindow(), 1, 1).bytes() == 4);
    CHECK(greyAt(view.render(unitWindow(), 30, 50), 15, 25) == 255);
    view.setImage(share(ComplexArray(Shape{64, 128}, cfloat(0))));
    CHECK(greyAt(view.render(unitWindow(), 30, 50), 15, 25) == 0);
    view.setImage(nullptr);
    CHECK(isBlack(pixelAt(view.render(unitWindow(), 30, 50), 15, 25)));
    CHECK_THROWS_AS(view.setImage(share(ComplexArray(Shape{2, 2, 2}))), ShapeError);
}

TEST_CASE("a zero pixel has no phase and is black under the phase wheel") {
    SliceView view;
    view.setImage(share(ComplexArray(Shape{3, 3})));
    DisplayState state;
    state.component = Component::Phase;
    state.colours = ColourMap::PhaseWheel;
    state.window = 2 * std::numbers::pi;
    state.level = 0;
    CHECK(isBlack(pixelAt(view.render(state, 30, 30), 15, 15)));
}
