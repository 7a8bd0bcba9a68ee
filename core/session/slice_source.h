#pragma once
// What the steps of a job share when they go through an acquisition slice by slice.

#include <optional>

#include "core/session/reconstruct.h"

namespace larmor::session {

/// @param what  "samples of the noise scan in a.h5" @param hint  what to do about it
/// @throws InputError that counts those that are not finite
void checkFinite(const ComplexArray& samples, const std::string& what, const std::string& hint);

/// K-space of a slice. @throws InputError that counts the samples that are not finite and names the slice.
[[nodiscard]] ComplexArray readFiniteSlice(const Acquisition& acquisition, std::int64_t slice);

/// The same, with the mask that applies to it.
struct MaskedSlice {
    ComplexArray kspace;
    ResolvedMask mask;
};
/// The mask is resolved on the acquisition's own samples.
[[nodiscard]] MaskedSlice resolvedSlice(const Acquisition& acquisition, std::int64_t slice, const MaskChoice& choice);

/// A scan that a mask of the acquired matrix is brought to in its own way, such as one of less coils or samples.
class MaskedScan : public Acquisition {
public:
    [[nodiscard]] virtual MaskedSlice readMasked(std::int64_t slice, const MaskChoice& choice) const = 0;
};

/// What a MaskedScan gives, of others the resolved slice.
[[nodiscard]] MaskedSlice readMaskedSlice(const Acquisition& acquisition, std::int64_t slice, const MaskChoice& choice);

/// Values for `specs`: those that were given, checked, the initial ones for the rest. @throws ParamError
[[nodiscard]] ParamValues completed(const ParamList& specs, const ParamValues& given);

/// Steps that a method reports on a slice: 1 where it does not iterate, 0 where no parameter says.
[[nodiscard]] std::int64_t stepsPerSlice(const PluginManifest& method, const ParamValues& values);

/// Slices that were asked for, all where none was. @throws UsageError if one does not exist.
[[nodiscard]] std::vector<std::int64_t> chosenSlices(const std::vector<std::int64_t>& slices, const AcquisitionHeader& header);

/// Coil maps that a person gives: one set for all slices, or one a slice of the acquisition, or one a slice asked for.
class GivenMaps {
public:
    /// @throws IoError, ShapeError if they do not fit the k-space.
    GivenMaps(const std::string& path, const AcquisitionHeader& header, std::int64_t slicesAsked);
    /// @param position  place among the slices asked for; @param slice  flat index in the acquisition
    [[nodiscard]] CoilMaps of(std::int64_t position, std::int64_t slice) const&;
    /// What a person should know of them; mostly nothing. Maps whose sum of |S|^2 is far from 1 are scaled, as steps and weights want it.
    [[nodiscard]] const std::string& note() const { return m_note; }
    /// For the last time: those that serve all slices are handed over, not copied.
    [[nodiscard]] CoilMaps of(std::int64_t position, std::int64_t slice) &&;

private:
    void normalise(const std::string& path);

    ComplexArray m_maps;  // [slice, coil, readout, phase], or of several sets [slice, set, coil, readout, phase]
    bool m_bySlice = false;
    std::string m_note;
};

/// Cropped to the reconstructed matrix, or not, as `fullFov` says.
[[nodiscard]] ComplexArray finished(ComplexArray image, const AcquisitionHeader& header, bool fullFov);
/// Matrix of finished images.
[[nodiscard]] Matrix finishedMatrix(const AcquisitionHeader& header, bool fullFov);
/// Geometry of finished images: pixels of the encoded matrix have their own size, and their place in the patient is not known.
[[nodiscard]] Geometry finishedGeometry(const AcquisitionHeader& header, bool fullFov);

}  // namespace larmor::session
