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

/// In our order, without slices and sets where there is one. @param plan  what each axis means, in the order of the entry's shape
ComplexArray readOrdered(const ArrayFile& file, const ArrayEntry& entry, const AxisPlan& plan) {
    std::vector<std::size_t> order;
    Shape shape;
    const bool hasSets = [&] {
        for (std::size_t d = 0; d < entry.shape.size(); ++d)
            if (plan.dims[d] == Dim::Set && entry.shape[d] > 1) return true;
        return false;
    }();
    for (const Dim dim : {Dim::Slice, Dim::Set, Dim::Coil, Dim::Readout, Dim::Phase})
        for (std::size_t d = 0; d < entry.shape.size(); ++d)
            if (plan.dims[d] == dim && ((dim != Dim::Slice && dim != Dim::Set) || entry.shape[d] > 1)) {
                order.push_back(d);
                shape.push_back(entry.shape[d]);
            }
    for (std::size_t d = 0; d < entry.shape.size(); ++d) {
        if (std::find(order.begin(), order.end(), d) != order.end()) continue;
        if (entry.shape[d] > 1) throw IoError(file.path(), entry.name, kExpected, fmt::format("axes {} of shape {}", plan.text, toText(writtenShape(entry))));
        order.insert(order.begin(), d);
    }
    if (shape.size() == 2) shape.insert(shape.begin(), 1);
    if (hasSets && shape.size() == 4) shape.insert(shape.begin(), 1);
    return permuteAxes(file.read(entry.name), order).reshaped(shape);
}

bool isNothing(std::span<const cfloat> values) {
    return std::all_of(values.begin(), values.end(), [](cfloat value) { return value == cfloat{}; });
}

/// [slice, set, ...]: sets that are zero in every slice, as BART writes them where it finds one set, are left out; so is the dimension for one.
ComplexArray withoutEmptySets(ComplexArray maps) {
    if (maps.rank() != 5) return maps;
    const Shape shape = maps.shape();
    std::int64_t sets = shape[1];
    const std::int64_t one = maps.size() / (shape[0] * shape[1]);
    const auto part = [&](std::int64_t slice, std::int64_t set) { return maps.values().subspan(static_cast<std::size_t>((slice * shape[1] + set) * one), static_cast<std::size_t>(one)); };
    const auto isEmpty = [&](std::int64_t set) {
        for (std::int64_t slice = 0; slice < shape[0]; ++slice)
            if (!isNothing(part(slice, set))) return false;
        return true;
    };
    while (sets > 1 && isEmpty(sets - 1)) --sets;
    if (sets == shape[1]) return maps;
    Shape kept = shape;
    kept[1] = sets;
    ComplexArray result(kept);
    for (std::int64_t slice = 0; slice < shape[0]; ++slice)
        for (std::int64_t set = 0; set < sets; ++set) {
            const auto from = part(slice, set);
            std::copy(from.begin(), from.end(), result.data() + (slice * sets + set) * one);
        }
    if (sets > 1) return result;
    kept.erase(kept.begin() + 1);
    if (kept.front() == 1) kept.erase(kept.begin());
    return std::move(result).reshaped(kept);
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
