// larmor-cli recon: k-space to image.

#include <algorithm>

#include <fmt/format.h>

#include "app/cli/auto_options.h"
#include "app/cli/cohort_options.h"
#include "app/cli/coil_options.h"
#include "app/cli/common_options.h"
#include "app/cli/reconstruct_to.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/session/bad_lines.h"
#include "core/session/engine_host.h"
#include "core/session/reconstruct.h"
#include "core/session/steering/recipe.h"

namespace larmor::cli {

namespace {

struct Options {
    InputOptions input;
    ResultOptions result;
    CohortOptions cohort;
    AutoOptions tuning;
    CoilOptions coils;
    std::string withoutLines;
    std::string method = "zero-filled", mask, maps, calibration, slices, prior, contrast, device = "cpu", recipe;
    std::vector<std::string> assignments, mapAssignments;
    std::int64_t seed = 1, samples = 0, reduction = 1;
    bool fullFov = false, helpParameters = false;
    const CLI::Option *methodOption = nullptr, *seedOption = nullptr;  ///< tell what was given
};

/// --samples is --set samples=N for the methods that draw some.
std::vector<std::string> assignmentsOf(const Options& options) {
    auto assignments = options.assignments;
    if (options.samples > 0) assignments.push_back(fmt::format("samples={}", options.samples));
    return assignments;
}

void takePrior(const Options& options, session::ReconstructionRequest& request) {
    if (options.prior.empty() && !options.contrast.empty()) throw UsageError("A contrast is given, but no prior.", "Add --prior.");
    if (!options.prior.empty()) request.prior = session::PriorRequest{options.prior, options.contrast, {}};
    request.chosenParameters.emplace();
    for (const auto& text : assignmentsOf(options)) request.chosenParameters->push_back(splitAssignment(text).first);
}

/// The values of a recipe, and on top what it leaves alone.
void takeRecipe(const Options& options, session::ReconstructionRequest& request) {
    auto recipe = session::readRecipe(options.recipe);
    if (options.methodOption->count() > 0 && options.method != recipe.method)
        throw UsageError(fmt::format("The recipe is of the method '{}', not '{}'.", recipe.method, options.method), "Leave --method out.");
    const auto steered = session::steeredParameters(recipe);
    for (const auto& text : assignmentsOf(options)) {
        const auto name = splitAssignment(text).first;
        if (std::find(steered.begin(), steered.end(), name) != steered.end())
            throw UsageError(fmt::format("The recipe changes '{}' on the way; it cannot be set on top.", name), "Leave it out, or edit the recipe.");
    }
    if (options.seedOption->count() > 0) recipe.seed = options.seed;
    request.prior = session::PriorRequest{options.prior, options.contrast, {}};
    if (!recipe.prior && (!options.prior.empty() || !options.contrast.empty()))
        throw UsageError("The recipe uses no diffusion prior.", "Leave --prior and --contrast out.");
    if (!recipe.prior) request.prior.reset();
    session::apply(recipe, request);
    for (const auto& text : assignmentsOf(options)) {
        const auto [name, value] = splitAssignment(text);
        request.parameters.setFromText(name, value);
    }
}

void takeMethod(const Options& options, session::ReconstructionRequest& request) {
    request.method = options.method;
    request.parameters = parameterValues(session::plugins().method(options.method).params, assignmentsOf(options));
    request.seed = options.seed;
    takePrior(options, request);
}

/// All but the scan and its slices.
session::ReconstructionRequest requestWithoutScan(const Options& options) {
    session::ReconstructionRequest request;
    request.coils = options.coils.preparation();
    if (options.recipe.empty())
        takeMethod(options, request);
    else
        takeRecipe(options, request);
    request.mapParameters = parameterValues(espiritParameters(), options.mapAssignments);
    request.mask = session::MaskChoice::fromText(options.mask);
    request.mapsFile = options.maps;
    request.calibrationFile = options.calibration;
    request.fullFov = options.fullFov;
    request.reduction = options.reduction;
    request.device = options.device;
    request.threads = options.result.run.threads;
    return request;
}

session::ReconstructionRequest withScan(session::ReconstructionRequest request, AcquisitionPtr scan, const Options& options) {
    request.acquisition = std::move(scan);
    request.slices = slicesFrom(options.slices, request.acquisition->header());
    return request;
}

session::ReconstructionRequest requestFrom(const Options& options) {
    options.input.require();
    auto request = requestWithoutScan(options);
    options.result.check(options.input.file);
    options.tuning.check(options.input.file);
    return withScan(std::move(request), options.input.open(), options);
}

void runCohort(const Options& options, const Context& context) {
    if (options.tuning.wanted()) throw UsageError("--auto chooses a value for one file.", "Reconstruct the files one by one, or set the value for all of them.");
    if (options.result.pngBits != 8) throw UsageError("--bits is of the picture of one file.", "Reconstruct the files one by one.");
    const auto request = requestWithoutScan(options);
    const auto ask = [&](AcquisitionPtr scan) {
        auto asked = withScan(request, std::move(scan), options);
        if (!options.withoutLines.empty()) asked = session::withoutLines(std::move(asked), options.withoutLines, {context.stop, &silentProgress()}).request;
        return asked;
    };
    options.cohort.reconstruct(options.input, options.result, ask, context);
}

void helpParameters(const std::string& id) {
    const auto& method = session::plugins().method(id);
    fmt::print("{}: {}\n\nParameters (--set):\n{}", method.name, method.summary, describe(method.params));
    // Whatever the values: with others of its parameters the method may need maps.
    if (method.needsMaps()) fmt::print("\nCoil maps (--map-set):\n{}", describe(espiritParameters()));
}

void leaveLinesOut(const Options& options, session::ReconstructionRequest& request, const Context& context) {
    TerminalProgress progress(options.result.run.quiet);
    options.result.run.apply();
    auto left = session::withoutLines(std::move(request), options.withoutLines, {context.stop, &progress});
    progress.clear();
    for (const auto& sentence : left.notes) note(sentence);
    if (left.notes.empty()) note("all lines fit to each other; none is left out.");
    request = std::move(left.request);
}

void run(const Options& options, const Context& context) {
    if (options.helpParameters) return helpParameters(options.method);
    if (options.cohort.wanted(options.input.file)) return runCohort(options, context);
    auto request = requestFrom(options);
    noteOrigin(request.acquisition->header());
    if (!options.withoutLines.empty()) leaveLinesOut(options, request, context);
    if (options.tuning.wanted() && options.reduction > 1) throw UsageError("--auto needs the full size.", "Leave --reduce out.");
    if (options.tuning.wanted()) request = options.tuning.apply(std::move(request), options.result.run.quiet, context);
    (void)reconstructTo(options.result, request, context);
}

}  // namespace

Verb addRecon(CLI::App& app) {
    auto* command = app.add_subcommand("recon", "Reconstructs images");
    const auto options = std::make_shared<Options>();
    options->input.addTo(*command);
    options->cohort.addTo(*command);
    options->methodOption = command->add_option("--method", options->method, "zero-filled, cg-sense, l1-wavelet or another of 'larmor-cli methods'")->capture_default_str();
    command->add_option("--recipe", options->recipe, "Method, values, what changes at which step, prior and seed as 'larmor-cli info RESULT --recipe FILE' wrote them");
    command->add_option("--mask", options->mask, "KIND:R=4,acs=24,seed=1 (equispaced, random, gaussian, poisson, uniform, kt-uniform, kt-gaussian, kt-radial; pf=0.75) or a file; all acquired samples where it is not given");
    command->add_option("--maps", options->maps, "Coil maps; estimated from the samples that the mask keeps where it is not given");
    command->add_option("--without-lines", options->withoutLines,
                        "Lines of phase encode to leave out, such as 12,57 counted from 0, or auto: those that 'larmor-cli lines' finds, and spikes");
    addCalibration(*command, options->calibration);
    options->coils.addTo(*command);
    command->add_option("--slices", options->slices, "Such as 3, 0-9 or 0,4,7-9, counted from 0; all where it is not given");
    addRepeatable(*command, "--set", options->assignments, "A parameter of the method, name=value; repeatable");
    addRepeatable(*command, "--map-set", options->mapAssignments, "An option of the coil map estimation, name=value; repeatable");
    command->add_option("--prior", options->prior, "Diffusion prior: a name of 'larmor-cli priors' or a .safetensors file");
    command->add_option("--contrast", options->contrast, "Contrast class of the prior, or none; the file's own where it is not given");
    command->add_option("--samples", options->samples, "Posterior samples to draw; the result is their mean, with their spread beside it")->check(CLI::Range(1, 64));
    options->tuning.addTo(*command);
    command->add_flag("--help-parameters", options->helpParameters, "Lists the parameters of the method");
    command->add_flag("--full-fov", options->fullFov, "Keep readout oversampling and the encoded matrix");
    options->seedOption = command->add_option("--seed", options->seed, "For methods that draw random numbers")->capture_default_str();
    addReduce(*command, options->reduction);
    addDevice(*command, options->device);
    options->result.addTo(*command);
    command->footer("Examples:\n  larmor-cli recon demo.h5 --method zero-filled -o image.png --slices 9\n"
                    "  larmor-cli recon demo.h5 --method cg-sense --mask equispaced:R=4,acs=24,seed=1 --set iterations=20 -o image.h5\n"
                    "  larmor-cli recon demo.h5 --method l1-wavelet --mask mask.npy --maps maps.cfl --slices 0-9 --set lambda=0.002 -o image.npy\n"
                    "  larmor-cli recon demo.h5 --method cg-sense --mask equispaced:R=4,acs=24 --whiten edge --coils 4 -o image.h5\n"
                    "  larmor-cli recon demo.h5 --method dps --prior brain --contrast T1 --mask random:R=4,acs=24,seed=1 --samples 8 -o image.h5\n"
                    "  larmor-cli recon other.h5 --recipe recipe.json --mask random:R=4,acs=24,seed=1 -o image.h5\n"
                    "  larmor-cli recon demo.h5 --method l1-wavelet --mask random:R=4,acs=24,seed=1 --auto lambda --auto-plot lambda.svg -o image.h5\n"
                    "  larmor-cli recon scans/ --method l1-wavelet --mask random:R=4,acs=24,seed=1 --jobs 2 -o out/\n"
                    "  larmor-cli recon --method l1-wavelet --help-parameters\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
