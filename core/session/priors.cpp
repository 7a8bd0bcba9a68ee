#include "core/session/priors.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/session/program_folder.h"

namespace larmor::session {

namespace {

namespace fs = std::filesystem;
constexpr const char* kExtension = ".safetensors";

std::vector<fs::path> weightsIn(const std::string& folder) {
    std::vector<fs::path> files;
    std::error_code ignored;  // a folder need not exist
    for (auto entry = fs::recursive_directory_iterator(folder, ignored); entry != fs::recursive_directory_iterator(); ++entry) {
        if (entry.depth() > 0) entry.disable_recursion_pending();
        if (entry->path().extension() == kExtension) files.push_back(entry->path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

bool isPath(const std::string& text) { return text.find('/') != std::string::npos || text.ends_with(kExtension); }

std::string userFolder() {
    const char* data = std::getenv("XDG_DATA_HOME");
    if (data && *data) return std::string(data) + "/larmor/priors";
    const char* home = std::getenv("HOME");
    return home && *home ? std::string(home) + "/.local/share/larmor/priors" : std::string();
}

std::string listText(const PriorCatalogue& catalogue) {
    std::vector<std::string> names;
    for (const auto& prior : catalogue.priors) names.push_back(prior.card.name);
    if (names.empty()) return fmt::format("There is none in {}.", fmt::join(priorFolders(), ", "));
    return fmt::format("There are: {} (looked for in {}).", fmt::join(names, ", "), fmt::join(priorFolders(), ", "));
}

}  // namespace

std::vector<std::string> priorFolders() {
    auto folders = pathList("LARMOR_PRIORS");
    if (auto user = userFolder(); !user.empty()) folders.push_back(std::move(user));
    folders.push_back(programRoot() + "/share/larmor/priors");
    return folders;
}

PriorCatalogue knownPriors() {
    PriorCatalogue catalogue;
    for (const auto& folder : priorFolders())
        for (const auto& file : weightsIn(folder)) {
            try {
                KnownPrior next{file.string(), readPriorCard(file.string())};
                const auto same = [&](const KnownPrior& other) { return other.card.name == next.card.name; };
                if (std::none_of(catalogue.priors.begin(), catalogue.priors.end(), same)) catalogue.priors.push_back(std::move(next));
            } catch (const Error& error) {
                catalogue.failures.push_back({file.string(), error.fullText()});
            }
        }
    return catalogue;
}

KnownPrior findPrior(const std::string& nameOrFile) {
    const auto catalogue = knownPriors();
    if (nameOrFile.empty()) throw UsageError("No diffusion prior is chosen.", listText(catalogue));
    if (isPath(nameOrFile)) {
        if (!fs::exists(nameOrFile)) throw IoError(nameOrFile, "", "the weights of a prior", "no such file", listText(catalogue));
        return {nameOrFile, readPriorCard(nameOrFile)};
    }
    for (const auto& prior : catalogue.priors)
        if (prior.card.name == nameOrFile || fs::path(prior.file).stem() == nameOrFile) return prior;
    for (const auto& failure : catalogue.failures)
        if (fs::path(failure.path).stem() == nameOrFile)
            throw InputError(fmt::format("The prior '{}' cannot be used: {}", nameOrFile, failure.reason), listText(catalogue));
    throw UsageError(fmt::format("There is no prior '{}'.", nameOrFile), listText(catalogue));
}

KnownPrior findPrior(const std::string& nameOrFile, const std::string& hash) {
    try {
        if (auto named = findPrior(nameOrFile); named.card.weightsHash == hash) return named;
    } catch (const Error&) {
        // It may lie elsewhere by now: the hash decides.
    }
    for (auto& prior : knownPriors().priors)
        if (prior.card.weightsHash == hash) return prior;
    throw InputError(fmt::format("The prior '{}' with the SHA-256 {} is not here.", nameOrFile, hash),
                     fmt::format("Put the weights that the result was made with into one of {}.", fmt::join(priorFolders(), ", ")));
}

}  // namespace larmor::session
