#include "core/base/io/axis_guess.h"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "core/base/io/array_path.h"
#include "core/base/io/box.h"
#include "core/base/io/centre_share.h"
#include "core/base/io/formats.h"

namespace larmor::io {
namespace {

using Meanings = std::vector<std::optional<Dim>>;  // in written order

constexpr const char* kHint = "Name the axes, for example --dims coil,readout,phase.";
constexpr std::int64_t kMostCoils = 128;

std::string textOf(const Meanings& meanings) {
    std::string text;
    for (const auto& dim : meanings) text += (text.empty() ? "" : ",") + (dim ? toText(*dim) : std::string("-"));
    return text;
}

std::vector<std::size_t> longAxes(const Shape& shape) {
    std::vector<std::size_t> axes;
    for (std::size_t d = 0; d < shape.size(); ++d)
        if (shape[d] > 1) axes.push_back(d);
    return axes;
}

[[noreturn]] void refuse(const ArrayFile& file, const ArrayEntry& entry, const std::string& expected, const std::string& found) {
    throw IoError(file.path(), entry.name, expected, found, kHint);
}

/// Axes of size 1 that the list leaves out are the first ones: "readout,phase,coil" fits 1 x 256 x 256 x 8.
Meanings assignGiven(const ArrayFile& file, const ArrayEntry& entry, Shape& shape, const std::vector<Dim>& given) {
    while (entry.columnMajor && shape.size() < given.size()) shape.push_back(1);
    const std::size_t needed = longAxes(shape).size();
    if (given.size() > shape.size() || given.size() < needed)
        refuse(file, entry, fmt::format("{} axes, for shape {}", shape.size(), toText(shape)),
               fmt::format("{} names of axes", given.size()));
    std::size_t skip = shape.size() - given.size();
    Meanings meanings(shape.size());
    std::size_t next = 0;
    for (std::size_t d = 0; d < shape.size(); ++d) {
        if (skip > 0 && shape[d] == 1)
            --skip;
        else
            meanings[d] = given[next++];
    }
    return meanings;
}

Meanings bartMeanings(const ArrayFile& file, const ArrayEntry& entry, const Shape& shape, std::string& reason) {
    static constexpr std::array<std::optional<Dim>, 16> kBart{
        Dim::Readout, Dim::Phase,   Dim::Partition, Dim::Coil,       Dim::Set,     Dim::Contrast, std::nullopt, std::nullopt,
        std::nullopt, std::nullopt, Dim::Frame,     Dim::Repetition, std::nullopt, Dim::Slice,    Dim::Average, std::nullopt};
    reason = "BART's order of dimensions";
    Meanings meanings(shape.size());
    const bool isPlaneOf3d = shape.size() > 2 && shape[0] == 1 && shape[1] > 1 && shape[2] > 1;
    for (std::size_t d = 0; d < shape.size(); ++d) {
        meanings[d] = kBart.at(d);
        if (shape[d] == 1 && d != 0 && d != 1) meanings[d] = std::nullopt;
        if (shape[d] > 1 && !meanings[d])
            refuse(file, entry, "BART dimensions that Larmor knows", fmt::format("{} values along dimension {}", shape[d], d));
    }
    if (isPlaneOf3d) {
        meanings[0] = std::nullopt;
        meanings[1] = Dim::Readout;
        meanings[2] = Dim::Phase;
        reason += "; dimension 0 has size 1, so 1 and 2 are taken as readout and phase encode (a slice of a 3D acquisition)";
    }
    return meanings;
}

/// The two longest axes are readout and phase encode; the rest by the habit of the format.
Meanings guess(const ArrayFile& file, const ArrayEntry& entry, const Shape& shape, std::string& reason) {
    std::vector<std::size_t> axes = longAxes(shape);
    if (axes.size() < 2 || axes.size() > 5) refuse(file, entry, "2 to 5 axes longer than 1", fmt::format("shape {}", toText(shape)));
    // Equal lengths: images come last in row-major files, first in column-major ones; coils then lie next to them.
    std::vector<std::size_t> order = axes;
    if (!entry.columnMajor) std::reverse(order.begin(), order.end());
    std::vector<std::size_t> byLength = order;
    std::stable_sort(byLength.begin(), byLength.end(), [&](std::size_t a, std::size_t b) { return shape[a] > shape[b]; });
    std::array<std::size_t, 2> plane{std::min(byLength[0], byLength[1]), std::max(byLength[0], byLength[1])};
    std::erase_if(order, [&](std::size_t d) { return d == plane[0] || d == plane[1]; });
    Meanings meanings(shape.size());
    meanings[plane[0]] = Dim::Readout;
    meanings[plane[1]] = Dim::Phase;
    std::string rest;
    const bool hasCoils = !order.empty() && shape[order.front()] <= kMostCoils;
    static constexpr std::array kHabit{Dim::Coil, Dim::Slice, Dim::Frame};
    for (std::size_t i = 0; i < order.size(); ++i) {
        const Dim dim = kHabit.at(i + (hasCoils ? 0 : 1));
        meanings[order[i]] = dim;
        rest += fmt::format("{} {} as {}s", rest.empty() ? "," : " and", shape[order[i]], toText(dim));
    }
    reason = axes.size() == 3 ? fmt::format("3 axes, the smallest ({}) taken as {}s", shape[order[0]], toText(kHabit.at(hasCoils ? 0 : 1)))
             : axes.size() == 2 ? std::string("2 axes, taken as one coil")
                                : fmt::format("{} axes, the two largest ({} and {}) taken as readout and phase encode{}", axes.size(),
                                              shape[plane[0]], shape[plane[1]], rest);
    if (axes.size() < 4)
        reason += fmt::format("; the others taken as readout ({}) and phase encode ({}) in this order", shape[plane[0]], shape[plane[1]]);
    return meanings;
}

void checkMeanings(const ArrayFile& file, const ArrayEntry& entry, const Meanings& meanings) {
    const auto count = [&](Dim dim) { return std::count(meanings.begin(), meanings.end(), std::optional(dim)); };
    for (const auto& dim : meanings)
        if (dim && count(*dim) > 1) refuse(file, entry, "each axis once", fmt::format("{} twice in {}", toText(*dim), textOf(meanings)));
    if (count(Dim::Readout) != 1 || count(Dim::Phase) != 1) refuse(file, entry, "one readout and one phase axis", textOf(meanings));
}

int nameScore(const ArrayEntry& entry) {
    std::string lower = ownName(entry);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const char* other : {"sens", "map", "mask", "noise", "img", "image", "recon", "calib", "csm"})
        if (lower.find(other) != std::string::npos) return -1;
    for (const char* known : {"kspace", "kdata", "ksp", "raw", "k_space", "rawdata", "kus"})
        if (lower.starts_with(known)) return 2;
    return lower.starts_with("k") || lower.find("data") != std::string::npos ? 1 : 0;
}

bool looksLikeKspace(const ArrayFile& file, const ArrayEntry& entry) {
    const auto plane = middlePlane(file, entry);
    return plane && centreShare(*plane) >= kMostForImage;
}

}  // namespace

