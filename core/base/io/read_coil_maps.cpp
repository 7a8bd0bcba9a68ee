#include <algorithm>

#include <fmt/format.h>

#include "core/base/io/array_path.h"
#include "core/base/io/axis_guess.h"
#include "core/base/io/box.h"
#include "core/base/io/formats.h"
#include "core/base/io/load.h"

namespace larmor::io {
namespace {

constexpr const char* kExpected = "coil maps [coil, readout, phase] or [slice, coil, readout, phase]";

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

/// The first set of maps, in our order. @param plan  what each axis means, in the order of the entry's shape
ComplexArray readOrdered(const ArrayFile& file, const ArrayEntry& entry, const AxisPlan& plan) {
    Shape start(entry.shape.size(), 0), count = entry.shape;
    std::vector<std::size_t> order;
    Shape shape;
    for (const Dim dim : {Dim::Slice, Dim::Coil, Dim::Readout, Dim::Phase})
        for (std::size_t d = 0; d < count.size(); ++d)
            if (plan.dims[d] == dim && (dim != Dim::Slice || count[d] > 1)) {
                order.push_back(d);
                shape.push_back(count[d]);
            }
    for (std::size_t d = 0; d < count.size(); ++d) {
        if (std::find(order.begin(), order.end(), d) != order.end()) continue;
        if (count[d] > 1 && plan.dims[d] != Dim::Set)
            throw IoError(file.path(), entry.name, kExpected, fmt::format("axes {} of shape {}", plan.text, toText(writtenShape(entry))));
        count[d] = 1;
        order.insert(order.begin(), d);
    }
    if (shape.size() == 2) shape.insert(shape.begin(), 1);
    return permuteAxes(file.read(entry.name, start, count), order).reshaped(shape);
}

ComplexArray readMaps(const std::string& path, const std::string& array) {
    const ArrayPath given = array.empty() ? splitArrayPath(path) : ArrayPath{path, array};
    const ArrayFilePtr file = openArrayFile(given.path);
    const ArrayEntry& entry = chooseMaps(*file, given.array);
    if (!entry.isComplex)
        throw IoError(file->path(), entry.name, "coil maps: complex numbers", listed(*file, entry.type), arrayHint(*file, "sens"));
    if (file->format() == kCflFormat) return readOrdered(*file, entry, planAxes(*file, entry, {}));
    const std::size_t rank = entry.shape.size();
    if (rank != 3 && rank != 4)
        throw IoError(file->path(), entry.name, kExpected, listed(*file, "shape " + toText(writtenShape(entry))), arrayHint(*file, "sens"));
    if (!entry.columnMajor) return file->read(entry.name);
    // MATLAB users put the coils after the image: [readout, phase, coil, slice].
    std::vector<Dim> written{Dim::Readout, Dim::Phase, Dim::Coil, Dim::Slice};
    written.resize(rank);
    return readOrdered(*file, entry, planAxes(*file, entry, written));
}

}  // namespace

ComplexArray readCoilMaps(const std::string& path, const std::string& array) {
    auto maps = readMaps(path, array);
    if (const auto bad = countNonFinite(maps.values()); bad > 0)
        throw IoError(path, array, kExpected, fmt::format("{} values that are not finite numbers", bad), "Make the maps anew, or set those values to 0.");
    if (std::all_of(maps.values().begin(), maps.values().end(), [](cfloat value) { return value == cfloat{}; }))
        throw IoError(path, array, kExpected, "zeros alone", "Name the array of the maps, as FILE:ARRAY.");
    return maps;
}

}  // namespace larmor::io
