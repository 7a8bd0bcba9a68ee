#pragma once
// One verb of the command line. Each verb is a file: it declares its options and gives the function that does the work.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace CLI {
class App;
}

namespace larmor::cli {

/// What every verb gets.
struct Context {
    std::stop_token stop;  ///< requested by Ctrl-C
};

using Work = std::function<void(const Context&)>;  ///< throws typed errors; returning means exit code 0

struct Verb {
    CLI::App* command = nullptr;
    Work work;
};

[[nodiscard]] Verb addInfo(CLI::App& app);
[[nodiscard]] Verb addMask(CLI::App& app);
[[nodiscard]] Verb addMaps(CLI::App& app);
[[nodiscard]] Verb addRecon(CLI::App& app);
[[nodiscard]] Verb addCompare(CLI::App& app);
[[nodiscard]] Verb addSimulate(CLI::App& app);
[[nodiscard]] Verb addMethods(CLI::App& app);
[[nodiscard]] Verb addKspace(CLI::App& app);
[[nodiscard]] Verb addConvert(CLI::App& app);
[[nodiscard]] Verb addLines(CLI::App& app);
[[nodiscard]] Verb addReplay(CLI::App& app);
[[nodiscard]] Verb addPriors(CLI::App& app);
[[nodiscard]] Verb addPrior(CLI::App& app);
[[nodiscard]] Verb addSweep(CLI::App& app);
[[nodiscard]] Verb addPlot(CLI::App& app);

}  // namespace larmor::cli
