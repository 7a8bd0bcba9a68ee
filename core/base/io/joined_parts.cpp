#include "core/base/io/joined_parts.h"

#include <array>
#include <unordered_map>

namespace larmor::io {

std::map<std::string, Parts> joinParts(std::vector<ArrayEntry>& entries) {
    constexpr std::array kEndings{std::pair("real", "imag"), std::pair("re", "im"), std::pair("Real", "Imag"), std::pair("REAL", "IMAG")};
    std::map<std::string, Parts> joined;
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < entries.size(); ++i) places.emplace(entries[i].name, i);
    for (std::size_t i = 0, count = entries.size(); i < count; ++i) {
        const ArrayEntry real = entries[i];
        for (const auto& [re, im] : kEndings) {
            if (real.isComplex || !real.name.ends_with(re)) continue;
            std::string stem = real.name.substr(0, real.name.size() - std::string_view(re).size());
            const auto place = places.find(stem + im);
            if (place == places.end() || entries[place->second].shape != real.shape || entries[place->second].type != real.type) continue;
            const std::string twin = stem + im;
            const std::size_t bare = stem.find_last_not_of("_/.- ") + 1;                    // 0 where nothing else is there
            if (std::string_view(re) == "re" && bare == stem.size() && bare > 0) continue;  // "core" and "coim" are words
            stem = bare == 0 ? std::string(re) + " and " + im : stem.substr(0, bare);
            if (!places.emplace(stem, entries.size()).second) continue;
            joined[stem] = {real.name, twin};
            entries.push_back({stem, real.shape, "complex of two " + real.type, true, real.columnMajor});
            break;
        }
    }
    return joined;
}

ComplexArray joined(ComplexArray real, const ComplexArray& imaginary) {
    for (std::int64_t i = 0; i < real.size(); ++i) real[i] = {real[i].real(), imaginary[i].real()};
    return real;
}

}  // namespace larmor::io
