// Line plots: what Python's XML reader finds in them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/error.h"
#include "core/base/io/svg_plot.h"
#include "tests/support/python.h"

using namespace larmor;
using namespace larmor::io;
using namespace larmor::test;

namespace {

constexpr const char* kReader = R"(
import sys, json, xml.etree.ElementTree as E
root = E.parse(sys.argv[1]).getroot()
name = lambda e: e.tag.split('}')[1]
numbers = lambda e: [[float(v) for v in p.split(',')] for p in e.get('points').split()]
texts = [[e.text, float(e.get('x')), float(e.get('y')), e.get('text-anchor')] for e in root.iter() if name(e) == 'text']
print(json.dumps({'size': [float(root.get('width')), float(root.get('height'))], 'texts': texts, 'tags': sorted({name(e) for e in root.iter()}),
  'lines': [numbers(e) for e in root.iter() if name(e) == 'polyline'], 'strokes': [e.get('stroke') for e in root.iter() if name(e) == 'polyline'],
  'marks': [[float(e.get('cx')), float(e.get('cy'))] for e in root.iter() if e.get('class') == 'mark'],
  'guides': [e.get('d') for e in root.iter() if e.get('class') == 'guide']}))
)";

nlohmann::json drawn(const LinePlot& plot) {
    const TempDir dir;
    saveSvg(dir.file("plot.svg"), plot);
    return nlohmann::json::parse(runPython(kReader, {dir.file("plot.svg")}));
}

LinePlot twoLines() {
    LinePlot plot;
    plot.title = "Error & <time>";
    plot.x = {"images"};
    plot.y = {"NRMSE (\"whole\")"};
    plot.series = {{"1e-04", {{0, 0.1}, {500, 0.3}, {2000, 0.2}}}, {"a < b", {{0, 0.1}, {2000, 0.5}}}};
    plot.mark = PlotMark{{{500, 0.3}}, "chosen"};
    return plot;
}

/// Where a label was drawn: {x, y}.
std::pair<double, double> placeOf(const nlohmann::json& svg, const std::string& label) {
    for (const auto& text : svg.at("texts"))
        if (text.at(0) == label) return {text.at(1).get<double>(), text.at(2).get<double>()};
    FAIL("no text " << label);
    return {};
}

}  // namespace

TEST_CASE("plot: every point is drawn where the labels of the axes say, texts are escaped, nothing but text and shapes") {
    const auto svg = drawn(twoLines());
    REQUIRE(svg.at("lines").size() == 2);
    CHECK(svg.at("lines").at(0).size() == 3);
    CHECK(svg.at("lines").at(1).size() == 2);
    CHECK(svg.at("strokes").at(0) != svg.at("strokes").at(1));
    // x runs from 0 to 2000 over 480 units, y from 0.1 to 0.5 over 320 units, upwards.
    const auto left = placeOf(svg, "0").first;
    const auto bottom = placeOf(svg, "0.1").second - 4.5;
    CHECK(placeOf(svg, "2000").first == doctest::Approx(left + 480));
    CHECK(placeOf(svg, "0.5").second == doctest::Approx(bottom + 4.5 - 320));
    const auto at = [&](int series, int point, double x, double y) {
        const auto& found = svg.at("lines").at(static_cast<std::size_t>(series)).at(static_cast<std::size_t>(point));
        CHECK(found.at(0).get<double>() == doctest::Approx(x).epsilon(1e-3));
        CHECK(found.at(1).get<double>() == doctest::Approx(y).epsilon(1e-3));
    };
    at(0, 0, left, bottom);
    at(0, 1, left + 120, bottom - 160);
    at(0, 2, left + 480, bottom - 80);
    at(1, 1, left + 480, bottom - 320);
    CHECK(svg.at("guides").empty());
    REQUIRE(svg.at("marks").size() == 2);  // at the point and in the legend
    CHECK(svg.at("marks").at(0) == svg.at("lines").at(0).at(1));
    for (const auto* text : {"Error & <time>", "NRMSE (\"whole\")", "images", "a < b", "1e-04", "chosen"}) (void)placeOf(svg, text);
    for (const auto& tag : svg.at("tags")) CHECK(tag != "image");
}

TEST_CASE("plot: no text begins or ends outside, however long") {
    auto plot = twoLines();
    plot.series[1].name = std::string(60, 'W');
    plot.y.title = std::string(120, 'm');
    plot.x.title = std::string(110, 'm');
    plot.series[0].points[0][1] = 123456.7;
    const auto svg = drawn(plot);
    const double width = svg.at("size").at(0), height = svg.at("size").at(1);
    for (const auto& text : svg.at("texts")) {
        CAPTURE(text.dump());
        const double length = 6.5 * static_cast<double>(text.at(0).get<std::string>().size());  // a wide guess at 13 pixels would be 7
        const auto anchor = text.at(3).get<std::string>();
        const double begin = text.at(1).get<double>() - (anchor == "end" ? length : anchor == "middle" ? length / 2 : 0);
        CHECK(begin >= 0);
        CHECK(begin + length <= width);
        CHECK(text.at(2).get<double>() <= height);
    }
}

