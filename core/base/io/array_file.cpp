#include "core/base/io/array_file.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <numeric>

#include <fmt/format.h>

#include "core/base/io/array_path.h"
#include "core/base/io/dicom_file.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"
#include "core/base/io/hdf5_file.h"
#include "core/base/io/paired_parts.h"

namespace larmor::io {
namespace {

constexpr const char* kKnownFormats = "HDF5, NumPy npy, BART cfl, MATLAB v5, NIfTI, DICOM or PNG";

std::string describeHead(const std::string& head) {
    if (head.empty()) return "an empty file";
    std::string text;
    for (const char c : head.substr(0, 8)) {
        const auto byte = static_cast<unsigned char>(c);
        text += std::isprint(byte) ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
    }
    return "a file that begins with \"" + text + "\"";
}

/// A result of several slices, written as `name.png`, lies in pictures of single slices.
void refuseSlicePictures(const std::string& path) {
    if (extensionOf(path) != ".png") return;
    const std::filesystem::path whole(path);
    const std::string stem = whole.stem().string() + "_", extension = whole.extension().string();
    std::vector<std::string> found;
    std::error_code ignored;
    for (const auto& item : std::filesystem::directory_iterator(whole.has_parent_path() ? whole.parent_path() : ".", ignored)) {
        const std::string name = item.path().filename().string();
        if (name.size() < stem.size() + 3 + extension.size() || !name.starts_with(stem) || !name.ends_with(extension)) continue;
        const std::string number = name.substr(stem.size(), name.size() - stem.size() - extension.size());
        if (number.size() >= 3 && std::all_of(number.begin(), number.end(), [](unsigned char c) { return std::isdigit(c); }))
            found.push_back(name);
    }
    if (found.empty()) return;
    std::sort(found.begin(), found.end());
    throw IoError(path, "", "a file that can be read",
                  fmt::format("no such file, but {} of single slices: {}{}",
                              found.size() == 1 ? "a picture" : fmt::format("{} pictures", found.size()), found.front(),
                              found.size() > 1 ? " to " + found.back() : ""),
                  "Open one of them; .h5 keeps all slices and the protocol in one file.");
}

bool isGzip(const std::string& head) {
    return head.starts_with("\x1f\x8b");
}

}  // namespace

ArrayFile::~ArrayFile() = default;

ComplexArray ArrayFile::read(const std::string& name) const {
    const ArrayEntry& found = entry(name);
    return read(found.name, Shape(found.shape.size(), 0), found.shape);
}

const std::vector<ArrayEntry>& ArrayFile::pairedEntries() const {
    static const std::vector<ArrayEntry> none;
    return none;
}

std::vector<const ArrayEntry*> ArrayFile::allEntries() const {
    std::vector<const ArrayEntry*> all;
    for (const auto* list : {&entries(), &pairedEntries()})
        for (const ArrayEntry& each : *list) all.push_back(&each);
    return all;
}

const ArrayEntry& ArrayFile::entry(const std::string& name) const {
    const auto& all = entries();
    if (name.empty() && !all.empty())
        return *std::max_element(all.begin(), all.end(),
                                 [](const ArrayEntry& a, const ArrayEntry& b) { return elementCount(a.shape) < elementCount(b.shape); });
    if (const ArrayEntry* found = findEntry(*this, name)) return *found;
    throw IoError(path(), name, "an array of that name", (all.empty() ? "" : "the arrays ") + arrayNames(*this));
}

ArrayFilePtr openArrayFile(const std::string& path) {
    if (isDicom(path)) return openDicom(path);
    if (!isRegularFile(path)) {
        if (const CflPaths pair = findCfl(path); !pair.data.empty()) return openCfl(pair);
        refuseSlicePictures(path);
        (void)stampOf(path);  // says what is wrong with the path
    }
    const std::string head = readHead(path, 348);
    if (looksLikeNpy(head)) return withPairedParts(openNpy(path));
    if (looksLikePng(head)) return openPng(path);
    if (looksLikeMat5(head)) return withPairedParts(openMat5(path));
    if (hasHdf5Signature(path)) return withPairedParts(openHdf5(path));
    if (looksLikeNifti(head) || (isGzip(head) && looksLikeNifti(readUnpackedHead(path, 348)))) return openNifti(path);
    if (const CflPaths pair = findCfl(path); !pair.data.empty()) return openCfl(pair);
    if (const std::string ext = extensionOf(path); ext == ".cfl" || ext == ".hdr")
        throw IoError(path, "", "a pair of .cfl and .hdr files with \"# Dimensions\" in the .hdr",
                      ext == ".cfl" ? "no such .hdr file beside it" : describeHead(head));
    throw IoError(path, "", kKnownFormats, describeHead(head));
}

}  // namespace larmor::io
