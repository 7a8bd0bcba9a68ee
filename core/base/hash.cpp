#include "core/base/hash.h"

#include <array>
#include <fstream>
#include <vector>

#include <sodium.h>

#include "core/base/error.h"

namespace larmor {

namespace {
constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

class Sha256 {
public:
    Sha256() { crypto_hash_sha256_init(&m_state); }
    void add(const std::uint8_t* bytes, std::size_t count) { crypto_hash_sha256_update(&m_state, bytes, count); }
    std::string hex() {
        std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
        crypto_hash_sha256_final(&m_state, digest.data());
        std::array<char, 2 * crypto_hash_sha256_BYTES + 1> text{};
        sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
        return text.data();
    }

private:
    crypto_hash_sha256_state m_state;
};
}  // namespace

std::string sha256(std::span<const std::uint8_t> bytes) {
    Sha256 hash;
    hash.add(bytes.data(), bytes.size());
    return hash.hex();
}

std::string sha256OfFile(const std::string& path, const std::stop_token& stop) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw IoError(path, "", "a file that can be read", "none", "Check the path and its permissions.");
    Sha256 hash;
    std::vector<char> block(kBlockBytes);
    while (file) {
        if (stop.stop_requested()) throw Cancelled();
        file.read(block.data(), static_cast<std::streamsize>(block.size()));
        hash.add(reinterpret_cast<const std::uint8_t*>(block.data()), static_cast<std::size_t>(file.gcount()));
    }
    if (file.bad() || !file.eof()) throw IoError(path, "", "a file that can be read to its end", "a read error");
    return hash.hex();
}

}  // namespace larmor
