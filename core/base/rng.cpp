// Counter: (block, stream); key: seed. Words are little end first, as in the reference implementation of the paper.
#include "core/base/rng.h"

#include <array>
#include <cmath>
#include <numbers>

#include "core/base/error.h"

namespace larmor {

namespace {
using Counter = std::array<std::uint32_t, 4>;
using Key = std::array<std::uint32_t, 2>;

constexpr std::uint32_t low(std::uint64_t x) {
    return static_cast<std::uint32_t>(x);
}
constexpr std::uint32_t high(std::uint64_t x) {
    return static_cast<std::uint32_t>(x >> 32);
}

constexpr Counter philoxRound(const Counter& c, const Key& k) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * c[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57} * c[2];
    return {high(b) ^ c[1] ^ k[0], low(b), high(a) ^ c[3] ^ k[1], low(a)};
}

constexpr Counter philox4x32(Counter counter, Key key) {
    constexpr int kRounds = 10;
    for (int round = 0; round < kRounds; ++round) {
        counter = philoxRound(counter, key);
        key[0] += 0x9E3779B9U;
        key[1] += 0xBB67AE85U;
    }
    return counter;
}

// Known answer of the reference implementation (Random123, kat_vectors): all zero.
static_assert(philox4x32({0, 0, 0, 0}, {0, 0}) == Counter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
}  // namespace

NoiseSource::NoiseSource(std::uint64_t seed, std::uint64_t stream) : m_seed(seed), m_stream(stream) {}

void NoiseSource::refill() {
    const Counter words = philox4x32({low(m_block), high(m_block), low(m_stream), high(m_stream)}, {low(m_seed), high(m_seed)});
    for (std::size_t i = 0; i < words.size(); ++i) m_words[i] = words[i];
    ++m_block;
    m_used = 0;
}

std::uint32_t NoiseSource::bits() {
    if (m_used == 4) refill();
    return m_words[m_used++];
}

double NoiseSource::uniform() {
    const std::uint64_t first = bits() >> 5, second = bits() >> 6;  // 27 + 26 bits
    return static_cast<double>((first << 26) | second) * 0x1p-53;
}

std::int64_t NoiseSource::below(std::int64_t bound) {
    if (bound < 1) throw UsageError("A random number below " + std::to_string(bound) + " was asked for; the bound must be 1 or more.");
    const auto range = static_cast<std::uint64_t>(bound);
    const std::uint64_t rejectBelow = (0 - range) % range;  // 2^64 mod range: the part that would favour small numbers
    for (;;) {
        const std::uint64_t first = bits();
        const std::uint64_t draw = (first << 32) | bits();
        if (draw >= rejectBelow) return static_cast<std::int64_t>(draw % range);
    }
}

double NoiseSource::normal() {
    if (m_hasSpare) {
        m_hasSpare = false;
        return m_spareNormal;
    }
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    const double angle = 2.0 * std::numbers::pi * uniform();
    m_spareNormal = radius * std::sin(angle);
    m_hasSpare = true;
    return radius * std::cos(angle);
}

}  // namespace larmor
