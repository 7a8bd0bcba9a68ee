#include "core/recon/networks/norm_silu_kernels.h"

#include <algorithm>
#include <cstring>

// Vectors are never passed by value between functions that were built for different processors.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace larmor::recon::networks {

namespace {
constexpr std::int64_t kTile = 32;  ///< pixels that stay in the first-level cache while their channels are walked

template <class T>
std::int64_t tileEnd(const Rows<T>& rows, std::int64_t first) {
    return std::min(rows.pixels, first + kTile);
}

namespace plain {
#include "core/recon/networks/norm_silu_loops.inc"
}

#if defined(__x86_64__)
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace avx2 {
#include "core/recon/networks/norm_silu_loops.inc"
}
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,fma,prefer-vector-width=512")
namespace avx512 {
#include "core/recon/networks/norm_silu_loops.inc"
}
#pragma GCC pop_options
#endif

template <class T>
const Kernels<T>& chosen() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return avx512::kKernels<T>;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2::kKernels<T>;
#endif
    return plain::kKernels<T>;
}
}  // namespace

template <class T>
const Kernels<T>& kernels() {
    static const Kernels<T>& best = chosen<T>();
    return best;
}

template const Kernels<float>& kernels<float>();
template const Kernels<std::uint16_t>& kernels<std::uint16_t>();

}  // namespace larmor::recon::networks
