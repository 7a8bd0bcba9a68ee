// A protocol as the command that repeats it, and as BART's nearest equivalent.

#include <filesystem>

#include <fmt/format.h>

#include "core/session/engine_host.h"
#include "core/session/prior_choice.h"
#include "core/session/reconstruct.h"
#include "core/session/shell_quote.h"
#include "core/session/slices_text.h"

namespace larmor::session {

namespace {

constexpr const char* kDrawnMaskFile = "mask.npy";
constexpr const char* kRecipeFile = "recipe.json";

const PluginManifest* knownMethod(const std::string& id) {
    for (const auto* method : plugins().methods())
        if (method->id == id) return method;
    return nullptr;
}

bool usesMaps(const PluginManifest& method, const nlohmann::json& parameters) {
    return method.needsMaps(ParamValues::fromJson(method.params, parameters));
}

std::string valueText(const nlohmann::json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// Parameters as " --set name=value", in the form that parses back to the same value.
std::string assignments(const char* flag, const nlohmann::json& values, const ParamList* specs) {
    std::string text;
    if (!values.is_object()) return text;
    std::optional<ParamValues> checked;
    if (specs) checked = ParamValues::fromJson(*specs, values);
    for (const auto& [name, value] : values.items())
        text += fmt::format(" {} {}", flag, shellQuoted(name + "=" + (checked ? checked->text(name) : valueText(value))));
    return text;
}

/// Source with what is needed to understand it in the same way.
std::string sourceText(const Protocol& protocol) {
    std::string text = shellQuoted(protocol.source);
    const bool ownOrder = protocol.sourceFormat.find("fastMRI") != std::string::npos;
    if (!protocol.sourceArray.empty() && !ownOrder) text += " --array " + shellQuoted(protocol.sourceArray);
    if (!protocol.sourceDims.empty() && !ownOrder) text += " --dims " + shellQuoted(protocol.sourceDims);
    return text;
}

std::string maskText(const Protocol& protocol) {
    if (protocol.mask.empty()) return {};
    return " --mask " + shellQuoted(protocol.mask == kDrawnMask ? kDrawnMaskFile : protocol.mask);
}

std::string coilsText(const CoilPreparation& coils) {
    std::string text;
    if (coils.whitening != Whitening::None) text += " --whiten " + toText(coils.whitening);
    if (coils.virtualCoils > 0) text += fmt::format(" --coils {} --compression {}", coils.virtualCoils, toText(coils.compression));
    return coils.virtualConjugates ? text + " --virtual-conjugates" : text;
}

std::string drawnMaskNote(const Protocol& protocol) {
    return protocol.mask == kDrawnMask ? fmt::format("  # {}: the edited mask, saved from the mask panel", kDrawnMaskFile) : std::string();
}

std::string recipeNote(const Protocol& protocol, const std::string& output) {
    if (protocol.steering.empty()) return {};
    return fmt::format("  # {}: larmor-cli info {} --recipe {}", kRecipeFile, shellQuoted(output), kRecipeFile);
}

/// Prior and values by name; where values changed on the way, the recipe holds them, all but the place of a prior that has no name.
std::string valuesText(const Protocol& protocol, const PluginManifest* method) {
    const bool steered = !protocol.steering.empty();
    std::string text;
    if (const auto& prior = protocol.prior) {
        if (!steered || !prior->file.empty()) text += " --prior " + shellQuoted(prior->file.empty() ? prior->name : prior->file);
        if (!steered) text += " --contrast " + shellQuoted(prior->contrast.empty() ? kNoContrast : prior->contrast);
    }
    return steered ? text : text + assignments("--set", protocol.parameters, method ? &method->params : nullptr);
}

/// "{name?yes:no}" becomes one of its two texts.
void fillSwitch(std::string& command, const std::string& name, bool value) {
    const auto opening = "{" + name + "?";
    for (auto at = command.find(opening); at != std::string::npos; at = command.find(opening)) {
        const auto colon = command.find(':', at), end = command.find('}', at);
        if (colon == std::string::npos || end == std::string::npos || colon > end) return;
        const auto yes = command.substr(at + opening.size(), colon - at - opening.size()), no = command.substr(colon + 1, end - colon - 1);
        command.replace(at, end + 1 - at, value ? yes : no);
    }
}

/// The sidecar's template with its parameters. It names its files "kspace", "maps" and, last, "image".
std::string filledTemplate(const PluginManifest& method, const nlohmann::json& parameters, const std::string& image) {
    constexpr std::string_view kImage = "image";
    std::string command = method.bart;
    if (command.ends_with(kImage)) command.replace(command.size() - kImage.size(), kImage.size(), image);
    const auto values = ParamValues::fromJson(method.params, parameters);
    for (const auto& spec : method.params) {
        if (spec.type == ParamType::Boolean) fillSwitch(command, spec.name, values.boolean(spec.name));
        const auto place = "{" + spec.name + "}";
        for (auto at = command.find(place); at != std::string::npos; at = command.find(place)) command.replace(at, place.size(), values.text(spec.name));
    }
    return command;
}

std::string ecalibCommand(const nlohmann::json& mapParameters) {
    const auto options = espiritOptionsFrom(ParamValues::fromJson(espiritParameters(), mapParameters));
    constexpr std::int64_t kAutomatic = 32;  // as large as the centre, up to this
    return fmt::format("bart ecalib -m{} -r{} -k{} -t{} -c{}{} kspace maps", options.sets,
                       options.calibrationSize == 0 ? kAutomatic : options.calibrationSize, options.kernelSize, options.threshold, options.crop,
                       options.softSense ? " -S" : "");
}

/// Maps as BART finds them: estimated by itself, or given as a cfl pair. Empty where neither can be written as a command.
std::string mapsCommand(const Protocol& protocol) {
    if (protocol.maps.empty()) return ecalibCommand(protocol.mapParameters);
    const std::filesystem::path maps(protocol.maps);
    if (maps.extension() != ".cfl" && maps.extension() != ".hdr") return {};
    return "bart copy " + shellQuoted(std::filesystem::path(maps).replace_extension().string()) + " maps";
}

/// On odd sizes BART's pics places the image a pixel further than its own, and our, centred transform does.
std::string oddSizeNote(const Matrix& encoded) {
    std::vector<std::string> odd;
    if (encoded.readout % 2 != 0) odd.push_back(fmt::format("readout ({} samples)", encoded.readout));
    if (encoded.phase % 2 != 0) odd.push_back(fmt::format("phase encode ({} samples)", encoded.phase));
    if (odd.empty()) return {};
    return fmt::format("\n# BART's pics shifts odd sizes: its image lies one pixel further along {}.", fmt::join(odd, " and "));
}

/// The k-space that BART is given has prepared coils already; what makes the same in BART, and where it differs.
std::string coilNotes(const Protocol& protocol) {
    const auto& coils = protocol.coils;
    std::string notes;
    if (coils.whitening != Whitening::None) notes += "\n# Larmor has whitened the coils; in BART: bart whiten kspace noise whitened.";
    if (coils.virtualCoils > 0)
        notes += fmt::format("\n# Larmor has compressed the coils; in BART: bart cc -p{} -{} kspace compressed.", coils.virtualCoils,
                             coils.compression == CoilCompression::Svd ? "S" : "G");
    if (coils.virtualConjugates) notes += "\n# BART takes what only the conjugate coils, or only the real ones, hold as measured zeros of the others.";
    if (protocol.maps.empty() && espiritOptionsFrom(ParamValues::fromJson(espiritParameters(), protocol.mapParameters)).sets > 1)
        notes += "\n# BART's image has a dimension for the sets of maps; Larmor's is their root sum of squares, and wavelets shrink both sets together.";
    return notes;
}

/// What BART's command leaves out, as comment lines of a shell.
std::string bartNotes(const Protocol& protocol, const PluginManifest& method, const std::optional<Matrix>& encoded) {
    std::string notes;
    const auto values = ParamValues::fromJson(method.params, protocol.parameters);
    for (const auto& spec : method.params)
        if (method.bart.find("{" + spec.name + "}") == std::string::npos && method.bart.find("{" + spec.name + "?") == std::string::npos)
            notes += fmt::format("\n# {}={} is left out: BART has no such option.", spec.name, values.text(spec.name));
    if (!protocol.fullFov) notes += "\n# BART's image keeps the encoded matrix: readout oversampling is not cropped.";
    if (encoded) notes += oddSizeNote(*encoded);
    notes += coilNotes(protocol);
    if (protocol.mask == kDrawnMask) notes += fmt::format("\n# {}: the edited mask, saved from the mask panel.", kDrawnMaskFile);
    return notes;
}

std::string joined(const std::vector<std::string>& parts, const char* separator) { return fmt::format("{}", fmt::join(parts, separator)); }

}  // namespace

std::string asCommandLine(const Protocol& protocol, const std::string& output) {
    const auto* method = knownMethod(protocol.method);
    const auto mapSpecs = espiritParameters();
    std::string text = "larmor-cli recon " + sourceText(protocol);
    text += (protocol.steering.empty() ? " --method " + shellQuoted(protocol.method) : fmt::format(" --recipe {}", kRecipeFile)) + maskText(protocol) + coilsText(protocol.coils);
    if (!protocol.slices.empty()) text += " --slices " + slicesText(protocol.slices);
    text += valuesText(protocol, method);
    if (!protocol.maps.empty())
        text += " --maps " + shellQuoted(protocol.maps);
    else if (!method || usesMaps(*method, protocol.parameters))
        text += (protocol.calibration.empty() ? "" : " --calibration " + shellQuoted(protocol.calibration)) + assignments("--map-set", protocol.mapParameters, &mapSpecs);
    if (protocol.steering.empty()) text += fmt::format(" --seed {}", protocol.seed);
    if (protocol.threads > 0) text += fmt::format(" --threads {}", protocol.threads);
    if (protocol.device != "cpu" && !protocol.device.empty()) text += " --device " + shellQuoted(protocol.device);
    if (protocol.fullFov) text += " --full-fov";
    if (protocol.reduction > 1) text += fmt::format(" --reduce {}", protocol.reduction);
    return text + " -o " + shellQuoted(output) + drawnMaskNote(protocol) + recipeNote(protocol, output);
}

std::string asBartCommand(const Protocol& protocol, const std::optional<Matrix>& encoded) {
    const auto* method = knownMethod(protocol.method);
    if (!method || method->bart.empty() || protocol.reduction > 1 || !protocol.calibration.empty()) return {};
    const bool loop = protocol.slices.size() > 1;
    const std::string slice = loop ? "$s" : slicesText(protocol.slices);
    const std::string image = loop ? "image_$s" : "image";
    std::vector<std::string> steps;
    steps.push_back("larmor-cli kspace " + sourceText(protocol) + maskText(protocol) + coilsText(protocol.coils) + (slice.empty() ? "" : " --slices " + slice) + " -o kspace.cfl");
    const bool maps = usesMaps(*method, protocol.parameters);
    if (maps) {
        steps.push_back(mapsCommand(protocol));
        if (steps.back().empty()) return {};
    }
    steps.push_back("bart " + filledTemplate(*method, protocol.parameters, image));
    const auto notes = bartNotes(protocol, *method, encoded);
    if (!loop) return joined(steps, " && ") + notes;
    std::vector<std::string> numbers;
    for (const auto number : protocol.slices) numbers.push_back(std::to_string(number));
    return fmt::format("for s in {}; do {}; done{}", joined(numbers, " "), joined(steps, " && "), notes);
}

}  // namespace larmor::session
