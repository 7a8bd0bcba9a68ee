// larmor-cli compare: quality of images against a reference, with an exit code that a test can use.

#include <cmath>

#include <fmt/format.h>

#include "app/cli/coil_options.h"
#include "app/cli/common_options.h"
#include "app/cli/json_output.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/session/comparison.h"

namespace larmor::cli {

namespace {

struct Options {
    InputOptions reference;
    RunOptions run;
    std::vector<std::string> images;
    std::string combination, protocol = "slice", scale = "none", region, whitening;
    double maxNrmse = -1;
    bool asJson = false;
};

std::optional<Combination> combinationFrom(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text == "mvue" ? Combination::Mvue : Combination::Rss;
}

session::ComparisonRequest requestFrom(const Options& options) {
    if (options.reference.file.empty() || options.images.empty())
        throw UsageError("A reference and at least one image are needed.", "Write larmor-cli compare REFERENCE IMAGE...");
    session::ComparisonRequest request;
    request.reference = options.reference.file;
    request.referenceOptions.array = options.reference.array;
    if (!options.reference.dims.empty()) request.referenceOptions.dims = io::parseDims(options.reference.dims);
    request.how = combinationFrom(options.combination);
    request.images = options.images;
    request.protocol = metrics::protocolFromText(options.protocol);
    request.scale = options.scale == "ls" ? metrics::Scale::LeastSquares : metrics::Scale::None;
    request.region = options.region;
    if (!options.whitening.empty()) request.whitening = whiteningFromText(options.whitening);
    return request;
}

nlohmann::json finite(double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(nullptr); }

void printAsJson(const std::vector<session::ComparisonRow>& rows, const Options& options) {
    auto list = nlohmann::json::array();
    for (const auto& row : rows)
        list.push_back({{"file", row.file}, {"slice", row.numbers.slice}, {"reference", row.reference}, {"protocol", options.protocol}, {"scale", options.scale},
                        {"factor", finite(row.numbers.scale)}, {"nrmse", finite(row.numbers.nrmse)}, {"nmse", finite(row.numbers.nmse)},
                        {"psnr", finite(row.numbers.psnr)}, {"ssim", finite(row.numbers.ssim)}, {"simulated", row.simulated}});
    printJson(list);
}

void printAsText(const std::vector<session::ComparisonRow>& rows, const Options& options) {
    if (rows.empty()) return;
    fmt::print("Reference: {}{}; protocol {}, scale {}\n", rows.front().reference, rows.front().referenceSimulated ? " (simulated)" : "", options.protocol, options.scale);
    fmt::print("{:>6}  {:>9}  {:>9}  {:>8}  {:>7}  {}\n", "slice", "NRMSE", "NMSE", "PSNR dB", "SSIM", "file");
    for (const auto& row : rows)
        fmt::print("{:>6}  {:>9.5f}  {:>9.6f}  {:>8.2f}  {:>7.4f}  {}\n", row.numbers.slice, row.numbers.nrmse, row.numbers.nmse, row.numbers.psnr, row.numbers.ssim,
                   row.file);
}

void checkLimit(const std::vector<session::ComparisonRow>& rows, double limit) {
    if (limit < 0) return;
    for (const auto& row : rows)
        if (!(row.numbers.nrmse <= limit))
            throw Error(fmt::format("{}, slice {}: NRMSE {:.5f} is above the limit of {:g}.", row.file, row.numbers.slice, row.numbers.nrmse, limit));
}

void run(const Options& options, const Context& context) {
    const auto request = requestFrom(options);
    options.run.apply();
    TerminalProgress progress(options.run.quiet);
    const auto rows = session::compareFiles(request, {context.stop, &progress});
    progress.clear();
    if (context.stop.stop_requested()) throw Cancelled();
    if (options.combination == "mvue" && !rows.empty() && rows.front().reference.rfind("SENSE", 0) == 0)
        note("the scan was accelerated when acquired, so the reference is " + rows.front().reference + ".");
    if (options.asJson)
        printAsJson(rows, options);
    else
        printAsText(rows, options);
    checkLimit(rows, options.maxNrmse);
}

}  // namespace

Verb addCompare(CLI::App& app) {
    auto* command = app.add_subcommand("compare", "Compares images with a reference");
    const auto options = std::make_shared<Options>();
    command->add_option("REFERENCE", options->reference.file, "An image, or k-space, from which the reference is made");
    command->add_option("IMAGE", options->images, "Images of the same matrix");
    command->add_option("--dims", options->reference.dims, "Order of the axes of a k-space reference, such as coil,readout,phase");
    command->add_option("--array", options->reference.array, "Data set or variable of the reference, where the file holds several");
    command->add_option("--reference", options->combination, "How k-space becomes the reference: rss (the default) or mvue")->check(CLI::IsMember({"rss", "mvue"}));
    addWhiten(*command, options->whitening)->description("Whitens a k-space reference; as the protocol of each image says where it is not given");
    command->add_option("--scale", options->scale, "none, or ls: the factor that fits each image best")->check(CLI::IsMember({"none", "ls"}))->capture_default_str();
    command->add_option("--protocol", options->protocol, "slice, fastmri or cmrx2025; numbers of different protocols are not comparable")->capture_default_str();
    command->add_option("--region", options->region, "Mask file: only pixels that are not 0 count");
    command->add_option("--max-nrmse", options->maxNrmse, "Exit with 3 where a slice exceeds it")->check(CLI::NonNegativeNumber);
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    options->run.addTo(*command);
    command->footer("Examples:\n  larmor-cli compare demo.h5 image.h5 --scale ls\n"
                    "  larmor-cli compare reference.npy a.npy b.npy --protocol fastmri --json\n"
                    "  larmor-cli compare demo.h5 image.h5 --reference mvue --max-nrmse 0.05\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
