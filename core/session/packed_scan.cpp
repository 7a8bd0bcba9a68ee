#include "core/session/packed_scan.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/session/simulated_scan.h"

namespace larmor::session {

namespace {

using Groups = std::map<std::string, std::vector<std::size_t>>;

Groups imagesByContrast(const io::TrainingPack& pack, io::Split split) {
    Groups groups;
    for (std::size_t i = 0; i < pack.images().size(); ++i)
        if (pack.images()[i].split == split) groups[pack.images()[i].contrast].push_back(i);
    return groups;
}

std::vector<std::size_t> spread(const std::vector<std::size_t>& list, std::size_t count) {
    if (count == 0 || count >= list.size()) return list;
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < count; ++i) chosen.push_back(list[(2 * i + 1) * list.size() / (2 * count)]);
    return chosen;
}

SweepScan scanOf(const io::TrainingPack& pack, std::size_t index, SimulationOptions simulation) {
    const auto& image = pack.images()[index];
    ImageStack stack;
    stack.pixels = pack.read(index).reshaped({1, image.rows, image.columns});
    if (image.pixelRowsMm > 0 && image.pixelColumnsMm > 0) stack.geometry.pixel = PixelSize{image.pixelRowsMm, image.pixelColumnsMm};
    simulation.slices = 0;
    simulation.firstSlice = -1;
    simulation.seed = (simulation.seed << 32) + index;
    const auto scan = std::make_shared<SimulatedScan>(stack, simulation, image.source, image.contrast);
    SweepScan result;
    result.name = image.source;
    result.truth = scan->truth();
    result.contrast = image.contrast;
    result.acquisition = scan;
    return result;
}

/// A table tells scans apart by their names.
void numberTwins(std::vector<SweepScan>& scans) {
    std::map<std::string, int> seen;
    for (auto& scan : scans)
        if (const int count = ++seen[scan.name]; count > 1) scan.name += fmt::format(" ({})", count);
}

}  // namespace

std::vector<SweepScan> packedScans(const io::TrainingPack& pack, const PackedScanOptions& options) {
    const auto groups = imagesByContrast(pack, options.split);
    std::vector<std::string> names;
    for (const auto& [contrast, members] : groups) names.push_back(contrast);
    for (const auto& contrast : options.contrasts)
        if (!groups.contains(contrast))
            throw InputError(fmt::format("The split '{}' of the pack has no image of the contrast '{}'.", io::toText(options.split), contrast),
                             names.empty() ? "Choose another split." : fmt::format("It has {}.", fmt::join(names, ", ")));
    std::vector<SweepScan> scans;
    for (const auto& contrast : options.contrasts.empty() ? names : options.contrasts)
        for (const auto index : spread(groups.at(contrast), static_cast<std::size_t>(options.images))) scans.push_back(scanOf(pack, index, options.simulation));
    numberTwins(scans);
    if (scans.empty()) throw InputError(fmt::format("The pack has no image in the split '{}'.", io::toText(options.split)), "Choose another split.");
    return scans;
}

}  // namespace larmor::session