TEST_CASE("plot: ten series with different colour or dash, a point alone, points that cannot be drawn") {
    LinePlot plot;
    plot.x = {"x", true};
    plot.y = {"y"};
    for (int i = 0; i < 10; ++i) plot.series.push_back({std::to_string(i), {{1, 1.0 * i}, {10, 2.0 * i}}});
    CHECK(drawn(plot).at("lines").size() == 10);
    plot.series = {{"one", {{3, 4}}}};
    CHECK(drawn(plot).at("lines").at(0).size() == 1);
    plot.series[0].points[0][0] = 0;
    CHECK_THROWS_WITH_AS((void)svgText(plot), doctest::Contains("The point 0 of 'one'"), InputError);
    plot.series[0].points[0] = {1, std::nan("")};
    CHECK_THROWS_AS((void)svgText(plot), InputError);
    plot.series.clear();
    CHECK_THROWS_WITH_AS((void)svgText(plot), doctest::Contains("nothing to draw"), InputError);
    CHECK_THROWS_AS(saveSvg("/nowhere/plot.svg", twoLines()), IoError);
}

TEST_CASE("ticks are round, hold the values and are few") {
    const auto linear = axisTicks(0.093, 0.121, false);
    CHECK(linear.ticks == std::vector<double>{0.09, 0.095, 0.1, 0.105, 0.11, 0.115, 0.12, 0.125});
    CHECK(linear.place(linear.low) == 0);
    CHECK(linear.place(0.1075) == doctest::Approx(0.5));
    CHECK(axisTicks(0, 2000, false).ticks == std::vector<double>{0, 500, 1000, 1500, 2000});
    CHECK(axisTicks(-0.3, 0.4, false).ticks == std::vector<double>{-0.4, -0.2, 0, 0.2, 0.4});
    CHECK(axisTicks(1e-5, 1e-4, true).ticks == std::vector<double>{1e-5, 2e-5, 5e-5, 1e-4});
    CHECK(axisTicks(3e-3, 0.04, true).ticks == std::vector<double>{2e-3, 5e-3, 0.01, 0.02, 0.05});
    CHECK(axisTicks(1e-3, 20, true).ticks == std::vector<double>{1e-3, 0.01, 0.1, 1, 10, 100});
    CHECK(axisTicks(1e-3, 0.1, true).place(0.01) == doctest::Approx(0.5));
    for (const double scale : {1e-7, 1e-3, 1.0, 1e4, 1e9})
        for (double span = 1; span < 10; span += 0.37)
            for (const bool logarithmic : {false, true}) {
                const auto axis = axisTicks(scale, scale * (1 + span), logarithmic);
                CHECK(axis.low <= scale * (1 + 1e-9));
                CHECK(axis.high >= scale * (1 + span) * (1 - 1e-9));
                CHECK(axis.ticks.size() >= (logarithmic ? 2 : 3));
                CHECK(axis.ticks.size() <= 9);
            }
    for (const double value : {0.0, 5.0, -2.0}) {
        const auto axis = axisTicks(value, value, false);
        CHECK(axis.low < value);
        CHECK(axis.high > value);
    }
    CHECK(axisTicks(5, 5, true).ticks == std::vector<double>{2, 5, 10});
    CHECK(tickText(0.30000000000000004) == "0.3");
    CHECK(tickTexts(axisTicks(0.1601, 0.1713, false)) ==
          std::vector<std::string>{"0.160", "0.162", "0.164", "0.166", "0.168", "0.170", "0.172"});
    CHECK(tickTexts(axisTicks(1e-3, 20, true)).front() == "0.001");
    CHECK(tickText(-0.0) == "0");
    CHECK(tickText(100000) == "100000");
    CHECK(tickText(1e-5) == "1e-05");
}

TEST_CASE("a guide stands upright at its place, with its label; several points can be ringed") {
    auto plot = twoLines();
    plot.guide = PlotGuide{500, "usual"};
    plot.mark->points.push_back({2000, 0.5});
    const auto svg = drawn(plot);
    CHECK(svg.at("marks").size() == 3);
    REQUIRE(svg.at("guides").size() == 1);
    const double x = svg.at("lines").at(0).at(1).at(0);
    CHECK(svg.at("guides").at(0).get<std::string>().rfind(fmt::format("M{:.1f} ", x), 0) == 0);
    const auto& texts = svg.at("texts");
    CHECK(std::any_of(texts.begin(), texts.end(), [](const auto& text) { return text.at(0) == "usual"; }));
    plot.guide = PlotGuide{NAN, "nowhere"};
    CHECK_THROWS_AS((void)svgText(plot), InputError);
}
