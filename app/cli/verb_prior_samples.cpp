// larmor-cli prior samples: what a prior draws by itself, as a picture.

#include <charconv>

#include <fmt/format.h>

#include "app/cli/common_options.h"
#include "app/cli/json_output.h"
#include "app/cli/terminal.h"
#include "app/cli/verb_prior.h"
#include "core/session/engine_host.h"

namespace larmor::cli {

namespace {

constexpr std::int64_t kSmallestEdge = 16, kLargestEdge = 1024;

struct Options {
    PriorSamplesJob job;
    std::string size = "128x128";
    RunOptions run;
    bool asJson = false;
};

/// "160x128" @throws UsageError
std::array<std::int64_t, 2> sizeFrom(const std::string& text) {
    std::array<std::int64_t, 2> size{};
    const char* const end = text.data() + text.size();
    const auto rows = std::from_chars(text.data(), end, size[0]);
    const bool hasColumns = rows.ec == std::errc{} && rows.ptr != end && *rows.ptr == 'x';
    const auto columns = hasColumns ? std::from_chars(rows.ptr + 1, end, size[1]) : rows;
    const auto fits = [](std::int64_t edge) { return edge >= kSmallestEdge && edge <= kLargestEdge; };
    if (!hasColumns || columns.ec != std::errc{} || columns.ptr != end || !fits(size[0]) || !fits(size[1]))
        throw UsageError(fmt::format("'{}' is not a size of samples.", text),
                         fmt::format("Write --size 160x128: readout and phase, from {} to {}.", kSmallestEdge, kLargestEdge));
    return size;
}

void run(Options options, const Context& context) {
    auto& job = options.job;
    if (job.weights.empty()) throw UsageError("No weights are given.", "Write: larmor-cli prior samples WEIGHTS -o sheet.png");
    checkOutput(job.picture, job.weights, {".png"});
    job.size = sizeFrom(options.size);
    options.run.apply();
    TerminalProgress progress(options.run.quiet);
    auto rows = session::priorLab().drawSamples(job, {context.stop, &progress});
    progress.clear();
    rows.back() = "no label";
    if (options.asJson)
        return printJson({{"weights", job.weights},
                          {"picture", job.picture},
                          {"rows", rows},
                          {"columns", job.columns},
                          {"size", job.size},
                          {"seed", job.seed},
                          {"evaluations", 2 * job.steps - 1}});
    fmt::print("{}: {} samples a row, {} network evaluations each; rows: {}\n", job.picture, job.columns, 2 * job.steps - 1,
               fmt::join(rows, ", "));
}

}  // namespace

Verb addPriorSamples(CLI::App& prior) {
    auto* command = prior.add_subcommand("samples", "Draws from a prior without any data, one row a contrast, into a picture");
    const auto options = std::make_shared<Options>();
    command->add_option("WEIGHTS", options->job.weights, "Weights of a prior, .safetensors");
    command->add_option("-o,--output", options->job.picture, "The picture, .png");
    command->add_option("--columns", options->job.columns, "Samples of each contrast")->capture_default_str()->check(CLI::Range(1, 64));
    command->add_option("--size", options->size, "Readout x phase of a sample")->capture_default_str();
    command->add_option("--steps", options->job.steps, "Steps from noise to image; N of them take 2 N - 1 evaluations of the network")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    command->add_option("--seed", options->job.seed, "The same seed draws the same samples")->capture_default_str();
    addDevice(*command, options->job.device);
    command->add_flag("--json", options->asJson, "One JSON document on standard output");
    options->run.addTo(*command);
    command->footer("Example:\n  larmor-cli prior samples brain/prior.safetensors -o sheet.png --columns 4 --size 160x128\n");
    return {command, [options](const Context& context) { run(*options, context); }};
}

}  // namespace larmor::cli
