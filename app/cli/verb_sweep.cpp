// larmor-cli sweep: methods x parameters x masks on the same scans, as one table.

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "app/cli/coil_options.h"
#include "app/cli/common_options.h"
#include "app/cli/json_output.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/session/engine_host.h"
#include "core/session/packed_scan.h"
#include "core/session/reduced_scan.h"
#include "core/session/sweep.h"
#include "core/session/sweep_picture.h"

namespace larmor::cli {

namespace {

struct Options {
    std::vector<std::string> files, masks, methods, axes, mapAssignments, priors, packContrasts;
    std::string dims, array, slices, maps, calibration, contrast, scale = "none", output, picture, pack, split = "validate", device = "cpu";
    std::string reference = "rss";
    session::PackedScanOptions packed;
    std::int64_t seed = 1, reduction = 1, jobs = 0;
    bool resume = false, asJson = false;
    CoilOptions coils;
    RunOptions run;
};

std::vector<session::SweepScan> scansOf(const Options& options) {
    std::vector<session::SweepScan> scans;
    for (const auto& file : options.files) {
        session::SweepScan scan;
        scan.name = std::filesystem::path(file).filename().string();
        scan.acquisition = InputOptions{file, options.dims, options.array}.open();
        scan.slices = slicesFrom(options.slices, scan.acquisition->header());
        scan.mapsFile = options.maps;
        scan.calibrationFile = options.calibration;
        scan.contrast = options.contrast;
        scans.push_back(std::move(scan));
    }
    if (options.pack.empty()) return scans;
    auto packed = options.packed;
    packed.split = io::splitFromText(options.split);
    packed.contrasts = options.packContrasts;
    for (auto& scan : session::packedScans(*io::openTrainingPack(options.pack), packed)) scans.push_back(std::move(scan));
    return scans;
}

/// "pnp.lambda=0.1/0.2" -> values of a parameter, by method.
std::map<std::string, std::vector<session::SweepAxis>> axesOf(const Options& options) {
    std::map<std::string, std::vector<session::SweepAxis>> axes;
    for (const auto& text : options.axes) {
        const auto [name, values] = splitAssignment(text);
        const auto dot = name.find('.');
        if (dot == std::string::npos || std::find(options.methods.begin(), options.methods.end(), name.substr(0, dot)) == options.methods.end())
            throw UsageError(fmt::format("'{}' names no parameter of a method of this sweep.", name), "Write METHOD.NAME=VALUE/VALUE, such as pnp.lambda=0.1/0.2.");
        axes[name.substr(0, dot)].push_back({name.substr(dot + 1), splitValues(values)});
    }
    return axes;
}

std::vector<session::SweepMethod> methodsOf(const Options& options) {
    auto axes = axesOf(options);
    std::vector<session::SweepMethod> methods;
    for (const auto& id : options.methods) {
        if (!session::plugins().method(id).needsPrior()) {
            methods.push_back({id, {}, axes[id]});
            continue;
        }
        if (options.priors.empty()) throw UsageError(fmt::format("The method '{}' needs a prior.", id), "Add --prior.");
        for (const auto& prior : options.priors) methods.push_back({id, prior, axes[id]});
    }
    return methods;
}

session::SweepRequest requestFrom(const Options& options) {
    if (options.files.empty() && options.pack.empty()) throw UsageError("There is nothing to reconstruct.", "Name k-space files, or a training pack by --pack.");
    if (options.methods.empty()) throw UsageError("No method is named.", "Add --method, such as --method pnp --method l1-wavelet.");
    session::SweepRequest request;
    request.methods = methodsOf(options);
    for (const auto& mask : options.masks) request.masks.push_back(session::MaskChoice::fromText(mask));
    if (request.masks.empty()) request.masks.emplace_back();
    request.mapParameters = parameterValues(espiritParameters(), options.mapAssignments);
    request.coils = options.coils.preparation();
    request.scale = options.scale == "ls" ? metrics::Scale::LeastSquares : metrics::Scale::None;
    request.reference = options.reference == "mvue" ? Combination::Mvue : Combination::Rss;
    request.device = options.device;
    request.seed = options.seed;
    request.reduction = options.reduction;
    request.threads = options.run.threads;
    request.jobs = options.jobs;
    request.scans = scansOf(options);
    return request;
}

void write(const std::string& output, const session::SweepTable& table) {
    if (output.ends_with(".csv"))
        session::writeSweepCsv(output, table);
    else
        session::writeSweep(output, table);
}

void print(const session::SweepTable& table) {
    const auto& cells = table.cells;
    if (table.reduction() > 1) fmt::print("At {}, against references of that size.\n", session::sizeText(table.reduction()));
    fmt::print("{:<10}{:<34}{:<12}{:>6}{:>9}{:>8}{:>8}{:>10}{:>7}{:>7}  {}\n", "contrast", "mask", "method", "R", "NRMSE", "PSNR", "SSIM", "PSNR obj.", "s", "cells",
               "best values");
    for (const auto& row : session::bestOf(cells))
        fmt::print("{:<10}{:<34}{:<12}{:>6.2f}{:>9.4f}{:>8.2f}{:>8.4f}{:>10.2f}{:>7.1f}{:>7}  {}{}\n", row.contrast, row.mask.empty() ? "all samples" : row.mask, row.method,
                   row.acceleration, row.whole.nrmse, row.whole.psnr, row.whole.ssim, row.object.psnr, row.seconds, row.cells, session::variedText(row.varied),
                   row.candidates > 1 ? fmt::format(" (best of {})", row.candidates) : "");
    for (const auto& cell : cells)
        if (!cell.failure.empty()) fmt::print("Failed: {}, {}, {} {}: {}\n", cell.scan, cell.mask, cell.method, session::variedText(cell.varied), cell.failure);
}

void printTable(const Options& options, const session::SweepTable& table) {
    if (!options.asJson) return print(table);
    nlohmann::json list = nlohmann::json::array();
    for (const auto& cell : table.cells) list.push_back(cell.toJson());
    printJson({{"output", options.output}, {"settings", table.settings}, {"cells", list}});
}

/// @throws InputError where there are cells without numbers
void checkAllMade(const Options& options, const session::SweepTable& table) {
    const auto failed = std::count_if(table.cells.begin(), table.cells.end(), [](const auto& cell) { return !cell.failure.empty(); });
    if (failed > 0)
        throw InputError(fmt::format("{} of {} cells could not be reconstructed; {} says why.", failed, table.cells.size(), options.output),
                         options.output.ends_with(".json") ? "The same command with --resume tries them again, and only them."
                                                           : "A table in .json can be gone on with by --resume.");
}

void run(const Options& options, const Context& context) {
    checkOutput(options.output, options.files.empty() ? options.pack : options.files.front(), {".json", ".csv"});
    if (!options.picture.empty()) checkOutput(options.picture, options.output, {".svg"});
    options.run.apply();
    session::SweepTable table;
    if (options.resume) {
        if (!options.output.ends_with(".json")) throw UsageError("Only a table in .json can be gone on with.", "Give -o NAME.json.");
        if (std::filesystem::exists(options.output)) table = session::readSweep(options.output);
    }
    const auto request = requestFrom(options);
    TerminalProgress progress(options.run.quiet);
    session::SweepPicture picture;
    const auto onMade = [&](const session::SweepMade& made) {
        if (!options.picture.empty()) picture.add(made);
    };
    table = session::sweep(
        request, {context.stop, &progress}, std::move(table), [&](const session::SweepTable& sofar) { write(options.output, sofar); },
        onMade);
    write(options.output, table);
    if (!options.picture.empty()) picture.save(options.picture, table.cells, session::recordOf(request, context.stop));
    progress.clear();
    printTable(options, table);
    checkAllMade(options, table);
}

void addPackOptions(CLI::App& command, Options& options) {
    command.add_option("--pack", options.pack, "Training pack: its images become simulated scans");
    command.add_option("--split", options.split, "Split of the pack: train, validate or test")->capture_default_str();
    command.add_option("--images", options.packed.images, "Images of the pack, of each contrast; 0: all")->capture_default_str()->check(CLI::Range(0, 100000));
    command.add_option("--only", options.packContrasts, "Contrasts of the pack; all where it is not given")->take_all()->type_size(1)->allow_extra_args(false);
    command.add_option("--coils", options.packed.simulation.coils, "Simulated coils")->capture_default_str();
    command.add_option("--snr", options.packed.simulation.snr, "Of the simulation, as in 'larmor-cli simulate'")->capture_default_str();
    command.add_option("--tissue-phase", options.packed.simulation.tissuePhase, "Of the simulation, as in 'larmor-cli simulate'")->capture_default_str();
}

}  // namespace

Verb addSweep(CLI::App& app) {
    auto* command = app.add_subcommand("sweep", "Scores methods over parameters and masks, as one table");
    const auto options = std::make_shared<Options>();
    options->packed.simulation.coils = 8;
    options->packed.simulation.readoutOversampling = 1;
    const auto repeatable = [&](const char* name, std::vector<std::string>& texts, const char* help) {
        command->add_option(name, texts, help)->take_all()->type_size(1)->allow_extra_args(false);
    };
    command->add_option("FILES", options->files, "Fully sampled k-space");
    command->add_option("--dims", options->dims, "Order of the dimensions of every file, as in 'larmor-cli recon'");
    command->add_option("--array", options->array, "Array of every file, where it holds several");
    command->add_option("--slices", options->slices, "Of every file, such as 3 or 0-9; all where it is not given");
    command->add_option("--maps", options->maps, "Coil maps; estimated from the samples that each mask keeps where it is not given");
    addCalibration(*command, options->calibration);
    repeatable("--mask", options->masks, "As in 'larmor-cli recon'; repeatable");
    repeatable("--method", options->methods, "A method; repeatable");
    repeatable("--vary", options->axes, "METHOD.NAME=VALUE/VALUE...: values of a parameter; repeatable, every combination is tried");
    repeatable("--map-set", options->mapAssignments, "An option of the coil map estimation, name=value; repeatable");
    repeatable("--prior", options->priors, "Diffusion prior, as in 'larmor-cli recon'; repeatable");
    command->add_option("--contrast", options->contrast, "Contrast class of the files, or none");
    command->add_option("--reference", options->reference, "How all samples of a file become its reference: rss or mvue")->capture_default_str()->check(CLI::IsMember({"rss", "mvue"}));
    command->add_option("--scale", options->scale, "none, or ls: least squares to the reference before scoring")->capture_default_str()->check(CLI::IsMember({"none", "ls"}));
    addReduce(*command, options->reduction);
    options->coils.addTo(*command, false);
    addPackOptions(*command, *options);
    command->add_option("--seed", options->seed, "For methods that draw random numbers")->capture_default_str();
    addDevice(*command, options->device);
    command->add_option("-o,--output", options->output, "table.json or table.csv; written anew after every cell");
    command->add_option("--picture", options->picture,
                        "sheet.svg: the images of all cells with their errors; those of an earlier table stay empty. Dropped on the window it brings the sweep back");
    command->add_option("--jobs", options->jobs, "Cells at a time, which share the threads; 0: as many as threads and memory allow")
        ->check(CLI::Range(0, 64))
        ->capture_default_str();
    command->add_flag("--resume", options->resume,
                      "Keeps the cells that table.json has and does the others; those that failed are tried again");
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    options->run.addTo(*command);
    command->footer("Files are scored against the RSS or MVUE of all their samples (of accelerated scans: SENSE of the acquired ones), images of a pack against the image itself. The printed table shows, for each\n"
                    "contrast, mask and method, the values with the lowest mean NRMSE.\n\nExamples:\n"
                    "  larmor-cli sweep scan.h5 --mask equispaced:R=4,acs=24 --mask random:R=6,acs=24,seed=1 --method l1-wavelet\n"
                    "      --vary l1-wavelet.lambda=0.001/0.002/0.004 --method pnp --prior brain --contrast T1 -o table.json\n"
                    "  larmor-cli sweep --pack brain.pack.h5 --only T1 --images 4 --mask equispaced:R=4,acs=24 --method pnp --prior brain\n"
                    "      --vary pnp.lambda=0.1/0.2 -o tuned.json\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
