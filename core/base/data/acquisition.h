#pragma once
// The acquisition model for all formats. One array order in the project: [slice, coil, readout, phase]; a file's own order is
// converted by its loader. Slices are read when asked for.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/array.h"
#include "core/base/data/geometry.h"
#include "core/base/data/sampling_mask.h"

namespace larmor {

enum class Dim { Slice, Coil, Readout, Phase, Partition, Frame, Contrast, Repetition, Average, Set };

/// "slice", "coil", "readout", "phase", "partition", "frame", "contrast", "repetition", "average", "set"
[[nodiscard]] LARMOR_BASE_EXPORT std::string toText(Dim dim);
/// @throws UsageError that lists the names there are.
[[nodiscard]] LARMOR_BASE_EXPORT Dim dimFromText(const std::string& text);

struct NamedDim {
    Dim dim = Dim::Slice;
    std::int64_t size = 1;
    friend bool operator==(const NamedDim&, const NamedDim&) = default;
};

/// Where data came from and how it was understood.
struct Provenance {
    std::string path;
    std::string format;       ///< "fastMRI HDF5", "BART cfl", "NumPy npy", "MATLAB v5"
    std::string loader;       ///< id of the loader
    std::string array;        ///< data set or variable inside the file, empty where there is only one
    std::string dims;         ///< the file's own order as read: "coil,readout,phase"
    std::string dimsReason;   ///< why this order was taken: "given", or the reason of the guess
    bool dimsGuessed = false;
    bool simulated = false;   ///< true: say so wherever the name of the data shows
    std::string simulation;   ///< how it was simulated
    std::vector<std::string> dropped;  ///< what of the file is neither in the samples nor in the header: "256 lines for phase correction"
    std::vector<std::string> notes;  ///< what a person should know: dropped lines, odd attributes, NaN ...
};

struct AcquisitionHeader {
    std::int64_t coils = 1;
    /// Dimensions of the images, slowest first, without coil, readout and phase: always holds Slice, as the last one.
    std::vector<NamedDim> imageDims{{Dim::Slice, 1}};
    Matrix encoded;  ///< of the k-space that readSlice gives
    Matrix recon;    ///< of the image a person expects; never larger than `encoded` in readout
    std::optional<FieldOfView> encodedFov, reconFov;
    Geometry geometry;  ///< of the reconstructed matrix
    /// First and past-the-last phase-encode column that the scanner filled; outside them k-space is zero padding.
    std::int64_t phaseBegin = 0, phaseEnd = 0;
    /// The mask the file names as that of the acquisition (fastMRI test sets). Absent: look at the samples themselves.
    std::optional<SamplingMask> acquiredMask;
    std::string contrast;  ///< "AXT1", as the file says; empty if unknown
    /// What the file says beyond that, by the file's own names: echo times, inversion times, trigger delays ...
    std::map<std::string, std::string> facts;
    Provenance provenance;

    /// Number of 2D images: the product of imageDims. Everywhere a "slice index" is the flat index into imageDims.
    [[nodiscard]] LARMOR_BASE_EXPORT std::int64_t sliceCount() const;
    /// Of one dimension of the images; 1 where they have none of that name.
    [[nodiscard]] LARMOR_BASE_EXPORT std::int64_t sizeOf(Dim dim) const;
    /// "slice 3", or "frame 2, slice 3" where there is more than one dimension; counted from 1 as people do.
    [[nodiscard]] LARMOR_BASE_EXPORT std::string describeSlice(std::int64_t index) const;
    /// Readout oversampling that cropping to the reconstructed matrix removes: encoded.readout / recon.readout.
    [[nodiscard]] LARMOR_BASE_EXPORT double readoutOversampling() const;
};

/// K-space that is read slice by slice. Safe to be called from several threads.
class LARMOR_BASE_EXPORT Acquisition {
public:
    virtual ~Acquisition();
    [[nodiscard]] virtual const AcquisitionHeader& header() const = 0;
    /// K-space of one slice, [coil, readout, phase], in the file's units.
    /// @throws IoError if the file changed, vanished or cannot be read; InputError if the index is out of range.
    [[nodiscard]] virtual ComplexArray readSlice(std::int64_t index) const = 0;
    /// Noise without signal, [coil, sample], where the scan holds any. @throws IoError
    [[nodiscard]] virtual std::optional<ComplexArray> readNoise() const;
    /// K-space of a separate calibration scan of the place of this slice, [coil, readout, phase], in the encoded matrix and zero where
    /// nothing was measured. @throws as readSlice
    [[nodiscard]] virtual std::optional<ComplexArray> readCalibration(std::int64_t index) const;
};

using AcquisitionPtr = std::shared_ptr<const Acquisition>;

}  // namespace larmor
