#pragma once
// The inner loops of norm_silu.h for CPUs, over rows of channels (channels-last images). T is float, or std::uint16_t: bfloat16.

#include <algorithm>
#include <cstdint>

namespace larmor::recon::networks {

constexpr std::int64_t kLanes = 16;  ///< channels come in multiples of it

/// Pixels [channels] each, one after the other, and u = a x + b with a value a channel.
template <class T>
struct Rows {
    std::int64_t pixels = 0, channels = 0;
    const float* a = nullptr;
    const float* b = nullptr;
};

template <class T>
struct Kernels {
    /// Adds sum x and sum x^2 over the pixels, a channel each.
    void (*sums)(const Rows<T>& rows, const T* x, float* sum, float* sumOfSquares);
    /// y = silu(u)
    void (*forward)(const Rows<T>& rows, const T* x, T* y);
    /// Adds sum du and sum du x over the pixels, where du = dy silu'(u).
    void (*slopeSums)(const Rows<T>& rows, const T* x, const T* dy, float* sum, float* sumTimesX);
    /// dx = a du + p x + q
    void (*backward)(const Rows<T>& rows, const T* x, const T* dy, const float* p, const float* q, T* dx);
};

/// Those for the widest vectors that this processor has.
template <class T>
[[nodiscard]] const Kernels<T>& kernels();

}  // namespace larmor::recon::networks
