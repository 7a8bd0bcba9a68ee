#include "tests/fuzz/memory_watch.h"

#include <malloc.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <limits>

namespace {

std::atomic<std::int64_t> inUse{0}, peak{0}, bound{std::numeric_limits<std::int64_t>::max()};
void (*tell)(std::uint64_t, std::uint64_t) = nullptr;

void want(std::size_t bytes) {
    const std::int64_t now = inUse.load(std::memory_order_relaxed), limit = bound.load(std::memory_order_relaxed);
    if (limit - now >= 0 && bytes <= static_cast<std::uint64_t>(limit - now)) return;
    bound = std::numeric_limits<std::int64_t>::max();  // the report may need memory itself
    tell(bytes, static_cast<std::uint64_t>(now));
}

void taken(std::size_t bytes) {
    const std::int64_t now = inUse.fetch_add(static_cast<std::int64_t>(bytes), std::memory_order_relaxed) + static_cast<std::int64_t>(bytes);
    if (now > peak.load(std::memory_order_relaxed)) peak.store(now, std::memory_order_relaxed);
}

void given(std::size_t bytes) {
    inUse.fetch_sub(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
}

}  // namespace

namespace larmor::fuzz {

void watchMemory(std::uint64_t bytes, void (*report)(std::uint64_t, std::uint64_t)) {
    tell = report;
    inUse = 0;
    peak = 0;
    bound = static_cast<std::int64_t>(bytes);
}

std::uint64_t peakMemory() {
    return static_cast<std::uint64_t>(peak.load());
}

}  // namespace larmor::fuzz

#define LARMOR_SEEN extern "C" __attribute__((visibility("default")))

#ifdef __SANITIZE_ADDRESS__

// The sanitizer has its own malloc, which calls these and refuses single requests beyond max_allocation_size_mb.
// GCC comes without <sanitizer/allocator_interface.h>.
extern "C" std::size_t __sanitizer_get_allocated_size(const volatile void* memory);
LARMOR_SEEN void __sanitizer_malloc_hook(const volatile void*, std::size_t bytes) {
    want(bytes);
    taken(bytes);
}
LARMOR_SEEN void __sanitizer_free_hook(const volatile void* memory) {
    if (memory) given(__sanitizer_get_allocated_size(memory));
}

#else

// The C library's own functions under their other names; symbols of a program go before those of its libraries.
LARMOR_SEEN void* __libc_malloc(std::size_t);
LARMOR_SEEN void* __libc_calloc(std::size_t, std::size_t);
LARMOR_SEEN void* __libc_realloc(void*, std::size_t);
LARMOR_SEEN void* __libc_memalign(std::size_t, std::size_t);
LARMOR_SEEN void __libc_free(void*);

namespace {
void* counted(void* memory) {
    if (memory) taken(malloc_usable_size(memory));
    return memory;
}
}  // namespace

LARMOR_SEEN void* malloc(std::size_t bytes) noexcept {
    want(bytes);
    return counted(__libc_malloc(bytes));
}
LARMOR_SEEN void* calloc(std::size_t count, std::size_t bytes) noexcept {
    std::size_t all = 0;
    if (!__builtin_mul_overflow(count, bytes, &all)) want(all);
    return counted(__libc_calloc(count, bytes));
}
LARMOR_SEEN void* realloc(void* memory, std::size_t bytes) noexcept {
    const std::size_t before = memory ? malloc_usable_size(memory) : 0;
    if (bytes > before) want(bytes - before);
    void* moved = __libc_realloc(memory, bytes);
    if (moved || bytes == 0) given(before);
    return counted(moved);
}
LARMOR_SEEN void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
    want(bytes);
    return counted(__libc_memalign(alignment, bytes));
}
LARMOR_SEEN void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
    return memalign(alignment, bytes);
}
LARMOR_SEEN int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) noexcept {
    *memory = memalign(alignment, bytes);
    return *memory ? 0 : ENOMEM;
}
LARMOR_SEEN void free(void* memory) noexcept {
    if (memory) given(malloc_usable_size(memory));
    __libc_free(memory);
}

#endif
