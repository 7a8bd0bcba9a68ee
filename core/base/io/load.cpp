#include "core/base/io/load.h"

#include <sstream>

#include <fmt/format.h>

#include "core/base/io/array_acquisition.h"
#include "core/base/io/array_loaders.h"
#include "core/base/io/axis_guess.h"

namespace larmor::io {
namespace {

std::vector<std::unique_ptr<Loader>> makeLoaders() {
    std::vector<std::unique_ptr<Loader>> all = arrayLoaders();
    all.insert(all.begin(), cmrxreconLoader());
    all.insert(all.begin(), ismrmrdLoader());
    all.insert(all.begin(), fastmriLoader());
    return all;
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
    return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

}  // namespace

Loader::~Loader() = default;

const std::vector<std::unique_ptr<Loader>>& loaders() {
    static const std::vector<std::unique_ptr<Loader>> all = makeLoaders();
    return all;
}

HighestBid highestBid(const std::string& path) {
    HighestBid highest;
    for (const auto& loader : loaders()) {
        const Bid bid = loader->bid(path);
        if (bid.score <= highest.bid.score) continue;
        highest = {loader.get(), bid};
    }
    return highest;
}

AcquisitionPtr openAcquisition(const std::string& path, const LoadOptions& options) {
    if (const Loader* best = highestBid(path).loader) return best->open(path, options);
    // Nobody's: opening it as an array says why, or obeys a person who named an array.
    ArrayFilePtr file = openArrayFile(path);
    if (!options.array.empty()) return openArrayAcquisition(std::move(file), options, "array");
    const ArrayEntry& entry = file->entry("");
    throw IoError(path, entry.name, "k-space: complex numbers in at least two dimensions",
                  fmt::format("{} with {} of shape {}, or images", file->format(), entry.type, toText(entry.shape)),
                  hintWithoutKspace(*file));
}

std::vector<Dim> parseDims(const std::string& text) {
    std::vector<Dim> dims;
    std::istringstream words(text);
    for (std::string word; std::getline(words, word, ',');) {
        const std::string name = trimmed(word);
        if (!name.empty() && name != "-") dims.push_back(dimFromText(name));
    }
    if (dims.empty() && !trimmed(text).empty())
        throw UsageError("No axis is named in \"" + text + "\".", "Write for example coil,readout,phase.");
    return dims;
}

}  // namespace larmor::io
