#pragma once
// The project's one owning n-dimensional array: row-major (last index runs fastest), contiguous.

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace larmor {

using cfloat = std::complex<float>;
using Shape = std::vector<std::int64_t>;

/// Number of elements of a shape. @throws ShapeError on a negative extent or on overflow of 2^62 elements.
LARMOR_BASE_EXPORT std::int64_t elementCount(const Shape& shape);

/// "[12, 320, 260]"
LARMOR_BASE_EXPORT std::string toText(const Shape& shape);

/// @throws ShapeError naming `name` if the shapes differ. An expected extent of -1 fits anything.
LARMOR_BASE_EXPORT void checkShape(const Shape& found, const Shape& expected, const std::string& name);

template <class T>
class Array {
public:
    using value_type = T;

    Array() = default;
    explicit Array(Shape shape, T value = T{})
        : m_shape(std::move(shape)), m_values(static_cast<std::size_t>(elementCount(m_shape)), value) {}
    /// @throws ShapeError if `values` does not hold elementCount(shape) elements.
    Array(Shape shape, std::vector<T> values) : m_shape(std::move(shape)), m_values(std::move(values)) {
        if (static_cast<std::int64_t>(m_values.size()) != elementCount(m_shape))
            throw ShapeError("values", toText(m_shape), std::to_string(m_values.size()) + " elements");
    }

    [[nodiscard]] const Shape& shape() const { return m_shape; }
    [[nodiscard]] std::int64_t extent(std::size_t dim) const { return m_shape.at(dim); }
    [[nodiscard]] std::size_t rank() const { return m_shape.size(); }
    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(m_values.size()); }
    [[nodiscard]] bool empty() const { return m_values.empty(); }

    [[nodiscard]] T* data() { return m_values.data(); }
    [[nodiscard]] const T* data() const { return m_values.data(); }
    [[nodiscard]] std::span<T> values() { return m_values; }
    [[nodiscard]] std::span<const T> values() const { return m_values; }

    [[nodiscard]] T& operator[](std::int64_t flat) { return m_values[static_cast<std::size_t>(flat)]; }
    [[nodiscard]] const T& operator[](std::int64_t flat) const { return m_values[static_cast<std::size_t>(flat)]; }

    /// Element at an index; as many indices as dimensions. Bounds are the caller's promise.
    template <class... I>
    [[nodiscard]] T& operator()(I... index) { return m_values[flat(index...)]; }
    template <class... I>
    [[nodiscard]] const T& operator()(I... index) const { return m_values[flat(index...)]; }

    /// The contiguous block at `index` of the first dimension, as a view.
    [[nodiscard]] std::span<T> block(std::int64_t index) { return values().subspan(blockStart(index), blockSize()); }
    [[nodiscard]] std::span<const T> block(std::int64_t index) const { return values().subspan(blockStart(index), blockSize()); }
    /// The block at `index` of the first dimension, copied, with that dimension dropped.
    [[nodiscard]] Array slice(std::int64_t index) const {
        const auto view = block(index);
        return Array(Shape(m_shape.begin() + 1, m_shape.end()), std::vector<T>(view.begin(), view.end()));
    }
    /// The same elements under another shape of equal size. @throws ShapeError
    [[nodiscard]] Array reshaped(Shape shape) && { return Array(std::move(shape), std::move(m_values)); }
    [[nodiscard]] Array reshaped(Shape shape) const& { return Array(std::move(shape), m_values); }

    friend bool operator==(const Array&, const Array&) = default;

private:
    template <class... I>
    [[nodiscard]] std::size_t flat(I... index) const {
        std::size_t offset = 0;
        std::size_t dim = 0;
        ((offset = offset * static_cast<std::size_t>(m_shape[dim++]) + static_cast<std::size_t>(index)), ...);
        return offset;
    }
    [[nodiscard]] std::size_t blockSize() const { return m_values.empty() ? 0 : m_values.size() / static_cast<std::size_t>(m_shape.at(0)); }
    [[nodiscard]] std::size_t blockStart(std::int64_t index) const {
        if (index < 0 || index >= m_shape.at(0))
            throw ShapeError("block index", "0 to " + std::to_string(m_shape.at(0) - 1), std::to_string(index));
        return static_cast<std::size_t>(index) * blockSize();
    }

    Shape m_shape;
    std::vector<T> m_values;
};

using ComplexArray = Array<cfloat>;
using RealArray = Array<float>;
using ByteArray = Array<std::uint8_t>;

/// |x| element by element.
[[nodiscard]] LARMOR_BASE_EXPORT RealArray magnitude(const ComplexArray& x);
/// The real array as complex numbers with zero imaginary part.
[[nodiscard]] LARMOR_BASE_EXPORT ComplexArray toComplex(const RealArray& x);
/// Elements that are NaN or infinite.
[[nodiscard]] LARMOR_BASE_EXPORT std::int64_t countNonFinite(std::span<const cfloat> values);
/// Central crop (or zero-pad) of the last two dimensions to [readout, phase]. The centre index n/2 maps to the centre m/2.
[[nodiscard]] LARMOR_BASE_EXPORT ComplexArray centreFit(const ComplexArray& x, std::int64_t readout, std::int64_t phase);

}  // namespace larmor
