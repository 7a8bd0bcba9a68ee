// Mask rules as text and as parameters.
#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/masks/mask_generator.h"

namespace larmor::masks {

namespace {
constexpr std::array kKinds{"equispaced", "random", "gaussian", "poisson"};
constexpr double kLargestSeed = 9007199254740991.0;  // 2^53 - 1: exact in JSON
constexpr double kLargestAcceleration = 100, kLargestAcs = 4096;

const char* exampleFor(Kind kind) {
    return kind == Kind::Poisson ? "poisson:R=8,acs=24x24,seed=3" : "equispaced:R=4,acs=24,seed=1";
}

[[noreturn]] void refuse(const std::string& text, const std::string& reason, Kind kind = Kind::Equispaced) {
    throw UsageError(fmt::format("The mask '{}' cannot be read: {}", text, reason), fmt::format("For example: {}.", exampleFor(kind)));
}

ParamSpec wholeNumber(const char* name, const char* label, std::int64_t initial, double maximum, const char* unit, const char* doc) {
    ParamSpec spec;
    spec.name = name;
    spec.label = label;
    spec.type = ParamType::Integer;
    spec.initial = initial;
    spec.maximum = maximum;
    spec.unit = unit;
    spec.doc = doc;
    return spec;
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t to = std::min(text.find(separator, from), text.size());
        parts.push_back(text.substr(from, to - from));
        from = to + 1;
    }
    return parts;
}

/// "24x16" is height x width, as in a matrix of readout x phase encode.
void setAcs(ParamValues& values, Kind kind, const std::string& value) {
    const auto sizes = split(value, 'x');
    if (kind != Kind::Poisson || sizes.size() != 2) return values.setFromText("acs", value);
    values.setFromText("acs_readout", sizes[0]);
    values.setFromText("acs", sizes[1]);
}
}  // namespace

std::string toText(Kind kind) {
    return kKinds.at(static_cast<std::size_t>(kind));
}

Kind kindFromText(const std::string& text) {
    for (std::size_t i = 0; i < kKinds.size(); ++i)
        if (text == kKinds[i]) return static_cast<Kind>(i);
    throw UsageError(fmt::format("There is no mask kind '{}'.", text), fmt::format("There are: {}.", fmt::join(kKinds, ", ")));
}

ParamList maskParameters(Kind kind) {
    const MaskSpec initial;
    ParamSpec r;
    r.name = "R";
    r.label = "Acceleration R";
    r.initial = initial.acceleration;
    r.minimum = 1;
    r.maximum = kLargestAcceleration;
    r.step = 0.5;
    r.doc = "All samples divided by those that are kept, the ACS counted.";
    const bool block = kind == Kind::Poisson;
    ParamList list{std::move(r),
                   wholeNumber("acs", block ? "ACS width" : "ACS lines", initial.acs, kLargestAcs, block ? "samples" : "lines",
                               block ? "Edge of the fully sampled block in the centre of k-space, along phase encode."
                                     : "Fully sampled lines in the centre of k-space.")};
    if (block)
        list.push_back(
            wholeNumber("acs_readout", "ACS height", 0, kLargestAcs, "samples", "Edge of that block along readout; 0: the same."));
    list.push_back(wholeNumber("seed", "Seed", static_cast<std::int64_t>(initial.seed), kLargestSeed, "",
                               "Another seed gives another mask of the same kind; the same seed gives the same mask."));
    return list;
}

MaskSpec specFrom(Kind kind, const ParamValues& values) {
    MaskSpec spec{kind, values.real("R"), values.integer("acs"), std::nullopt, static_cast<std::uint64_t>(values.integer("seed"))};
    if (kind != Kind::Poisson) return spec;
    const std::int64_t height = values.integer("acs_readout");
    if (height != 0 && height != spec.acs) spec.acsReadout = height;
    return spec;
}

MaskSpec parseMaskSpec(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::string name = text.substr(0, colon);
    if (std::find(kKinds.begin(), kKinds.end(), name) == kKinds.end())
        refuse(text, fmt::format("there is no mask kind '{}'. There are: {}.", name, fmt::join(kKinds, ", ")));
    const Kind kind = kindFromText(name);
    ParamValues values(maskParameters(kind));
    if (colon == std::string::npos) return specFrom(kind, values);
    std::set<std::string> seen;
    for (const auto& part : split(text.substr(colon + 1), ',')) {
        const std::size_t equals = part.find('=');
        if (equals == std::string::npos) refuse(text, fmt::format("'{}' is not of the form key=value.", part), kind);
        const std::string key = part.substr(0, equals), value = part.substr(equals + 1);
        if (key != "R" && key != "acs" && key != "seed")
            refuse(text, fmt::format("'{}' is not known. There are: R, acs, seed.", key), kind);
        if (!seen.insert(key).second) refuse(text, fmt::format("'{}' is given twice.", key), kind);
        try {
            key == "acs" ? setAcs(values, kind, value) : values.setFromText(key, value);
        } catch (const ParamError& error) {
            refuse(text, error.what(), kind);
        }
    }
    return specFrom(kind, values);
}

std::string toText(const MaskSpec& spec) {
    const std::string acs = spec.acsReadout ? fmt::format("{}x{}", *spec.acsReadout, spec.acs) : std::to_string(spec.acs);
    return fmt::format("{}:R={},acs={},seed={}", toText(spec.kind), spec.acceleration, acs, spec.seed);
}

bool looksLikeMaskSpec(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::string name = text.substr(0, colon);
    if (std::find(kKinds.begin(), kKinds.end(), name) != kKinds.end()) return true;
    const std::size_t equals = colon == std::string::npos ? colon : text.find('=', colon);
    if (equals == std::string::npos || equals == colon + 1) return false;
    const auto isWord = [](const std::string& word) {
        return !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; });
    };
    return isWord(name) && isWord(text.substr(colon + 1, equals - colon - 1));
}

}  // namespace larmor::masks