Shape writtenShape(const ArrayEntry& entry) {
    return entry.columnMajor ? reversed(entry.shape) : entry.shape;
}

AxisPlan planAxes(const ArrayFile& file, const ArrayEntry& entry, const std::vector<Dim>& given) {
    AxisPlan plan;
    Shape shape = writtenShape(entry);
    if (!given.empty()) {
        plan.dims = assignGiven(file, entry, shape, given);
        plan.reason = "given";
    } else if (file.format() == kCflFormat) {
        plan.dims = bartMeanings(file, entry, shape, plan.reason);
        plan.guessed = shape[0] == 1;
    } else {
        plan.dims = guess(file, entry, shape, plan.reason);
        plan.guessed = true;
    }
    checkMeanings(file, entry, plan.dims);
    plan.text = textOf(plan.dims);
    if (entry.columnMajor) std::reverse(plan.dims.begin(), plan.dims.end());
    return plan;
}

std::string hintWithoutKspace(const ArrayFile& file) {
    const auto& paired = file.pairedEntries();
    if (paired.empty()) return "Open it as an image instead.";
    return fmt::format("Open it as an image instead, or name the array \"{}\", with the last axis as real and imaginary parts.", paired.front().name);
}

ArrayChoice chooseKspace(const ArrayFile& file) {
    const auto& all = file.entries();
    const auto rank = [](const ArrayEntry& e) { return std::pair(nameScore(e), elementCount(e.shape)); };
    const auto bestOf = [&](const std::vector<ArrayEntry>& entries) {
        const ArrayEntry* best = nullptr;
        for (const ArrayEntry& entry : entries)
            if (entry.isComplex && squeezed(entry.shape).size() >= 2 && (!best || rank(entry) > rank(*best))) best = &entry;
        return best;
    };
    const ArrayEntry* best = bestOf(all);
    // Pairs are a guess of ours: they must have the name of k-space beside maps and images, and look like it.
    if (const ArrayEntry* paired = bestOf(file.pairedEntries());
        paired && nameScore(*paired) >= (best ? 1 : 0) && (!best || nameScore(*best) < 0) && looksLikeKspace(file, *paired))
        return {paired, fmt::format("a last axis of two taken as real and imaginary parts: {}", paired->name)};
    if (!best) {
        const ArrayEntry& largest = file.entry("");
        throw IoError(file.path(), largest.name, "k-space: complex numbers in at least two dimensions",
                      fmt::format("{} of shape {}", largest.type, toText(writtenShape(largest))),
                      hintWithoutKspace(file));
    }
    if (all.size() < 2) return {best, ""};
    std::string names;
    for (const ArrayEntry& entry : all) names += (names.empty() ? "" : ", ") + entry.name;
    const char* why = nameScore(*best) > 0 ? "its name is that of k-space" : "it is the largest complex one";
    return {best, fmt::format("array {} taken out of {}: {}", best->name, names, why)};
}

}  // namespace larmor::io
