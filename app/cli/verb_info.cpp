// larmor-cli info: everything that is known of a file.

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/interrupt.h"
#include "app/cli/json_output.h"
#include "app/cli/verb.h"
#include "core/base/io/array_file.h"
#include "core/base/io/load.h"
#include "core/base/io/temporary_file.h"
#include "core/session/acquired.h"
#include "core/session/reconstruct.h"
#include "core/session/steering/recipe.h"

namespace larmor::cli {

namespace {

using nlohmann::json;

struct Options {
    InputOptions input;
    std::string recipe;
    bool asJson = false;
};

/// What was acquired of the slice in the middle; other slices are usually alike, and reading one is quick.
json acquiredOf(const Acquisition& acquisition) {
    const auto& header = acquisition.header();
    const auto slice = header.sliceCount() / 2;
    const auto kspace = acquisition.readSlice(slice);
    const auto mask = session::acquiredMaskOf(header, kspace);
    const char* pattern = mask.keepsAll() ? "all samples" : mask.isColumnwise() ? "lines along phase encode" : "samples in both directions";
    return {{"slice", slice},
            {"acceleration", session::accelerationOf(mask, header)},
            {"accelerated", session::isAccelerated(mask)},
            {"samples", mask.keptCount()},
            {"of", mask.sampleCount()},
            {"pattern", pattern},
            {"non_finite", countNonFinite(kspace.values())}};
}

json kspaceInfo(const InputOptions& input) {
    const auto acquisition = input.open();
    json info = toJson(acquisition->header());
    info["kind"] = "k-space";
    info["acquired"] = acquiredOf(*acquisition);
    return info;
}

json protocolOf(const std::string& path) {
    try {
        return io::readReconstruction(path).protocol.toJson();
    } catch (const IoError&) {
        return nullptr;  // most image files carry none
    }
}

json imageInfo(const std::string& path, const std::string& reason) {
    const auto file = io::openArrayFile(path);
    json arrays = json::array();
    for (const auto* entry : file->allEntries()) arrays.push_back({{"name", entry->name}, {"shape", entry->shape}, {"type", entry->type}});
    return {{"kind", "images"}, {"path", path}, {"format", file->format()}, {"reason", reason}, {"arrays", arrays}, {"protocol", protocolOf(path)}};
}

void printKspace(const json& info) {
    const auto line = [](const char* name, const std::string& text) {
        if (!text.empty()) fmt::print("{:<14}{}\n", name, text);
    };
    const auto matrix = [&](const char* key) { return fmt::format("{} x {} (readout x phase)", info[key]["readout"].get<long>(), info[key]["phase"].get<long>()); };
    const auto fov = [&](const char* key) {
        return info[key].is_null() ? std::string("unknown") : fmt::format("{:.4g} x {:.4g} mm", info[key]["readout_mm"].get<double>(), info[key]["phase_mm"].get<double>());
    };
    std::string dims;
    for (const auto& dim : info["image_dims"]) dims += fmt::format("{}{} {}", dims.empty() ? "" : ", ", dim["size"].get<long>(), dim["name"].get<std::string>());
    const auto& acquired = info["acquired"];
    line("File", info["path"].get<std::string>() + (info["simulated"].get<bool>() ? "  (simulated)" : ""));
    line("Format", info["format"].get<std::string>() + (info["array"].get<std::string>().empty() ? "" : ", array " + info["array"].get<std::string>()));
    const auto axes = info["dims"].get<std::string>();
    line("Axes", fmt::format("{}({}{})", axes.empty() ? "" : axes + "  ", info["dims_guessed"].get<bool>() ? "guessed: " : "", info["dims_reason"].get<std::string>()));
    line("Images", dims);
    line("Coils", std::to_string(info["coils"].get<long>()));
    line("Encoded", matrix("encoded") + ", field of view " + fov("encoded_fov"));
    line("Reconstructed", matrix("recon") + ", field of view " + fov("recon_fov"));
    line("Oversampling", fmt::format("{:g} along readout", info["readout_oversampling"].get<double>()));
    line("Filled", fmt::format("phase-encode columns {} to {}", info["phase_begin"].get<long>(), info["phase_end"].get<long>() - 1));
    line("Acquired", fmt::format("R {:.2f}, {} ({} of {}), looked at in slice {}", acquired["acceleration"].get<double>(), acquired["pattern"].get<std::string>(),
                                 acquired["samples"].get<long>(), acquired["of"].get<long>(), acquired["slice"].get<long>()));
    line("Orientation", info["geometry"]["patient"].is_null() ? "unknown" : "known");
    line("Contrast", info["contrast"].get<std::string>());
    for (const auto& [name, value] : info["facts"].items()) line("Scan", name + ": " + value.get<std::string>());
    line("Simulation", info["simulation"].get<std::string>());
    if (acquired["non_finite"].get<long>() > 0) line("Warning", fmt::format("{} samples are not finite", acquired["non_finite"].get<long>()));
    for (const auto& remark : info["notes"]) line("Note", remark.get<std::string>());
}

void printImages(const json& info) {
    fmt::print("{:<14}{}\n{:<14}{}, taken as images: {}\n", "File", info["path"].get<std::string>(), "Format", info["format"].get<std::string>(),
               info["reason"].get<std::string>());
    for (const auto& array : info["arrays"])
        fmt::print("{:<14}{} {} {}\n", "Array", array["name"].get<std::string>(), array["shape"].dump(), array["type"].get<std::string>());
    if (!info["protocol"].is_null()) fmt::print("{:<14}{}\n", "Protocol", info["protocol"].dump(2));
}

/// How a result was made, for other data.
void saveRecipe(const Options& options) {
    io::checkTarget(options.recipe);
    const auto recipe = session::recipeOf(io::readReconstruction(options.input.file).protocol);
    session::writeRecipe(options.recipe, recipe);
    if (options.asJson)
        printJson({{"output", options.recipe}, {"recipe", recipe.toJson()}});
    else
        fmt::print("{}: {}, {} on the way\n", options.recipe, recipe.method,
                   recipe.steering.empty() ? "nothing changes" : fmt::format("{} change{}", recipe.steering.size(), recipe.steering.size() == 1 ? "" : "s"));
}

void run(const Options& options, const Context& context) {
    if (options.input.file.empty()) throw UsageError("No file is given.", "Name one after 'info'.");
    const LeaveOnStop leave(context.stop);
    if (!options.recipe.empty()) return saveRecipe(options);
    const auto guess = options.input.dims.empty() ? io::guessContent(options.input.file) : io::ContentGuess{true, "the axes were given"};
    const auto info = guess.isKspace ? kspaceInfo(options.input) : imageInfo(options.input.file, guess.reason);
    if (options.asJson)
        printJson(info);
    else if (guess.isKspace)
        printKspace(info);
    else
        printImages(info);
}

}  // namespace

Verb addInfo(CLI::App& app) {
    auto* command = app.add_subcommand("info", "Tells everything that is known of a file");
    const auto options = std::make_shared<Options>();
    options->input.addTo(*command);
    command->add_option("--recipe", options->recipe, "Writes how a result was made, with what changed at which step, for recon --recipe");
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    command->footer("Examples:\n  larmor-cli info demo.h5\n  larmor-cli info kspace.npy --dims coil,readout,phase --json\n"
                    "  larmor-cli info image.h5 --recipe recipe.json\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
