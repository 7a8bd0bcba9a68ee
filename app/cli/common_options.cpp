#include "app/cli/common_options.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include <fmt/format.h>

#include "app/cli/terminal.h"
#include "core/base/io/temporary_file.h"
#include "core/session/engine_host.h"
#include "core/session/open_scan.h"
#include "core/session/reconstruct.h"
#include "core/session/slices_text.h"

namespace larmor::cli {

namespace fs = std::filesystem;

void InputOptions::addTo(CLI::App& command) {
    command.add_option("FILE", file, "K-space: fastMRI or ISMRMRD HDF5, CMRxRecon or other MATLAB v5 and v7.3, BART cfl, NumPy npy, Siemens .dat");
    command.add_option("--dims", dims, "Order of the axes as the file writes them, such as coil,readout,phase; guessed where it is not given");
    command.add_option("--array", array, "Data set or variable to take, where the file holds several");
}

void InputOptions::require() const {
    if (file.empty()) throw UsageError("No k-space FILE is given.", "Name one after the verb.");
}

io::LoadOptions InputOptions::loadOptions() const {
    io::LoadOptions options;
    options.array = array;
    if (!dims.empty()) options.dims = io::parseDims(dims);
    return options;
}

AcquisitionPtr InputOptions::open() const {
    require();
    return session::openScan(file, loadOptions());
}

void RunOptions::addTo(CLI::App& command) {
    command.add_option("--threads", threads, "CPU threads; all of them where it is not given")->check(CLI::Range(1, 4096));
    command.add_flag("-q,--quiet", quiet, "No progress");
}

void RunOptions::apply() const {
    if (threads > 0) session::engine().setThreads(threads);
}

void addRepeatable(CLI::App& command, const char* name, std::vector<std::string>& texts, const char* help) {
    command.add_option(name, texts, help)->take_all()->type_size(1)->allow_extra_args(false);
}

void addCalibration(CLI::App& command, std::string& calibration) {
    command.add_option("--calibration", calibration,
                       "K-space of a calibration scan of the same coils and field of view that coil maps are estimated from");
}

void addReduce(CLI::App& command, std::int64_t& reduction) {
    command
        .add_option("--reduce", reduction,
                    "A quick look at 1/N of the size: from the middle of k-space, the same field of view in larger pixels")
        ->check(CLI::Range(1, 8));
}

void addDevice(CLI::App& command, std::string& device) {
    command.add_option("--device", device, "cpu, cuda or cuda:N")->capture_default_str()->check([](const std::string& text) {
        const bool number = text.size() > 5 && std::all_of(text.begin() + 5, text.end(), [](char c) { return c >= '0' && c <= '9'; });
        const bool known = text == "cpu" || text == "cuda" || (text.rfind("cuda:", 0) == 0 && number);
        return known ? std::string() : fmt::format("'{}' is not a device: write cpu, cuda or cuda:N", text);
    });
}

ParamValues parameterValues(const ParamList& specs, const std::vector<std::string>& assignments) {
    ParamValues values(specs);
    for (const auto& text : assignments) {
        const auto [name, value] = splitAssignment(text);
        values.setFromText(name, value);
    }
    return values;
}

std::vector<std::string> splitValues(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t at = 0, next = 0; at <= text.size(); at = next + 1) {
        next = std::min(text.find('/', at), text.size());
        parts.push_back(text.substr(at, next - at));
    }
    return parts;
}

void checkOutput(const std::string& output, const std::string& input, const std::vector<std::string>& extensions) {
    if (output.empty()) throw UsageError("No output is given.", fmt::format("Add -o with a name that ends in {}.", fmt::join(extensions, ", ")));
    std::string lower = output;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto fits = [&](const std::string& end) { return lower.size() > end.size() && lower.ends_with(end); };
    if (std::none_of(extensions.begin(), extensions.end(), fits))
        throw UsageError(fmt::format("'{}' has no extension that can be written here.", output), fmt::format("Use {}.", fmt::join(extensions, ", ")));
    io::checkTarget(output);
    std::error_code error;
    if (!input.empty() && fs::equivalent(output, input, error))
        throw UsageError(fmt::format("'{}' is the input itself.", output), "Give another name after -o.");
}

std::vector<std::int64_t> slicesFrom(const std::string& text, const AcquisitionHeader& header) {
    return text.empty() ? session::allSlices(header.sliceCount()) : session::parseSlices(text, header.sliceCount());
}

void noteOrigin(const AcquisitionHeader& header) {
    const auto& origin = header.provenance;
    if (origin.simulated) note(origin.path + " is simulated, not acquired.");
    if (origin.dimsGuessed) note(fmt::format("the axes are taken as {}: {}. --dims says it otherwise.", origin.dims, origin.dimsReason));
}

}  // namespace larmor::cli
