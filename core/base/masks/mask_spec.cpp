// Mask rules as text and as parameters.
#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/described_param.h"
#include "core/base/masks/mask_generator.h"

namespace larmor::masks {

namespace {
constexpr std::array kKinds{"equispaced", "random", "gaussian", "poisson", "uniform", "kt-uniform", "kt-gaussian", "kt-radial"};
constexpr std::array kKindValues{Kind::Equispaced, Kind::Random,    Kind::Gaussian,   Kind::Poisson,
                                 Kind::Uniform,    Kind::KtUniform, Kind::KtGaussian, Kind::KtRadial};
constexpr double kLargestSeed = 9007199254740991.0;  // 2^53 - 1: exact in JSON
constexpr double kLargestAcceleration = 100, kLargestAcs = 4096, kLeastPartial = 0.5;

bool drawsAtRandom(Kind kind) {
    return kind != Kind::Uniform && kind != Kind::KtUniform && kind != Kind::KtRadial;
}

const char* exampleFor(Kind kind) {
    if (kind == Kind::Poisson) return "poisson:R=8,acs=24x24,seed=3";
    if (kind == Kind::KtGaussian) return "kt-gaussian:R=8,acs=20,seed=1";
    if (kind == Kind::KtRadial) return "kt-radial:R=8,acs=16x16";
    return drawsAtRandom(kind) ? "equispaced:R=4,acs=24,seed=1" : "kt-uniform:R=8,acs=20";
}

[[noreturn]] void refuse(const std::string& text, const std::string& reason, Kind kind = Kind::Equispaced) {
    throw UsageError(fmt::format("The mask '{}' cannot be read: {}", text, reason), fmt::format("For example: {}.", exampleFor(kind)));
}

ParamSpec wholeNumber(const char* name, const char* label, std::int64_t initial, double maximum, const char* unit, const char* doc) {
    auto spec = describedParam(name, label, ParamType::Integer, initial, doc);
    spec.maximum = maximum;
    spec.unit = unit;
    return spec;
}

ParamSpec fraction(const char* name, const char* label, const char* what) {
    auto spec = describedParam(
        name, label, ParamType::Real, 1.0,
        fmt::format("The fraction of the {} that is acquired; the first ones are left out, and R is relative to the rest. 1: all.", what));
    spec.minimum = kLeastPartial;
    spec.maximum = 1;
    spec.step = 0.05;
    spec.advanced = true;
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

/// In the order of the text; the height of a block has none of its own.
std::vector<std::string> keysOf(Kind kind) {
    if (drawsAtRandom(kind)) return {"R", "acs", "seed", "pf", "pf_readout"};
    return {"R", "acs", "pf", "pf_readout"};
}

/// "24x16" is height x width, as in a matrix of readout x phase encode.
void setAcs(ParamValues& values, Kind kind, const std::string& value) {
    const auto sizes = split(value, 'x');
    if (!hasBlock(kind) || sizes.size() != 2) return values.setFromText("acs", value);
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

std::span<const Kind> allKinds() {
    return kKindValues;
}

bool hasBlock(Kind kind) {
    return kind == Kind::Poisson || kind == Kind::KtRadial;
}

bool changesInTime(Kind kind) {
    return kind == Kind::KtUniform || kind == Kind::KtGaussian || kind == Kind::KtRadial;
}

bool countsAcs(Kind kind) {
    return kind != Kind::Uniform && !changesInTime(kind);
}

ParamList maskParameters(Kind kind) {
    const MaskSpec initial;
    auto r = describedParam("R", "Acceleration R", ParamType::Real, initial.acceleration,
                            countsAcs(kind) ? "All samples divided by those that are kept, the ACS counted."
                                            : "Of what is chosen outside the ACS, which comes on top: what is achieved is lower.");
    r.minimum = 1;
    r.maximum = kLargestAcceleration;
    r.step = 0.5;
    const bool block = hasBlock(kind);
    ParamList list{std::move(r),
                   wholeNumber("acs", block ? "ACS width" : "ACS lines", initial.acs, kLargestAcs, block ? "samples" : "lines",
                               block ? "Edge of the fully sampled block in the centre of k-space, along phase encode."
                                     : "Fully sampled lines in the centre of k-space.")};
    if (block)
        list.push_back(
            wholeNumber("acs_readout", "ACS height", 0, kLargestAcs, "samples", "Edge of that block along readout; 0: the same."));
    if (drawsAtRandom(kind))
        list.push_back(wholeNumber("seed", "Seed", static_cast<std::int64_t>(initial.seed), kLargestSeed, "",
                                   "Another seed gives another mask of the same kind; the same seed gives the same mask."));
    list.push_back(fraction("pf", "Partial Fourier", "phase-encode lines"));
    list.push_back(fraction("pf_readout", "Partial echo", "samples of each readout"));
    return list;
}

MaskSpec specFrom(Kind kind, const ParamValues& values) {
    MaskSpec spec{kind, values.real("R"), values.integer("acs"), std::nullopt, 1, values.real("pf"), values.real("pf_readout")};
    if (drawsAtRandom(kind)) spec.seed = static_cast<std::uint64_t>(values.integer("seed"));
    if (!hasBlock(kind)) return spec;
    const std::int64_t height = values.integer("acs_readout");
    if (height != 0 && height != spec.acs) spec.acsReadout = height;
    return spec;
}

ParamValues valuesFrom(const MaskSpec& spec) {
    ParamValues values(maskParameters(spec.kind));
    values.set("R", spec.acceleration);
    values.set("acs", spec.acs);
    if (drawsAtRandom(spec.kind)) values.set("seed", static_cast<std::int64_t>(spec.seed));
    if (hasBlock(spec.kind) && spec.acsReadout) values.set("acs_readout", *spec.acsReadout);
    values.set("pf", spec.partialPhase);
    values.set("pf_readout", spec.partialReadout);
    return values;
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
        const auto keys = keysOf(kind);
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            refuse(text, fmt::format("'{}' is not known. There are: {}.", key, fmt::join(keys, ", ")), kind);
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
    std::string text = fmt::format("{}:R={},acs={}", toText(spec.kind), spec.acceleration, acs);
    if (drawsAtRandom(spec.kind)) text += fmt::format(",seed={}", spec.seed);
    if (spec.partialPhase != 1) text += fmt::format(",pf={}", spec.partialPhase);
    if (spec.partialReadout != 1) text += fmt::format(",pf_readout={}", spec.partialReadout);
    return text;
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
