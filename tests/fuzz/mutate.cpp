#include "tests/fuzz/mutate.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace larmor::fuzz {
namespace {

void putLittle(std::string& bytes, std::size_t at, std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width && at + i < bytes.size(); ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
}
void putBig(std::string& bytes, std::size_t at, std::uint64_t value, std::size_t width) {
    for (std::size_t i = 0; i < width && at + i < bytes.size(); ++i) bytes[at + i] = static_cast<char>(value >> (8 * (width - 1 - i)));
}

std::uint64_t extremeNumber(Random& random) {
    constexpr std::array<std::uint64_t, 22> kNumbers{0,          1,          2,          3,           7,           8,           16,        17,
                                                     0x7F,       0x80,       0xFF,       0x7FFF,      0x8000,      0xFFFF,      0x10000,   0x7FFFFFFF,
                                                     0x80000000, 0xFFFFFFFF, 1ULL << 32, 1ULL << 40, ~0ULL >> 1U, ~0ULL};
    const std::uint64_t number = kNumbers[random.below(kNumbers.size())];
    return random.oneIn(4) ? number - random.below(9) : number;
}

/// A number of 1, 2, 4 or 8 bytes at its limits, or a little off what it was.
void changeNumber(std::string& bytes, Random& random) {
    const std::size_t width = std::size_t{1} << random.below(4);
    const std::size_t at = random.below(bytes.size()) / (random.oneIn(2) ? width : 1) * (random.oneIn(2) ? width : 1) % bytes.size();
    if (random.oneIn(3)) return putLittle(bytes, at, static_cast<unsigned char>(bytes[at]) + random.below(9) - 4, width);
    const std::uint64_t number = extremeNumber(random);
    random.oneIn(4) ? putBig(bytes, at, number, width) : putLittle(bytes, at, number, width);
}

void changeBit(std::string& bytes, Random& random) {
    bytes[random.below(bytes.size())] ^= static_cast<char>(1U << random.below(8));
}

void changeByte(std::string& bytes, Random& random) {
    bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
}

void cut(std::string& bytes, Random& random) {
    const std::size_t at = random.below(bytes.size());
    random.oneIn(2) ? bytes.resize(at) : void(bytes.erase(at, 1 + random.below(32)));
}

void copyPart(std::string& bytes, Random& random) {
    const std::string part = bytes.substr(random.below(bytes.size()), 1 + random.below(64));
    const std::size_t at = random.below(bytes.size());
    random.oneIn(2) ? bytes.insert(at, part) : bytes.replace(at, std::min(part.size(), bytes.size() - at), part);
}

/// Where words or numbers begin.
std::size_t findText(const std::string& bytes, Random& random, bool wantsDigits) {
    const std::size_t from = random.below(bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::size_t at = (from + i) % bytes.size();
        const auto c = static_cast<unsigned char>(bytes[at]);
        if (wantsDigits ? std::isdigit(c) : std::isalpha(c)) return at;
    }
    return from;
}

void changeText(std::string& bytes, Random& random) {
    constexpr std::array<std::string_view, 16> kWords{"0",     "-1",    "1",         "99999999999", "18446744073709551616", "1e308", "-0.5", "nan",
                                                      "null",  "[]",    "{}",        "\"x\"",       "[[[[[[[[",             "true",  "%s%n", "\xff\xfe"};
    const bool isDigits = random.oneIn(2);
    const std::size_t at = findText(bytes, random, isDigits);
    std::size_t end = at;
    while (end < bytes.size() && std::isalnum(static_cast<unsigned char>(bytes[end]))) ++end;
    if (!isDigits && random.oneIn(2) && at > 0 && bytes[at - 1] == '"' && end < bytes.size() && bytes[end] == '"')
        return void(bytes.replace(at - 1, end - at + 2, kWords[random.below(kWords.size())]));
    bytes.replace(at, end - at, kWords[random.below(kWords.size())]);
}

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t crc = ~0U;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) ? 0xEDB88320U : 0U);
    }
    return ~crc;
}

