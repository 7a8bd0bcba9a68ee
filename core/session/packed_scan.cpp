#include "core/session/packed_scan.h"

#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/training/image_selection.h"
#include "core/session/simulated_scan.h"

namespace larmor::session {

namespace {

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
    const auto tissue = simulation.tissuePhase != 0 ? fmt::format(", tissue phase {:g}", simulation.tissuePhase) : std::string();
    result.origin = fmt::format("{} coils, SNR {:g}{}, seed {}, of the pack {}", simulation.coils, simulation.snr, tissue, simulation.seed, pack.hash().substr(0, 12));
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
    const auto groups = training::imagesByContrast(pack.images(), options.split);
    std::vector<std::string> names;
    for (const auto& [contrast, members] : groups) names.push_back(contrast);
    for (const auto& contrast : options.contrasts)
        if (!groups.contains(contrast))
            throw InputError(fmt::format("The split '{}' of the pack has no image of the contrast '{}'.", io::toText(options.split), contrast),
                             names.empty() ? "Choose another split." : fmt::format("It has {}.", fmt::join(names, ", ")));
    std::vector<SweepScan> scans;
    for (const auto& contrast : options.contrasts.empty() ? names : options.contrasts)
        for (const auto& places = groups.at(contrast);
             const auto index : training::evenlySpread(places, options.images == 0 ? places.size() : static_cast<std::size_t>(options.images)))
            scans.push_back(scanOf(pack, index, options.simulation));
    numberTwins(scans);
    if (scans.empty()) throw InputError(fmt::format("The pack has no image in the split '{}'.", io::toText(options.split)), "Choose another split.");
    return scans;
}

}  // namespace larmor::session
