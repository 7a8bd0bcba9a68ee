#include <algorithm>

#include <fmt/format.h>

#include "core/base/io/array_path.h"
#include "core/base/io/axis_guess.h"
#include "core/base/io/box.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"
#include "core/base/io/load.h"
#include "core/base/log.h"

namespace larmor::io {
namespace {

struct MaskTarget {
    std::string path;
    std::int64_t readout = 0, phase = 0;
};

[[noreturn]] void refuse(const MaskTarget& target, const Shape& found) {
    throw InputError(fmt::format("The mask {} of shape {} does not fit k-space of {} x {} (readout x phase encode).", target.path,
                                 toText(found), target.readout, target.phase),
                     "Make a mask of that size, or one value a phase-encode line.");
}

[[noreturn]] void refuseTransposed(const MaskTarget& target, const Shape& found) {
    throw InputError(
        fmt::format(
            "The mask {} of shape {} is transposed: k-space is {} x {} (readout x phase encode), and lines are counted along phase encode.",
            target.path, toText(found), target.readout, target.phase),
        "Swap the axes of the mask.");
}

const ArrayEntry& chooseMask(const ArrayFile& file, const std::string& asked) {
    if (!asked.empty()) return namedEntry(file, asked);
    for (const char* name : {"mask", "Mask"})
        for (const ArrayEntry& entry : file.entries())
            if (entry.name == name) return entry;
    const ArrayEntry* only = nullptr;
    for (const ArrayEntry& entry : file.entries()) {
        const std::string own = ownName(entry);
        if (own.find("ask") == std::string::npos || squeezed(entry.shape).empty()) continue;
        if (only) {
            only = nullptr;
            break;
        }
        only = &entry;
    }
    if (only) return *only;
    if (file.entries().size() == 1) return file.entries().front();
    throw IoError(file.path(), "mask", "one array with \"mask\" in its name", "the arrays " + arrayNames(file), arrayHint(file, "ask"));
}

ComplexArray valuesOf(const ArrayFile& file, const ArrayEntry& entry) {
    ComplexArray values = file.read(entry.name);
    if (countNonFinite(values.values()) > 0)
        throw InputError("The mask " + file.path() + " holds values that are not numbers.", "A mask holds 0 and 1.");
    if (file.format() == kPngFormat && values.rank() == 3) {  // a colour is kept unless it is black
        ComplexArray grey({values.extent(0), values.extent(1)});
        for (std::int64_t i = 0; i < grey.size(); ++i) grey[i] = std::max({values[3 * i].real(), values[3 * i + 1].real(), values[3 * i + 2].real()});
        values = std::move(grey);
    }
    return entry.columnMajor ? reverseAxes(values) : values;
}

ByteArray binary(const ComplexArray& values) {
    ByteArray samples(values.shape());
    std::transform(values.values().begin(), values.values().end(), samples.values().begin(),
                   [](const cfloat& v) { return v != cfloat{} ? std::uint8_t{1} : std::uint8_t{0}; });
    return samples;
}

std::string textOf(const cfloat& value) {
    return value.imag() == 0 ? fmt::format("{:g}", value.real()) : fmt::format("{:g}{:+g}i", value.real(), value.imag());
}

/// A choice of samples has two values. @throws InputError for weights; others than 0 and 1 (or the white of a picture) are logged.
void checkValues(const ComplexArray& values, const std::string& name) {
    std::vector<cfloat> found;
    for (const cfloat& value : values.values()) {
        if (std::find(found.begin(), found.end(), value) != found.end()) continue;
        found.push_back(value);
        if (found.size() > 2)
            throw InputError(fmt::format("The mask {} holds more than two different values ({}, {}, {} ...): weights, and a mask can only keep "
                                         "a sample or leave it out.",
                                         name, textOf(found[0]), textOf(found[1]), textOf(found[2])),
                             "Save a mask of 0 and 1.");
    }
    const auto isUsual = [](const cfloat& v) { return v == 0.0F || v == 1.0F || v == 255.0F || v == 65535.0F; };
    const bool hasZero = std::find(found.begin(), found.end(), cfloat{}) != found.end();
    if (std::all_of(found.begin(), found.end(), isUsual) && (hasZero || found.size() < 2)) return;
    log(LogLevel::Warning, "io",
        fmt::format("The mask {} holds {}{}{} instead of 0 and 1: every value but 0 is taken as kept.", name, textOf(found.front()),
                    found.size() > 1 ? " and " : "", found.size() > 1 ? textOf(found.back()) : ""));
}

SamplingMask fit(const ByteArray& samples, bool columnMajor, const MaskTarget& target, const std::string& description) {
    const Shape& found = samples.shape();
    const Shape shape = squeezed(found);
    const auto lines = [&] {
        return SamplingMask::fromColumns({samples.values().begin(), samples.values().end()}, target.readout, description);
    };
    // A column [n, 1] beside an image says one value a readout row; MATLAB's vectors are columns without meaning to.
    const bool isColumn = !columnMajor && found.size() == 2 && found[1] == 1 && found[0] > 1;
    if (shape.size() <= 1) {
        if (samples.size() == target.phase && !isColumn) return lines();
        if (samples.size() == target.readout || samples.size() == target.phase) refuseTransposed(target, found);
        refuse(target, found);
    }
    if (shape == Shape{target.readout, target.phase})
        return {ByteArray(shape, {samples.values().begin(), samples.values().end()}), description};
    if (shape == Shape{target.phase, target.readout}) refuseTransposed(target, found);
    if (shape.size() == 3 && shape[1] == target.readout && shape[2] == target.phase)
        throw InputError(fmt::format("{} holds {} masks, one a slice or frame.", target.path, shape[0]),
                         "Save the one you need in a file of its own.");
    refuse(target, found);
}

/// Masks in a row along the first axis: [frame, readout, phase], or [frame, phase] of lines.
std::vector<SamplingMask> fitAll(const ByteArray& samples, bool columnMajor, const MaskTarget& target, const std::string& description) {
    const Shape shape = squeezed(samples.shape());
    const bool isPlanes = shape.size() == 3 && shape[1] == target.readout && shape[2] == target.phase;
    const bool isLines = shape.size() == 2 && shape[1] == target.phase && shape[0] != target.readout && shape[0] != target.phase;
    if (!isPlanes && !isLines) return {fit(samples, columnMajor, target, description)};
    const ByteArray all = samples.reshaped(shape);
    std::vector<SamplingMask> masks;
    for (std::int64_t i = 0; i < shape[0]; ++i) {
        const auto one = all.block(i);
        if (isLines)
            masks.push_back(SamplingMask::fromColumns({one.begin(), one.end()}, target.readout, description));
        else
            masks.emplace_back(ByteArray({target.readout, target.phase}, {one.begin(), one.end()}), description);
    }
    return masks;
}

/// What MATLAB writes as [readout, phase, frame] has the frame last, whichever way its axes were turned round.
ByteArray framesFirst(ByteArray samples, const MaskTarget& target) {
    const Shape shape = squeezed(samples.shape());
    const bool planesLast = shape.size() == 3 && shape[0] == target.readout && shape[1] == target.phase && shape[2] != target.phase;
    const bool linesLast = shape.size() == 2 && shape[0] == target.phase && shape[1] != target.readout && shape[1] != target.phase;
    if (!planesLast && !linesLast) return samples;
    const std::int64_t frames = shape.back(), size = samples.size() / frames;
    ByteArray turned(planesLast ? Shape{frames, shape[0], shape[1]} : Shape{frames, shape[0]});
    for (std::int64_t i = 0; i < size; ++i)
        for (std::int64_t f = 0; f < frames; ++f) turned[f * size + i] = samples[i * frames + f];
    return turned;
}

/// What a file holds of masks, and how it is called.
struct StoredMask {
    ByteArray samples;
    bool columnMajor = false;
    std::string description;
};

StoredMask stored(const std::string& path, const std::string& array) {
    const ArrayPath given = array.empty() ? splitArrayPath(path) : ArrayPath{path, array};
    const ArrayFilePtr file = openArrayFile(given.path);
    const ArrayEntry& entry = chooseMask(*file, given.array);
    const ComplexArray values = valuesOf(*file, entry);
    checkValues(values, path);
    return {binary(values), entry.columnMajor, "file " + fileNameOf(given.path) + (entry.name.empty() ? "" : ":" + entry.name)};
}

}  // namespace

SamplingMask readMask(const std::string& path, std::int64_t readout, std::int64_t phase, const std::string& array) {
    const StoredMask found = stored(path, array);
    return fit(found.samples, found.columnMajor, {path, readout, phase}, found.description);
}

std::vector<SamplingMask> readMasks(const std::string& path, std::int64_t readout, std::int64_t phase, const std::string& array) {
    const StoredMask found = stored(path, array);
    const MaskTarget target{path, readout, phase};
    return fitAll(framesFirst(found.samples, target), found.columnMajor, target, found.description);
}

}  // namespace larmor::io
