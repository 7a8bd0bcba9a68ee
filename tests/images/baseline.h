#pragma once
// Pictures against pictures that a person looked at once. A missing baseline is written, named, and fails: look at it, then commit it.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <png.h>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "render/slice_view.h"

namespace larmor::test {

struct Picture {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgb;
};

inline Picture withoutAlpha(const render::Frame& frame) {
    Picture picture{frame.width, frame.height, {}};
    for (std::size_t i = 0; i < frame.bytes(); i += 4)
        for (const std::size_t channel : {2, 1, 0}) picture.rgb.push_back(frame.bgra.get()[i + channel]);
    return picture;
}

inline bool writePng(const std::string& path, const Picture& picture) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(picture.width);
    image.height = static_cast<png_uint_32>(picture.height);
    image.format = PNG_FORMAT_RGB;
    return png_image_write_to_file(&image, path.c_str(), 0, picture.rgb.data(), 0, nullptr) != 0;
}

inline Picture readPng(const std::string& path) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_file(&image, path.c_str()) == 0) return {};
    image.format = PNG_FORMAT_RGB;
    Picture picture{static_cast<int>(image.width), static_cast<int>(image.height), std::vector<std::uint8_t>(PNG_IMAGE_SIZE(image))};
    if (png_image_finish_read(&image, nullptr, picture.rgb.data(), 0, nullptr) == 0) return {};
    return picture;
}

struct Difference {
    int largest = 0;
    double farOff = 0;  ///< part of the values that differ by more than the tolerance
};

inline Difference difference(const Picture& a, const Picture& b, int tolerance) {
    Difference found;
    std::size_t far = 0;
    for (std::size_t i = 0; i < a.rgb.size(); ++i) {
        const int step = std::abs(int{a.rgb[i]} - int{b.rgb[i]});
        found.largest = std::max(found.largest, step);
        far += step > tolerance ? 1 : 0;
    }
    found.farOff = static_cast<double>(far) / static_cast<double>(std::max<std::size_t>(1, a.rgb.size()));
    return found;
}

/// Fails unless all but `mayDiffer` of the values lie within `tolerance` of tests/images/baselines/<name>.png. The picture that failed is
/// written beside the build.
inline void checkAgainstBaseline(const std::string& name, const render::Frame& frame, int tolerance = 3, double mayDiffer = 0.002) {
    const Picture drawn = withoutAlpha(frame);
    REQUIRE(drawn.width <= 300);
    REQUIRE(drawn.height <= 300);
    const std::string path = fmt::format("{}/tests/images/baselines/{}.png", LARMOR_SOURCE_DIR, name);
    if (!std::filesystem::exists(path)) {
        writePng(path, drawn);
        FAIL("there was no baseline; it is written to " << path << ": look at it and commit it if it is right");
    }
    const Picture expected = readPng(path);
    REQUIRE_MESSAGE((expected.width == drawn.width && expected.height == drawn.height), path << " has another size");
    const auto found = difference(drawn, expected, tolerance);
    if (found.farOff <= mayDiffer) return;
    const std::string actual = fmt::format("{}/images_{}.png", LARMOR_BINARY_DIR, name);
    writePng(actual, drawn);
    FAIL(name << ": " << 100 * found.farOff << " % of the values are off by more than " << tolerance << " (largest " << found.largest
              << "); compare " << actual << " with " << path);
}

/// Grey of a pixel; the three channels must agree.
inline int greyAt(const render::Frame& frame, int x, int y) {
    const auto* pixel = frame.bgra.get() + 4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(frame.width) + static_cast<std::size_t>(x));
    REQUIRE(pixel[0] == pixel[1]);
    REQUIRE(pixel[1] == pixel[2]);
    return pixel[0];
}

/// An upright F, 24 rows by 16 columns, bright on dark, brighter towards the top left. Neither flips nor turns leave it unchanged.
inline ComplexArray letterF() {
    ComplexArray image(Shape{24, 16}, cfloat(0.1F));
    for (std::int64_t row = 2; row < 22; ++row)
        for (std::int64_t column = 2; column < 14; ++column) {
            const bool stem = column < 6, top = row < 6, middle = row >= 10 && row < 14 && column < 11;
            if (stem || top || middle) image(row, column) = cfloat(1.0F - 0.01F * static_cast<float>(row + column));
        }
    return image;
}

inline std::shared_ptr<const ComplexArray> share(ComplexArray image) { return std::make_shared<const ComplexArray>(std::move(image)); }

}  // namespace larmor::test
