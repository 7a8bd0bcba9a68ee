#include "core/base/rng.h"

#include <cmath>
#include <sstream>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "tests/support/python.h"

using namespace larmor;

TEST_CASE("Philox4x32-10: the known answer of its authors") {
    NoiseSource source(0, 0);
    for (const std::uint32_t expected : {0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U}) CHECK(source.bits() == expected);
}

TEST_CASE("Philox4x32-10: seed, stream and block are the key and the counter, by an independent implementation") {
    // The script checks itself against the two other known answers of the reference implementation.
    const char* script = R"(
import sys
M = 0xffffffff
def philox(c, k):
    c, k = list(c), list(k)
    for r in range(10):
        p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(q >> 32) ^ c[1] ^ k[0], q & M, (p >> 32) ^ c[3] ^ k[1], p & M]
        k = [(k[0] + 0x9E3779B9) & M, (k[1] + 0xBB67AE85) & M]
    return c
assert philox([M]*4, [M]*2) == [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
assert philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]) == [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
seed, stream = int(sys.argv[1]), int(sys.argv[2])
for block in range(8):
    for w in philox([block, 0, stream & M, stream >> 32], [seed & M, seed >> 32]):
        print(w)
)";
    const std::uint64_t seed = 0x123456789abcdef0U, stream = 0xfedcba9876543210U;
    std::istringstream expected(larmor::test::runPython(script, {std::to_string(seed), std::to_string(stream)}));
    NoiseSource source(seed, stream);
    std::uint32_t word = 0;
    int count = 0;
    while (expected >> word) {
        CHECK(source.bits() == word);
        ++count;
    }
    CHECK(count == 32);
}

TEST_CASE("noise: the same seed and stream give the same numbers, others do not") {
    NoiseSource a(7, 1), b(7, 1), c(7, 2), d(8, 1);
    bool streamDiffers = false, seedDiffers = false;
    for (int i = 0; i < 16; ++i) {
        const double x = a.normal();
        CHECK(x == b.normal());
        streamDiffers |= x != c.normal();
        seedDiffers |= x != d.normal();
    }
    CHECK(streamDiffers);
    CHECK(seedDiffers);
}

TEST_CASE("noise: moments of the uniform and the normal distribution") {
    constexpr int kCount = 200000;
    NoiseSource source(3);
    double sum = 0, squares = 0, fourth = 0, uniform = 0;
    for (int i = 0; i < kCount; ++i) {
        const double x = source.normal();
        sum += x;
        squares += x * x;
        fourth += x * x * x * x;
        const double u = source.uniform();
        CHECK_FALSE((u < 0 || u >= 1));
        uniform += u;
    }
    // Five standard errors of each estimate.
    const double n = kCount;
    CHECK(std::abs(sum / n) < 5 / std::sqrt(n));
    CHECK(std::abs(squares / n - 1) < 5 * std::sqrt(2 / n));
    CHECK(std::abs(fourth / n - 3) < 5 * std::sqrt(96 / n));
    CHECK(std::abs(uniform / n - 0.5) < 5 * std::sqrt(1 / (12 * n)));
}

TEST_CASE("noise: below() stays in range and is even") {
    NoiseSource source(11);
    std::vector<int> counts(7);
    constexpr int kCount = 70000;
    for (int i = 0; i < kCount; ++i) ++counts.at(static_cast<std::size_t>(source.below(7)));
    double chiSquare = 0;
    for (const int count : counts) chiSquare += std::pow(count - kCount / 7.0, 2) / (kCount / 7.0);
    CHECK(chiSquare < 27.9);  // 6 degrees of freedom, p = 1e-4
    CHECK(source.below(1) == 0);
    CHECK_THROWS_AS((void)source.below(0), UsageError);
}
