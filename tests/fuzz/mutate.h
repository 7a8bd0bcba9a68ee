#pragma once
// Damage to the bytes of a file, the same for the same seed on every computer.

#include <cstdint>
#include <string>

namespace larmor::fuzz {

/// SplitMix64.
class Random {
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}
    std::uint64_t next();
    /// Uniform in 0 .. below - 1; 0 for below = 0.
    std::uint64_t below(std::uint64_t below) { return below == 0 ? 0 : next() % below; }
    bool oneIn(std::uint64_t n) { return below(n) == 0; }

private:
    std::uint64_t m_state;
};

/// A stream for each input of each kind of file.
[[nodiscard]] Random streamOf(std::uint64_t seed, const std::string& kind, std::uint64_t index);

/// How the bytes that are damaged lie in the file, so that damage reaches beyond checksums and compression.
enum class Packing {
    None,
    PngChunks,       ///< checksums of the chunks are made right again, three times in four
    Gzip,            ///< the bytes are what a gzip file holds
    JsonHeader,      ///< safetensors: 8 bytes with the length of the JSON behind them, then data; made right again where the JSON changed
    MatlabVariable,  ///< bytes from 128 on are the elements that a compressed element of a MATLAB file holds
};

/// Between one and a dozen changes: bits, bytes, numbers of all sizes at their limits, parts that are cut, doubled or moved, numbers and
/// words of texts.
[[nodiscard]] std::string damaged(std::string bytes, Random& random);
/// JSON that is still JSON: values replaced, left out or exchanged. Text that is none comes back as it is.
[[nodiscard]] std::string damagedJson(const std::string& text, Random& random);

/// Damage of the kind that suits the name of the file and its packing.
[[nodiscard]] std::string damagedFile(const std::string& name, const std::string& bytes, Packing packing, Random& random);

/// The file, made of damaged or whole bytes.
[[nodiscard]] std::string packed(const std::string& bytes, Packing packing, Random& random);

}  // namespace larmor::fuzz
