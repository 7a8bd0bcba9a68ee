#pragma once
// What the tests of classical methods share: a method run by name on k-space that is given, and images to compare with.

#include <optional>
#include <string>

#include "core/base/data/sampling_mask.h"
#include "tests/numeric/tensors.h"

namespace larmor::test {

/// @param settings "name=value name=value"
inline ComplexArray solveWith(const std::string& method, const std::string& settings, const ComplexArray& kspace, const SamplingMask& mask,
                              const std::optional<ComplexArray>& maps = std::nullopt) {
    const PluginManifest& manifest = builtMethods().method(method);
    ParamValues values(manifest.params);
    for (std::size_t begin = 0; begin < settings.size();) {
        const auto end = std::min(settings.find(' ', begin), settings.size());
        const auto [name, value] = splitAssignment(settings.substr(begin, end - begin));
        values.setFromText(name, value);
        begin = end + 1;
    }
    SliceProblem problem;
    problem.kspace = kspace;
    problem.mask = mask;
    if (maps) problem.maps = CoilMaps{*maps, {}};
    return engine().reconstruct(manifest, values, problem, {}).image;
}

/// Lines first..last, and of those every `step`th, and `acs` in the middle.
inline SamplingMask linesOf(std::int64_t readout, std::int64_t phase, std::int64_t first, std::int64_t last, std::int64_t step = 1,
                            std::int64_t acs = 0) {
    std::vector<std::uint8_t> columns(static_cast<std::size_t>(phase));
    for (std::int64_t p = first; p <= last; ++p) {
        const bool central = p >= phase / 2 - acs / 2 && p < phase / 2 - acs / 2 + acs;
        columns[static_cast<std::size_t>(p)] = central || (p - first) % step == 0;
    }
    return SamplingMask::fromColumns(columns, readout, "lines");
}

}  // namespace larmor::test
