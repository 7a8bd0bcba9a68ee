#pragma once
// Opening k-space and images of any known format. Loaders recognise a file by its content, never by its name alone.

#include <optional>
#include <string>
#include <vector>

#include "core/base/data/acquisition.h"
#include "core/base/data/image.h"
#include "core/base/data/reconstruction.h"
#include "core/base/run_control.h"

namespace larmor::io {

struct LoadOptions {
    std::string array;  ///< data set or variable; empty: the only or the most likely one
    /// The axes in the file's own written order (NumPy: slowest first; MATLAB and BART: as size() and the .hdr line give them),
    /// "coil,readout,phase". "-" skips an axis of size 1. Empty: guessed, with the reason kept in the provenance.
    std::vector<Dim> dims;
};

/// What a loader thinks of a file.
struct Bid {
    int score = 0;  ///< 0 not mine .. 100 surely mine
    std::string reason;
};

/// One k-space format. Built-in loaders are listed by `loaders()`; later formats add theirs there or come as plugins.
class LARMOR_BASE_EXPORT Loader {
public:
    virtual ~Loader();
    [[nodiscard]] virtual std::string id() const = 0;      ///< "fastmri"
    [[nodiscard]] virtual std::string format() const = 0;  ///< "fastMRI HDF5"
    /// Looks at the content only as far as needed. Never throws: a file it cannot read is not its own.
    [[nodiscard]] virtual Bid bid(const std::string& path) const = 0;
    /// @throws IoError naming file, data set, expected and found.
    [[nodiscard]] virtual AcquisitionPtr open(const std::string& path, const LoadOptions& options) const = 0;
};

[[nodiscard]] LARMOR_BASE_EXPORT const std::vector<std::unique_ptr<Loader>>& loaders();

/// The loader that bids highest for a file; null where none bids.
struct HighestBid {
    const Loader* loader = nullptr;
    Bid bid;
};
[[nodiscard]] LARMOR_BASE_EXPORT HighestBid highestBid(const std::string& path);

/// Opens k-space with the loader that bids highest. @throws IoError
[[nodiscard]] LARMOR_BASE_EXPORT AcquisitionPtr openAcquisition(const std::string& path, const LoadOptions& options = {});

/// "coil,readout,phase" -> dims. @throws UsageError listing the names there are.
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<Dim> parseDims(const std::string& text);

/// Reads images: Larmor's own results (HDF5), npy, cfl, NIfTI, DICOM (a file or the folder of a series), PNG, fastMRI `reconstruction_*`. A 2D array is one slice.
/// NIfTI [x, y, z] becomes [slice z, readout y from anterior, phase x]. @throws IoError
[[nodiscard]] LARMOR_BASE_EXPORT ImageStack readImages(const std::string& path, const std::string& array = {});

/// Sniffs whether the file holds k-space (true) or images (false): by name of the array, by the loader's bid, by the energy at the
/// centre against the edge. The reason is for a person.
struct ContentGuess {
    bool isKspace = false;
    std::string reason;
    /// Share of the energy in the central 64th of the plane, where the pixels were looked at.
    std::optional<double> centreShare{};
    /// As an image it makes no sense: most of its energy lies where only k-space has it. True for real arrays as well, such as the
    /// magnitude of k-space, which cannot be opened as k-space.
    bool isNoImage = false;
};
[[nodiscard]] LARMOR_BASE_EXPORT ContentGuess guessContent(const std::string& path);
/// Logs a warning where a file that is about to be taken as an image makes no sense as one.
LARMOR_BASE_EXPORT void warnOfNoImage(const std::string& path);

/// Reads a result with its protocol. @throws IoError if the file carries none.
[[nodiscard]] LARMOR_BASE_EXPORT Reconstruction readReconstruction(const std::string& path);

/// A result in any format that carries its protocol: Larmor's HDF5, files with a protocol beside them, and PNG pictures, which come without
/// pixels: theirs are not the image. nullopt: the file is nothing of the kind. @throws IoError, InputError for one that is damaged
[[nodiscard]] LARMOR_BASE_EXPORT std::optional<Reconstruction> readStoredResult(const std::string& path);

/// Whether readStoredResult would read one, without its pixels. Never throws.
[[nodiscard]] LARMOR_BASE_EXPORT bool carriesProtocol(const std::string& path);

/// Coil maps, [coil, readout, phase], [slice, coil, readout, phase], or of several sets [slice, set, coil, readout, phase], from npy, cfl (BART's
/// order), HDF5 (`maps`), MATLAB v5. Sets that are zero everywhere are left out.
/// "FILE:ARRAY" names one array of a file. @throws IoError that lists the arrays there are.
[[nodiscard]] LARMOR_BASE_EXPORT ComplexArray readCoilMaps(const std::string& path, const std::string& array = {});

/// A mask from npy, HDF5 (`mask`), cfl, png or MATLAB v5: [phase] (lines) or [readout, phase]. Fits it to the k-space shape.
/// "FILE:ARRAY" names one array of a file. Two values that are not 0 and 1 are logged: all but 0 is kept.
/// @throws InputError that says "transposed" where it fits only with swapped axes, and names both shapes otherwise; for more than two
/// different values, which are weights; IoError that lists the arrays where none is clearly the mask.
[[nodiscard]] LARMOR_BASE_EXPORT SamplingMask readMask(const std::string& path, std::int64_t readout, std::int64_t phase,
                                                       const std::string& array = {});
/// The same for files that may hold one mask a frame or slice, [frame, readout, phase] or [frame, phase] (MATLAB: the other way round):
/// one mask where the file holds one. A matrix of the k-space's own size is one mask.
[[nodiscard]] LARMOR_BASE_EXPORT std::vector<SamplingMask> readMasks(const std::string& path, std::int64_t readout, std::int64_t phase,
                                                                     const std::string& array = {});

}  // namespace larmor::io