std::uint32_t adler32(std::string_view bytes) {
    std::uint32_t a = 1, b = 0;
    for (const char c : bytes) {
        a = (a + static_cast<unsigned char>(c)) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16U | a;
}

std::string little(std::uint64_t value, std::size_t width) {
    std::string bytes(width, '\0');
    putLittle(bytes, 0, value, width);
    return bytes;
}
std::string big(std::uint64_t value, std::size_t width) {
    std::string bytes(width, '\0');
    putBig(bytes, 0, value, width);
    return bytes;
}

/// DEFLATE without compression. [RFC 1951, 3.2.4]
std::string storedBlocks(std::string_view bytes) {
    std::string out;
    do {
        const std::string_view part = bytes.substr(0, 0xFFFF);
        bytes.remove_prefix(part.size());
        out += bytes.empty() ? '\1' : '\0';
        out += little(part.size(), 2) + little(~part.size(), 2);
        out += part;
    } while (!bytes.empty());
    return out;
}

std::uint32_t bigAt(const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

std::string withChecksums(std::string bytes) {
    for (std::size_t at = 8; at + 12 <= bytes.size();) {
        const std::size_t length = bigAt(bytes, at);
        if (length > bytes.size() - at - 12) break;
        putBig(bytes, at + 8 + length, crc32(std::string_view(bytes).substr(at + 4, 4 + length)), 4);
        at += 12 + length;
    }
    return bytes;
}

/// All values of a document, with the one that holds each.
struct Node {
    nlohmann::json* value;
    nlohmann::json* parent;
};
void collect(nlohmann::json& value, nlohmann::json* parent, std::vector<Node>& nodes) {
    nodes.push_back({&value, parent});
    if (value.is_structured())
        for (auto& child : value) collect(child, &value, nodes);
}

void changeJson(nlohmann::json& document, Random& random) {
    static const std::vector<nlohmann::json> kValues{nullptr, true, -1, 0, 1, 1e308, -0.5, 9223372036854775807LL, 18446744073709551615ULL, 4294967296LL,
                                                     "", "x", "../../etc/passwd", std::string(5000, 'y'), "equispaced:R=0", "-", nlohmann::json::array(),
                                                     nlohmann::json::object(), {1, 2, 3}, {"a", nullptr}};
    std::vector<Node> nodes;
    collect(document, nullptr, nodes);
    const Node chosen = nodes[random.below(nodes.size())];
    if (chosen.parent && random.oneIn(4)) {
        const auto at = static_cast<std::size_t>(random.below(chosen.parent->size()));
        chosen.parent->erase(std::next(chosen.parent->begin(), static_cast<std::ptrdiff_t>(at)));
    } else if (random.oneIn(4)) {
        const nlohmann::json other = *nodes[random.below(nodes.size())].value;
        *chosen.value = other;
    } else {
        *chosen.value = kValues[random.below(kValues.size())];
    }
}

}  // namespace

std::uint64_t Random::next() {
    std::uint64_t z = m_state += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
}

Random streamOf(std::uint64_t seed, const std::string& kind, std::uint64_t index) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;  // FNV-1a
    for (const char c : kind) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    Random mixed(seed ^ hash);
    return Random(mixed.next() + index * 0xD1342543DE82EF95ULL);
}

std::string damaged(std::string bytes, Random& random) {
    constexpr std::array kChanges{changeNumber, changeNumber, changeBit, changeByte, cut, copyPart, changeText, changeText};
    const std::uint64_t changes = 1 + (random.oneIn(2) ? 0 : random.below(12));
    for (std::uint64_t i = 0; i < changes && !bytes.empty(); ++i) kChanges[random.below(kChanges.size())](bytes, random);
    return bytes;
}

std::string damagedJson(const std::string& text, Random& random) {
    auto document = nlohmann::json::parse(text, nullptr, false);
    if (document.is_discarded()) return text;
    for (std::uint64_t i = 0; i <= random.below(3); ++i) changeJson(document, random);
    return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string damagedFile(const std::string& name, const std::string& bytes, Packing packing, Random& random) {
    const bool isJson = name.ends_with(".json");
    if (random.oneIn(4) || (!isJson && packing != Packing::JsonHeader)) return damaged(bytes, random);
    if (isJson) return damagedJson(bytes, random);
    const std::size_t length = static_cast<unsigned char>(bytes[0]) + 256U * static_cast<unsigned char>(bytes[1]);
    const std::string header = damagedJson(bytes.substr(8, length), random);
    return little(header.size(), 8) + header + bytes.substr(8 + length);
}

std::string packed(const std::string& bytes, Packing packing, Random& random) {
    switch (packing) {
        case Packing::None:
        case Packing::JsonHeader:
            return bytes;
        case Packing::PngChunks:
            return random.oneIn(4) ? bytes : withChecksums(bytes);
        case Packing::Gzip:
            return std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10) + storedBlocks(bytes) + little(crc32(bytes), 4) + little(bytes.size(), 4);
        case Packing::MatlabVariable: {
            const std::string header = bytes.substr(0, 128), element = bytes.substr(std::min<std::size_t>(128, bytes.size()));
            const std::string stream = "\x78\x01" + storedBlocks(element) + big(adler32(element), 4);
            return header + little(15, 4) + little(stream.size(), 4) + stream;
        }
    }
    return bytes;
}

}  // namespace larmor::fuzz
