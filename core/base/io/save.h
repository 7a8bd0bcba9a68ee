#pragma once
// Writing. Every file is written under a temporary name beside its target and renamed when whole: no half-written file stays.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/array.h"
#include "core/base/data/reconstruction.h"
#include "core/base/data/sampling_mask.h"

namespace larmor::io {

/// Calls `write` with a temporary path in the same folder, then renames it to `path`; removes it if `write` throws.
/// @throws IoError if the folder is missing or not writable, or the disk is full.
LARMOR_BASE_EXPORT void writeAtomically(const std::string& path, const std::function<void(const std::string& temporary)>& write);

/// A copy of a file, whole or not at all. @throws IoError naming the one that cannot be read or written
LARMOR_BASE_EXPORT void copyWhole(const std::string& from, const std::string& to);

/// Removes what this process is writing and has not finished: for a program that is about to leave without unwinding. Thread-safe.
LARMOR_BASE_EXPORT void removeUnfinishedFiles();

struct SaveOptions {
    int pngBits = 8;  ///< 8 or 16 a pixel of .png
};

/// Writes a result by the extension of `path`: .h5 (fastMRI-like: `reconstruction` complex64 [slice, readout, phase], `mask`,
/// protocol, and of several posterior samples `samples`, `standard_deviation`, `phase_spread`; the other formats get those as npy files
/// beside them), .npy (complex64 [slice, readout, phase]), .cfl (+ .hdr, BART's order), .mat (v5, `reconstruction` complex single, size (readout, phase, slice)), .nii.gz/.nii (magnitude, float32, affine),
/// .png (magnitude, 8 or 16 bits, window to the 99.5 percentile; several slices become name_007.png ..., numbered from 0 as in the
/// acquisition; each carries the protocol of its slice in a text chunk). All but .h5 get a protocol file `<path>.json` beside them, which names the bytes it belongs to.
/// @throws IoError, UsageError for an unknown extension.
LARMOR_BASE_EXPORT void saveReconstruction(const std::string& path, const Reconstruction& result, const SaveOptions& options = {});

/// Checks that `path` has an extension that saveReconstruction knows, and that its folder can be written. @throws UsageError, IoError
LARMOR_BASE_EXPORT void checkOutputPath(const std::string& path);

/// Any complex array: .npy, .cfl, .h5 (data set `name`).
LARMOR_BASE_EXPORT void saveArray(const std::string& path, const ComplexArray& array, const std::string& name);

/// A mask: .npy (uint8 [readout, phase]), .h5 (`mask`), .cfl, .png (white = kept).
LARMOR_BASE_EXPORT void saveMask(const std::string& path, const SamplingMask& mask);
/// Masks of the frames of a series, all of one size: .npy (uint8 [frame, readout, phase]) or .h5 (`mask`). @throws UsageError, ShapeError
LARMOR_BASE_EXPORT void saveMasks(const std::string& path, const std::vector<SamplingMask>& masks);

/// Keyword of the text chunk in which a picture of a result carries its protocol as JSON.
inline constexpr const char* kPngProtocol = "larmor-protocol";

/// An RGB or grey picture, row-major. @param channels 1, 3 or 4. @param protocol  of the result that it shows, ASCII; empty: none
/// @param bits  8, or 16: two bytes a sample then, the higher one first
LARMOR_BASE_EXPORT void savePng(const std::string& path, const ByteArray& pixels, int channels, const std::string& protocol = {}, int bits = 8);
/// The protocol that a picture of one slice carries. @param slice  flat index; none: of all slices
[[nodiscard]] LARMOR_BASE_EXPORT std::string pictureProtocol(Protocol protocol, std::optional<std::int64_t> slice);
/// The bytes of such a file, to be put into another. @throws ShapeError
[[nodiscard]] LARMOR_BASE_EXPORT std::string pngBytes(const ByteArray& pixels, int channels);

/// A k-space volume in fastMRI's layout: `kspace` complex64 [slice, coil, readout, phase], `ismrmrd_header`, attributes, and, where
/// the data is simulated, the attributes `larmor_simulated` and `larmor_simulation` that loaders read back; of a series `larmor_frames`, since fastMRI's first axis then
/// runs over slices within frames. Slice after slice, so that
/// the volume need not fit memory.
class LARMOR_BASE_EXPORT KspaceWriter {
public:
    struct Header {
        std::int64_t slices = 0, coils = 0;
        std::int64_t frames = 1;  ///< of each place; `slices` counts all images, frame after frame
        Matrix encoded, recon;
        std::optional<FieldOfView> encodedFov, reconFov;
        std::string contrast;
        std::string simulation;  ///< empty: acquired data
        std::int64_t phaseBegin = 0, phaseEnd = 0;  ///< columns that the scanner filled; 0: all
        std::optional<SamplingMask> mask;           ///< of whole lines: that of the acquisition
        bool hasImages = true;                      ///< false: no `reconstruction_rss`, as in scans that were accelerated when acquired
        std::map<std::string, std::string> facts;       ///< of the scan: echo times ..., by ISMRMRD's names where it has any
        std::map<std::string, std::string> provenance;  ///< attributes of the group `provenance`
    };
    KspaceWriter(const std::string& path, const Header& header);
    ~KspaceWriter();  ///< removes the temporary file if finish() was not reached
    KspaceWriter(const KspaceWriter&) = delete;
    KspaceWriter& operator=(const KspaceWriter&) = delete;
    /// @param kspace [coil, readout, phase]; @param rss [recon readout, recon phase] magnitude of the fully sampled image
    void writeSlice(std::int64_t slice, const ComplexArray& kspace, const RealArray& rss);
    /// Without images.
    void writeSlice(std::int64_t slice, const ComplexArray& kspace);
    void finish();

private:
    void fill(std::int64_t slice, const ComplexArray& kspace);

    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace larmor::io
