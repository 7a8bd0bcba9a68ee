#include <algorithm>

#include <fmt/format.h>

#include "core/base/io/array_path.h"
#include "core/base/io/axis_guess.h"
#include "core/base/io/box.h"
#include "core/base/io/formats.h"
#include "core/base/io/load.h"

namespace larmor::io {
namespace {

constexpr const char* kExpected = "coil maps [coil, readout, phase], [slice, coil, readout, phase] or [slice, set, coil, readout, phase]";

const ArrayEntry& chooseMaps(const ArrayFile& file, const std::string& asked) {
    if (!asked.empty()) return namedEntry(file, asked);
    for (const char* part : {"maps", "sens", "csm"})
        for (const ArrayEntry& entry : file.entries())
            if (entry.isComplex && entry.name.find(part) != std::string::npos) return entry;
    return file.entry("");
}

/// What was found, with the other arrays that there are.
std::string listed(const ArrayFile& file, const std::string& found) {
    return file.entries().size() < 2 ? found : found + " (the file holds " + arrayNames(file) + ")";
}

/// [slice, set, coil, readout, phase]. @param plan  what each axis means, in the order of the entry's shape
ComplexArray readOrdered(const ArrayFile& file, const ArrayEntry& entry, const AxisPlan& plan) {
    std::vector<std::size_t> order;
    Shape shape;
    for (const Dim dim : {Dim::Slice, Dim::Set, Dim::Coil, Dim::Readout, Dim::Phase}) {
        const auto axis = std::find(plan.dims.begin(), plan.dims.end(), dim);
        shape.push_back(axis == plan.dims.end() ? 1 : entry.shape[static_cast<std::size_t>(axis - plan.dims.begin())]);
        if (axis != plan.dims.end()) order.push_back(static_cast<std::size_t>(axis - plan.dims.begin()));
    }
    for (std::size_t d = 0; d < entry.shape.size(); ++d) {
        if (std::find(order.begin(), order.end(), d) != order.end()) continue;
        if (entry.shape[d] > 1) throw IoError(file.path(), entry.name, kExpected, fmt::format("axes {} of shape {}", plan.text, toText(writtenShape(entry))));
        order.insert(order.begin(), d);
    }
    return permuteAxes(file.read(entry.name), order).reshaped(shape);
}

bool isNothing(std::span<const cfloat> values) {
    return std::all_of(values.begin(), values.end(), [](cfloat value) { return value == cfloat{}; });
}

/// Of [slice, set, ...]: sets that are zero in every slice, as BART writes them where it finds one, are left out, and with one set the
/// dimensions of one.
ComplexArray withoutEmptySets(ComplexArray maps) {
    if (maps.rank() != 5) return maps;
    Shape shape = maps.shape();
    const std::int64_t slices = shape[0];
    const auto one = static_cast<std::size_t>(shape[2] * shape[3] * shape[4]);
    const auto isEmpty = [&](std::int64_t set) {
        for (std::int64_t slice = 0; slice < slices; ++slice)
            if (!isNothing(maps.block(slice).subspan(static_cast<std::size_t>(set) * one, one))) return false;
        return true;
    };
    while (shape[1] > 1 && isEmpty(shape[1] - 1)) --shape[1];
    if (shape != maps.shape()) {
        ComplexArray kept(shape);
        for (std::int64_t slice = 0; slice < slices; ++slice) std::copy_n(maps.block(slice).begin(), kept.block(slice).size(), kept.block(slice).begin());
        maps = std::move(kept);
    }
    if (shape[1] > 1) return maps;
    shape.erase(shape.begin() + 1);
    if (slices == 1) shape.erase(shape.begin());
    return std::move(maps).reshaped(shape);
}

ComplexArray readMaps(const std::string& path, const std::string& array) {
    const ArrayPath given = array.empty() ? splitArrayPath(path) : ArrayPath{path, array};
    const ArrayFilePtr file = openArrayFile(given.path);
    const ArrayEntry& entry = chooseMaps(*file, given.array);
    if (!entry.isComplex)
        throw IoError(file->path(), entry.name, "coil maps: complex numbers", listed(*file, entry.type), arrayHint(*file, "sens"));
    if (file->format() == kCflFormat) return readOrdered(*file, entry, planAxes(*file, entry, {}));
    const std::size_t rank = entry.shape.size();
    if (rank < 3 || rank > 5 || (rank == 5 && entry.columnMajor))
        throw IoError(file->path(), entry.name, kExpected, listed(*file, "shape " + toText(writtenShape(entry))), arrayHint(*file, "sens"));
    if (!entry.columnMajor) return file->read(entry.name);
    // MATLAB users put the coils after the image: [readout, phase, coil, slice].
    std::vector<Dim> written{Dim::Readout, Dim::Phase, Dim::Coil, Dim::Slice};
    written.resize(rank);
    return readOrdered(*file, entry, planAxes(*file, entry, written));
}

}  // namespace

ComplexArray readCoilMaps(const std::string& path, const std::string& array) {
    auto maps = withoutEmptySets(readMaps(path, array));
    if (const auto bad = countNonFinite(maps.values()); bad > 0)
        throw IoError(path, array, kExpected, fmt::format("{} values that are not finite numbers", bad), "Make the maps anew, or set those values to 0.");
    if (isNothing(maps.values()))
        throw IoError(path, array, kExpected, "zeros alone", "Name the array of the maps, as FILE:ARRAY.");
    return maps;
}

}  // namespace larmor::io
