#include "core/base/io/box.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace larmor::io {

void checkBox(const Shape& start, const Shape& count, const Shape& shape, const std::string& name) {
    if (start.size() != shape.size() || count.size() != shape.size())
        throw ShapeError(name, fmt::format("a box of {} dimensions", shape.size()),
                         fmt::format("start {} and count {}", toText(start), toText(count)));
    for (std::size_t d = 0; d < shape.size(); ++d) {
        if (start[d] < 0 || count[d] < 1 || start[d] >= shape[d] || count[d] > shape[d] - start[d])
            throw ShapeError(name, fmt::format("a box within {}", toText(shape)),
                             fmt::format("start {} and count {}", toText(start), toText(count)));
    }
}

Shape stridesOf(const Shape& shape) {
    Shape strides(shape.size(), 1);
    for (std::size_t d = shape.size(); d-- > 1;) strides[d - 1] = strides[d] * shape[d];
    return strides;
}

bool advance(Shape& index, const Shape& count, std::size_t begin, std::size_t end) {
    for (std::size_t d = end; d-- > begin;) {
        if (++index[d] < count[d]) return true;
        index[d] = 0;
    }
    return false;
}

ComplexArray permuteAxes(const ComplexArray& x, const std::vector<std::size_t>& order) {
    const Shape inStrides = stridesOf(x.shape());
    Shape shape(order.size()), strides(order.size());
    for (std::size_t d = 0; d < order.size(); ++d) {
        shape[d] = x.shape().at(order[d]);
        strides[d] = inStrides[order[d]];
    }
    ComplexArray out(shape);
    const std::size_t last = shape.size() - 1;
    Shape index(shape.size(), 0);
    cfloat* target = out.data();
    do {
        const std::int64_t base = std::inner_product(index.begin(), index.end(), strides.begin(), std::int64_t{0});
        for (std::int64_t i = 0; i < shape[last]; ++i) *target++ = x[base + i * strides[last]];
    } while (advance(index, shape, 0, last));
    return out;
}

ComplexArray reverseAxes(const ComplexArray& x) {
    std::vector<std::size_t> order(x.rank());
    std::iota(order.rbegin(), order.rend(), std::size_t{0});
    return permuteAxes(x, order);
}

ComplexArray cutBox(const ComplexArray& x, const Shape& start, const Shape& count) {
    checkBox(start, count, x.shape(), "box");
    const Shape strides = stridesOf(x.shape());
    const std::int64_t first = std::inner_product(start.begin(), start.end(), strides.begin(), std::int64_t{0});
    ComplexArray out(count);
    cfloat* target = out.data();
    Shape index(count.size(), 0);
    do {
        const cfloat* source = x.data() + first + std::inner_product(index.begin(), index.end(), strides.begin(), std::int64_t{0});
        target = std::copy_n(source, count.back(), target);
    } while (advance(index, count, 0, count.size() - 1));
    return out;
}

Shape reversed(Shape shape) {
    std::reverse(shape.begin(), shape.end());
    return shape;
}

Shape squeezed(const Shape& shape) {
    Shape kept;
    std::copy_if(shape.begin(), shape.end(), std::back_inserter(kept), [](std::int64_t n) { return n != 1; });
    return kept;
}

}  // namespace larmor::io
