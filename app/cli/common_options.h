#pragma once
// Options that several verbs share.

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/base/data/acquisition.h"
#include "core/base/io/load.h"
#include "core/base/param_spec.h"
#include "core/base/run_control.h"

namespace larmor::cli {

/// FILE, --dims, --array.
struct InputOptions {
    std::string file, dims, array;
    void addTo(CLI::App& command);
    /// @throws UsageError if FILE is missing
    void require() const;
    /// @throws UsageError for unknown names of axes
    [[nodiscard]] io::LoadOptions loadOptions() const;
    /// @throws UsageError if FILE is missing; IoError
    [[nodiscard]] AcquisitionPtr open() const;
};

/// --threads, --quiet.
struct RunOptions {
    int threads = 0;
    bool quiet = false;
    void addTo(CLI::App& command);
    /// Tells the engine; loads it only where the person asked for a number of threads.
    void apply() const;
};

/// Adds an option that may be given several times, each time with one value.
void addRepeatable(CLI::App& command, const char* name, std::vector<std::string>& texts, const char* help);

/// --device cpu|cuda|cuda:N
void addDevice(CLI::App& command, std::string& device);

/// --calibration FILE
void addCalibration(CLI::App& command, std::string& calibration);

/// --reduce N
void addReduce(CLI::App& command, std::int64_t& reduction);

/// Applies "name=value" texts to a parameter list. @throws ParamError, UsageError
[[nodiscard]] ParamValues parameterValues(const ParamList& specs, const std::vector<std::string>& assignments);

/// "0.5/1/2" -> its parts; an empty text is one empty part.
[[nodiscard]] std::vector<std::string> splitValues(const std::string& text);

/// Checks an -o path before work begins: it is given, has one of the extensions, its folder can be written, and it is not the input.
/// @throws UsageError, IoError
void checkOutput(const std::string& output, const std::string& input, const std::vector<std::string>& extensions);

/// "0-9" of the acquisition, or all. @throws UsageError
[[nodiscard]] std::vector<std::int64_t> slicesFrom(const std::string& text, const AcquisitionHeader& header);

/// Says on standard error that data is simulated, or how the order of dimensions was guessed.
void noteOrigin(const AcquisitionHeader& header);

}  // namespace larmor::cli
