#include "core/cpu/combine.h"

#include <algorithm>
#include <cmath>

#include "core/cpu/coil_planes.h"
#include "core/cpu/complex_rows.h"

namespace larmor::cpu {

namespace {
/// The inverse transform of each coil's samples, in turn, in parts of rows: part(coil, index in the image, values, count).
template <class Part>
void overCoilImages(const KspaceView& kspace, const std::uint8_t* kept, const Part& part) {
    const CoilPlanes planes(kspace.coils, kspace.rows, kspace.columns);
    planes.run([&](std::int64_t coil, cfloat* plane) { inverseAtOrigin(kspace.row(coil, 0), kept, plane, kspace.rows, kspace.columns); },
               [&](std::int64_t coil, const cfloat* plane, std::int64_t begin, std::int64_t end) {
                   for (std::int64_t row = begin; row < end; ++row)
                       overOriginRow(plane, row, kspace.rows, kspace.columns, [&](std::int64_t column, const cfloat* values, std::int64_t count) {
                           part(coil, row * kspace.columns + column, values, count);
                       });
               });
}
}  // namespace

std::vector<float> rssImage(const KspaceView& kspace, const std::uint8_t* kept) {
    std::vector<float> image(static_cast<std::size_t>(kspace.rows * kspace.columns), 0.0F);
    overCoilImages(kspace, kept, [&](std::int64_t, std::int64_t at, const cfloat* values, std::int64_t count) { addSquares(image.data() + at, values, count); });
    for (float& value : image) value = std::sqrt(value);
    return image;
}

ComplexArray combineRss(const KspaceView& kspace, const std::uint8_t* kept) {
    return toComplex(RealArray({kspace.rows, kspace.columns}, rssImage(kspace, kept)));
}

ComplexArray combineMvue(const KspaceView& kspace, const std::uint8_t* kept, const KspaceView& maps) {
    checkShape({maps.coils, maps.rows, maps.columns}, {kspace.coils, kspace.rows, kspace.columns}, "coil maps");
    ComplexArray image({kspace.rows, kspace.columns});
    overCoilImages(kspace, kept, [&](std::int64_t coil, std::int64_t at, const cfloat* values, std::int64_t count) {
        addConjugateProduct(image.data() + at, maps.row(coil, 0) + at, values, count);
    });
    return image;
}

ComplexArray combineSets(const ComplexArray& images) {
    ComplexArray image({images.extent(1), images.extent(2)});
    for (std::int64_t i = 0; i < image.size(); ++i) {
        float squares = 0;
        for (std::int64_t set = 0; set < images.extent(0); ++set) squares += std::norm(images[set * image.size() + i]);
        const cfloat first = images[i];
        const float length = std::abs(first);
        image[i] = std::sqrt(squares) * (length > 0 ? first / std::max(length, 1e-30F) : cfloat(1, 0));
    }
    return image;
}

}  // namespace larmor::cpu
