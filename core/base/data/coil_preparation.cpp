#include "core/base/data/coil_preparation.h"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/described_param.h"
#include "core/base/error.h"

namespace larmor {

namespace {
constexpr std::array kWhitenings{"none", "noise-scan", "edge"};
constexpr std::array kCompressions{"svd", "geometric"};

template <class Enum, class Names>
Enum named(const Names& names, const std::string& text, const char* what) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (text == names[i]) return static_cast<Enum>(i);
    throw UsageError(fmt::format("There is no {} '{}'.", what, text), fmt::format("There are: {}.", fmt::join(names, ", ")));
}

template <class T>
T field(const nlohmann::json& json, const char* name) {
    try {
        return json.at(name).get<T>();
    } catch (const nlohmann::json::exception&) {
        throw InputError(fmt::format("'{}' of the protocol's coil preparation is missing or of the wrong type.", name));
    }
}
}  // namespace

std::string toText(Whitening whitening) {
    return kWhitenings.at(static_cast<std::size_t>(whitening));
}

std::string toText(CoilCompression compression) {
    return kCompressions.at(static_cast<std::size_t>(compression));
}

Whitening whiteningFromText(const std::string& text) {
    return named<Whitening>(kWhitenings, text, "source of noise");
}

CoilCompression coilCompressionFromText(const std::string& text) {
    return named<CoilCompression>(kCompressions, text, "coil compression");
}

ParamList coilPreparationParameters() {
    const CoilPreparation initial;
    auto whitening = describedParam("whitening", "Whiten", ParamType::Choice, toText(initial.whitening),
                          "Makes the noise of the coils equal and independent, as a noise scan or the edge of k-space tells it.");
    whitening.choices = {kWhitenings.begin(), kWhitenings.end()};
    auto coils = describedParam("virtual_coils", "Virtual coils", ParamType::Integer, initial.virtualCoils, "Coils after compression; 0: all stay as they are.");
    coils.maximum = 1024;
    auto compression = describedParam("compression", "Compression", ParamType::Choice, toText(initial.compression),
                            "One mixture of coils for all samples (svd), or one for each place along the readout (geometric).");
    compression.choices = {kCompressions.begin(), kCompressions.end()};
    auto conjugates = describedParam("virtual_conjugates", "Virtual conjugates", ParamType::Boolean, initial.virtualConjugates,
                           "Adds the conjugate of each coil's mirrored k-space as further coils: the phase of the object then tells more.");
    compression.advanced = conjugates.advanced = true;
    return {whitening, coils, compression, conjugates};
}

nlohmann::json CoilPreparation::toJson() const {
    return {{"whitening", toText(whitening)},
            {"virtual_coils", virtualCoils},
            {"compression", toText(compression)},
            {"virtual_conjugates", virtualConjugates}};
}

CoilPreparation CoilPreparation::fromJson(const nlohmann::json& json) {
    CoilPreparation preparation;
    try {
        preparation.whitening = whiteningFromText(field<std::string>(json, "whitening"));
        preparation.compression = coilCompressionFromText(field<std::string>(json, "compression"));
    } catch (const UsageError& error) {
        throw InputError(error.what());
    }
    preparation.virtualCoils = field<std::int64_t>(json, "virtual_coils");
    preparation.virtualConjugates = field<bool>(json, "virtual_conjugates");
    if (preparation.virtualCoils < 0) throw InputError("'virtual_coils' of the protocol's coil preparation is negative.");
    return preparation;
}

}  // namespace larmor
