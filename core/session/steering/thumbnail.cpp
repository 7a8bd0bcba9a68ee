#include "core/session/steering/thumbnail.h"

#include <algorithm>
#include <cmath>

namespace larmor::session {

RealArray thumbnailOf(const ComplexArray& image, std::int64_t edge) {
    if (image.empty()) return {};
    const auto rows = image.extent(0), columns = image.extent(1);
    const auto box = (std::max(rows, columns) + edge - 1) / edge;
    RealArray small({(rows + box - 1) / box, (columns + box - 1) / box});
    RealArray counts(small.shape());
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t c = 0; c < columns; ++c) {
            small(r / box, c / box) += std::abs(image(r, c));
            counts(r / box, c / box) += 1;
        }
    for (std::int64_t i = 0; i < small.size(); ++i) small[i] /= counts[i];
    return small;
}

}  // namespace larmor::session
