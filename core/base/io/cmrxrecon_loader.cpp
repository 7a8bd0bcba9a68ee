// CMRxRecon 2023 to 2025: MATLAB v7.3 or v5, (kx, ky, coil, slice, t), of one coil (kx, ky, slice, t).
#include <algorithm>
#include <cctype>
#include <filesystem>

#include <fmt/format.h>

#include "core/base/io/array_acquisition.h"
#include "core/base/io/array_loaders.h"
#include "core/base/io/cmrxrecon_files.h"
#include "core/base/io/file_facts.h"
#include "core/base/io/formats.h"
#include "core/base/io/hdf5_file.h"

namespace larmor::io {
namespace {

constexpr const char* kFormat = "CMRxRecon MATLAB";
constexpr const char* kLoader = "cmrxrecon";

bool hasFolder(const std::string& path, const char* name) {
    const std::filesystem::path parts(path);
    return std::find(parts.begin(), parts.end(), std::filesystem::path(name)) != parts.end();
}

bool isSub(std::string_view name, std::string_view prefix) {
    return name.size() == prefix.size() + 2 && name.starts_with(prefix) &&
           std::all_of(name.begin() + static_cast<std::ptrdiff_t>(prefix.size()), name.end(),
                       [](unsigned char c) { return std::isdigit(c); });
}

bool isUndersampled(const std::string& name) {
    return isSub(name, "kspace_sub") || isSub(name, "kspace_single_sub") || name == "kus";
}

bool isOfChallenge(const std::string& name) {
    return isUndersampled(name) || name == "kspace_full" || name == "kspace_single_full";
}

/// The k-space: by its name, or the first variable where folders are those of the challenge. Null: none.
const ArrayEntry* findKspace(const ArrayFile& file) {
    const auto& all = file.entries();
    const bool isByFolder = hasFolder(file.path(), "MultiCoil") || hasFolder(file.path(), "SingleCoil");
    const auto fits = [](const ArrayEntry& e) { return e.isComplex && e.columnMajor && e.shape.size() >= 2 && e.shape.size() <= 5; };
    for (const ArrayEntry& entry : all)
        if (fits(entry) && isOfChallenge(entry.name)) return &entry;
    if (isByFolder)
        for (const ArrayEntry& entry : all)
            if (fits(entry) && entry.shape.size() >= 4 && !entry.name.starts_with("#")) return &entry;
    return nullptr;
}

std::vector<Dim> dimsOf(const std::string& path, const ArrayEntry& entry) {
    const bool isSingle = entry.name.starts_with("kspace_single") || (!isOfChallenge(entry.name) && hasFolder(path, "SingleCoil"));
    std::vector<Dim> dims{Dim::Readout, Dim::Phase, Dim::Coil, Dim::Slice, cmrxModality(path).last};
    if (isSingle) dims.erase(dims.begin() + 2);
    return dims;
}

class CmrxAcquisition final : public Acquisition {
public:
    CmrxAcquisition(const ArrayFilePtr& file, const ArrayEntry& entry) {
        const std::string& path = file->path();
        m_array = openArrayAcquisition(file, {entry.name, dimsOf(path, entry)}, kLoader);
        m_header = m_array->header();
        Provenance& from = m_header.provenance;
        from.format = kFormat;
        from.dimsReason = "CMRxRecon's order of dimensions";
        m_header.contrast = cmrxModality(path).name;
        if (isUndersampled(entry.name)) readCmrxMask(path, entry.name, m_header);
        readCmrxFacts(path, m_header);
    }
    [[nodiscard]] const AcquisitionHeader& header() const override { return m_header; }
    [[nodiscard]] ComplexArray readSlice(std::int64_t index) const override { return m_array->readSlice(index); }

private:
    AcquisitionPtr m_array;
    AcquisitionHeader m_header;
};

class CmrxLoader final : public Loader {
public:
    [[nodiscard]] std::string id() const override { return kLoader; }
    [[nodiscard]] std::string format() const override { return kFormat; }

    [[nodiscard]] Bid bid(const std::string& path) const override {
        try {
            if (!isRegularFile(path) || !(hasHdf5Signature(path) || looksLikeMat5(readHead(path, 128)))) return {0, "not MATLAB"};
            const ArrayFilePtr file = openArrayFile(path);
            const ArrayEntry* entry = findKspace(*file);
            if (!entry) return {0, "no k-space by the names of CMRxRecon"};
            return isOfChallenge(entry->name) ? Bid{90, "`" + entry->name + "`, as CMRxRecon names it"}
                                              : Bid{88, "MATLAB k-space in the folders of CMRxRecon"};
        } catch (const std::exception& error) {
            return {0, error.what()};
        }
    }

    /// Other axes or another variable than the challenge's: the file is then just a file of arrays.
    [[nodiscard]] AcquisitionPtr open(const std::string& path, const LoadOptions& options) const override {
        const ArrayFilePtr file = openArrayFile(path);
        const ArrayEntry* entry = options.array.empty() ? findKspace(*file) : &file->entry(options.array);
        const bool isOther = !entry || (!options.array.empty() && !isOfChallenge(entry->name) && entry != findKspace(*file)) ||
                             (!options.dims.empty() && options.dims != dimsOf(path, *entry));
        if (isOther) return openArrayAcquisition(file, options, file->format() == kMat5Format ? "mat5" : "hdf5");
        return std::make_shared<CmrxAcquisition>(file, *entry);
    }
};

}  // namespace

std::unique_ptr<Loader> cmrxreconLoader() {
    return std::make_unique<CmrxLoader>();
}

}  // namespace larmor::io
